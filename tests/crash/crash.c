// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core cut after every store. Each operation is recorded store by store and
 * replayed up to a cut; what a load of the module finds there must be exactly
 * what was before the operation, or what is after it.
 *
 * The model: a publishing store is atomic and in its place. Plain stores between
 * two of them are of 8 bytes, and happen in any order: forward, backward or
 * mixed, so that any set of them may have happened. The last one may be torn: any
 * of its bytes may have been stored.
 *
 *	crash			the short run
 *	crash STRIDE SEEDS	cuts at one in STRIDE stores to the tables
 *	crash OP		the short run of one operation
 *	crash SEED:OP:CUT	replays one cut, and says what is found
 */
#include "recorder.h"

#define MAX_STATES	4

static struct recording stores;

/* What one operation may leave. */
static struct {
	struct prmem_meta states[MAX_STATES];	/* [0]: before, then after each commit */
	u32 ends[MAX_STATES];			/* stores until that state is reached */
	u32 nr_states;
	bool blank;		/* there is no state [0]: blank or refused until [1] */
	enum prmem_verdict first;		/* the verdict before the first store */
} record;

static struct reservation r;
static struct {
	u8 *page[PRMEM_MAX_RANGES];
} saved;

static struct {
	u32 seed;
	const struct op *op;
	u64 chance;
	u32 cut;		/* counts all places to cut */
	long replay;		/* only this one, and speak; -1: all */
	u32 stride;
	u32 seeds;
	unsigned long cuts;	/* of the operation, tested */
	unsigned long all;
} run = { .replay = -1, .stride = 64, .seeds = 48 };

struct op {
	const char *name;
	void (*prepare)(void);
	void (*act)(void);	/* is recorded */
	bool sighted;		/* makes no sense without checksums */
	const char *title;
};

/* -- the memory, to come back to -- */

static u32 page_size(u32 i)
{
	return i ? PRMEM_PAGE : PRMEM_META_MAPPED;
}

static void save_pages(void)
{
	u32 i;

	for (i = 0; i < r.count; i++) {
		saved.page[i] = get_memory(page_size(i));
		memcpy(saved.page[i], r.page[i], page_size(i));
	}
}

static void restore_pages(void)
{
	u32 i;

	for (i = 0; i < r.count; i++) {
		memcpy(r.page[i], saved.page[i], page_size(i));
		free(saved.page[i]);
	}
}

/* -- what the operations are made of -- */

static void reached(const struct prmem_meta *meta)
{
	if (record.nr_states == MAX_STATES)
		bail_out("MAX_STATES is too small");
	record.states[record.nr_states] = *meta;
	record.ends[record.nr_states++] = stores.count;
}

static void commit(struct prmem_meta *meta)
{
	prmem_commit(r.area, meta);
	reached(meta);
}

/* A reservation of 1 to 3 ranges; all of them make the same number of ranges. */
static void make_ranges(u32 least)
{
	u32 grains[3], i, count = least + chance_below(&run.chance, 4 - least);

	for (i = 0; i < count; i++)
		grains[i] = 1 + chance_below(&run.chance, 40);
	grains[0] += 30;
	reservation_make(&r, grains, count);
}

static void load_some(u32 least)
{
	u32 loads = least + chance_below(&run.chance, 4), i;

	for (i = 0; i < loads; i++)
		reservation_load(&r, i + 1, 1 + chance_below(&run.chance, 2));
}

static void some_loads(void)
{
	make_ranges(1);
	/* A slot that was never written says nothing without its checksum. */
	load_some(port_hooks.blind ? 2 : 1);
}

static void read_newest(struct prmem_meta *meta)
{
	struct opened o = reservation_open(&r);

	if (!o.together || o.judgement.verdict != PRMEM_ADOPT)
		bail_out("a reservation that was committed is not adopted");
	prmem_meta_read(r.area, o.judgement.slot, meta);
}

