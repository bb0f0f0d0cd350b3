// SPDX-License-Identifier: GPL-2.0-only
/* The roots: every rule, every row of the judgement, and what a commit keeps. */
#include "harness.h"

#define A	0
#define B	1	/* in the usual reservation the newest, of sequence 2 */

static enum prmem_verdict verdict_of(enum prmem_rule rule)
{
	return rule == PRMEM_SOUND ? PRMEM_ADOPT :
	       rule == PRMEM_BAD_MAJOR || rule == PRMEM_BAD_FEATURES ? PRMEM_NEWER :
	       PRMEM_RECOVER;
}

static void expect(const struct reservation *r, enum prmem_verdict verdict, u32 slot,
		   enum prmem_rule rule_a, enum prmem_rule rule_b, const char *what, u64 value)
{
	struct opened o = reservation_open(r);
	const struct prmem_judgement *j = &o.judgement;
	unsigned long long v = value;

	CHECK(o.together, "%s %#llx: \"%s\"", what, v, prmem_fault_text(o.fault.rule));
	CHECK(j->verdict == verdict, "%s %#llx: verdict %u, expected %u", what, v, j->verdict,
	      verdict);
	CHECK(j->slot == slot || verdict == PRMEM_BLANK, "%s %#llx: slot %u", what, v, j->slot);
	CHECK(j->fault[A].rule == rule_a, "%s %#llx: slot A: \"%s\", expected \"%s\"", what, v,
	      prmem_fault_text(j->fault[A].rule), prmem_fault_text(rule_a));
	CHECK(j->fault[B].rule == rule_b, "%s %#llx: slot B: \"%s\", expected \"%s\"", what, v,
	      prmem_fault_text(j->fault[B].rule), prmem_fault_text(rule_b));
}

/* Slot B of the usual reservation has been changed, and breaks @rule. */
static void expect_b(const struct reservation *r, enum prmem_rule rule, const char *what,
		     u64 value)
{
	enum prmem_verdict verdict = verdict_of(rule);

	expect(r, verdict, verdict == PRMEM_RECOVER ? A : B, PRMEM_SOUND, rule, what, value);
}

/* Slots to put back, so that a case needs no new reservation. */
struct saved {
	u8 area[PRMEM_META_MAPPED];
};

static struct saved *save(const struct reservation *r)
{
	struct saved *s = get_memory(sizeof(*s));

	memcpy(s->area, r->area, sizeof(s->area));
	return s;
}

static void put_back(struct reservation *r, const struct saved *s)
{
	memcpy(r->area, s->area, sizeof(s->area));
}

static const struct root_case {
	u32 offset, width;
	enum prmem_rule rule;
	bool all;	/* every value but the right one, else only: */
	u64 value;
} root_cases[] = {
	{ 4, 2, PRMEM_BAD_MAJOR, true, 0 },
	{ 6, 2, PRMEM_SOUND, true, 0 },			/* a later minor version */
	{ 8, 8, PRMEM_BAD_MAGIC, true, 0 },
	{ 16, 8, PRMEM_BAD_SEQUENCE, false, 0 },
	{ 16, 8, PRMEM_BAD_SEQUENCE, false, (1ULL << 62) + 1 },
	{ 16, 8, PRMEM_BAD_SEQUENCE, false, (1ULL << 62) + 2 },
	{ 16, 8, PRMEM_BAD_SEQUENCE, false, 1ULL << 63 },
	{ 16, 8, PRMEM_BAD_SEQUENCE, false, ~0ULL },
	{ 16, 8, PRMEM_BAD_SLOT, false, 1 },
	{ 16, 8, PRMEM_BAD_SLOT, false, 3 },
	{ 16, 8, PRMEM_BAD_SLOT, false, (1ULL << 62) - 1 },
	{ 16, 8, PRMEM_BAD_TABLE_SEQUENCE, false, 4 },
	{ 16, 8, PRMEM_BAD_TABLE_SEQUENCE, false, 1ULL << 62 },
	{ 24, 8, PRMEM_SOUND, true, 0 },		/* unknown compatible features */
	{ 32, 8, PRMEM_BAD_TABLE_FEATURES, false, 1 },	/* heaps, and there is none */
	{ 32, 8, PRMEM_BAD_FEATURES, false, 2 },
	{ 32, 8, PRMEM_BAD_FEATURES, false, 3 },
	{ 32, 8, PRMEM_BAD_FEATURES, false, 1ULL << 63 | 1 },
	{ 32, 8, PRMEM_BAD_FEATURES, false, 1ULL << 63 },
	{ 32, 8, PRMEM_BAD_FEATURES, false, ~0ULL >> 1 },
	{ 32, 8, PRMEM_BAD_FEATURES, false, ~0ULL },
	{ 40, 8, PRMEM_BAD_ID, true, 0 },
	{ 48, 8, PRMEM_BAD_SIZE, true, 0 },
	{ 56, 4, PRMEM_BAD_SLOT, true, 0 },
	{ 60, 4, PRMEM_BAD_ZERO, true, 0 },
	{ 64, 8, PRMEM_SOUND, true, 0 },		/* boots: a count that nobody checks */
	{ 72, 8, PRMEM_SOUND, true, 0 },		/* boot: any number */
	{ 80, 8, PRMEM_BAD_SERIAL, false, 0 },
	{ 80, 8, PRMEM_BAD_SERIAL, false, (1ULL << 62) + 1 },
	{ 80, 8, PRMEM_BAD_SERIAL, false, ~0ULL },
	{ 80, 8, PRMEM_BAD_REGION_SERIAL, false, 4 },	/* disk4 has it already */
	{ 80, 8, PRMEM_BAD_REGION_SERIAL, false, 1 },
	{ 80, 8, PRMEM_SOUND, false, 6 },
	{ 80, 8, PRMEM_SOUND, false, 1ULL << 62 },
};

