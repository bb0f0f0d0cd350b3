// SPDX-License-Identifier: GPL-2.0-only
/* The region table as it is found: every rule, for every class of wrong value. */
#include "harness.h"

#define A	0
#define B	1	/* the slot under test, the newest */

/*
 * The regions under test, in grains of 2 MiB; "|" ends a range, "." is metadata.
 *
 *	0    1        3         8|   9       10|11      13      16|
 *	.    disk4    pool       | . disk3     |. disk1   disk2   |
 *	     region 0 region 1       region 2    region 3 region 4
 */
#define REGIONS		5
#define NEXT_SERIAL	5

enum { START = 0, SIZE = 8, SERIAL = 16, TYPE = 24, ZERO = 28, NAME = 32 };

static void expect(struct reservation *r, enum prmem_rule rule, u32 at, const char *what,
		   u64 value)
{
	bool sound = rule == PRMEM_SOUND;
	struct opened o;
	const struct prmem_judgement *j = &o.judgement;
	unsigned long long v = value;

	seal_table(r->area, B);
	o = reservation_open(r);
	CHECK(j->fault[B].rule == rule, "%s %#llx: \"%s\", expected \"%s\"", what, v,
	      prmem_fault_text(j->fault[B].rule), prmem_fault_text(rule));
	CHECK(j->fault[B].at == at, "%s %#llx: region %u, expected %u", what, v, j->fault[B].at,
	      at);
	CHECK(j->verdict == (sound ? PRMEM_ADOPT : PRMEM_RECOVER) && j->slot == (sound ? B : A) &&
	      j->fault[A].rule == PRMEM_SOUND, "%s %#llx: verdict %u, slot %u", what, v, j->verdict,
	      j->slot);
}

static struct prmem_region_rec *region(struct reservation *r, u32 i)
{
	return &table_at(r->area, B)->region[i];
}

static const struct table_case {
	u32 offset, width;
	enum prmem_rule rule;
	bool all;	/* every value but the right one, else only: */
	u64 value;
} table_cases[] = {
	{ 4, 4, PRMEM_BAD_TABLE_SLOT, true, 0 },
	{ 8, 8, PRMEM_BAD_TABLE_MAGIC, true, 0 },
	{ 16, 8, PRMEM_BAD_TABLE_SEQUENCE, true, 0 },
	{ 24, 4, PRMEM_BAD_TABLE_ZERO, false, 0 },
	{ 24, 4, PRMEM_BAD_TABLE_ZERO, false, REGIONS - 1 },
	{ 24, 4, PRMEM_BAD_TABLE_COUNT, false, REGIONS + 1 },
	{ 24, 4, PRMEM_BAD_TABLE_COUNT, false, 255 },
	{ 24, 4, PRMEM_BAD_TABLE_COUNT, false, 256 },
	{ 24, 4, PRMEM_BAD_TABLE_COUNT, false, 0x80000000 + REGIONS },
	{ 24, 4, PRMEM_BAD_TABLE_COUNT, false, 0xffffffff },
	{ 28, 4, PRMEM_BAD_TABLE_ZERO, true, 0 },
};

