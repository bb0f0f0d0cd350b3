// SPDX-License-Identifier: GPL-2.0-only
/* The region list against a stupid model: an array of cells of 2 MiB each. */
#include "harness.h"

#define OPERATIONS	100000
#define MAX_CELLS	1024

/* What a cell is: metadata, of the pool, or of the disk or heap with this serial. */
#define META		(~0U)
#define POOL		0U

static struct model {
	u32 cells;
	u32 owner[2 * MAX_CELLS];
	char name[OPERATIONS + 1][PRMEM_NAME_LEN];	/* by serial; a heap has none */
	u32 next_serial;
} model;

struct run {
	u32 start, cells, owner;
};

/* The next run of one owner at or after @at that isn't metadata. */
static bool next_run(u32 at, struct run *run)
{
	while (at < model.cells && model.owner[at] == META)
		at++;
	if (at == model.cells)
		return false;
	run->start = at;
	run->owner = model.owner[at];
	while (at < model.cells && model.owner[at] == run->owner)
		at++;
	run->cells = at - run->start;
	return true;
}

static u32 count_runs(void)
{
	struct run run = { 0 };
	u32 count = 0;

	while (next_run(run.start + run.cells, &run))
		count++;
	return count;
}

static bool is_there(u32 serial)
{
	u32 i;

	for (i = 0; i < model.cells; i++)
		if (model.owner[i] == serial)
			return true;
	return false;
}

static void model_init(const u32 *grains, u32 ranges)
{
	u32 i, j;

	model.cells = 0;
	model.next_serial = 1;
	for (i = 0; i < ranges; i++)
		for (j = 0; j < grains[i]; j++)
			model.owner[model.cells++] = j ? POOL : META;
}

/* The value that prmem_region_add() should have: the start, or an error. */
static int model_add(const char *name, u32 cells, u32 from, u32 to)
{
	struct run run = { 0 }, best = { 0 };
	u32 i;

	while (next_run(run.start + run.cells, &run))
		if (run.owner == POOL && run.cells >= cells && run.start >= from &&
		    run.start < to && (!best.cells || run.cells < best.cells))
			best = run;
	if (!best.cells)
		return -ENOSPC;
	if (best.cells > cells && count_runs() == PRMEM_MAX_REGIONS)
		return -E2BIG;
	for (i = 0; i < cells; i++)
		model.owner[best.start + i] = model.next_serial;
	memset(model.name[model.next_serial], 0, PRMEM_NAME_LEN);
	strcpy(model.name[model.next_serial], name);
	model.next_serial++;
	return best.start;
}

static void model_remove(u32 serial)
{
	u32 i;

	for (i = 0; i < model.cells; i++)
		if (model.owner[i] == serial)
			model.owner[i] = POOL;
}

/* The whole table as the model would write it, byte for byte. */
static void expect_same(const struct prmem_meta *meta, u32 operation)
{
	static struct prmem_region_rec want[PRMEM_MAX_REGIONS];
	struct run run = { 0 };
	u64 sum = 0, largest = 0, free, got_largest;
	u32 count = 0;

	memset(want, 0, sizeof(want));
	while (next_run(run.start + run.cells, &run) && count < PRMEM_MAX_REGIONS) {
		struct prmem_region_rec *rec = &want[count++];

		rec->start = run.start * GRAIN;
		rec->size = run.cells * GRAIN;
		rec->type = PRMEM_REGION_POOL;
		if (run.owner != POOL) {
			rec->type = *model.name[run.owner] ? PRMEM_REGION_DISK :
							     PRMEM_REGION_HEAP;
			rec->serial = run.owner;
			memcpy(rec->name, model.name[run.owner], PRMEM_NAME_LEN);
			continue;
		}
		sum += rec->size;
		largest = rec->size > largest ? rec->size : largest;
	}
	CHECK(meta->table.count == count, "operation %u: %u regions, expected %u", operation,
	      meta->table.count, count);
	CHECK(!memcmp(meta->table.region, want, sizeof(want)), "operation %u: tables differ",
	      operation);
	CHECK(meta->root.next_serial == model.next_serial, "operation %u: next serial", operation);
	free = prmem_regions_free(&meta->table, &got_largest);
	CHECK(free == sum && got_largest == largest, "operation %u: %llu free, %llu in one piece",
	      operation, (unsigned long long)free, (unsigned long long)got_largest);
}

