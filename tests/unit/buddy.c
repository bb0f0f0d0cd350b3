// SPDX-License-Identifier: GPL-2.0-only
/* What is derived, against stupid models: bitmaps, free blocks, the name index. */
#include "harness.h"
#include "../../module/core/buddy.h"
#include "../../module/core/index.h"

static u32 some_size(u64 *seed)
{
	static const u32 sizes[] = { 1, 63, 64, 65, 4095, 4096, 4097, 9999 };

	return chance_below(seed, 2) ? sizes[chance_below(seed, COUNT(sizes))] :
				       1 + chance_below(seed, 5000);
}

static void bitmap(void)
{
	u64 seed = 21, *room;
	struct prmem_bitmap map;
	bool model[10000];
	u32 round, bits, i, n, from, next;

	for (round = 0; round < 300; round++) {
		bits = some_size(&seed);
		memset(model, 0, sizeof(model));
		room = get_memory(prmem_bitmap_words(bits) * 8);
		CHECK(prmem_bitmap_init(&map, bits, room) == room + prmem_bitmap_words(bits),
		      "%u bits: the room", bits);
		for (n = 0; n < 500; n++) {
			i = chance_below(&seed, bits);
			model[i] = chance_below(&seed, round % 4 + 1) == 0;
			if (model[i])
				prmem_bitmap_set(&map, i);
			else
				prmem_bitmap_clear(&map, i);
			from = chance_below(&seed, bits + 2);
			for (next = from; next < bits && !model[next];)
				next++;
			next = next < bits ? next : PRMEM_BITMAP_NONE;
			CHECK(prmem_bitmap_next(&map, from) == next, "%u bits from %u: %u", bits,
			      from, next);
			i = chance_below(&seed, bits + 70);
			CHECK(prmem_bitmap_has(&map, i) == (i < bits && model[i]), "%u bits: %u",
			      bits, i);
		}
		free(room);
	}
	prmem_bitmap_init(&map, 0, &seed);
	CHECK(prmem_bitmap_is_empty(&map) && !prmem_bitmap_has(&map, 0) && !prmem_bitmap_words(0),
	      "no bits");
	/* The most there can be: 2^31 pages. */
	CHECK(prmem_bitmap_words(1U << 31) == (1 << 25) + (1 << 19) + (1 << 13) + (1 << 7) + 2 + 1,
	      "words of the largest");
}

/* -- the free blocks -- */

static struct {
	u32 pages;
	bool free[3000];
	u8 order[3000];		/* of the block that was taken here, 1 + order; or 0 */
} model;

static bool is_block(u32 first, u32 order)
{
	u32 i;

	if ((u64)first + (1U << order) > model.pages)
		return false;
	for (i = 0; i < 1U << order; i++)
		if (!model.free[first + i])
			return false;
	return true;
}

/* Free, and not half of a larger one. */
static bool is_largest(u32 first, u32 order)
{
	return is_block(first, order) &&
	       (order == PRMEM_MAX_ORDER || !is_block(first >> (order + 1) << (order + 1),
						      order + 1));
}

static u32 model_find(u32 order)
{
	u32 first;

	for (; order <= 12; order++)
		for (first = 0; first < model.pages; first += 1U << order)
			if (is_largest(first, order))
				return first;
	return PRMEM_BUDDY_NONE;
}

static void expect_same(const struct prmem_buddy *buddy, u32 step)
{
	u32 order, first, free = 0;

	for (first = 0; first < model.pages; first++)
		free += model.free[first];
	CHECK(buddy->free == free, "step %u: %u free, expected %u", step, buddy->free, free);
	for (order = 0; order <= PRMEM_MAX_ORDER; order++) {
		bool any = false;

		for (first = 0; first < model.pages; first += 1U << order) {
			bool want = is_largest(first, order);

			any |= want;
			CHECK(prmem_bitmap_has(&buddy->blocks[order], first >> order) == want,
			      "step %u: page %u order %u", step, first, order);
		}
		CHECK((buddy->orders >> order & 1) == any, "step %u: order %u", step, order);
	}
}

static void take(struct prmem_buddy *buddy, u32 order, u32 step)
{
	u32 want = model_find(order), got, i;

	CHECK(prmem_buddy_has(buddy, order) == (want != PRMEM_BUDDY_NONE), "step %u: has", step);
	got = prmem_buddy_take(buddy, order);
	CHECK(got == want, "step %u: order %u: page %u, expected %u", step, order, got, want);
	if (got != want || got == PRMEM_BUDDY_NONE)
		return;
	for (i = 0; i < 1U << order; i++)
		model.free[got + i] = false;
	model.order[got] = 1 + order;
}

static void give(struct prmem_buddy *buddy, u32 first)
{
	u32 i, order = model.order[first] - 1;

	prmem_buddy_give(buddy, first, order);
	for (i = 0; i < 1U << order; i++)
		model.free[first + i] = true;
	model.order[first] = 0;
}

