// SPDX-License-Identifier: GPL-2.0-only
/*
 * A second reader of the metadata, from SPEC.md. It is slow, and goes about it in
 * another way than the core where there is one: a stamp is compared with the one
 * that should be there, and a partition is regions in order that don't overlap, lie
 * in a range each, and add up.
 */
#include "reader.h"

static bool zero(const void *p, size_t len)
{
	const u8 *byte = p;

	return !len || (!byte[0] && !memcmp(byte, byte + 1, len - 1));
}

/* Only id, index and count are free. */
static bool stamp_holds(const struct prmem_stamp *s, const struct prmem_range *range)
{
	struct prmem_stamp right = {
		.abi = 1, .magic = 0x706d6174736d7270ULL, .id = s->id, .base = range->base,
		.size = range->size, .index = s->index, .count = s->count,
	};

	seal_stamp(&right);
	return !memcmp(s, &right, sizeof(right)) && s->id && s->count <= 8 && s->index < s->count;
}

/* The stamp of a range that is accepted; sets bits of the damaged copies. */
static const struct prmem_stamp *stamp_of(const struct prmem_found *found, u32 *damaged)
{
	const struct prmem_stamp *a = (const struct prmem_stamp *)found->page;
	const struct prmem_stamp *b = (const struct prmem_stamp *)(found->page + 2048);
	bool a_holds = stamp_holds(a, &found->range), b_holds = stamp_holds(b, &found->range);

	*damaged = (a_holds ? 0 : 1) + (b_holds ? 0 : 2);
	if (!a_holds && !b_holds)
		return NULL;
	if (a_holds && b_holds && memcmp(a, b, sizeof(*a)))
		return NULL;
	a = a_holds ? a : b;
	if (a->index && !(zero(found->page + 64, 1984) && zero(found->page + 2112, 1984)))
		return NULL;
	return a;
}

bool reader_space(const struct prmem_found *found, u32 count, struct prmem_space *space)
{
	const struct prmem_stamp *s, *first = NULL;
	u32 i, damaged, seen = 0;

	memset(space, 0, sizeof(*space));
	for (i = 0; i < count; i++) {
		s = stamp_of(&found[i], &damaged);
		if (!s)
			return false;
		first = first ? first : s;
		if (s->id != first->id || s->count != first->count || seen & 1U << s->index)
			return false;
		seen |= 1U << s->index;
		space->range[s->index] = found[i].range;
		space->found[s->index] = i;
		space->mend |= damaged << 2 * s->index;
	}
	if (seen != (1U << first->count) - 1)
		return false;
	space->id = first->id;
	space->count = first->count;
	for (i = 0; i < space->count; i++)
		space->offset[i + 1] = space->size += space->range[i].size;
	return true;
}

bool reader_unused(const u8 *page)
{
	u32 copy;

	for (copy = 0; copy < 2; copy++) {
		u64 stamp = field_get(page, 2048 * copy + 8, 8);
		u64 root = field_get(page, 2048 * copy + 64 + 8, 8);

		if (stamp == 0x706d6174736d7270ULL || root == 0x3130746f6f726d70ULL ||
		    root == 0x676e697469727770ULL)
			return false;
	}
	return true;
}

/* The number of the range that holds all of it, outside of the metadata area. */
static int range_of(const struct prmem_region_rec *r, const struct prmem_space *space)
{
	unsigned __int128 from = r->start, to = from + r->size;
	u32 i;

	for (i = 0; i < space->count; i++)
		if (from >= space->offset[i] + GRAIN && to <= space->offset[i + 1])
			return i;
	return -1;
}

static bool name_holds(const u8 *name)
{
	static const char allowed[] =
		".-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	char text[PRMEM_NAME_LEN + 1] = "";
	size_t len;

	memcpy(text, name, PRMEM_NAME_LEN);
	len = strlen(text);
	return len && len < PRMEM_NAME_LEN && strspn(text, allowed) == len &&
	       strchr(allowed + 3, text[0]) && zero(name + len, PRMEM_NAME_LEN - len);
}

static bool region_holds(const struct prmem_region_rec *r, const struct prmem_root_rec *root)
{
	if (r->zero || !r->size || r->size % GRAIN)
		return false;
	if (r->type == PRMEM_REGION_POOL)
		return !r->serial && zero(r->name, sizeof(r->name));
	if (!r->serial || r->serial >= root->next_serial)
		return false;
	if (r->type == PRMEM_REGION_HEAP)
		return zero(r->name, sizeof(r->name));
	return r->type == PRMEM_REGION_DISK && name_holds(r->name);
}

static bool twice(const struct prmem_region_rec *a, const struct prmem_region_rec *b)
{
	return (a->serial && a->serial == b->serial) ||
	       (a->name[0] && !memcmp(a->name, b->name, sizeof(a->name)));
}