static void first_commit(u64 id)
{
	struct prmem_meta meta;
	struct prmem_space space;

	prmem_space_renew(&space, r.found, r.count, id);
	prmem_meta_init(&meta, &space);
	prmem_meta_boot(&meta, 77, "6.1.0-77");
	prmem_region_add(&meta, "first", 3 * GRAIN, 0, -1);
	record.blank = true;
	record.nr_states = 1;
	commit(&meta);
}

static void init_prepare(void)
{
	make_ranges(1);
}

static void init_act(void)
{
	first_commit(BOOT | 1);
}

static void boot_act(void)
{
	struct prmem_meta meta;

	read_newest(&meta);
	reached(&meta);
	prmem_meta_boot(&meta, 78, "6.1.0-78");
	commit(&meta);
}

static void add_act(void)
{
	struct prmem_meta meta;

	read_newest(&meta);
	reached(&meta);
	prmem_region_add(&meta, "added", GRAIN * (1 + run.seed % 4), 0, -1);
	commit(&meta);
}

static void remove_act(void)
{
	struct prmem_meta meta;

	read_newest(&meta);
	reached(&meta);
	prmem_region_remove(&meta.table, prmem_region_find(&meta.table, "disk1"));
	commit(&meta);
}

/* Forgotten, and created again with another size: two commits. */
static void forget_act(void)
{
	struct prmem_meta meta;

	read_newest(&meta);
	reached(&meta);
	prmem_region_remove(&meta.table, prmem_region_find(&meta.table, "disk1"));
	commit(&meta);
	prmem_region_add(&meta, "disk1", GRAIN, 0, -1);
	commit(&meta);
}

/* A commit cut somewhere; then the next kernel's load is cut as well. */
static void twice_prepare(void)
{
	struct prmem_meta meta;
	u32 i, made;

	some_loads();
	read_newest(&meta);
	prmem_region_add(&meta, "lost", GRAIN, 0, -1);
	recorder_start(&stores);
	prmem_commit(r.area, &meta);
	recorder_stop();
	recorder_undo(&stores);
	recorder_order(&stores, run.seed % 3, &run.chance);
	made = chance_below(&run.chance, stores.count);
	for (i = 0; i < made; i++)
		store_make(&stores.stores[i]);
	recorder_reset(&stores);
}

static void twice_act(void)
{
	struct opened o = reservation_open(&r);
	struct prmem_meta meta;

	if (!CHECK(o.together && (o.judgement.verdict == PRMEM_ADOPT ||
				  o.judgement.verdict == PRMEM_RECOVER), "%u:twice: the first cut",
		   run.seed))
		return;
	record.first = o.judgement.verdict;
	prmem_meta_read(r.area, o.judgement.slot, &meta);
	reached(&meta);
	prmem_meta_boot(&meta, 79, "6.1.0-79");
	prmem_region_add(&meta, "second", 2 * GRAIN, 0, -1);
	commit(&meta);
}

static void damage(u32 slot)
{
	root_at(r.area, slot)->size ^= 1;
}

static void make_newer(u32 slot)
{
	root_at(r.area, slot)->major = 2;
	root_at(r.area, slot)->id = 0;
	seal_root(r.area, slot);
}

static void out_of_step(u32 slot)
{
	root_at(r.area, slot)->sequence += 4;
	table_at(r.area, slot)->sequence += 4;
	seal_root(r.area, slot);
	seal_table(r.area, slot);
}

/* Memory that is refused, in every way. */
static void reset_prepare(void)
{
	u32 which = run.seed / 6 % 8, slot = which & 1;

	make_ranges(1);
	load_some(2);
	switch (which / 2) {
	case 0:	/* both damaged, in the root or in the table */
		if (slot) {
			table_at(r.area, 0)->zero[3] ^= 1;
			table_at(r.area, 1)->zero[3] ^= 1;
		} else {
			damage(0);
			damage(1);
		}
		break;
	case 1:	/* both valid, out of step */
		out_of_step(slot);
		break;
	case 2:	/* one newer, the other valid */
		make_newer(slot);
		break;
	case 3:	/* one newer, the other newer or damaged */
		make_newer(0);
		if (slot)
			make_newer(1);
		else
			damage(1);
		break;
	}
}

