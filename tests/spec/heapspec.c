// SPDX-License-Identifier: GPL-2.0-only
/*
 * Heaps with random damage, mostly with the checksums made right again: what the core
 * says of each must be what a checker says that was written from SPEC.md alone.
 *
 *	heapspec [IMAGES]
 */
#include "../unit/heaps.h"
#include "heapread.h"

#define MAX_KEPT	16
#define RULES		23	/* of SPEC.md, about heaps */

static struct heaps h;
static struct read_region regions[MAX_PARTS];
static struct read_heap good, found;
static u64 seed = 77;
static u32 images = 4000;

/* What the damage is to, as it was. */
static struct {
	void *at;
	size_t len;
	u8 old[192];
} kept[MAX_KEPT];
static u32 nr_kept;

static u64 below(u64 n)
{
	return chance_below(&seed, n);
}

static void *keep(void *at, size_t len)
{
	if (nr_kept == MAX_KEPT)
		bail_out("MAX_KEPT is too small");
	kept[nr_kept].at = at;
	kept[nr_kept].len = len;
	memcpy(kept[nr_kept++].old, at, len);
	return at;
}

static void mend(void)
{
	while (nr_kept--)
		memcpy(kept[nr_kept].at, kept[nr_kept].old, kept[nr_kept].len);
	nr_kept = 0;
}

/* -- a heap with everything in it -- */

static void use(struct prmem_owner *owner, u32 times)
{
	u64 refs[64] = { 0 }, size;
	u32 i;

	for (i = 0; i < times; i++) {
		size = 1 + below(below(4) ? 16ULL << below(8) : 4096ULL << below(4));
		refs[i] = prmem_owner_alloc(&h.heap, owner, size);
		if (refs[i] && below(3) == 0)
			prmem_instance_set_data(&h.heap, owner->number, refs[i], 1 + below(size));
	}
	for (i = 0; i < times; i += 3)
		if (refs[i])
			prmem_owner_free(&h.heap, owner, refs[i]);
}

static void fill(void)
{
	static const u32 grains[] = { 1, 2 };
	struct prmem_owner owner;
	char name[32];
	u32 i, k;

	heaps_make(&h, grains, COUNT(grains));
	heaps_reopen(&h);
	for (i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		prmem_owner_open(&h.heap, heaps_create_sure(&h, i % 2 ? "odd" : "even", name),
				 &owner);
		use(&owner, i % 3 ? below(12) : below(64));
		if (i % 6 == 5)
			prmem_instance_destroy(&h.heap, &owner);
		else
			prmem_owner_close(&h.heap, &owner);
	}
	for (k = 0; k < h.count; k++)
		regions[k] = (struct read_region) {
			h.base[k], h.region[k].start, h.region[k].size, h.region[k].serial,
		};
	if (!heap_read(&good, regions, h.count, BOOT | 1))
		bail_out("a sound heap is not sound by SPEC.md");
	for (i = 0; i < 3; i++)
		seal_record(&h, good.instances[7 * i].number, PRMEM_INSTANCE_DYING);
	heaps_close(&h);
}

/* -- damage -- */

static u64 other_value(u64 right, u32 bits)
{
	static const u64 interesting[] = { 0, 1, 2, 3, 4, 5, 7, 8, 26, 27, 31, 47, 48, 4095, 4096 };
	u64 values[] = {
		interesting[below(COUNT(interesting))], right + 1, right - 1,
		right ^ 1ULL << below(bits), chance(&seed), ~0ULL,
	};

	return values[below(COUNT(values))] & ~0ULL >> (64 - bits);
}

static u64 some_number(void)
{
	return good.instances[below(good.nr_instances)].number;
}

static u32 page_of(const struct read_block *b)
{
	u32 part = b->region - regions;

	return heaps_first(&h, part) + b->page;
}

static const struct read_block *some_block(enum prmem_page_kind kind)
{
	const struct read_block *b;

	do {
		b = &good.blocks[below(good.nr_blocks)];
	} while (PRMEM_WORD_KIND(b->word) != kind);
	return b;
}

static void damage_header(void)
{
	static const u32 fields[] = { 0, 4, 8, 16, 24, 32, 40, 48, 56, 60 };
	u32 part = below(h.count);
	u8 *at = keep(h.base[part], 64) + fields[below(COUNT(fields))];

	field_set(at, 0, 4, other_value(field_get(at, 0, 4), 32));
	if (below(8))
		seal_header(&h, part);
}

/* One of a word's fields; or a word that is that of a page elsewhere. */
static void damage_word(void)
{
	static const struct {
		u32 shift, bits;
	} fields[] = { { 0, 3 }, { 3, 5 }, { 8, 4 }, { 12, 36 }, { 48, 16 } };
	const struct read_block *b = &good.blocks[below(good.nr_blocks)];
	u32 n = below(COUNT(fields)), page = page_of(b) + (below(4) ? 0 : below(3));
	u32 part = b->region - regions, bits = fields[n].bits, shift = fields[n].shift;
	u64 word, field, value;

	if (page - heaps_first(&h, part) >= heaps_pages(&h, part))
		return;
	word = *(u64 *)keep(heaps_word(&h, page), 8);
	field = word >> shift & ~0ULL >> (64 - bits);
	value = shift == 12 && below(2) ? some_number() : other_value(field, bits);
	word = (word & ~(~0ULL >> (64 - bits) << shift)) | value << shift;
	if (below(6) == 0)
		word = b->word;
	*heaps_word(&h, page) = word;
	if (below(8) && shift != 48)
		heaps_set_word(&h, page, word);
}