static void head(void)
{
	struct prmem_table_rec good;
	struct reservation r;
	u32 i, which;
	u64 right, value;

	reservation_usual(&r);
	good = *table_at(r.area, B);
	CHECK(good.count == REGIONS && root_at(r.area, B)->next_serial == NEXT_SERIAL,
	      "%u regions", good.count);
	expect(&r, PRMEM_SOUND, 0, "untouched", 0);
	for (i = 0; i < COUNT(table_cases); i++) {
		const struct table_case *c = &table_cases[i];

		right = field_get(&good, c->offset, c->width);
		for (which = 0; which < (c->all ? WRONG_VALUES : 1); which++) {
			value = c->all ? wrong_value(right, c->width, which) : c->value;
			if (value == right)
				continue;
			field_set(table_at(r.area, B), c->offset, c->width, value);
			expect(&r, c->rule, 0, "table case", i << 16 | which);
			*table_at(r.area, B) = good;
		}
	}
	for (i = 0; i < sizeof(good); i++) {
		u8 *byte = (u8 *)table_at(r.area, B) + i;
		struct opened o;

		/* Reserved bytes, and entries that are not used */
		if ((i >= 32 && i < 64) || i >= 64 + 64 * REGIONS) {
			*byte = 1 << i % 8;
			expect(&r, PRMEM_BAD_TABLE_ZERO, 0, "byte", i);
			*table_at(r.area, B) = good;
		}
		/* Without a new checksum nothing but the magic comes before it. */
		if (i % 16 && i > 64 * REGIONS + 64)
			continue;
		*byte ^= 4;
		o = reservation_open(&r);
		CHECK(o.judgement.verdict == PRMEM_RECOVER &&
		      o.judgement.fault[B].rule == (i / 8 == 1 ? PRMEM_BAD_TABLE_MAGIC :
						    PRMEM_BAD_TABLE_CHECKSUM), "byte %u: \"%s\"", i,
		      prmem_fault_text(o.judgement.fault[B].rule));
		*table_at(r.area, B) = good;
	}
	reservation_free(&r);
}

static const struct region_case {
	const char *what;
	u32 region, field;
	u64 value;
	enum prmem_rule rule;
	u32 at;			/* the region that is named */
} region_cases[] = {
	{ "start of another", 1, START, 1 * GRAIN, PRMEM_BAD_REGION_START, 1 },
	{ "start in the metadata area", 0, START, 0, PRMEM_BAD_REGION_START, 0 },
	{ "start in a later metadata area", 2, START, 8 * GRAIN, PRMEM_BAD_REGION_START, 2 },
	{ "start in the range before", 3, START, 9 * GRAIN, PRMEM_BAD_REGION_START, 3 },
	{ "start at the end", 4, START, 16 * GRAIN, PRMEM_BAD_REGION_START, 4 },
	{ "start far outside", 4, START, 1ULL << 60, PRMEM_BAD_REGION_START, 4 },

	{ "overlap", 0, SIZE, 3 * GRAIN, PRMEM_BAD_REGION_START, 1 },
	{ "gap", 0, SIZE, 1 * GRAIN, PRMEM_BAD_REGION_START, 1 },
	{ "gap before the end of a range", 1, SIZE, 4 * GRAIN, PRMEM_BAD_REGION_START, 2 },
	{ "gap before the end", 4, SIZE, 2 * GRAIN, PRMEM_BAD_REGION_END, 0 },
	{ "into the next metadata area", 1, SIZE, 6 * GRAIN, PRMEM_BAD_REGION_SIZE, 1 },
	{ "over two ranges", 1, SIZE, 7 * GRAIN, PRMEM_BAD_REGION_SIZE, 1 },
	{ "over all ranges", 0, SIZE, 15 * GRAIN, PRMEM_BAD_REGION_SIZE, 0 },
	{ "beyond the end", 4, SIZE, 4 * GRAIN, PRMEM_BAD_REGION_SIZE, 4 },
	{ "the end overflows to 0", 4, SIZE, -13 * GRAIN, PRMEM_BAD_REGION_SIZE, 4 },
	{ "the end overflows to the start", 0, SIZE, -GRAIN, PRMEM_BAD_REGION_SIZE, 0 },
	{ "half of all", 3, SIZE, 1ULL << 63, PRMEM_BAD_REGION_SIZE, 3 },
	{ "half a grain more", 0, SIZE, 5 * GRAIN / 2, PRMEM_BAD_REGION_SIZE, 0 },
	{ "half a grain", 2, SIZE, GRAIN / 2, PRMEM_BAD_REGION_SIZE, 2 },
	{ "no size", 2, SIZE, 0, PRMEM_BAD_REGION_SIZE, 2 },

	{ "type 0", 1, TYPE, 0, PRMEM_BAD_REGION_TYPE, 1 },
	{ "type 3", 1, TYPE, 3, PRMEM_BAD_REGION_TYPE, 1 },
	{ "all types", 0, TYPE, 0xffffffff, PRMEM_BAD_REGION_TYPE, 0 },
	{ "type in the high half", 0, TYPE, 0x00020002, PRMEM_BAD_REGION_TYPE, 0 },
	{ "a pool as a disk", 1, TYPE, PRMEM_REGION_DISK, PRMEM_BAD_REGION_NAME, 1 },
	{ "a disk as a pool", 2, TYPE, PRMEM_REGION_POOL, PRMEM_BAD_REGION_SERIAL, 2 },

	{ "serial 0", 0, SERIAL, 0, PRMEM_BAD_REGION_SERIAL, 0 },
	{ "the next serial", 0, SERIAL, NEXT_SERIAL, PRMEM_BAD_REGION_SERIAL, 0 },
	{ "the greatest serial", 4, SERIAL, ~0ULL, PRMEM_BAD_REGION_SERIAL, 4 },
	{ "a serial twice", 4, SERIAL, 1, PRMEM_BAD_REGION_SERIAL, 4 },
	{ "a serial twice, apart", 0, SERIAL, 1, PRMEM_BAD_REGION_SERIAL, 3 },
	{ "a serial of a pool", 1, SERIAL, 3, PRMEM_BAD_REGION_SERIAL, 1 },
};

