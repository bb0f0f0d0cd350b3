// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images of reservations for tests/spec/check.py, which reads them by SPEC.md, and
 * what the core makes of them.
 *
 *	dump IMAGES > FILE
 *
 * For each image: the number of ranges; base, size and bytes of each one's first
 * page (of the first range in its place: its metadata area); the length of a text,
 * and the text. Numbers are of 8 bytes.
 */
#include "describe.h"

static u64 seed = 6;

static void put(u64 value)
{
	fwrite(&value, sizeof(value), 1, stdout);
}

static void write_image(const struct reservation *r)
{
	char text[DESCRIPTION_SIZE];
	size_t len;
	u32 i, n;

	put(r->count);
	for (i = 0; i < r->count; i++) {
		put(r->found[i].range.base);
		put(r->found[i].range.size);
		n = r->found[i].page == r->area ? PRMEM_META_MAPPED : PRMEM_PAGE;
		put(n);
		fwrite(r->found[i].page, n, 1, stdout);
	}
	len = describe(r, text);
	put(len);
	fwrite(text, len, 1, stdout);
}

/* A random change of the metadata; mostly with the checksums made right again. */
static void change(struct reservation *r)
{
	static const u64 interesting[] = {
		0, 1, 2, 3, 8, 9, 255, 256, GRAIN, 2 * GRAIN, GRAIN - 1, 1ULL << 62,
		(1ULL << 62) + 1, ~0ULL, 0x2d, 0x2e41,
	};
	u32 slot = chance_below(&seed, 2), range = chance_below(&seed, r->count);
	u32 width = chance_below(&seed, 3) ? 8 : 1 << chance_below(&seed, 3);
	u32 what = chance_below(&seed, 8);
	u64 value = chance_below(&seed, 3) ? interesting[chance_below(&seed, COUNT(interesting))] :
		    chance(&seed);
	bool sealed = chance_below(&seed, 8);
	u8 *rec;
	u32 len;

	if (what == 0) {
		rec = (u8 *)stamp_at(r, range, slot);
		len = 64;
	} else if (what <= 3) {
		rec = (u8 *)root_at(r->area, slot);
		len = chance_below(&seed, 4) ? 96 : 1984;
	} else {
		rec = (u8 *)table_at(r->area, slot);
		len = chance_below(&seed, 8) ? 64 * 4 : 16384;
	}
	field_set(rec, chance_below(&seed, len / width) * width, width, value);
	if (!sealed)
		return;
	if (what == 0)
		seal_stamp(stamp_at(r, range, slot));
	else
		what <= 3 ? seal_root(r->area, slot) : seal_table(r->area, slot);
}

/* Of regions that exist, one field set to that of another: almost right. */
static void mix(struct reservation *r)
{
	static const struct {
		u32 offset, width;
	} fields[] = { { 0, 8 }, { 8, 8 }, { 16, 8 }, { 24, 4 }, { 32, 32 } };
	struct prmem_table_rec *t = table_at(r->area, chance_below(&seed, 2));
	u32 n = chance_below(&seed, COUNT(fields));

	if (!t->count || t->count > PRMEM_MAX_REGIONS)
		return;
	memcpy((u8 *)&t->region[chance_below(&seed, t->count)] + fields[n].offset,
	       (u8 *)&t->region[chance_below(&seed, t->count)] + fields[n].offset,
	       fields[n].width);
	seal_table(r->area, 0);
	seal_table(r->area, 1);
}

static void add_heaps(struct reservation *r)
{
	struct opened o = reservation_open(r);
	struct prmem_meta meta;
	u32 heaps = 1 + chance_below(&seed, 3);

	prmem_meta_read(r->area, o.judgement.slot, &meta);
	while (heaps--)
		prmem_region_add_heap(&meta, GRAIN, 0, -1);
	prmem_commit(r->area, &meta);
}

/* A root that says that there are heaps, or that there are none, whatever there is. */
static void set_features(struct reservation *r)
{
	u32 slot = chance_below(&seed, 2);

	root_at(r->area, slot)->feat_incompat = chance_below(&seed, 2);
	seal_root(r->area, slot);
}

static void one_image(u32 number)
{
	u32 grains[PRMEM_MAX_RANGES], count = 1 + chance_below(&seed, PRMEM_MAX_RANGES);
	u32 i, loads = chance_below(&seed, 5), changes = number % 8 ? 1 + chance_below(&seed, 3) : 0;
	struct reservation r;

	for (i = 0; i < count; i++)
		grains[i] = 1 + chance_below(&seed, 12);
	grains[0] += 20;
	reservation_make(&r, grains, count);
	for (i = 0; i < loads; i++)
		reservation_load(&r, i + 1, chance_below(&seed, 3));
	if (loads && number % 4 == 3)
		add_heaps(&r);
	if (loads && number % 16 == 6)
		set_features(&r);
	while (changes--)
		chance_below(&seed, 3) ? change(&r) : mix(&r);
	/* The map may hold them in another order, or lack one. */
	if (number % 3 == 0 && count > 1) {
		struct prmem_found first = r.found[0];

		r.found[0] = r.found[count - 1];
		r.found[count - 1] = first;
	}
	if (number % 16 == 5 && count > 1)
		r.count--;
	write_image(&r);
	r.count = count;
	reservation_free(&r);
}

int main(int argc, char **argv)
{
	u32 i, images = argc > 1 ? atoi(argv[1]) : 1;

	for (i = 0; i < images; i++)
		one_image(i);
	return 0;
}