static void fields(void)
{
	struct reservation r;
	struct saved *s;
	u32 i, which, bit;
	u64 right, value;

	reservation_usual(&r);
	s = save(&r);
	expect_b(&r, PRMEM_SOUND, "untouched", 0);
	for (i = 0; i < COUNT(root_cases); i++) {
		const struct root_case *c = &root_cases[i];

		right = field_get(root_at(r.area, B), c->offset, c->width);
		for (which = 0; which < (c->all ? WRONG_VALUES : 1); which++) {
			value = c->all ? wrong_value(right, c->width, which) : c->value;
			if (value == right)
				continue;
			field_set(root_at(r.area, B), c->offset, c->width, value);
			seal_root(r.area, B);
			expect_b(&r, c->rule, "root case", i << 16 | which);
			put_back(&r, s);
		}
	}
	for (bit = 0; bit < 64; bit++) {
		field_set(root_at(r.area, B), 32, 8, 1ULL << bit);
		seal_root(r.area, B);
		expect_b(&r, bit ? PRMEM_BAD_FEATURES : PRMEM_BAD_TABLE_FEATURES,
			 "incompatible feature", bit);
		field_set(root_at(r.area, B), 32, 8, 0);
		field_set(root_at(r.area, B), 24, 8, 1ULL << bit);
		seal_root(r.area, B);
		expect_b(&r, PRMEM_SOUND, "compatible feature", bit);
		put_back(&r, s);
	}
	/* Without a new checksum nothing but the magic comes before it. */
	for (i = 0; i < sizeof(struct prmem_root_rec); i++) {
		((u8 *)root_at(r.area, B))[i] ^= 0x40;
		expect_b(&r, i / 8 == 1 ? PRMEM_BAD_MAGIC : PRMEM_BAD_CHECKSUM, "byte", i);
		put_back(&r, s);
	}
	free(s);
	reservation_free(&r);
}

static void reserved_bytes(void)
{
	struct reservation r;
	struct saved *s;
	u32 i;

	reservation_usual(&r);
	s = save(&r);
	for (i = 232; i < sizeof(struct prmem_root_rec); i++) {
		((u8 *)root_at(r.area, B))[i] = 1 << i % 8;
		seal_root(r.area, B);
		expect_b(&r, PRMEM_BAD_ZERO, "reserved byte", i);
		/* They may mean something to a later version that old ones can read. */
		root_at(r.area, B)->feat_compat = 1ULL << 40;
		seal_root(r.area, B);
		expect_b(&r, PRMEM_SOUND, "reserved byte with a compatible feature", i);
		root_at(r.area, B)->feat_compat = 0;
		root_at(r.area, B)->minor = 1;
		seal_root(r.area, B);
		expect_b(&r, PRMEM_SOUND, "reserved byte with a later minor version", i);
		put_back(&r, s);
	}
	free(s);
	reservation_free(&r);
}