static void records(void)
{
	struct prmem_table_rec good;
	struct reservation r;
	u32 i, n, which;
	u64 right;

	reservation_usual(&r);
	good = *table_at(r.area, B);
	for (i = 0; i < COUNT(region_cases); i++) {
		const struct region_case *c = &region_cases[i];

		field_set(region(&r, c->region), c->field, c->field == TYPE ? 4 : 8, c->value);
		expect(&r, c->rule, c->at, c->what, c->value);
		*table_at(r.area, B) = good;
	}
	for (n = 0; n < REGIONS; n++) {
		right = good.region[n].start;
		for (which = 0; which < WRONG_VALUES; which++) {
			if (wrong_value(right, 8, which) == right)
				continue;
			region(&r, n)->start = wrong_value(right, 8, which);
			expect(&r, PRMEM_BAD_REGION_START, n, "start", which);
			*table_at(r.area, B) = good;
		}
		/* None of them is a multiple of the grain, but for zero. */
		right = good.region[n].size;
		for (which = 0; which < WRONG_VALUES; which++) {
			region(&r, n)->size = wrong_value(right, 8, which);
			if (wrong_value(right, 8, which) == right ||
			    (wrong_value(right, 8, which) % GRAIN == 0 && which))
				region(&r, n)->size = 0;
			expect(&r, PRMEM_BAD_REGION_SIZE, n, "size", which);
			*table_at(r.area, B) = good;
		}
		for (which = 0; which < WRONG_VALUES; which++) {
			if (!wrong_value(0, 4, which))
				continue;
			region(&r, n)->zero = wrong_value(0, 4, which);
			expect(&r, PRMEM_BAD_REGION_ZERO, n, "zero", which);
			*table_at(r.area, B) = good;
		}
	}
	reservation_free(&r);
}