static void expect_partition(const struct prmem_meta *meta, const struct prmem_space *space,
			     u32 operation)
{
	struct prmem_fault fault = { 0 };
	u64 features = 0;
	u32 i;

	for (i = 0; i < meta->table.count; i++)
		if (meta->table.region[i].type == PRMEM_REGION_HEAP)
			features = PRMEM_FEAT_HEAP;
	CHECK(prmem_regions_have_heap(&meta->table) == !!features, "operation %u: a heap",
	      operation);
	CHECK(prmem_regions_check(&meta->table, meta->root.next_serial, features, space, &fault),
	      "operation %u: region %u: \"%s\"", operation, fault.at,
	      prmem_fault_text(fault.rule));
}

/* What was added, so that the name is always free, and long now and then. */
static void name_disk(char *name, u32 serial)
{
	snprintf(name, PRMEM_NAME_LEN, serial % 5 ? "d%u" : "%u-abcdefghij.ABCDEFGHIJ_", serial);
}

static struct {
	u64 seed;
	u32 operations, added, heaps, removed, no_space, full;
} tally;

static int find_serial(const struct prmem_meta *meta, u32 serial)
{
	u32 i = 0;

	while (i < meta->table.count && meta->table.region[i].serial != serial)
		i++;
	return i < meta->table.count ? (int)i : -ENOENT;
}

static void one_add(struct prmem_meta *meta, u32 max_cells)
{
	bool heap = chance_below(&tally.seed, 3) == 0;
	u32 cells = 1 + chance_below(&tally.seed, max_cells), from = 0, to = model.cells;
	char name[PRMEM_NAME_LEN] = "";
	int want, got;

	if (!heap)
		name_disk(name, model.next_serial);
	CHECK(prmem_region_find(&meta->table, name) == -ENOENT, "%s is there", name);
	/* Now and then not everywhere. */
	if (chance_below(&tally.seed, 4) == 0) {
		from = chance_below(&tally.seed, model.cells);
		to = from + chance_below(&tally.seed, model.cells - from) + 1;
	}
	want = model_add(name, cells, from, to);
	got = heap ? prmem_region_add_heap(meta, cells * GRAIN, from * GRAIN, to * GRAIN) :
		     prmem_region_add(meta, name, cells * GRAIN, from * GRAIN, to * GRAIN);
	if (want < 0) {
		CHECK(got == want, "operation %u: add is %d, expected %d", tally.operations, got,
		      want);
		tally.no_space += want == -ENOSPC;
		tally.full += want == -E2BIG;
		return;
	}
	if (CHECK(got >= 0, "operation %u: add is %d", tally.operations, got))
		CHECK(meta->table.region[got].start == want * GRAIN &&
		      prmem_region_find(&meta->table, name) == (heap ? -ENOENT : got),
		      "operation %u: region %d", tally.operations, got);
	tally.added++;
	tally.heaps += heap;
}

static void one_remove(struct prmem_meta *meta)
{
	u32 serial = 1 + chance_below(&tally.seed, model.next_serial);
	int got;

	/* The oldest from there on, if there is one. */
	while (serial < model.next_serial && !is_there(serial))
		serial++;
	if (serial >= model.next_serial)
		return;
	got = find_serial(meta, serial);
	if (!CHECK(got >= 0, "operation %u: %u is gone", tally.operations, serial))
		return;
	model_remove(serial);
	prmem_region_remove(&meta->table, got);
	CHECK(prmem_region_find(&meta->table, model.name[serial]) == -ENOENT, "%s is there",
	      model.name[serial]);
	tally.removed++;
}