static void releases(void)
{
	static const struct {
		u32 at;		/* byte in the string */
		u8 value;
		bool previous_too;
	} bad[] = {
		{ 0, 0, false },	/* no release: followed by more bytes, or empty */
		{ 3, 0, true },		/* something after the end */
		{ 3, ' ', true }, { 3, '\t', true }, { 3, '\n', true }, { 3, 1, true },
		{ 3, 0x1f, true }, { 3, 0x7f, true }, { 3, 0x80, true }, { 3, 0xff, true },
		{ 71, 'x', true }, { 70, 'x', true }, { 40, 'x', true },
	};
	struct prmem_root_rec *root;
	struct reservation r;
	struct saved *s;
	u32 i;

	reservation_usual(&r);
	s = save(&r);
	root = root_at(r.area, B);
	for (i = 0; i < COUNT(bad); i++) {
		root->release[bad[i].at] = bad[i].value;
		seal_root(r.area, B);
		expect_b(&r, PRMEM_BAD_STRING, "release", i);
		put_back(&r, s);
		root->previous[bad[i].at] = bad[i].value;
		seal_root(r.area, B);
		expect_b(&r, PRMEM_BAD_STRING, "previous", i);
		put_back(&r, s);
	}
	memset(root->release, 0, sizeof(root->release));
	seal_root(r.area, B);
	expect_b(&r, PRMEM_BAD_STRING, "no release", 0);
	put_back(&r, s);
	memset(root->previous, 0, sizeof(root->previous));
	seal_root(r.area, B);
	expect_b(&r, PRMEM_SOUND, "no kernel before", 0);
	memset(root->previous, '~', sizeof(root->previous));
	seal_root(r.area, B);
	expect_b(&r, PRMEM_BAD_STRING, "no end", 0);
	root->previous[71] = 0;
	seal_root(r.area, B);
	expect_b(&r, PRMEM_SOUND, "71 characters", 0);
	memset(root->release, '!', 71);
	seal_root(r.area, B);
	expect_b(&r, PRMEM_SOUND, "71 characters", 0);
	root->release[71] = '!';
	seal_root(r.area, B);
	expect_b(&r, PRMEM_BAD_STRING, "no end", 0);
	free(s);
	reservation_free(&r);
}

/* Of two broken rules the one that SPEC.md names first is reported. */
static void ladder(void)
{
	static const struct {
		bool table;
		u32 offset, width;
		u64 value;
		enum prmem_rule rule;
	} rungs[] = {
		{ false, 8, 8, 5, PRMEM_BAD_MAGIC },
		{ false, 0, 4, 5, PRMEM_BAD_CHECKSUM },
		{ false, 4, 2, 5, PRMEM_BAD_MAJOR },
		{ false, 32, 8, 6, PRMEM_BAD_FEATURES },
		{ false, 16, 8, ~1ULL, PRMEM_BAD_SEQUENCE },
		{ false, 56, 4, 5, PRMEM_BAD_SLOT },
		{ false, 40, 8, 5, PRMEM_BAD_ID },
		{ false, 48, 8, 5, PRMEM_BAD_SIZE },
		{ false, 90, 1, ' ', PRMEM_BAD_STRING },
		{ false, 162, 1, ' ', PRMEM_BAD_STRING },
		{ false, 80, 8, 0, PRMEM_BAD_SERIAL },
		{ false, 232, 8, 5, PRMEM_BAD_ZERO },
		{ true, 8, 8, 5, PRMEM_BAD_TABLE_MAGIC },
		{ true, 0, 4, 5, PRMEM_BAD_TABLE_CHECKSUM },
		{ true, 16, 8, 5, PRMEM_BAD_TABLE_SEQUENCE },
		{ true, 4, 4, 5, PRMEM_BAD_TABLE_SLOT },
		{ true, 32, 8, 5, PRMEM_BAD_TABLE_ZERO },
		{ true, 24, 4, 256, PRMEM_BAD_TABLE_COUNT },
	};
	struct reservation r;
	struct saved *s;
	u32 i, j, k;

	reservation_usual(&r);
	s = save(&r);
	for (i = 0; i < COUNT(rungs); i++) {
		for (j = i; j < COUNT(rungs); j++) {
			u32 broken[2] = { i, j };
			bool unsealed[2] = { false, false };

			for (k = 0; k < 2; k++) {
				u32 n = broken[k];
				void *rec = rungs[n].table ? (void *)table_at(r.area, B) :
						(void *)root_at(r.area, B);

				field_set(rec, rungs[n].offset, rungs[n].width, rungs[n].value);
				unsealed[rungs[n].table] |= !rungs[n].offset;
			}
			seal_root(r.area, B);
			seal_table(r.area, B);
			root_at(r.area, B)->checksum ^= unsealed[0];
			table_at(r.area, B)->checksum ^= unsealed[1];
			expect_b(&r, rungs[i].rule, "rungs", i << 16 | j);
			put_back(&r, s);
		}
	}
	free(s);
	reservation_free(&r);
}