static void buddies(void)
{
	struct prmem_buddy buddy;
	u64 seed = 22;
	u32 round, step, page, count;
	void *room;

	for (round = 0; round < 30; round++) {
		memset(&model, 0, sizeof(model));
		model.pages = round < 4 ? 510 + round : 1 + chance_below(&seed, 1200);
		room = get_memory(prmem_buddy_room(model.pages));
		prmem_buddy_init(&buddy, model.pages, room);
		expect_same(&buddy, 0);
		/* Some runs are free, what is between them is taken for ever. */
		for (page = 0; page < model.pages; page += count + 1) {
			count = 1 + chance_below(&seed, model.pages);
			count = round < 4 || count > model.pages - page ? model.pages - page :
									 count;
			prmem_buddy_give_run(&buddy, page, count);
			memset(model.free + page, true, count);
		}
		for (step = 1; step < 600; step++) {
			page = chance_below(&seed, model.pages);
			if (model.order[page])
				give(&buddy, page);
			else
				take(&buddy, chance_below(&seed, step % 3 ? 4 : 11), step);
			if (step % 16 == 0)
				expect_same(&buddy, step);
		}
		for (page = 0; page < model.pages; page++)
			if (model.order[page])
				give(&buddy, page);
		expect_same(&buddy, step);
		CHECK(!prmem_buddy_has(&buddy, 27) && !prmem_buddy_has(&buddy, 31) &&
		      !prmem_buddy_has(&buddy, 64) &&
		      prmem_buddy_take(&buddy, 27) == PRMEM_BUDDY_NONE, "orders there aren't");
		free(room);
	}
}

/* -- the name index -- */

#define ENTRIES	400

static struct {
	u64 hash[ENTRIES], number[ENTRIES];
	u32 count;
} entries;

/* Hashes that meet: in the same slot, with the same tag, at the end of the table. */
static u64 some_hash(u64 *seed)
{
	u64 low = chance(seed) >> 28;	/* of no matter */

	switch (chance_below(seed, 4)) {
	case 0: return ~0ULL << 36 | low;
	case 1: return chance_below(seed, 3) << 36 | low;
	case 2: return chance_below(seed, 4) << 62 | chance_below(seed, 8) << 36 | low;
	default: return chance(seed);
	}
}

static u32 model_count(u64 hash)
{
	u32 i, n = 0;

	for (i = 0; i < entries.count; i++)
		n += entries.hash[i] >> 36 == hash >> 36;
	return n;
}

/* Each entry with this tag once, and no other. */
static void expect_probed(const struct prmem_index *index, u64 hash, u32 step)
{
	u64 at = 0, number;
	u32 i, n = 0;

	while ((number = prmem_index_probe(index, hash, &at)) != 0) {
		for (i = 0; i < entries.count; i++)
			if (entries.number[i] == number)
				break;
		if (!CHECK(i < entries.count && entries.hash[i] >> 36 == hash >> 36,
			   "step %u: number %#llx", step, (unsigned long long)number))
			return;
		n++;
	}
	CHECK(n == model_count(hash), "step %u: %u of %u entries", step, n, model_count(hash));
}

static void grow(struct prmem_index *index, u64 count)
{
	u64 *old = index->slots;
	u32 bits = prmem_index_bits(count);

	CHECK(1ULL << bits >= 2 * count && (bits == 4 || 1ULL << bits < 4 * count),
	      "%llu entries: %u bits", (unsigned long long)count, bits);
	prmem_index_set_room(index, get_memory(8ULL << bits), bits);
	free(old);
}

static void index_model(void)
{
	struct prmem_index index;
	u64 hash, seed = 23;
	u32 round, step, i;

	for (round = 0; round < 20; round++) {
		memset(&index, 0, sizeof(index));
		entries.count = 0;
		CHECK(prmem_index_is_full(&index), "no room");
		for (step = 0; step < 1500; step++) {
			bool full = entries.count == ENTRIES;

			if (!full && chance_below(&seed, 5) > step / 400) {
				if (prmem_index_is_full(&index))
					grow(&index, entries.count + 1);
				i = entries.count++;
				entries.hash[i] = some_hash(&seed);
				entries.number[i] = (1 + step + chance(&seed) % 999 * 10000) %
						    (1ULL << 36);
				prmem_index_add(&index, entries.hash[i], entries.number[i], 0);
			} else if (entries.count) {
				i = chance_below(&seed, entries.count);
				if (chance_below(&seed, 8))
					hash = entries.hash[i];
				else	/* its name was overwritten */
					hash = some_hash(&seed);
				prmem_index_remove(&index, hash, entries.number[i]);
				prmem_index_remove(&index, hash, 9999);	/* isn't there */
				entries.count--;
				entries.hash[i] = entries.hash[entries.count];
				entries.number[i] = entries.number[entries.count];
			}
			if (!index.slots)
				continue;
			CHECK(index.count == entries.count, "step %u: %llu entries", step,
			      (unsigned long long)index.count);
			expect_probed(&index, some_hash(&seed), step);
			if (entries.count)
				expect_probed(&index, entries.hash[step % entries.count], step);
		}
		free(index.slots);
	}
}

/* More slots than tags. */
static void index_wide(void)
{
	struct prmem_index index = { .bits = 30 };

	CHECK(prmem_index_home(&index, ~0ULL) == (1ULL << 30) - 4, "the last home");
	CHECK(prmem_index_home(&index, 1ULL << 36) == 4 && !prmem_index_home(&index, 1), "the first");
	index.bits = 28;
	CHECK(prmem_index_home(&index, ~0ULL) == (1ULL << 28) - 1, "a home a tag");
	CHECK(prmem_index_bits(1ULL << 36) == 37 && prmem_index_bits(0) == 4 &&
	      prmem_index_bits(8) == 4 && prmem_index_bits(9) == 5, "bits");
}

static const struct test tests[] = {
	{ "bitmap: as an array of booleans", bitmap },
	{ "buddy: as an array of pages", buddies },
	{ "index: as a list", index_model },
	{ "index: more slots than tags", index_wide },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