bool reader_table(const struct prmem_table_rec *table, const struct prmem_root_rec *root,
		  const struct prmem_space *space)
{
	const struct prmem_region_rec *r = table->region;
	u64 sum = 0, features = 0;
	u32 i, j;

	if (table->count > 255 || !zero(r + table->count, (255 - table->count) * sizeof(*r)))
		return false;
	for (i = 0; i < table->count; i++) {
		if (!region_holds(&r[i], root) || range_of(&r[i], space) < 0 ||
		    (i && r[i].start < r[i - 1].start + r[i - 1].size))
			return false;
		for (j = 0; j < i; j++)
			if (twice(&r[i], &r[j]))
				return false;
		sum += r[i].size;
		features |= r[i].type == PRMEM_REGION_HEAP ? PRMEM_FEAT_HEAP : 0;
	}
	return sum == space->size - space->count * GRAIN &&
	       features == (root->feat_incompat & PRMEM_FEAT_HEAP);
}

static bool release_holds(const u8 *s)
{
	char text[PRMEM_RELEASE_LEN + 1] = "";
	size_t i, len;

	memcpy(text, s, PRMEM_RELEASE_LEN);
	len = strlen(text);
	for (i = 0; i < len; i++)
		if (s[i] < 0x21 || s[i] > 0x7e)
			return false;
	return len < PRMEM_RELEASE_LEN && zero(s + len, PRMEM_RELEASE_LEN - len);
}

static bool root_holds(const struct prmem_root_rec *r, u32 slot, const struct prmem_space *space)
{
	bool known = r->minor <= PRMEM_FORMAT_MINOR && !(r->feat_compat & ~PRMEM_FEAT_COMPAT);

	return r->sequence && r->sequence <= 1ULL << 62 && r->sequence % 2 != slot &&
	       r->slot == slot && r->id == space->id && r->size == space->size && r->release[0] &&
	       release_holds(r->release) && release_holds(r->previous) && r->next_serial &&
	       r->next_serial <= 1ULL << 62 &&
	       (!known || (!r->zero0 && zero(r->zero, sizeof(r->zero))));
}

static bool slot_holds(const struct prmem_root_rec *r, const struct prmem_table_rec *t, u32 slot,
		       const struct prmem_space *space)
{
	return root_holds(r, slot, space) && t->magic == 0x31306e6765726d70ULL &&
	       t->checksum == prmem_port_crc32c(0x6e676572, (const u8 *)t + 4, 16380) &&
	       t->sequence == r->sequence && t->slot == slot && !t->zero0 &&
	       zero(t->zero, sizeof(t->zero)) && reader_table(t, r, space);
}

enum slot_state reader_slot(const u8 *area, u32 slot, const struct prmem_space *space)
{
	const struct prmem_root_rec *r = root_at((u8 *)area, slot);

	if (zero(r, sizeof(*r)))
		return SLOT_EMPTY;
	if (r->magic == 0x676e697469727770ULL)
		return SLOT_UNFINISHED;
	if (r->magic != 0x3130746f6f726d70ULL ||
	    r->checksum != prmem_port_crc32c(0x746f6f72, (const u8 *)r + 4, 1980))
		return SLOT_DAMAGED;
	if (r->major != 1 || r->feat_incompat & ~PRMEM_FEAT_INCOMPAT)
		return SLOT_NEWER;
	return slot_holds(r, table_at((u8 *)area, slot), slot, space) ? SLOT_VALID : SLOT_DAMAGED;
}

/* SPEC.md's table, row by row. @slot: of those with one. */
enum prmem_verdict reader_verdict(const u8 *area, const struct prmem_space *space, u32 *slot)
{
	enum slot_state a = reader_slot(area, 0, space), b = reader_slot(area, 1, space);
	u64 a_sequence = root_at((u8 *)area, 0)->sequence;
	u64 b_sequence = root_at((u8 *)area, 1)->sequence;
	enum slot_state other;

	*slot = 0;
	if (a == SLOT_NEWER || b == SLOT_NEWER) {
		*slot = a != SLOT_NEWER;
		return PRMEM_NEWER;
	}
	if (a == SLOT_VALID && b == SLOT_VALID) {
		*slot = b_sequence == a_sequence + 1;
		return *slot || a_sequence == b_sequence + 1 ? PRMEM_ADOPT : PRMEM_DAMAGED;
	}
	if (a == SLOT_VALID || b == SLOT_VALID) {
		*slot = b == SLOT_VALID;
		other = *slot ? a : b;
		if (other == SLOT_UNFINISHED || (other == SLOT_EMPTY && !*slot && a_sequence == 1))
			return PRMEM_ADOPT;
		return PRMEM_RECOVER;
	}
	if (b == SLOT_EMPTY && (a == SLOT_EMPTY || a == SLOT_UNFINISHED))
		return PRMEM_BLANK;
	return PRMEM_DAMAGED;
}