/* Make a slot say that it is of @sequence, with all checksums right. */
static void renumber(struct reservation *r, u32 slot, u64 sequence)
{
	root_at(r->area, slot)->sequence = sequence;
	table_at(r->area, slot)->sequence = sequence;
	seal_root(r->area, slot);
	seal_table(r->area, slot);
}

static void damage(struct reservation *r, u32 slot)
{
	root_at(r->area, slot)->boots ^= 1ULL << 33;
}

/* A later major version may have changed everything behind the frozen bytes. */
static void make_newer(struct reservation *r, u32 slot)
{
	struct prmem_root_rec *root = root_at(r->area, slot);

	memset((u8 *)root + 40, 0xa5, sizeof(*root) - 40);
	root->major = 2;
	seal_root(r->area, slot);
	memset(table_at(r->area, slot), 0xa5, sizeof(struct prmem_table_rec));
}

static void verdicts(void)
{
	static const u32 grains[] = { 8, 2, 6 };
	const size_t root_size = sizeof(struct prmem_root_rec);
	const size_t table_size = sizeof(struct prmem_table_rec);
	struct reservation r;
	struct saved *s;

	reservation_make(&r, grains, COUNT(grains));
	expect(&r, PRMEM_BLANK, 0, PRMEM_BAD_EMPTY, PRMEM_BAD_EMPTY, "blank", 0);
	reservation_load(&r, 1, 2);
	expect(&r, PRMEM_ADOPT, A, PRMEM_SOUND, PRMEM_BAD_EMPTY, "one commit", 0);
	s = save(&r);
	damage(&r, A);
	expect(&r, PRMEM_DAMAGED, A, PRMEM_BAD_CHECKSUM, PRMEM_BAD_EMPTY, "the one damaged", 0);
	put_back(&r, s);
	memset(root_at(r.area, A), 0, root_size);
	expect(&r, PRMEM_BLANK, 0, PRMEM_BAD_EMPTY, PRMEM_BAD_EMPTY, "both zero", 0);
	put_back(&r, s);
	root_at(r.area, B)->zero[1751] = 1;
	expect(&r, PRMEM_RECOVER, A, PRMEM_SOUND, PRMEM_BAD_MAGIC, "a byte in the empty slot", 0);
	put_back(&r, s);
	root_at(r.area, A)->magic = PRMEM_ROOT_WRITING;
	expect(&r, PRMEM_BLANK, 0, PRMEM_BAD_UNFINISHED, PRMEM_BAD_EMPTY, "first, cut", 0);
	root_at(r.area, B)->magic = PRMEM_ROOT_WRITING;
	expect(&r, PRMEM_DAMAGED, A, PRMEM_BAD_UNFINISHED, PRMEM_BAD_UNFINISHED, "both cut", 0);
	put_back(&r, s);
	root_at(r.area, B)->magic = PRMEM_ROOT_WRITING;
	expect(&r, PRMEM_ADOPT, A, PRMEM_SOUND, PRMEM_BAD_UNFINISHED, "second, cut", 0);
	put_back(&r, s);
	make_newer(&r, A);
	expect(&r, PRMEM_NEWER, A, PRMEM_BAD_MAJOR, PRMEM_BAD_EMPTY, "the only one newer", 0);
	put_back(&r, s);
	free(s);

	reservation_load(&r, 2, 2);
	expect(&r, PRMEM_ADOPT, B, PRMEM_SOUND, PRMEM_SOUND, "two commits", 0);
	s = save(&r);
	damage(&r, B);
	expect(&r, PRMEM_RECOVER, A, PRMEM_SOUND, PRMEM_BAD_CHECKSUM, "newest damaged", 0);
	root_at(r.area, A)->magic = PRMEM_ROOT_WRITING;
	expect(&r, PRMEM_DAMAGED, A, PRMEM_BAD_UNFINISHED, PRMEM_BAD_CHECKSUM, "cut, damaged", 0);
	root_at(r.area, A)->magic = PRMEM_ROOT_MAGIC;
	damage(&r, A);
	expect(&r, PRMEM_DAMAGED, A, PRMEM_BAD_CHECKSUM, PRMEM_BAD_CHECKSUM, "both damaged", 0);
	damage(&r, B);
	expect(&r, PRMEM_RECOVER, B, PRMEM_BAD_CHECKSUM, PRMEM_SOUND, "older damaged", 0);
	put_back(&r, s);
	memset(root_at(r.area, A), 0, root_size);
	expect(&r, PRMEM_RECOVER, B, PRMEM_BAD_EMPTY, PRMEM_SOUND, "older empty", 0);
	damage(&r, B);
	expect(&r, PRMEM_DAMAGED, B, PRMEM_BAD_EMPTY, PRMEM_BAD_CHECKSUM, "empty and damaged", 0);
	put_back(&r, s);

	make_newer(&r, B);
	expect(&r, PRMEM_NEWER, B, PRMEM_SOUND, PRMEM_BAD_MAJOR, "valid and newer", 0);
	damage(&r, A);
	expect(&r, PRMEM_NEWER, B, PRMEM_BAD_CHECKSUM, PRMEM_BAD_MAJOR, "damaged and newer", 0);
	put_back(&r, s);
	make_newer(&r, A);
	expect(&r, PRMEM_NEWER, A, PRMEM_BAD_MAJOR, PRMEM_SOUND, "newer and valid", 0);
	make_newer(&r, B);
	expect(&r, PRMEM_NEWER, A, PRMEM_BAD_MAJOR, PRMEM_BAD_MAJOR, "both newer", 0);
	((u8 *)root_at(r.area, A))[100] ^= 1;
	((u8 *)root_at(r.area, B))[100] ^= 1;
	expect(&r, PRMEM_DAMAGED, A, PRMEM_BAD_CHECKSUM, PRMEM_BAD_CHECKSUM, "newer, damaged", 0);
	put_back(&r, s);

	/* The slots swapped: each says that it is the other. */
	memcpy(root_at(r.area, A), s->area + PRMEM_ROOT_OFFSET(B), root_size);
	memcpy(table_at(r.area, A), s->area + PRMEM_TABLE_OFFSET(B), table_size);
	expect(&r, PRMEM_RECOVER, B, PRMEM_BAD_SLOT, PRMEM_SOUND, "B in both places", 0);
	put_back(&r, s);
	/* Each root with the table of the other one. */
	memcpy(table_at(r.area, A), s->area + PRMEM_TABLE_OFFSET(B), table_size);
	memcpy(table_at(r.area, B), s->area + PRMEM_TABLE_OFFSET(A), table_size);
	expect(&r, PRMEM_DAMAGED, A, PRMEM_BAD_TABLE_SEQUENCE, PRMEM_BAD_TABLE_SEQUENCE,
	       "tables swapped", 0);
	free(s);
	reservation_free(&r);
}

