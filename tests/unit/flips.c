// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every single-bit flip of the metadata: none is accepted as if nothing were
 * wrong, and after what the module does about it all is sound again.
 *
 *	flips [every]	test one bit of so many of the region tables (default 16)
 */
#include "harness.h"

static u32 every = 16;

/* What the usual reservation held after each of its commits. */
static struct prmem_meta committed[2];
static struct reservation usual;
static u8 *before;

static struct {
	u32 mended, recovered_newest, recovered_older, refused, refused_damaged, newer;
} outcomes;

static bool same_regions(const struct prmem_meta *a, const struct prmem_meta *b)
{
	return a->table.count == b->table.count &&
	       !memcmp(a->table.region, b->table.region, sizeof(a->table.region));
}

static void prepare(void)
{
	static const u32 grains[] = { 8, 2, 6 };

	reservation_make(&usual, grains, COUNT(grains));
	reservation_load(&usual, 1, 2);
	prmem_meta_read(usual.area, 0, &committed[0]);
	reservation_load(&usual, 2, 2);
	prmem_meta_read(usual.area, 1, &committed[1]);
	CHECK(!same_regions(&committed[0], &committed[1]), "the two commits hold the same");
	before = get_memory(PRMEM_META_MAPPED);
	memcpy(before, usual.area, PRMEM_META_MAPPED);
	memset(&outcomes, 0, sizeof(outcomes));
}

/* Mend, commit what counts, and look again. */
static void act(struct opened *o, u32 bit)
{
	bool same, recovered = o->judgement.verdict == PRMEM_RECOVER;
	u32 slot = o->judgement.slot;
	struct prmem_meta meta;
	struct opened again;

	prmem_meta_read(usual.area, slot, &meta);
	CHECK(same_regions(&meta, &committed[slot]), "bit %u: slot %u holds other regions", bit,
	      slot);
	reservation_mend(&usual, &o->space);
	if (recovered) {
		prmem_meta_boot(&meta, 3, "6.1.0-3-amd64");
		prmem_commit(usual.area, &meta);
	}
	again = reservation_open(&usual);
	CHECK(again.together && !again.space.mend, "bit %u: not mended", bit);
	CHECK(again.judgement.verdict == PRMEM_ADOPT, "bit %u: verdict %u", bit,
	      again.judgement.verdict);
	prmem_meta_read(usual.area, again.judgement.slot, &meta);
	same = same_regions(&meta, &committed[slot]);
	CHECK(same, "bit %u: the regions have changed", bit);
	if (!recovered)
		CHECK(!memcmp(usual.area, before, PRMEM_META_MAPPED), "bit %u: not as it was", bit);
}

static void judge_flip(u32 bit)
{
	struct opened o = reservation_open(&usual);
	const struct prmem_judgement *j = &o.judgement;

	if (!o.together) {
		outcomes.refused++;
		return;
	}
	switch (j->verdict) {
	case PRMEM_ADOPT:
		if (CHECK(o.space.mend, "bit %u: accepted as if nothing were wrong", bit))
			outcomes.mended++;
		CHECK(j->slot == 1, "bit %u: not the newest", bit);
		act(&o, bit);
		return;
	case PRMEM_RECOVER:
		CHECK(j->fault[!j->slot].rule != PRMEM_SOUND, "bit %u: no reason", bit);
		if (j->slot)
			outcomes.recovered_newest++;
		else
			outcomes.recovered_older++;
		act(&o, bit);
		return;
	case PRMEM_DAMAGED:
		outcomes.refused_damaged++;
		return;
	case PRMEM_NEWER:
		outcomes.newer++;
		return;
	case PRMEM_BLANK:
		break;
	}
	CHECK(j->verdict != PRMEM_BLANK, "bit %u: counts as blank", bit);
}

static void flip(u8 *bytes, u32 bit)
{
	bytes[bit / 8] ^= 1 << bit % 8;
	judge_flip(bit);
	memcpy(usual.area, before, PRMEM_META_MAPPED);
}

