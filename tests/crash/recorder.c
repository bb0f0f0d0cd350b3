// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every persistent store of the core recorded, undone, and made again up to a cut.
 *
 * A publishing store is atomic and in its place. Plain stores between two of them are
 * of 8 bytes, and happen in any order, so that any set of them may have happened; but
 * those to one word in the order in which they were made. The last one may be torn: any
 * of its bytes may have been stored.
 */
#include "recorder.h"

static struct recording *now;

static struct store *add_store(u8 *to, const void *from, u32 len)
{
	struct store *s;

	if (now->count == now->room) {
		now->room = now->room ? 2 * now->room : 4096;
		now->stores = realloc(now->stores, now->room * sizeof(*s));
		if (!now->stores)
			bail_out("no memory");
	}
	s = &now->stores[now->count++];
	*s = (struct store) { .to = to, .len = len, .number = now->count - 1, .epoch = now->epoch };
	memcpy(s->bytes, from, len);
	memcpy(s->old, to, len);
	return s;
}

static void record_write(void *to, const void *from, size_t len)
{
	static const u8 zero[8];
	size_t done, piece;

	for (done = 0; done < len; done += piece) {
		piece = 8 - ((unsigned long)to + done) % 8;
		piece = piece < len - done ? piece : len - done;
		add_store((u8 *)to + done, from ? (const u8 *)from + done : zero, piece);
	}
}

static void record_clear(void *to, size_t len)
{
	record_write(to, NULL, len);
}

static void record_publish(__le64 *to, __le64 value)
{
	now->epoch++;
	add_store((u8 *)to, &value, 8)->publish = true;
	now->epoch++;
}

void recorder_start(struct recording *r)
{
	now = r;
	port_hooks.write = record_write;
	port_hooks.clear = record_clear;
	port_hooks.publish = record_publish;
}

void recorder_stop(void)
{
	port_hooks.write = NULL;
	port_hooks.clear = NULL;
	port_hooks.publish = NULL;
	now = NULL;
}

void recorder_reset(struct recording *r)
{
	r->count = 0;
	r->epoch = 0;
}

void recorder_undo(const struct recording *r)
{
	u32 i;

	for (i = r->count; i--;)
		memcpy(r->stores[i].to, r->stores[i].old, r->stores[i].len);
}

static void swap_stores(struct recording *r, u32 i, u32 j)
{
	struct store other = r->stores[i];

	r->stores[i] = r->stores[j];
	r->stores[j] = other;
}

/* By word, then by place: stores to one word stand beside each other. */
static int compare_places(const void *a, const void *b)
{
	const struct store *const *x = a, *const *y = b;
	unsigned long word_x = (unsigned long)(*x)->to / 8, word_y = (unsigned long)(*y)->to / 8;

	return word_x != word_y ? (word_x < word_y ? -1 : 1) : (*x < *y ? -1 : *x > *y);
}

static int compare_numbers(const void *a, const void *b)
{
	const struct store *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* Stores to one word, of those from @s on, back in the order in which they were made. */
static void keep_words_in_order(struct store *s, u32 count)
{
	struct store **place = get_memory(count * sizeof(*place));
	struct store *same = get_memory(count * sizeof(*same));
	u32 from, to, i;

	for (i = 0; i < count; i++)
		place[i] = &s[i];
	qsort(place, count, sizeof(*place), compare_places);
	for (from = 0; from < count; from = to) {
		for (to = from; to < count &&
		     (unsigned long)place[to]->to / 8 == (unsigned long)place[from]->to / 8; to++)
			same[to - from] = *place[to];
		qsort(same, to - from, sizeof(*same), compare_numbers);
		for (i = from; i < to; i++)
			*place[i] = same[i - from];
	}
	free(same);
	free(place);
}

void recorder_order(struct recording *r, u32 order, u64 *state)
{
	u32 from, to, i;

	for (from = 0; from < r->count; from = to) {
		for (to = from; to < r->count && r->stores[to].epoch == r->stores[from].epoch;)
			to++;
		for (i = 0; order == 1 && i < (to - from) / 2; i++)
			swap_stores(r, from + i, to - 1 - i);
		for (i = to; order == 2 && i-- > from + 1;)
			swap_stores(r, i, from + chance_below(state, i - from + 1));
		if (order && to - from > 1)
			keep_words_in_order(&r->stores[from], to - from);
	}
}

void store_make(const struct store *s)
{
	memcpy(s->to, s->bytes, s->len);
}

void store_tear(const struct store *s, u64 *state)
{
	u32 i, bytes = 1 + chance_below(state, (1 << s->len) - 2);

	for (i = 0; i < s->len; i++)
		if (bytes & 1 << i)
			s->to[i] = s->bytes[i];
}