static void sequences(void)
{
	static const u64 max = 1ULL << 62;
	static const struct {
		u64 a, b;
		enum prmem_verdict verdict;
		u32 slot;
		enum prmem_rule rule_a, rule_b;
	} pairs[] = {
		{ 1, 2, PRMEM_ADOPT, B, PRMEM_SOUND, PRMEM_SOUND },
		{ 3, 2, PRMEM_ADOPT, A, PRMEM_SOUND, PRMEM_SOUND },
		{ 3, 4, PRMEM_ADOPT, B, PRMEM_SOUND, PRMEM_SOUND },
		{ max - 1, max, PRMEM_ADOPT, B, PRMEM_SOUND, PRMEM_SOUND },
		{ max - 1, max - 2, PRMEM_ADOPT, A, PRMEM_SOUND, PRMEM_SOUND },
		{ 1, 4, PRMEM_DAMAGED, B, PRMEM_BAD_SEQUENCE, PRMEM_SOUND },
		{ 5, 2, PRMEM_DAMAGED, A, PRMEM_SOUND, PRMEM_BAD_SEQUENCE },
		{ 1, max, PRMEM_DAMAGED, B, PRMEM_BAD_SEQUENCE, PRMEM_SOUND },
		{ max - 1, 2, PRMEM_DAMAGED, A, PRMEM_SOUND, PRMEM_BAD_SEQUENCE },
		/* Wrong parity, out of bounds */
		{ 2, 2, PRMEM_RECOVER, B, PRMEM_BAD_SLOT, PRMEM_SOUND },
		{ 1, 1, PRMEM_RECOVER, A, PRMEM_SOUND, PRMEM_BAD_SLOT },
		{ 2, 1, PRMEM_DAMAGED, A, PRMEM_BAD_SLOT, PRMEM_BAD_SLOT },
		{ 0, 2, PRMEM_RECOVER, B, PRMEM_BAD_SEQUENCE, PRMEM_SOUND },
		{ 1, 0, PRMEM_RECOVER, A, PRMEM_SOUND, PRMEM_BAD_SEQUENCE },
		{ 0, 0, PRMEM_DAMAGED, A, PRMEM_BAD_SEQUENCE, PRMEM_BAD_SEQUENCE },
		{ max + 1, max, PRMEM_RECOVER, B, PRMEM_BAD_SEQUENCE, PRMEM_SOUND },
		{ max + 1, max + 2, PRMEM_DAMAGED, A, PRMEM_BAD_SEQUENCE, PRMEM_BAD_SEQUENCE },
		{ ~0ULL, 2, PRMEM_RECOVER, B, PRMEM_BAD_SEQUENCE, PRMEM_SOUND },
		{ 1, ~1ULL, PRMEM_RECOVER, A, PRMEM_SOUND, PRMEM_BAD_SEQUENCE },
	};
	struct reservation r;
	u32 i;

	reservation_usual(&r);
	for (i = 0; i < COUNT(pairs); i++) {
		renumber(&r, A, pairs[i].a);
		renumber(&r, B, pairs[i].b);
		expect(&r, pairs[i].verdict, pairs[i].slot, pairs[i].rule_a, pairs[i].rule_b,
		       "sequences", i);
	}
	/* Not the first commit, and yet the other slot is empty. */
	renumber(&r, A, 3);
	memset(root_at(r.area, B), 0, sizeof(struct prmem_root_rec));
	expect(&r, PRMEM_RECOVER, A, PRMEM_SOUND, PRMEM_BAD_EMPTY, "3 and empty", 0);
	renumber(&r, A, 1);
	expect(&r, PRMEM_ADOPT, A, PRMEM_SOUND, PRMEM_BAD_EMPTY, "1 and empty", 0);
	reservation_free(&r);
}