/* One reservation: fills up, empties, and so on, with small disks or large ones. */
static void one_reservation(u32 operations)
{
	u32 grains[PRMEM_MAX_RANGES], ranges = 1 + chance_below(&tally.seed, PRMEM_MAX_RANGES);
	u32 i, largest = 1 + chance_below(&tally.seed, 3 * MAX_CELLS / (PRMEM_MAX_RANGES * 2));
	u32 inclination = 50, max_cells = 1 + chance_below(&tally.seed, 40);
	struct reservation r;
	struct prmem_space space;
	struct prmem_meta meta;

	/* Every eighth one is such that the table gets full. */
	if (chance_below(&tally.seed, 8) == 0) {
		ranges = PRMEM_MAX_RANGES;
		largest = MAX_CELLS / PRMEM_MAX_RANGES;
		max_cells = 2;
	}
	for (i = 0; i < ranges; i++)
		grains[i] = 1 + chance_below(&tally.seed, largest);
	if (max_cells == 2)
		for (i = 0; i < ranges; i++)
			grains[i] = largest;
	reservation_make(&r, grains, ranges);
	space = reservation_open(&r).space;
	model_init(grains, ranges);
	prmem_meta_init(&meta, &space);
	expect_same(&meta, tally.operations);
	expect_partition(&meta, &space, tally.operations);
	for (i = 0; i < operations && !failures(); i++) {
		if (i % 256 == 0)
			inclination = 10 + chance_below(&tally.seed, 90);
		if (chance_below(&tally.seed, 100) < inclination)
			one_add(&meta, max_cells);
		else
			one_remove(&meta);
		expect_same(&meta, tally.operations);
		expect_partition(&meta, &space, tally.operations);
		tally.operations++;
	}
	/* Everything given back: the initial regions again. */
	while (model.next_serial > 1 && !failures()) {
		u32 serial = --model.next_serial;

		if (!is_there(serial))
			continue;
		model_remove(serial);
		prmem_region_remove(&meta.table, find_serial(&meta, serial));
	}
	model.next_serial = meta.root.next_serial;
	expect_same(&meta, tally.operations);
	reservation_free(&r);
}

static void against_model(void)
{
	tally.seed = 3;
	while (tally.operations < OPERATIONS && !failures())
		one_reservation(tally.operations + 1000 > OPERATIONS ?
				OPERATIONS - tally.operations : 1000);
	note("%u operations: %u added, %u of them heaps, %u removed, %u without space, %u with a full table",
	     tally.operations, tally.added, tally.heaps, tally.removed, tally.no_space, tally.full);
	CHECK(tally.added > 1000 && tally.heaps > 1000 && tally.removed > 1000 &&
	      tally.no_space > 1000 && tally.full > 500, "not everything happened often enough");
}