static void reset_act(void)
{
	struct opened o = reservation_open(&r);

	CHECK(o.together && o.judgement.verdict >= PRMEM_DAMAGED, "%u:reset: verdict %u", run.seed,
	      o.judgement.verdict);
	prmem_wipe(r.area);
	first_commit(o.space.id);
}

/* Stamps that can't be trusted: the ranges are stamped anew, roots first. */
static void renew_prepare(void)
{
	make_ranges(2);
	load_some(2);
	switch (run.seed / 3 % 5) {
	case 0:
		stamp_at(&r, 0, 0)->id = 5;
		seal_stamp(stamp_at(&r, 0, 0));
		break;
	case 1:
		memset(stamp_at(&r, 1, 0), 0, 64);
		memset(stamp_at(&r, 1, 1), 0xff, 64);
		break;
	case 2:
		free(r.page[--r.count]);
		break;
	case 3:
		stamp_at(&r, 1, 0)->id = 6;
		seal_stamp(stamp_at(&r, 1, 0));
		*stamp_at(&r, 1, 1) = *stamp_at(&r, 1, 0);
		break;
	case 4:
		r.page[1][3000] = 1;
		break;
	}
}

static void renew_act(void)
{
	struct opened o = reservation_open(&r);
	struct prmem_space space;
	struct prmem_stamp stamp;
	u32 i, copy;

	CHECK(!o.together, "%u:renew: nothing is wrong", run.seed);
	prmem_space_renew(&space, r.found, r.count, 4711);
	for (i = 0; i < r.count; i++) {
		prmem_wipe(r.page[i]);
		prmem_stamp_make(&stamp, &space, i);
		for (copy = 0; copy < 2; copy++)
			prmem_stamp_write(r.page[i], copy, &stamp);
	}
	prmem_wipe(r.area);
	first_commit(4711);
}

/* Somebody else's memory, in which adopt= begins a reservation. */
static void adopt_prepare(void)
{
	const u32 grains = 30 + chance_below(&run.chance, 40);
	size_t i;

	reservation_make(&r, &grains, 1);
	for (i = 0; i < PRMEM_META_MAPPED; i++)
		r.area[i] = run.seed % 2 ? chance(&run.chance) : 0;
}

static void adopt_act(void)
{
	struct prmem_space space;
	struct prmem_stamp stamp;
	u32 copy;

	prmem_space_renew(&space, r.found, r.count, 4711);
	prmem_stamp_make(&stamp, &space, 0);
	prmem_wipe(r.area);
	for (copy = 0; copy < 2; copy++)
		prmem_stamp_write(r.area, copy, &stamp);
	first_commit(4711);
}

static void mend_prepare(void)
{
	u32 i;

	make_ranges(2);
	load_some(1);
	for (i = 0; i < r.count; i++) {
		u8 *copy = (u8 *)stamp_at(&r, i, chance_below(&run.chance, 2));

		copy[chance_below(&run.chance, 64)] ^= 1 + chance_below(&run.chance, 255);
	}
}

static void mend_act(void)
{
	struct opened o = reservation_open(&r);
	struct prmem_meta meta;

	CHECK(o.together && o.space.mend, "%u:mend: nothing to mend", run.seed);
	read_newest(&meta);
	reached(&meta);
	reservation_mend(&r, &o.space);
}

static const struct op ops[] = {
	{ "init", init_prepare, init_act, false, "the first commit" },
	{ "boot", some_loads, boot_act, false, "a boot's commit" },
	{ "add", some_loads, add_act, false, "a disk added" },
	{ "remove", some_loads, remove_act, false, "a disk removed" },
	{ "forget", some_loads, forget_act, false, "a disk forgotten and created again" },
	{ "twice", twice_prepare, twice_act, false, "cut, recovered and cut again" },
	{ "reset", reset_prepare, reset_act, false, "refused memory wiped and begun anew" },
	{ "adopt", adopt_prepare, adopt_act, false, "somebody else's memory taken" },
	{ "renew", renew_prepare, renew_act, true, "refused stamps renewed" },
	{ "mend", mend_prepare, mend_act, true, "damaged stamps mended" },
};