/* The right numbers in the message: what is there, what should be. */
static void numbers(void)
{
	struct reservation r;
	struct opened o;

	reservation_usual(&r);
	root_at(r.area, B)->size += 5;
	seal_root(r.area, B);
	o = reservation_open(&r);
	CHECK(o.judgement.fault[B].got == 16 * GRAIN + 5 && o.judgement.fault[B].want == 16 * GRAIN,
	      "size %#llx expected %#llx", (unsigned long long)o.judgement.fault[B].got,
	      (unsigned long long)o.judgement.fault[B].want);
	root_at(r.area, B)->feat_incompat = 0x30;
	seal_root(r.area, B);
	o = reservation_open(&r);
	CHECK(o.judgement.fault[B].got == 0x30 && o.judgement.fault[B].want == 1, "features");
	reservation_free(&r);
}

/* What this version doesn't know, it carries over. */
static void later_minor(void)
{
	struct prmem_root_rec *b, before;
	struct reservation r;
	struct opened o;
	u32 i;

	for (i = 0; i < 3; i++) {
		reservation_usual(&r);
		b = root_at(r.area, B);
		b->minor = i == 1 ? 0 : 7;
		b->feat_compat = i ? 0x8000000000000001ULL : 0;
		b->zero0 = 0xdeadbeef;
		memset(b->zero, 0xc3, sizeof(b->zero));
		seal_root(r.area, B);
		before = *b;
		expect_b(&r, PRMEM_SOUND, "later minor version", i);

		reservation_load(&r, 3, 1);
		o = reservation_open(&r);
		CHECK(o.judgement.verdict == PRMEM_ADOPT && o.judgement.slot == A, "case %u", i);
		CHECK(root_at(r.area, A)->minor == before.minor &&
		      root_at(r.area, A)->feat_compat == before.feat_compat &&
		      root_at(r.area, A)->zero0 == before.zero0 &&
		      !memcmp(root_at(r.area, A)->zero, before.zero, sizeof(before.zero)),
		      "case %u: changed by a commit", i);
		CHECK(!memcmp(b, &before, sizeof(before)), "case %u: the older slot changed", i);
		reservation_free(&r);
	}
}