/* The same regions in other numbers: regions lost, doubled, swapped. */
static void lists(void)
{
	struct prmem_table_rec good, *t;
	struct prmem_region_rec rec;
	struct reservation r;

	reservation_usual(&r);
	t = table_at(r.area, B);
	good = *t;

	t->count--;
	memset(&t->region[4], 0, 64);
	expect(&r, PRMEM_BAD_REGION_END, 0, "the last one lost", 0);
	*t = good;
	t->count--;
	memmove(&t->region[2], &t->region[3], 3 * 64);
	expect(&r, PRMEM_BAD_REGION_START, 2, "one in the middle lost", 0);
	*t = good;
	t->count = 0;
	memset(t->region, 0, sizeof(t->region));
	expect(&r, PRMEM_BAD_REGION_END, 0, "all lost", 0);
	*t = good;
	t->count++;
	t->region[5] = t->region[4];
	expect(&r, PRMEM_BAD_TABLE_COUNT, 0, "the last one twice", 0);
	t->region[5].start = 16 * GRAIN;
	expect(&r, PRMEM_BAD_TABLE_COUNT, 0, "one beyond the end", 0);
	*t = good;
	rec = t->region[3];
	t->region[3] = t->region[4];
	t->region[4] = rec;
	expect(&r, PRMEM_BAD_REGION_START, 3, "two swapped", 0);
	*t = good;

	/* Two pools side by side are no fault: the module merges them, others needn't. */
	memmove(&t->region[2], &t->region[1], 4 * 64);
	t->count++;
	t->region[1].size = 2 * GRAIN;
	t->region[2].start = 5 * GRAIN;
	t->region[2].size = 3 * GRAIN;
	expect(&r, PRMEM_SOUND, 0, "two pools side by side", 0);
	reservation_free(&r);
}

static void set_features(struct reservation *r, u64 features)
{
	root_at(r->area, B)->feat_incompat = features;
	seal_root(r->area, B);
}

/* Heaps, and the feature that goes with them. */
static void heaps(void)
{
	static const struct {
		const char *what;
		u32 region, field, width;
		u64 value;
		enum prmem_rule rule;
		u32 at;
	} cases[] = {
		{ "untouched", 2, TYPE, 4, PRMEM_REGION_HEAP, PRMEM_SOUND, 0 },
		{ "a disk of it", 2, TYPE, 4, PRMEM_REGION_DISK, PRMEM_BAD_REGION_NAME, 2 },
		{ "a pool of it", 2, TYPE, 4, PRMEM_REGION_POOL, PRMEM_BAD_REGION_SERIAL, 2 },
		{ "type 4", 2, TYPE, 4, 4, PRMEM_BAD_REGION_TYPE, 2 },
		{ "type 0", 2, TYPE, 4, 0, PRMEM_BAD_REGION_TYPE, 2 },
		{ "all types", 2, TYPE, 4, 0xffffffff, PRMEM_BAD_REGION_TYPE, 2 },
		{ "a pool as a heap", 1, TYPE, 4, PRMEM_REGION_HEAP, PRMEM_BAD_REGION_SERIAL, 1 },
		{ "a disk as a heap", 0, TYPE, 4, PRMEM_REGION_HEAP, PRMEM_BAD_REGION_NAME, 0 },
		{ "first byte of a name", 2, NAME, 1, 'h', PRMEM_BAD_REGION_NAME, 2 },
		{ "last byte of a name", 2, NAME + 31, 1, 1, PRMEM_BAD_REGION_NAME, 2 },
		{ "no serial", 2, SERIAL, 8, 0, PRMEM_BAD_REGION_SERIAL, 2 },
		{ "the next serial", 2, SERIAL, 8, NEXT_SERIAL, PRMEM_BAD_REGION_SERIAL, 2 },
		{ "a disk's serial before it", 2, SERIAL, 8, 4, PRMEM_BAD_REGION_SERIAL, 2 },
		{ "a disk's serial after it", 2, SERIAL, 8, 1, PRMEM_BAD_REGION_SERIAL, 3 },
		{ "not zero", 2, ZERO, 4, 1, PRMEM_BAD_REGION_ZERO, 2 },
	};
	struct prmem_table_rec good, *t;
	struct reservation r;
	u32 i;

	reservation_usual(&r);
	t = table_at(r.area, B);
	set_features(&r, PRMEM_FEAT_HEAP);
	expect(&r, PRMEM_BAD_TABLE_FEATURES, 0, "no heap", 0);
	t->region[4].size -= GRAIN;
	expect(&r, PRMEM_BAD_REGION_END, 0, "no heap, and a gap at the end", 0);
	t->region[4].size += GRAIN;

	t->region[2].type = PRMEM_REGION_HEAP;
	memset(t->region[2].name, 0, PRMEM_NAME_LEN);
	good = *t;
	for (i = 0; i < COUNT(cases); i++) {
		field_set(region(&r, cases[i].region), cases[i].field, cases[i].width,
			  cases[i].value);
		expect(&r, cases[i].rule, cases[i].at, cases[i].what, cases[i].value);
		*t = good;
	}
	t->region[3].type = PRMEM_REGION_HEAP;
	memset(t->region[3].name, 0, PRMEM_NAME_LEN);
	expect(&r, PRMEM_SOUND, 0, "two heaps", 0);
	*t = good;
	/* Its name before its serial, as of a disk. */
	t->region[2].name[0] = 'h';
	t->region[2].serial = 0;
	expect(&r, PRMEM_BAD_REGION_NAME, 2, "name and serial", 0);
	*t = good;
	set_features(&r, 0);
	expect(&r, PRMEM_BAD_REGION_TYPE, 2, "no feature", 0);
	reservation_free(&r);
}