static void damage_slab(void)
{
	const struct read_block *b = some_block(PRMEM_PAGE_SLAB);
	u32 class = PRMEM_WORD_CLASS(b->word), page = page_of(b);
	u32 objects = PRMEM_SLAB_OBJECTS(class), head = PRMEM_SLAB_HEAD(class);
	u32 words = (objects + 47) / 48, at = below(words);
	u8 *slab = heaps_at(&h, page * 4096ULL);
	u64 bits;

	if (head > 8 * words && below(3) == 0) {
		at = 8 * words + below(head - 8 * words);
		*(u8 *)keep(slab + at, 1) = 1 + below(255);
		return;
	}
	if (below(2))
		at = words - 1;
	bits = *(u64 *)keep(slab + 8 * at, 8);
	bits ^= 1ULL << below(64);
	memcpy(slab + 8 * at, &bits, 8);
	if (below(8))
		seal_bits(&h, page, at, bits & ~0ULL >> 16);
}

static void damage_record(void)
{
	u64 number = some_number(), other = some_number();
	u32 which = below(8), state = PRMEM_INSTANCE_LIVE;
	u8 *rec = keep(heaps_record(&h, number), 192);

	switch (which) {
	case 0:
		state = other_value(2, below(2) ? 2 : 32);
		break;
	case 1:
	case 2:
		rec[16 + 64 * (which - 1) + below(64)] = below(2) ? '/' : other_value('/', 8);
		break;
	case 3:
		memcpy(rec + 16, (u8 *)heaps_record(&h, other) + 16, 128);
		break;
	case 4:
		rec[8 + below(136)] ^= 1 << below(8);
		break;
	case 5:
		rec[below(8)] ^= 1 << below(8);
		return;
	case 6:
		memset(rec + 16 + 64 * below(2), 0, 64);
		break;
	case 7:
		*(u8 *)keep(heaps_at(&h, number / 32 * 4096 + below(64)), 1) = 1 + below(255);
		return;
	}
	if (below(8))
		seal_record(&h, number, state);
}

static void damage_data(void)
{
	u64 number = some_number(), other;
	u32 slot = below(2);
	u8 *data = (u8 *)keep(heaps_record(&h, number), 192) + 144 + 24 * slot;
	u32 sequence = field_get(data, 4, 4);

	switch (below(6)) {
	case 0:
		field_set(data, 0, 8, PRMEM_DATA_WRITING);
		return;
	case 1:
		sequence = other_value(sequence, 32);
		break;
	case 2:
		field_set(data, 8, 8, other_value(field_get(data, 8, 8), below(2) ? 64 : 24));
		break;
	case 3:
		field_set(data, 16, 8, other_value(field_get(data, 16, 8), below(2) ? 64 : 13));
		break;
	case 4:
		other = good.extents[below(good.nr_extents)].ref;
		field_set(data, 8, 8, other + below(2) * 16);
		field_set(data, 16, 8, 1 + below(64));
		break;
	case 5:
		data[below(24)] ^= 1 << below(8);
		return;
	}
	if (below(8))
		seal_data(&h, number, slot, sequence);
}

static void (*const damages[])(void) = {
	damage_header, damage_word, damage_word, damage_slab, damage_record, damage_record,
	damage_data,
};

static void note_rule(const char **rules, u32 *count, const char *rule)
{
	u32 i;

	for (i = 0; i < *count; i++)
		if (!strcmp(rules[i], rule))
			return;
	if (*count < RULES)
		rules[*count] = rule;
	++*count;
}

static void compare(void)
{
	const char *rules[RULES], *core;
	u32 nr_rules = 0, i, times, sound = 0;
	struct prmem_fault fault;
	bool is;

	fill();
	for (i = 0; i < images && failures() < 5; i++) {
		for (times = below(4); times; times--)
			damages[below(COUNT(damages))]();
		fault = (struct prmem_fault) { PRMEM_SOUND, 0, 0, 0 };
		is = heap_read(&found, regions, h.count, BOOT | 1);
		sound += is;
		heaps_open(&h, &fault);
		heaps_close(&h);
		core = prmem_fault_text(fault.rule);
		CHECK(is ? fault.rule == PRMEM_SOUND : !strcmp(core, found.broken) &&
		      fault.at == found.at, "image %u: by SPEC.md %s at %llu, the core %s at %u", i,
		      is ? "sound" : found.broken, (unsigned long long)found.at, core, fault.at);
		if (!is)
			note_rule(rules, &nr_rules, found.broken);
		mend();
	}
	note("%u images, %u of them sound, %u of %u rules broken", i, sound, nr_rules, RULES);
	CHECK(i < images || (nr_rules == RULES && sound > images / 10), "too few rules");
	heaps_free(&h);
	heap_read_free(&good);
	heap_read_free(&found);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "heapspec: what is wrong, by SPEC.md and by the core", compare },
	};

	if (argc == 2)
		images = atoi(argv[1]);
	return run_tests(tests, COUNT(tests));
}