/* 254 disks and a pool: nothing more fits but what takes the pool whole. */
static void full_table(void)
{
	static const u32 grains[] = { 400 };
	struct prmem_space space;
	struct reservation r;
	struct prmem_meta meta;
	char name[PRMEM_NAME_LEN];
	u32 i;

	reservation_make(&r, grains, 1);
	space = reservation_open(&r).space;
	prmem_meta_init(&meta, &space);
	for (i = 0; i < PRMEM_MAX_REGIONS - 1; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		CHECK(prmem_region_add(&meta, name, GRAIN, 0, -1) == (int)i, "disk %u", i);
	}
	CHECK(meta.table.count == PRMEM_MAX_REGIONS, "%u regions", meta.table.count);
	expect_partition(&meta, &space, 0);
	CHECK(prmem_region_add(&meta, "more", GRAIN, 0, -1) == -E2BIG, "one more");
	CHECK(prmem_region_add(&meta, "more", 1000 * GRAIN, 0, -1) == -ENOSPC, "too large");
	CHECK(prmem_region_add(&meta, "whole", 145 * GRAIN, 0, -1) == 254, "the whole pool");
	expect_partition(&meta, &space, 1);
	CHECK(prmem_region_add(&meta, "none", GRAIN, 0, -1) == -ENOSPC, "no pool");
	/* The last entry of all has none after it to be merged with. */
	prmem_region_remove(&meta.table, 254);
	CHECK(meta.table.count == PRMEM_MAX_REGIONS, "%u regions", meta.table.count);
	CHECK(prmem_region_add(&meta, "whole", 145 * GRAIN, 0, -1) == 254, "the whole pool again");

	/* Committed and read again */
	prmem_meta_boot(&meta, 1, "6.1.0");
	prmem_commit(r.area, &meta);
	CHECK(reservation_open(&r).judgement.verdict == PRMEM_ADOPT, "full table");
	/* Removed from the middle, then its neighbours */
	prmem_region_remove(&meta.table, 100);
	prmem_region_remove(&meta.table, 101);
	CHECK(meta.table.count == 254, "%u regions", meta.table.count);
	prmem_region_remove(&meta.table, 99);
	CHECK(meta.table.count == 253 && meta.table.region[99].size == 3 * GRAIN, "merged");
	expect_partition(&meta, &space, 2);
	reservation_free(&r);
}

/* Pools that face each other over the end of a range stay apart. */
static void no_merge_over_ranges(void)
{
	static const u32 grains[] = { 3, 3, 3 };
	static const char *const names[] = { "a", "b", "c" };
	struct reservation r;
	struct prmem_space space;
	struct prmem_meta meta;
	u32 i;

	reservation_make(&r, grains, 3);
	space = reservation_open(&r).space;
	prmem_meta_init(&meta, &space);
	CHECK(prmem_region_add(&meta, "a", 3 * GRAIN, 0, -1) == -ENOSPC, "no range is that large");
	for (i = 0; i < 3; i++)
		CHECK(prmem_region_add(&meta, names[i], 2 * GRAIN, 0, -1) == (int)i, "disk %u", i);
	for (i = 0; i < 3; i++) {
		prmem_region_remove(&meta.table, i);
		CHECK(meta.table.count == 3, "%u regions", meta.table.count);
		expect_partition(&meta, &space, i);
	}
	reservation_free(&r);
}

static void best_fit(void)
{
	static const u32 grains[] = { 9, 4, 6, 4 };	/* pools of 8, 3, 5, 3 */
	static const struct {
		const char *name;
		u32 cells, start;
	} steps[] = {
		{ "a", 3, 10 },		/* of two that fit alike the first */
		{ "b", 2, 20 },		/* the other one, not the largest */
		{ "c", 4, 14 },
		{ "d", 1, 18 },		/* what is left of that one: 1, not 1 of 8 */
		{ "e", 1, 22 },
		{ "f", 8, 1 },
	};
	struct reservation r;
	struct prmem_space space;
	struct prmem_meta meta;
	u32 i;

	reservation_make(&r, grains, 4);
	space = reservation_open(&r).space;
	prmem_meta_init(&meta, &space);
	for (i = 0; i < COUNT(steps); i++) {
		int n = prmem_region_add(&meta, steps[i].name, steps[i].cells * GRAIN, 0, -1);

		if (CHECK(n >= 0, "%s: %d", steps[i].name, n))
			CHECK(meta.table.region[n].start == steps[i].start * GRAIN, "%s at %llu",
			      steps[i].name,
			      (unsigned long long)(meta.table.region[n].start / GRAIN));
	}
	reservation_free(&r);
}