/* -- cutting -- */

static bool same(const struct prmem_meta *a, const struct prmem_meta *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* What must be found, now that @stores stores have been made. */
static const struct prmem_meta *expected(u32 made)
{
	u32 i, state = 0;

	for (i = 1; i < record.nr_states; i++)
		if (made >= record.ends[i])
			state = i;
	return state || !record.blank ? &record.states[state] : NULL;
}

/* What the module would do next must lead to a sound state with the same regions. */
static void go_on(const struct opened *o, struct prmem_meta *meta)
{
	struct opened again;
	static struct prmem_meta found;

	save_pages();
	reservation_mend(&r, &o->space);
	prmem_meta_boot(meta, 99, "6.1.0-99");
	prmem_commit(r.area, meta);
	again = reservation_open(&r);
	if (CHECK(again.together && again.judgement.verdict == PRMEM_ADOPT && !again.space.mend,
		  "%u:%s:%u: after going on", run.seed, run.op->name, run.cut)) {
		prmem_meta_read(r.area, again.judgement.slot, &found);
		CHECK(same(&found, meta), "%u:%s:%u: after going on", run.seed, run.op->name,
		      run.cut);
	}
	restore_pages();
}

static void say(const struct opened *o, u32 made, bool torn)
{
	static const char *const verdicts[] = { "blank", "adopt", "recover", "damaged", "newer" };
	const struct prmem_judgement *j = &o->judgement;

	note("%s stores in %s order, %u of %u made%s", port_hooks.blind ? "unchecked" : "checked",
	     run.seed % 3 == 0 ? "forward" : run.seed % 3 == 1 ? "backward" : "mixed", made,
	     stores.count, torn ? ", the next one in part" : "");
	if (o->together)
		note("verdict: %s, slot %c; slot A: %s; slot B: %s", verdicts[j->verdict],
		     'A' + j->slot, prmem_fault_text(j->fault[0].rule),
		     prmem_fault_text(j->fault[1].rule));
	else
		note("refused: range %u: %s", o->fault.at, prmem_fault_text(o->fault.rule));
}

/* The next load takes it by its stamp, or by adopt= again: it is never stuck. */
static void look_adopted(const struct opened *o)
{
	struct prmem_fault fault;
	bool stamped = prmem_range_is_stamped(&r.found[0]);

	CHECK(o->together == stamped, "%u:%s:%u: stamped or not", run.seed, run.op->name, run.cut);
	if (o->together)
		CHECK(o->judgement.verdict == PRMEM_BLANK, "%u:%s:%u: not blank", run.seed,
		      run.op->name, run.cut);
	else
		CHECK(prmem_range_is_unused(&r.found[0], &fault), "%u:%s:%u: refused", run.seed,
		      run.op->name, run.cut);
}

static void look(u32 made, bool torn)
{
	const struct prmem_meta *want = expected(made);
	static struct prmem_meta found;
	struct opened o = reservation_open(&r);
	enum prmem_verdict verdict = o.judgement.verdict;
	bool taken = o.together && (verdict == PRMEM_ADOPT || verdict == PRMEM_RECOVER);

	run.cuts++;
	if (run.replay >= 0)
		say(&o, made, torn);
	if (!want) {
		CHECK(!taken, "%u:%s:%u: adopted", run.seed, run.op->name, run.cut);
		if (!strcmp(run.op->name, "init"))
			CHECK(o.together && verdict == PRMEM_BLANK, "%u:%s:%u: not blank", run.seed,
			      run.op->name, run.cut);
		if (!strcmp(run.op->name, "adopt"))
			look_adopted(&o);
		return;
	}
	if (!CHECK(taken, "%u:%s:%u: refused", run.seed, run.op->name, run.cut))
		return;
	/* With all stores made there is nothing to warn of. */
	if (made == stores.count)
		CHECK(verdict == PRMEM_ADOPT && !o.space.mend, "%u:%s:%u: not sound", run.seed,
		      run.op->name, run.cut);
	prmem_meta_read(r.area, o.judgement.slot, &found);
	CHECK(same(&found, want), "%u:%s:%u: neither before nor after", run.seed, run.op->name,
	      run.cut);
	if (run.cuts % 8 == 0 || run.replay >= 0)
		go_on(&o, &found);
}

static bool wanted(const struct store *s, u32 number)
{
	bool table = s && s->to >= r.area + PRMEM_PAGE && s->to < r.area + PRMEM_META_MAPPED;

	if (run.replay >= 0)
		return (long)run.cut == run.replay;
	return !table || number % run.stride == run.seed % run.stride;
}

static void cut_everywhere(void)
{
	u32 i;

	run.cut = 0;
	if (wanted(NULL, 0))
		look(0, false);
	for (i = 0; i < stores.count; i++) {
		const struct store *s = &stores.stores[i];

		if (!s->publish && s->len > 1) {
			run.cut++;
			store_tear(s, &run.chance);
			if (wanted(s, i))
				look(i, true);
		}
		store_make(s);
		run.cut++;
		if (wanted(s, i))
			look(i + 1, false);
	}
}

static void run_op(const struct op *op, u32 seed)
{
	run.op = op;
	run.seed = seed;
	run.chance = seed * 1000003ULL + (op - ops);
	port_hooks.blind = !op->sighted && seed / 3 % 2;
	memset(&record, 0, sizeof(record));
	recorder_reset(&stores);
	op->prepare();
	recorder_start(&stores);
	op->act();
	recorder_stop();
	recorder_undo(&stores);
	recorder_order(&stores, seed % 3, &run.chance);
	cut_everywhere();
	port_hooks.blind = false;
	reservation_free(&r);
}

static void run_seeds(void)
{
	u32 seed;

	run.cuts = 0;
	for (seed = 0; seed < run.seeds && !failures(); seed++)
		run_op(run.op, seed);
	note("%lu cuts", run.cuts);
	run.all += run.cuts;
}

/* Each test is the operation after that of the test before. */
static void next_op(void)
{
	run.op = run.op ? run.op + 1 : ops;
	run_seeds();
}

static void enough(void)
{
	note("%lu cuts in all", run.all);
	CHECK(run.all >= (run.stride == 1 ? 1000000 : 10000), "too few");
}

static const struct op *find_op(const char *name)
{
	u32 i;

	for (i = 0; i < COUNT(ops); i++)
		if (!strcmp(ops[i].name, name))
			return &ops[i];
	fprintf(stderr, "crash: no such operation: %s\n", name);
	exit(2);
}

static int replay(const char *id)
{
	unsigned int seed, cut;
	char name[16];

	if (sscanf(id, "%u:%15[a-z]:%u", &seed, name, &cut) != 3) {
		fprintf(stderr, "crash: not SEED:OP:CUT: %s\n", id);
		return 2;
	}
	run.replay = cut;
	run_op(find_op(name), seed);
	if (!run.cuts)
		note("there is no such cut: the last is %u", run.cut);
	printf("%sok 1 %s\n", failures() || !run.cuts ? "not " : "", id);
	return failures() || !run.cuts;
}

int main(int argc, char **argv)
{
	static char titles[COUNT(ops)][80];
	struct test tests[COUNT(ops) + 1], one = { argv[1], run_seeds };
	u32 i;

	if (argc == 2 && strchr(argv[1], ':'))
		return replay(argv[1]);
	if (argc == 2) {
		run.op = find_op(argv[1]);
		return run_tests(&one, 1);
	}
	if (argc == 3) {
		run.stride = atoi(argv[1]);
		run.seeds = atoi(argv[2]);
	}
	for (i = 0; i < COUNT(ops); i++) {
		snprintf(titles[i], sizeof(titles[i]), "crash: %s: %s", ops[i].name, ops[i].title);
		tests[i] = (struct test) { titles[i], next_op };
	}
	tests[i] = (struct test) { "crash: enough cuts", enough };
	return run_tests(tests, COUNT(tests));
}