static void names(void)
{
	static const struct {
		const char *what;
		u32 at;
		const char *bytes;
		u32 len;
		enum prmem_rule rule;
	} cases[] = {
		{ "empty", 0, "\0\0\0\0\0", 5, PRMEM_BAD_REGION_NAME },
		{ "nothing, then something", 0, "\0", 1, PRMEM_BAD_REGION_NAME },
		{ "after the end", 6, "x", 1, PRMEM_BAD_REGION_NAME },
		{ "the last byte", 31, "x", 1, PRMEM_BAD_REGION_NAME },
		{ "31 characters", 0, "abcdefghijABCDEFGHIJ0123456789z", 31, PRMEM_SOUND },
		{ "32 characters", 0, "abcdefghijABCDEFGHIJ0123456789zz", 32,
		  PRMEM_BAD_REGION_NAME },
		{ "inner characters", 0, "9.-_Z", 5, PRMEM_SOUND },
		{ "begins with a dot", 0, ".", 1, PRMEM_BAD_REGION_NAME },
		{ "begins with a dash", 0, "-", 1, PRMEM_BAD_REGION_NAME },
		{ "begins with a line", 0, "_", 1, PRMEM_BAD_REGION_NAME },
		{ "slash", 2, "/", 1, PRMEM_BAD_REGION_NAME },
		{ "blank", 2, " ", 1, PRMEM_BAD_REGION_NAME },
		{ "newline", 2, "\n", 1, PRMEM_BAD_REGION_NAME },
		{ "colon", 2, ":", 1, PRMEM_BAD_REGION_NAME },
		{ "comma", 2, ",", 1, PRMEM_BAD_REGION_NAME },
		{ "at sign", 2, "@", 1, PRMEM_BAD_REGION_NAME },
		{ "percent", 2, "%", 1, PRMEM_BAD_REGION_NAME },
		{ "not ASCII", 2, "\xc3\xa9", 2, PRMEM_BAD_REGION_NAME },
		{ "all ones", 0, "\xff\xff\xff\xff\xff", 5, PRMEM_BAD_REGION_NAME },
		{ "a name twice", 0, "disk2", 5, PRMEM_BAD_REGION_NAME },
		{ "another case", 0, "Disk2", 5, PRMEM_SOUND },
	};
	struct prmem_table_rec good;
	struct reservation r;
	u32 i, byte;

	reservation_usual(&r);
	good = *table_at(r.area, B);
	for (i = 0; i < COUNT(cases); i++) {
		/* A name that is there twice is noticed at the second one. */
		bool twice = !strcmp(cases[i].what, "a name twice");
		u32 at = cases[i].rule == PRMEM_SOUND ? 0 : twice ? 4 : 2;

		memcpy(region(&r, 2)->name + cases[i].at, cases[i].bytes, cases[i].len);
		expect(&r, cases[i].rule, at, cases[i].what, 0);
		*table_at(r.area, B) = good;
	}
	for (byte = 0; byte < PRMEM_NAME_LEN; byte++) {
		region(&r, 1)->name[byte] = 'p';
		expect(&r, PRMEM_BAD_REGION_NAME, 1, "a pool's name, byte", byte);
		*table_at(r.area, B) = good;
	}
	reservation_free(&r);
}