static void boots(void)
{
	static const char spaced[] = "6.1 with\tblanks\x80";
	char long_name[100];
	struct prmem_meta meta;
	struct reservation r;
	struct opened o;

	reservation_usual(&r);
	o = reservation_open(&r);
	prmem_meta_read(r.area, o.judgement.slot, &meta);
	CHECK(meta.root.boots == 2 && meta.root.boot == 2 && meta.root.sequence == 2, "two boots");
	CHECK(!strcmp((char *)meta.root.release, "6.1.0-2-amd64") &&
	      !strcmp((char *)meta.root.previous, "6.1.0-1-amd64"), "%s after %s",
	      meta.root.release, meta.root.previous);

	prmem_meta_boot(&meta, 9, spaced);
	CHECK(!strcmp((char *)meta.root.release, "6.1?with?blanks?"), "%s", meta.root.release);
	memset(long_name, 'k', sizeof(long_name));
	prmem_meta_boot(&meta, 10, long_name);
	CHECK(strnlen((char *)meta.root.release, 72) == 71, "cut to 71 characters");
	prmem_commit(r.area, &meta);
	prmem_meta_boot(&meta, 11, "short");
	prmem_commit(r.area, &meta);
	CHECK(strnlen((char *)meta.root.previous, 72) == 71 && meta.root.boots == 5, "moved on");
	o = reservation_open(&r);
	CHECK(o.judgement.verdict == PRMEM_ADOPT && o.judgement.slot == B, "verdict %u",
	      o.judgement.verdict);
	reservation_free(&r);
}

/* A commit store by store: what SPEC.md says that a cut leaves. */
#define STORES	5

static struct {
	struct reservation r;
	const enum prmem_verdict *verdicts;
	u32 stores, slot;
} stepper;

static void step(void)
{
	struct opened o = reservation_open(&stepper.r);
	enum prmem_verdict want = stepper.verdicts[stepper.stores];

	CHECK(o.judgement.verdict == want, "after %u stores: verdict %u, expected %u",
	      stepper.stores, o.judgement.verdict, want);
	if (want == PRMEM_ADOPT || want == PRMEM_RECOVER)
		CHECK(o.judgement.slot == stepper.slot, "after %u stores: slot %u", stepper.stores,
		      o.judgement.slot);
	stepper.stores++;
}

static void step_write(void *to, const void *from, size_t len)
{
	(void)to;
	(void)from;
	(void)len;
	step();
}

static void step_publish(__le64 *to, __le64 value)
{
	(void)to;
	(void)value;
	step();
}

static void hook_steps(const enum prmem_verdict *verdicts)
{
	stepper.verdicts = verdicts;
	stepper.stores = 0;
	port_hooks.write = step_write;
	port_hooks.publish = step_publish;
}

static void unhook_steps(u32 stores)
{
	port_hooks.write = NULL;
	port_hooks.publish = NULL;
	CHECK(stepper.stores == stores, "%u stores, expected %u", stepper.stores, stores);
}

static void commit_stores(void)
{
	static const u32 grains[] = { 8, 2, 6 };
	/* After store 0 to 4 of the first commit, and of those after it. */
	static const enum prmem_verdict first[STORES] = {
		PRMEM_BLANK, PRMEM_BLANK, PRMEM_BLANK, PRMEM_BLANK, PRMEM_BLANK,
	};
	static const enum prmem_verdict later[STORES] = {
		PRMEM_ADOPT, PRMEM_ADOPT, PRMEM_ADOPT, PRMEM_ADOPT, PRMEM_ADOPT,
	};
	struct prmem_meta meta;
	struct opened o;
	u32 i;

	reservation_make(&stepper.r, grains, COUNT(grains));
	o = reservation_open(&stepper.r);
	prmem_meta_init(&meta, &o.space);
	for (i = 0; i < 5; i++) {
		prmem_meta_boot(&meta, i, "6.1.0");
		stepper.slot = !(i & 1);
		hook_steps(i ? later : first);
		prmem_commit(stepper.r.area, &meta);
		unhook_steps(STORES);
		o = reservation_open(&stepper.r);
		CHECK(o.judgement.verdict == PRMEM_ADOPT && o.judgement.slot == (i & 1),
		      "commit %u", i + 1);
	}
	reservation_free(&stepper.r);
}