/* Numbers of pages have an end, and no heap reaches over it. */
static void heap_end(void)
{
	static const u64 end = 1ULL << 43;
	struct prmem_meta meta;
	u64 start;
	u32 i;

	for (i = 0; i < 4; i++) {
		memset(&meta, 0, sizeof(meta));
		start = end - 10 * GRAIN + i * GRAIN;
		meta.root.next_serial = 1;
		meta.table.count = 1;
		meta.table.region[0].start = start;
		meta.table.region[0].size = 100 * GRAIN;
		meta.table.region[0].type = PRMEM_REGION_POOL;
		CHECK(prmem_region_add_heap(&meta, (11 - i) * GRAIN, 0, -1) == -ENOSPC, "%u", i);
		CHECK(prmem_region_add_heap(&meta, end + GRAIN, 0, -1) == -ENOSPC, "%u", i);
		CHECK(prmem_region_add_heap(&meta, -GRAIN, 0, -1) == -ENOSPC, "%u", i);
		CHECK(prmem_region_add_heap(&meta, (10 - i) * GRAIN, start + 1, -1) == -ENOSPC, "%u",
		      i);
		CHECK(prmem_region_add_heap(&meta, (10 - i) * GRAIN, 0, start) == -ENOSPC, "%u", i);
		CHECK(meta.table.count == 1 && meta.root.next_serial == 1, "%u: changed", i);
		CHECK(prmem_region_add_heap(&meta, (10 - i) * GRAIN, start, start + 1) == 0, "%u", i);
		CHECK(meta.table.region[1].start == end, "%u", i);
		CHECK(prmem_region_add(&meta, "disk", 11 * GRAIN, 0, -1) == 1, "%u: a disk", i);
	}
}

/* The feature comes and goes with the first and the last of them. */
static void heap_feature(void)
{
	static const u32 grains[] = { 20 };
	struct reservation r;
	struct prmem_meta meta;
	struct opened o;
	u32 step, found;

	reservation_make(&r, grains, 1);
	reservation_load(&r, 1, 1);
	for (step = 0; step < 6; step++) {
		o = reservation_open(&r);
		if (!CHECK(o.judgement.verdict == PRMEM_ADOPT, "step %u: verdict %u", step,
			   o.judgement.verdict))
			break;
		prmem_meta_read(r.area, o.judgement.slot, &meta);
		CHECK(meta.root.feat_incompat == (step && step != 3 && step != 5), "step %u", step);
		/* Two come, one goes, both are gone; one comes, and goes. */
		switch (step) {
		case 0: case 3:
			found = prmem_region_add_heap(&meta, GRAIN, 0, -1);
			CHECK(meta.table.region[found].type == PRMEM_REGION_HEAP, "step %u", step);
			if (step == 0)
				prmem_region_add_heap(&meta, 2 * GRAIN, 0, -1);
			break;
		default:
			for (found = 0; meta.table.region[found].type != PRMEM_REGION_HEAP;)
				found++;
			prmem_region_remove(&meta.table, found);
			break;
		case 5:
			break;
		}
		prmem_commit(r.area, &meta);
	}
	reservation_free(&r);
}

static void finding(void)
{
	struct prmem_meta meta;
	struct reservation r;

	reservation_usual(&r);
	prmem_meta_read(r.area, 1, &meta);
	CHECK(prmem_region_find(&meta.table, "disk4") == 0, "disk4");
	CHECK(prmem_region_find(&meta.table, "disk2") == 4, "disk2");
	CHECK(prmem_region_find(&meta.table, "disk") == -ENOENT, "part of a name");
	CHECK(prmem_region_find(&meta.table, "disk22") == -ENOENT, "more than a name");
	CHECK(prmem_region_find(&meta.table, "") == -ENOENT, "a pool's name");
	reservation_free(&r);
}

static const struct test tests[] = {
	{ "regions: found by name", finding },
	{ "regions: the smallest pool that holds it", best_fit },
	{ "regions: pools of two ranges are never merged", no_merge_over_ranges },
	{ "regions: a full table", full_table },
	{ "regions: heaps end where page numbers do", heap_end },
	{ "regions: the feature goes with the heaps", heap_feature },
	{ "regions: 100,000 random operations against a model", against_model },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