/* Every byte value as the first, an inner and the last character. */
static void characters(void)
{
	static const char rest[] = ".-_";
	u8 name[PRMEM_NAME_LEN];
	u32 c;

	for (c = 0; c < 256; c++) {
		bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z');
		bool inner = alnum || (c && strchr(rest, c));

		memset(name, 0, sizeof(name));
		name[0] = c;
		CHECK(prmem_name_valid(name) == alnum, "first %#x", c);
		memcpy(name, "abc", 3);
		name[1] = c;
		CHECK(prmem_name_valid(name) == inner, "inner %#x", c);
		name[1] = 'b';
		name[3] = c;
		CHECK(prmem_name_valid(name) == (inner || !c), "last %#x", c);
		memset(name, 'n', sizeof(name));
		name[31] = c;
		CHECK(prmem_name_valid(name) == !c, "the end %#x", c);
	}
}

/* Two rules broken: the one that SPEC.md names first, of the first region. */
static void ladder(void)
{
	static const struct {
		u32 field, width;
		u64 value;
		enum prmem_rule rule;
	} rungs[] = {
		{ START, 8, 5, PRMEM_BAD_REGION_START },
		{ SIZE, 8, 5, PRMEM_BAD_REGION_SIZE },
		{ ZERO, 4, 5, PRMEM_BAD_REGION_ZERO },
		{ TYPE, 4, 5, PRMEM_BAD_REGION_TYPE },
		{ NAME, 1, ' ', PRMEM_BAD_REGION_NAME },
		{ SERIAL, 8, 0, PRMEM_BAD_REGION_SERIAL },
	};
	struct prmem_table_rec good;
	struct reservation r;
	u32 i, j;

	reservation_usual(&r);
	good = *table_at(r.area, B);
	for (i = 0; i < COUNT(rungs); i++) {
		for (j = i; j < COUNT(rungs); j++) {
			field_set(region(&r, 2), rungs[i].field, rungs[i].width, rungs[i].value);
			field_set(region(&r, 2), rungs[j].field, rungs[j].width, rungs[j].value);
			expect(&r, rungs[i].rule, 2, "rungs", i << 16 | j);
			/* What a later region breaks doesn't matter. */
			field_set(region(&r, 3), START, 8, 5);
			expect(&r, rungs[i].rule, 2, "rungs and a later region", i << 16 | j);
			*table_at(r.area, B) = good;
		}
	}
	/* A pool: its serial before its name. */
	region(&r, 1)->serial = 1;
	region(&r, 1)->name[0] = 'p';
	expect(&r, PRMEM_BAD_REGION_SERIAL, 1, "pool", 0);
	*table_at(r.area, B) = good;
	/* A disk's bad serial before a name that is there already, this before its serial. */
	memcpy(region(&r, 4)->name, "disk1", 5);
	region(&r, 4)->serial = 1;
	expect(&r, PRMEM_BAD_REGION_NAME, 4, "twice the name and the serial", 0);
	region(&r, 4)->serial = 0;
	expect(&r, PRMEM_BAD_REGION_SERIAL, 4, "twice the name, no serial", 0);
	reservation_free(&r);
}