static void finish(u32 mended, u32 newest, u32 older, u32 refused)
{
	note("mended %u, recovered with the newest %u, with the one before it %u, refused %u",
	     outcomes.mended, outcomes.recovered_newest, outcomes.recovered_older,
	     outcomes.refused + outcomes.refused_damaged + outcomes.newer);
	CHECK(outcomes.mended == mended, "mended: expected %u", mended);
	CHECK(outcomes.recovered_newest == newest, "recovered with the newest: expected %u",
	      newest);
	CHECK(outcomes.recovered_older == older, "recovered with the older: expected %u", older);
	CHECK(outcomes.refused == refused && !outcomes.refused_damaged && !outcomes.newer,
	      "refused: %u, damaged %u, newer %u", outcomes.refused, outcomes.refused_damaged,
	      outcomes.newer);
	free(before);
	reservation_free(&usual);
}

/* Two stamps of 64 bytes, two roots of 1984. */
static void metadata_page(void)
{
	u32 bit;

	prepare();
	for (bit = 0; bit < PRMEM_PAGE * 8; bit++)
		flip(usual.area, bit);
	finish(1024, 15872, 15872, 0);
}

static void tables(void)
{
	u32 bit, table, tested[2] = { 0, 0 };
	u64 seed = 4;

	prepare();
	for (table = 0; table < 2; table++) {
		/* One bit in every so many, wherever in them. */
		for (bit = 0; bit < 16384 * 8; bit += every) {
			flip(usual.area, PRMEM_TABLE_OFFSET(table) * 8 + bit +
			     chance_below(&seed, every));
			tested[table]++;
		}
	}
	note("one bit in %u", every);
	finish(0, tested[0], tested[1], 0);
}

/* Of a later range: the stamps are mended, and all else must be zero. */
static void later_page(void)
{
	u8 *page;
	u32 bit;

	prepare();
	page = get_memory(PRMEM_PAGE);
	memcpy(page, usual.page[2], PRMEM_PAGE);
	for (bit = 0; bit < PRMEM_PAGE * 8; bit++) {
		flip(usual.page[2], bit);
		if (bit / 8 % 2048 < 64)
			CHECK(!memcmp(page, usual.page[2], PRMEM_PAGE), "bit %u: not mended", bit);
		memcpy(usual.page[2], page, PRMEM_PAGE);
	}
	free(page);
	finish(1024, 0, 0, 31744);
}

/* With the first commit alone there is nothing to fall back to: refused. */
static void first_commit(void)
{
	static const u32 grains[] = { 8, 2, 6 };
	u32 bit, adopted = 0, recovered = 0, damaged = 0;
	struct reservation r;
	struct opened o;

	reservation_make(&r, grains, COUNT(grains));
	reservation_load(&r, 1, 2);
	for (bit = 0; bit < PRMEM_PAGE * 8; bit++) {
		r.area[bit / 8] ^= 1 << bit % 8;
		o = reservation_open(&r);
		CHECK(o.together, "bit %u: \"%s\"", bit, prmem_fault_text(o.fault.rule));
		CHECK(o.judgement.verdict != PRMEM_ADOPT || o.space.mend,
		      "bit %u: accepted as if nothing were wrong", bit);
		adopted += o.judgement.verdict == PRMEM_ADOPT;
		recovered += o.judgement.verdict == PRMEM_RECOVER;
		damaged += o.judgement.verdict == PRMEM_DAMAGED;
		r.area[bit / 8] ^= 1 << bit % 8;
	}
	note("mended %u, recovered %u, refused %u", adopted, recovered, damaged);
	CHECK(adopted == 1024 && recovered == 15872 && damaged == 15872, "other counts expected");
	reservation_free(&r);
}

static const struct test tests[] = {
	{ "flips: the metadata page, all 32,768 bits", metadata_page },
	{ "flips: the first page of a later range, all 32,768 bits", later_page },
	{ "flips: the metadata page after the first commit, all 32,768 bits", first_commit },
	{ "flips: both region tables", tables },
};

int main(int argc, char **argv)
{
	if (argc > 1)
		every = atoi(argv[1]);
	return run_tests(tests, COUNT(tests));
}