/* The same of a wipe, of memory that is refused in different ways. */
static void wipe_stores(void)
{
	static const enum prmem_verdict damaged[] = {
		PRMEM_DAMAGED, PRMEM_DAMAGED, PRMEM_DAMAGED, PRMEM_DAMAGED,
	};
	static const enum prmem_verdict out_of_step[] = {
		PRMEM_DAMAGED, PRMEM_NEWER, PRMEM_NEWER, PRMEM_DAMAGED, PRMEM_DAMAGED,
	};
	static const enum prmem_verdict newer[] = {
		PRMEM_NEWER, PRMEM_NEWER, PRMEM_NEWER, PRMEM_DAMAGED, PRMEM_DAMAGED,
	};
	static const struct {
		const enum prmem_verdict *verdicts;
		u32 stores;
	} cases[] = { { damaged, 4 }, { out_of_step, 5 }, { newer, 5 }, { newer, 5 } };
	u32 i;

	for (i = 0; i < COUNT(cases); i++) {
		reservation_usual(&stepper.r);
		if (i == 0) {
			damage(&stepper.r, A);
			damage(&stepper.r, B);
		} else if (i == 1) {
			renumber(&stepper.r, A, 7);
		} else {
			make_newer(&stepper.r, i == 2 ? A : B);
		}
		hook_steps(cases[i].verdicts);
		prmem_wipe(stepper.r.area);
		unhook_steps(cases[i].stores);
		expect(&stepper.r, PRMEM_BLANK, 0, PRMEM_BAD_EMPTY, PRMEM_BAD_EMPTY, "wiped", i);
		reservation_free(&stepper.r);
	}
}

/* What the module writes next must not be refused for a number that was accepted. */
static void next_serials(void)
{
	static const u64 serials[] = { 5, 6, 1ULL << 32, (1ULL << 62) - 1 };
	struct reservation r;
	u32 i;

	for (i = 0; i < COUNT(serials); i++) {
		reservation_usual(&r);
		root_at(r.area, B)->next_serial = serials[i];
		seal_root(r.area, B);
		reservation_load(&r, 3, 1);
		expect(&r, PRMEM_ADOPT, A, PRMEM_SOUND, PRMEM_SOUND, "serial", serials[i]);
		CHECK(root_at(r.area, A)->next_serial == serials[i] + 1, "next serial");
		reservation_free(&r);
	}
}

static void wiping(void)
{
	struct reservation r;

	reservation_usual(&r);
	prmem_wipe(r.area);
	expect(&r, PRMEM_BLANK, 0, PRMEM_BAD_EMPTY, PRMEM_BAD_EMPTY, "wiped", 0);
	CHECK(prmem_all_zero(r.area + 64, 1984) && prmem_all_zero(r.area + 2112, 1984), "not zero");
	CHECK(!prmem_all_zero(r.area, 64) && !prmem_all_zero(r.area + 2048, 64), "stamps are gone");
	reservation_load(&r, 3, 1);
	expect(&r, PRMEM_ADOPT, A, PRMEM_SOUND, PRMEM_BAD_EMPTY, "begun anew", 0);
	reservation_free(&r);
}

static const struct test tests[] = {
	{ "root: every field, every class of wrong value", fields },
	{ "root: reserved bytes", reserved_bytes },
	{ "root: kernel releases", releases },
	{ "root and table: the rules are checked in order", ladder },
	{ "judgement: every row", verdicts },
	{ "judgement: sequences", sequences },
	{ "judgement: the fault's numbers", numbers },
	{ "commit: keeps what a later minor version added", later_minor },
	{ "commit: boots and releases", boots },
	{ "commit: cut after each store", commit_stores },
	{ "commit: serials go on from what was accepted", next_serials },
	{ "wipe: cut after each store", wipe_stores },
	{ "wipe: blank, with the stamps kept", wiping },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