/* Ranges of one grain hold no region; any number of them may stand anywhere. */
static void bare_ranges(void)
{
	struct prmem_fault fault = { 0 };
	struct prmem_space space;
	struct prmem_meta meta;
	struct reservation r;
	u32 grains[6], set, i, wanted;

	for (set = 0; set < 64; set++) {
		for (i = 0, wanted = 0; i < 6; i++) {
			grains[i] = set & 1 << i ? 1 + i : 1;
			wanted += grains[i] > 1;
		}
		reservation_make(&r, grains, 6);
		space = reservation_open(&r).space;
		prmem_meta_init(&meta, &space);
		CHECK(meta.table.count == wanted, "set %#x: %u regions", set, meta.table.count);
		CHECK(prmem_regions_check(&meta.table, 1, 0, &space, &fault), "set %#x: \"%s\"", set,
		      prmem_fault_text(fault.rule));
		if (wanted < 6) {
			/* One region more than there is room for */
			meta.table.count++;
			CHECK(!prmem_regions_check(&meta.table, 1, 0, &space, &fault) &&
			      fault.rule == PRMEM_BAD_TABLE_COUNT, "set %#x: \"%s\"", set,
			      prmem_fault_text(fault.rule));
		}
		reservation_free(&r);
	}
}

/* Whatever stands in a table, the check ends, and accepts partitions only. */
static void chaos(void)
{
	struct prmem_fault fault = { 0 };
	struct prmem_table_rec *t;
	struct reservation r;
	struct prmem_space space;
	u32 round, i, n, changes, accepted = 0;
	u64 seed = 2, sum, end, value, features;

	reservation_usual(&r);
	space = reservation_open(&r).space;
	t = get_memory(sizeof(*t));
	for (round = 0; round < 50000; round++) {
		memcpy(t, table_at(r.area, B), sizeof(*t));
		changes = 1 + chance_below(&seed, 3);
		features = chance_below(&seed, 2) * PRMEM_FEAT_HEAP;
		while (changes--) {
			struct prmem_region_rec *rec = &t->region[chance_below(&seed, REGIONS + 1)];

			value = chance_below(&seed, 20) * GRAIN;
			switch (chance_below(&seed, 8)) {
			case 0: rec->start = value; break;
			case 1: rec->size = value; break;
			case 2: rec->size = chance(&seed); break;
			case 3: rec->serial = chance_below(&seed, 7); break;
			case 4: rec->type = chance_below(&seed, 5); break;
			case 5: t->count = chance_below(&seed, 8); break;
			case 6: memcpy(rec, &t->region[chance_below(&seed, REGIONS)], 64); break;
			case 7: memset(rec, 0, 64); break;
			}
		}
		if (!prmem_regions_check(t, NEXT_SERIAL, features, &space, &fault))
			continue;
		accepted++;
		CHECK(prmem_regions_have_heap(t) == !!features, "round %u: features", round);
		for (i = 0, sum = 0, end = 0; i < t->count; i++) {
			sum += t->region[i].size;
			for (n = 0; n < 3; n++)
				CHECK(t->region[i].start + t->region[i].size <= space.offset[n] ||
				      t->region[i].start >= space.offset[n] + GRAIN,
				      "round %u: region %u covers metadata", round, i);
			CHECK(t->region[i].start >= end, "round %u: region %u overlaps", round, i);
			end = t->region[i].start + t->region[i].size;
		}
		CHECK(sum == 13 * GRAIN, "round %u: %#llx bytes", round, (unsigned long long)sum);
	}
	CHECK(accepted > 500 && accepted < 25000, "%u accepted", accepted);
	free(t);
	reservation_free(&r);
}

static const struct test tests[] = {
	{ "table: every field, every class of wrong value", head },
	{ "table: every field of a region, every class of wrong value", records },
	{ "table: regions lost, doubled, swapped", lists },
	{ "table: heaps, and the feature that goes with them", heaps },
	{ "table: names", names },
	{ "table: every character in a name", characters },
	{ "table: the rules are checked in order", ladder },
	{ "table: ranges of metadata only", bare_ranges },
	{ "table: 50,000 tables changed at random", chaos },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
