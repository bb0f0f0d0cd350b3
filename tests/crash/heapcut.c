// SPDX-License-Identifier: GPL-2.0-only
/*
 * The heap cut after every store. Random operations are made on a heap in several
 * regions; each is recorded store by store, and made again up to a cut. What is found
 * there a checker written from SPEC.md compares with a stupid model: it must be just
 * what was before the operation, or what is after it. Then the core opens it, and
 * goes on with it.
 *
 *	heapcut			the short run
 *	heapcut STRIDE SEEDS	cuts at one in STRIDE of the stores that fill a large piece
 *	heapcut SEED:OP:CUT	replays one cut, and says what is found
 *
 * Some seeds go on for thousands of operations, of which a sample is cut. The first
 * cut of each is before its first store: there all must be as those before it left it.
 */
#include "../../module/core/instance.h"
#include "heapmodel.h"
#include "recorder.h"

#define GRAINS		14	/* of the reservation, in two ranges */
#define OPS		64	/* of each seed, in the short run */
#define MANY_OPS	400	/* in the long one */
#define MOST_OPS	4096	/* of a seed that goes on, in the long one */
#define SOME_OPS	2000	/* in the short one */
#define FIRST_LONG	96	/* of these seeds; each order of stores, checked and unchecked */
#define LAST_LONG	101
#define ONLY_LONG	98	/* in the short run: any order of stores, checked */
#define LARGEST		2	/* grains, of a region */
#define TALLY_PAGES	64
#define FEW_STORES	64	/* a larger piece is filled by more */

/* What of a heap is in ordinary memory. */
struct side {
	struct prmem_heap heap;
	u8 *room[GRAINS];	/* of the region that begins there */
	u8 *tallies;
	u8 *index;
	struct prmem_owner owner[MODEL_INSTANCES];
	u32 nr_owners;
};

struct op {
	const char *name;
	bool (*act)(void);	/* false: there is nothing that it could be done to */
	u32 weight;
	u32 least;		/* cuts, of the short run */
};

static struct reservation r;
static u8 *memory;		/* of the reservation, but for the metadata areas */
static struct side live, probe;
static struct recording stores, opening;
static struct model before, now;
static struct read_heap view;
static u8 owned[GRAINS * GRAIN / 16];	/* 16 bytes each: were a consumer's before */

static struct {
	u32 seed;
	u32 number;		/* of the operation */
	u32 cut;
	const struct op *op;
	u64 chance;		/* of the operations */
	bool regions;		/* the operation changes the region list */
	bool began;		/* an earlier cut has left what is after */
	u64 fresh;		/* memory that the operation takes */
	long replay_op;		/* only this one, and speak; -1: all */
	long replay_cut;
	u32 stride;
	u32 seeds;
	u32 ops;
	u32 every;		/* one in so many operations is cut everywhere */
	unsigned long cuts[16];	/* of each operation */
	unsigned long all;
} run = { .replay_op = -1, .stride = 64, .seeds = 24, .ops = OPS, .every = 1 };

#define AT	"%u:%u:%u: %s: "
#define WHERE	run.seed, run.number, run.cut, run.op->name

static u64 below(u64 n)
{
	return chance_below(&run.chance, n);
}

/* -- the core's side -- */

static void side_make(struct side *s)
{
	u32 bits, i;

	for (i = 0; i < GRAINS; i++)
		s->room[i] = get_memory(prmem_heap_room(LARGEST * GRAIN));
	s->tallies = get_memory(prmem_heap_tallies_room(TALLY_PAGES));
	s->index = get_memory(prmem_heap_index_room(2 * MODEL_INSTANCES, &bits));
}

static void side_free(struct side *s)
{
	u32 i;

	for (i = 0; i < GRAINS; i++)
		free(s->room[i]);
	free(s->tallies);
	free(s->index);
}

static bool side_attach(struct side *s, const struct model_region *region,
			struct prmem_fault *fault)
{
	struct prmem_region_rec rec = {
		.start = region->start, .size = region->size, .serial = region->serial,
		.type = PRMEM_REGION_HEAP,
	};

	return prmem_heap_attach(&s->heap, memory + region->start, &rec,
				 s->room[region->start / GRAIN], fault);
}

/* Checked, and nothing completed yet. */
static bool side_open(struct side *s, const struct model_region *regions, u32 count,
		      struct prmem_fault *fault)
{
	static const u64 key[2] = { 7, 11 };
	u32 i, bits;

	prmem_heap_init(&s->heap, BOOT | 1, key);
	s->nr_owners = 0;
	for (i = 0; i < count; i++)
		if (!side_attach(s, &regions[i], fault))
			return false;
	prmem_heap_set_tallies(&s->heap, s->tallies, TALLY_PAGES);
	prmem_heap_index_room(2 * MODEL_INSTANCES, &bits);
	prmem_heap_set_index(&s->heap, s->index, bits);
	return prmem_heap_check(&s->heap, fault);
}

/* Opened when it is first used, as a consumer would. */
static struct prmem_owner *owner_of(struct side *s, u64 number)
{
	u32 i;

	for (i = 0; i < s->nr_owners; i++)
		if (s->owner[i].number == number)
			return &s->owner[i];
	if (s->nr_owners == MODEL_INSTANCES)
		bail_out("too many owners");
	prmem_owner_open(&s->heap, number, &s->owner[s->nr_owners]);
	return &s->owner[s->nr_owners++];
}

static void forget_owner(struct side *s, u64 number)
{
	u32 i;

	for (i = 0; i < s->nr_owners; i++)
		if (s->owner[i].number == number)
			s->owner[i] = s->owner[--s->nr_owners];
}

/* -- the checker's side -- */

static u32 views_of(const struct model_region *regions, u32 count, struct read_region *views)
{
	u32 i;

	for (i = 0; i < count; i++)
		views[i] = (struct read_region) {
			memory + regions[i].start, regions[i].start, regions[i].size,
			regions[i].serial,
		};
	return count;
}

static bool read_view(const struct model_region *regions, u32 count)
{
	struct read_region views[MODEL_REGIONS];

	return heap_read(&view, views, views_of(regions, count, views), BOOT | 1);
}

/* Of the memory as it is when no operation is under way. */
static bool has_room(u32 order)
{
	struct read_region views[MODEL_REGIONS];

	return heap_has_room(views, views_of(now.regions, now.nr_regions, views), order);
}

/* -- the region list -- */

static void read_newest(struct prmem_meta *meta)
{
	struct opened o = reservation_open(&r);

	if (!o.together || o.judgement.verdict != PRMEM_ADOPT)
		bail_out("a reservation that was committed is not adopted");
	prmem_meta_read(r.area, o.judgement.slot, meta);
}

static u32 heaps_of(const struct prmem_table_rec *table, struct model_region *regions)
{
	u32 i, count = 0;

	for (i = 0; i < table->count && count < MODEL_REGIONS; i++)
		if (table->region[i].type == PRMEM_REGION_HEAP)
			regions[count++] = (struct model_region) {
				table->region[i].start, table->region[i].size,
				table->region[i].serial,
			};
	return count;
}

/* -- operations: each is made on the live heap and on the model -- */

static struct model_instance *some_instance(void)
{
	return now.nr_instances ? &now.instances[below(now.nr_instances)] : NULL;
}

static bool create_act(void)
{
	static const char *const subsystems[] = { "log", "index", "a.b", "~" };
	char name[64];
	const char *subsystem = subsystems[below(COUNT(subsystems))];
	u32 type = chance(&run.chance), version = below(4), which = below(40);
	u64 number = 0;
	int status;

	if (now.nr_instances == MODEL_INSTANCES)
		return false;
	snprintf(name, sizeof(name), type % 8 ? "n%u" : "/%061u", which);
	recorder_start(&stores);
	status = prmem_instance_create(&live.heap, subsystem, name, type, version, &number);
	recorder_stop();
	if (model_find(&now, subsystem, name))
		CHECK(status == -EEXIST && !stores.count, AT "created twice: %d", WHERE, status);
	else if (status == -ENOSPC)
		CHECK(!has_room(0) && !stores.count, AT "there is room", WHERE);
	else if (CHECK(!status, AT "%d", WHERE, status))
		model_add_instance(&now, number, subsystem, name, type, version);
	return true;
}

static bool alloc(u64 bytes)
{
	struct model_instance *i = some_instance();
	u64 size = model_size(bytes), ref;
	struct prmem_owner *owner;

	if (!i || now.nr_extents == MODEL_EXTENTS)
		return false;
	owner = owner_of(&live, i->number);
	recorder_start(&stores);
	ref = prmem_owner_alloc(&live.heap, owner, bytes);
	recorder_stop();
	if (!ref) {
		u32 class = size > 2048 ? 0 : __builtin_ctzll(size) - 4;
		u32 order = size > 2048 ? prmem_size_order(size) : (u32)PRMEM_CLASS_ORDER(class);

		CHECK(!has_room(order) && !stores.count, AT "there is room", WHERE);
		return true;
	}
	CHECK(!model_extent_at(&now, ref), AT "given twice", WHERE);
	model_add_extent(&now, i->number, ref, size)->fill = 1 + below(255);
	run.fresh = ref;
	return true;
}

static bool object_act(void)
{
	return alloc(1 + below(16ULL << below(8)));
}

static bool block_act(void)
{
	return alloc(2049 + below(below(16) ? 4096ULL << below(4) : 4096 << 6));
}

static bool free_act(void)
{
	struct model_extent *e;
	u64 ref, owner;
	u32 i, data = 0;
	int status;

	if (!now.nr_extents)
		return false;
	e = &now.extents[below(now.nr_extents)];
	ref = e->ref + (below(8) ? 0 : 8);
	owner = e->owner;
	for (i = 0; i < now.nr_instances; i++)
		data |= now.instances[i].number == owner && now.instances[i].size &&
			now.instances[i].ref - e->ref < e->size;
	owner_of(&live, owner);
	recorder_start(&stores);
	status = prmem_owner_free(&live.heap, owner_of(&live, owner), ref);
	recorder_stop();
	if (ref != e->ref || data)
		return CHECK(status == (ref != e->ref ? -EINVAL : -EBUSY) && !stores.count,
			     AT "freed: %d", WHERE, status) || true;
	CHECK(!status, AT "%d", WHERE, status);
	model_drop_extent(&now, ref);
	return true;
}

static bool set_data_act(void)
{
	struct model_instance *i = some_instance();
	struct model_extent *e;
	u64 ref = 0, size = 0, at;
	int status;

	if (!i)
		return false;
	e = now.nr_extents ? &now.extents[below(now.nr_extents)] : NULL;
	if (e && below(8)) {
		for (; i->number != e->owner; i = some_instance())
			;
		at = below(4) ? 0 : below(e->size);
		ref = e->ref + at;
		size = 1 + below(e->size - at);
	}
	recorder_start(&stores);
	status = prmem_instance_set_data(&live.heap, i->number, ref, size);
	recorder_stop();
	CHECK(!status, AT "%d", WHERE, status);
	i->ref = ref;
	i->size = size;
	return true;
}

static bool destroy_act(void)
{
	struct model_instance *i = some_instance();
	struct prmem_owner *owner;

	if (!i)
		return false;
	owner = owner_of(&live, i->number);
	recorder_start(&stores);
	prmem_instance_destroy(&live.heap, owner);
	recorder_stop();
	forget_owner(&live, i->number);
	model_drop_instance(&now, i->number);
	return true;
}

static void close_owners(void)
{
	while (live.nr_owners)
		prmem_owner_close(&live.heap, &live.owner[--live.nr_owners]);
}

/* A destruction that is cut; the next kernel completes it, and is cut as well. */
static bool finish_act(void)
{
	struct prmem_fault fault;
	u32 made, i;

	if (!destroy_act())
		return false;
	recorder_undo(&stores);
	made = 1 + below(stores.count - 1);
	for (i = 0; i < made; i++)
		store_make(&stores.stores[i]);
	recorder_reset(&stores);
	before = now;
	if (!CHECK(side_open(&live, now.regions, now.nr_regions, &fault), AT "page %u: %s", WHERE,
		   fault.at, prmem_fault_text(fault.rule)))
		return true;
	CHECK(live.heap.dying == 1, AT "nobody is dying", WHERE);
	recorder_start(&stores);
	prmem_heap_finish(&live.heap);
	recorder_stop();
	return true;
}

/* From memory alone, as it is after a kexec; or just let go of, and opened later. */
static bool reopen_act(void)
{
	struct prmem_fault fault;

	close_owners();
	if (below(2))
		return true;
	recorder_start(&stores);
	CHECK(side_open(&live, now.regions, now.nr_regions, &fault), AT "page %u: %s", WHERE,
	      fault.at, prmem_fault_text(fault.rule));
	prmem_heap_finish(&live.heap);
	recorder_stop();
	CHECK(!stores.count, AT "something was written", WHERE);
	return true;
}

static bool grow_act(void)
{
	u64 size = GRAIN * (1 + below(LARGEST));
	struct model_region region;
	struct prmem_fault fault;
	struct prmem_meta meta;
	int i;

	if (now.nr_regions == MODEL_REGIONS)
		return false;
	read_newest(&meta);
	i = prmem_region_add_heap(&meta, size, 0, -1);
	if (i < 0)
		return false;
	region = (struct model_region) {
		meta.table.region[i].start, size, meta.table.region[i].serial,
	};
	run.regions = true;
	recorder_start(&stores);
	prmem_heap_format(memory + region.start, &meta.table.region[i], BOOT | 1);
	prmem_commit(r.area, &meta);
	recorder_stop();
	CHECK(side_attach(&live, &region, &fault), AT "page %u: %s", WHERE, fault.at,
	      prmem_fault_text(fault.rule));
	model_add_region(&now, region.start, region.size, region.serial);
	return true;
}

static bool give_back_act(void)
{
	struct prmem_meta meta;
	u32 i, j;

	for (i = live.heap.count; i-- && !prmem_heap_is_unused(&live.heap, i);)
		;
	if (i == ~0U || (now.nr_regions == 1 && below(4)))
		return false;
	read_newest(&meta);
	for (j = 0; meta.table.region[j].start != live.heap.part[i].start; j++)
		;
	run.regions = true;
	prmem_region_remove(&meta.table, j);
	recorder_start(&stores);
	prmem_commit(r.area, &meta);
	recorder_stop();
	model_drop_region(&now, live.heap.part[i].start);
	prmem_heap_detach(&live.heap, i);
	return true;
}

static const struct op ops[] = {
	{ "make", grow_act, 0, 500 },		/* the first region */
	{ "create", create_act, 10, 1000 },
	{ "object", object_act, 30, 1000 },
	{ "block", block_act, 12, 1000 },
	{ "free", free_act, 14, 200 },
	{ "set data", set_data_act, 10, 200 },
	{ "destroy", destroy_act, 4, 200 },
	{ "finish", finish_act, 3, 100 },
	{ "reopen", reopen_act, 3, 10 },
	{ "grow", grow_act, 2, 500 },
	{ "give back", give_back_act, 2, 500 },
};

static const struct op *choose_op(void)
{
	u32 weights = 0, i;

	if (!now.nr_regions)
		return &ops[0];
	for (i = 0; i < COUNT(ops); i++)
		weights += ops[i].weight;
	weights = below(weights);
	for (i = 0; weights >= ops[i].weight; i++)
		weights -= ops[i].weight;
	return &ops[i];
}

/* -- what is found after a cut -- */

static void say(u32 made, bool torn, const struct prmem_fault *fault)
{
	note("%s: %s stores in %s order, %u of %u made%s", run.op->name,
	     port_hooks.blind ? "unchecked" : "checked",
	     run.seed % 3 == 0 ? "forward" : run.seed % 3 == 1 ? "backward" : "mixed", made,
	     stores.count, torn ? ", the next one in part" : "");
	note("by SPEC.md: page %llu: %s; %zu instances, %zu pieces of memory, %llu pages free",
	     (unsigned long long)view.at, view.broken ? view.broken : "sound", view.nr_instances,
	     view.nr_extents, (unsigned long long)view.free);
	note("the core: page %u: %s; %u stores to complete it", fault->at,
	     prmem_fault_text(fault->rule), opening.count);
}

/* The regions that the next kernel finds. */
static u32 find_regions(struct model_region *regions)
{
	static struct prmem_meta meta;
	struct opened o;

	if (!run.regions) {
		memcpy(regions, now.regions, sizeof(now.regions));
		return now.nr_regions;
	}
	o = reservation_open(&r);
	if (!CHECK(o.together && o.judgement.verdict == PRMEM_ADOPT, AT "verdict %u", WHERE,
		   o.judgement.verdict))
		return 0;
	prmem_meta_read(r.area, o.judgement.slot, &meta);
	return heaps_of(&meta.table, regions);
}

static const char *differs(const struct model *m, const struct model_region *regions, u32 count)
{
	if (m->nr_regions != count || memcmp(m->regions, regions, count * sizeof(*regions)))
		return "other regions";
	return model_differs(m, &view);
}

/* What the core has counted and indexed is what the checker finds. */
static void compare_derived(const struct model *m)
{
	u64 ref, size, free = prmem_heap_free(&probe.heap);
	const struct read_instance *found;
	const struct prmem_tally *tally;
	u32 i, j;

	CHECK(free == view.free * PRMEM_PAGE, AT "%llu bytes are free", WHERE,
	      (unsigned long long)free);
	CHECK(probe.heap.instances == m->nr_instances && !probe.heap.dying, AT "instances", WHERE);
	for (i = 0; i < m->nr_instances; i++) {
		const struct model_instance *want = &m->instances[i];

		if (!CHECK(prmem_instance_find(&probe.heap, want->subsystem, want->name) ==
			   want->number, AT "not found: %s", WHERE, want->name))
			continue;
		for (j = 0, found = view.instances; found->number != want->number; j++)
			found++;
		tally = prmem_instance_tally(&probe.heap, want->number);
		prmem_instance_get_data(&probe.heap, want->number, &ref, &size);
		CHECK(tally && tally->pages == found->pages && ref == want->ref &&
		      size == want->size, AT "%s", WHERE, want->name);
	}
}

/* Another instance, memory for it, its data: as if nothing had been cut. */
static void go_on(const struct model *m)
{
	static struct model next;
	u64 number, ref, bytes = 1 + 40 * (run.cut % 64);
	struct read_region views[MODEL_REGIONS];
	u32 count = views_of(m->regions, m->nr_regions, views);
	const char *why;
	int status;

	if (!m->nr_regions || m->nr_instances == MODEL_INSTANCES || m->nr_extents == MODEL_EXTENTS)
		return;
	next = *m;
	status = prmem_instance_create(&probe.heap, "go", "on", 1, 2, &number);
	if (status) {
		CHECK(status == -ENOSPC && !heap_has_room(views, count, 0), AT "going on: %d",
		      WHERE, status);
		return;
	}
	model_add_instance(&next, number, "go", "on", 1, 2);
	ref = prmem_owner_alloc(&probe.heap, owner_of(&probe, number), bytes);
	if (ref) {
		model_add_extent(&next, number, ref, model_size(bytes));
		CHECK(prmem_all_zero(memory + ref, model_size(bytes)), AT "not zero", WHERE);
		status = prmem_instance_set_data(&probe.heap, number, ref, bytes);
		CHECK(!status, AT "going on: %d", WHERE, status);
		next.instances[next.nr_instances - 1].ref = ref;
		next.instances[next.nr_instances - 1].size = bytes;
	} else {
		CHECK(!heap_has_room(views, count, bytes > 2048 ? 0 : 4), AT "there is room",
		      WHERE);
	}
	if (CHECK(heap_read(&view, views, count, BOOT | 1), AT "after going on: page %llu: %s",
		  WHERE, (unsigned long long)view.at, view.broken)) {
		why = model_differs(&next, &view);
		CHECK(!why, AT "after going on: %s", WHERE, why);
	}
}

/* By the checker: is it what was before, or what is after? NULL if neither. */
static const struct model *which(const struct model_region *regions, u32 count, u32 made)
{
	const char *not_before = differs(&before, regions, count);
	const char *not_after = not_before || made == stores.count ?
				differs(&now, regions, count) : "";

	if (made == 0)
		CHECK(!not_before, AT "nothing was stored: %s", WHERE, not_before);
	if (made == stores.count)
		CHECK(!not_after, AT "all was stored: %s", WHERE, not_after);
	CHECK(!not_before || !not_after, AT "not as before: %s; not as after: %s", WHERE,
	      not_before, not_after);
	CHECK(!run.began || !not_after || not_before, AT "as before again", WHERE);
	run.began |= not_before != NULL;
	return !not_before && made != stores.count ? &before : !not_after ? &now : NULL;
}

static void open_and_compare(const struct model_region *regions, u32 count, u32 made, bool torn)
{
	const struct model *is;
	struct prmem_fault fault = { PRMEM_SOUND, 0, 0, 0 };
	bool sound = read_view(regions, count), opened = side_open(&probe, regions, count, &fault);

	if (opened)
		prmem_heap_finish(&probe.heap);
	if (run.replay_op >= 0)
		say(made, torn, &fault);
	CHECK(sound, AT "by SPEC.md: page %llu: %s", WHERE, (unsigned long long)view.at,
	      view.broken);
	CHECK(opened, AT "page %u: %s", WHERE, fault.at, prmem_fault_text(fault.rule));
	if (!sound || !opened)
		return;
	if (opening.count && !CHECK(read_view(regions, count), AT "completed: page %llu: %s", WHERE,
				    (unsigned long long)view.at, view.broken))
		return;
	is = which(regions, count, made);
	if (!is)
		return;
	compare_derived(is);
	if (is == &now && run.fresh)
		CHECK(prmem_all_zero(memory + run.fresh, model_extent_at(&now, run.fresh)->size),
		      AT "new memory is not zero", WHERE);
	if (run.cut % 4 == 0)
		go_on(is);
}

static void look(u32 made, bool torn)
{
	struct model_region regions[MODEL_REGIONS];
	u32 count = find_regions(regions);

	run.cuts[run.op - ops]++;
	recorder_start(&opening);
	open_and_compare(regions, count, made, torn);
	recorder_stop();
	recorder_undo(&opening);
	recorder_reset(&opening);
}

/* -- cutting -- */

static bool wanted(u32 number, bool large)
{
	if (run.replay_op >= 0)
		return run.replay_op == run.number && run.replay_cut == run.cut;
	if (run.number % run.every != run.seed % run.every)
		return false;
	return !large || number % run.stride == (run.seed + run.number) % run.stride;
}

/* How many stores, from this one on, are of its epoch. */
static u32 rest_of_epoch(u32 i)
{
	u32 first = i;

	while (i < stores.count && stores.stores[i].epoch == stores.stores[first].epoch)
		i++;
	return i - first;
}

static void cut_everywhere(void)
{
	u32 i, epoch = -1;
	bool large = false;
	u64 state;

	run.cut = 0;
	if (wanted(0, false))
		look(0, false);
	for (i = 0; i < stores.count; i++) {
		const struct store *s = &stores.stores[i];

		if (s->epoch != epoch)
			large = rest_of_epoch(i) > FEW_STORES;
		epoch = s->epoch;
		if (!s->publish && s->len > 1) {
			run.cut++;
			state = (u64)run.seed << 40 | (u64)run.number << 32 | run.cut;
			store_tear(s, &state);
			if (wanted(i, large))
				look(i, true);
		}
		store_make(s);
		run.cut++;
		if (wanted(i, large && i + 1 < stores.count))
			look(i + 1, false);
	}
}

/* -- what a consumer has is left alone -- */

static u64 place_of(const u8 *p)
{
	return p >= memory && p < memory + GRAINS * GRAIN ? p - memory : 0;
}

static void own(void)
{
	u32 i;

	memset(owned, 0, sizeof(owned));
	for (i = 0; i < before.nr_extents; i++)
		memset(owned + before.extents[i].ref / 16, 1, before.extents[i].size / 16);
}

static void check_places(void)
{
	u32 i;

	own();
	for (i = 0; i < stores.count; i++)
		if (!CHECK(!owned[place_of(stores.stores[i].to) / 16],
			   AT "store %u is to memory that is in use", WHERE, i))
			return;
}

static void check_contents(void)
{
	const struct model_extent *e;
	u32 i;
	u64 at;

	for (i = 0; i < now.nr_extents; i++) {
		e = &now.extents[i];
		for (at = 0; at < e->size && memory[e->ref + at] == e->fill;)
			at++;
		CHECK(at == e->size, AT "byte %llu of memory that is in use was changed", WHERE,
		      (unsigned long long)at);
	}
}

/* -- seeds -- */

static void run_op(u32 number)
{
	u64 state = (u64)run.seed << 32 | number;

	run.number = number;
	run.cut = 0;
	do {
		run.op = choose_op();
		run.regions = false;
		run.began = false;
		run.fresh = 0;
		before = now;
		recorder_reset(&stores);
	} while (!run.op->act());
	if (failures())
		return;
	check_places();
	recorder_undo(&stores);
	recorder_order(&stores, run.seed % 3, &state);
	cut_everywhere();
	if (run.fresh)
		memset(memory + run.fresh, model_extent_at(&now, run.fresh)->fill,
		       model_extent_at(&now, run.fresh)->size);
}

static void run_seed(u32 seed)
{
	static const u32 grains[] = { 8, GRAINS - 8 };
	struct prmem_fault fault;
	u32 i;

	run.seed = seed;
	run.chance = seed * 1000003ULL + 17;
	port_hooks.blind = seed / 3 % 2;
	heap_read_blind = port_hooks.blind;
	reservation_make(&r, grains, COUNT(grains));
	/* A slot that was never written says nothing without its checksum. */
	reservation_load(&r, 1, 1);
	reservation_load(&r, 2, 1);
	memset(memory, 0xa5, GRAINS * GRAIN);
	memset(&now, 0, sizeof(now));
	side_open(&live, NULL, 0, &fault);
	for (i = 0; i < run.ops && !failures() && (run.replay_op < 0 || i <= run.replay_op); i++)
		run_op(i);
	check_contents();
	reservation_free(&r);
	port_hooks.blind = false;
	heap_read_blind = false;
}

static void begin(void)
{
	memory = get_memory(GRAINS * GRAIN);
	side_make(&live);
	side_make(&probe);
}

static void end(void)
{
	heap_read_free(&view);
	free(stores.stores);
	free(opening.stores);
	side_free(&live);
	side_free(&probe);
	free(memory);
}

static void run_seeds(void)
{
	u32 seed;

	for (seed = 0; seed < run.seeds && !failures(); seed++)
		run_seed(seed);
}

/* Operations in a row: the same memory is taken and given back many times. */
static void run_on(void)
{
	bool many = run.ops == MANY_OPS;
	u32 seed = many ? FIRST_LONG : ONLY_LONG, last = many ? LAST_LONG : ONLY_LONG;
	u32 least = run.ops = many ? MOST_OPS : SOME_OPS, i;
	unsigned long all = 0;

	memset(run.cuts, 0, sizeof(run.cuts));
	run.every = many ? 8 : 50;
	for (; seed <= last && !failures(); seed++) {
		run_seed(seed);
		CHECK(failures() || run.number + 1 == least, "seed %u: %u operations", seed,
		      run.number + 1);
	}
	for (i = 0; i < COUNT(ops); i++)
		all += run.cuts[i];
	note("%u operations in a row, %lu cuts in all", least, all);
	CHECK(all >= (many ? 50000 : 600), "too few");
}

static void enough(void)
{
	u32 i;

	for (i = 0; i < COUNT(ops); i++) {
		note("%s: %lu cuts", ops[i].name, run.cuts[i]);
		CHECK(run.cuts[i] >= ops[i].least, "%s: too few", ops[i].name);
		run.all += run.cuts[i];
	}
	note("%lu cuts in all", run.all);
	CHECK(run.all >= (run.ops == MANY_OPS ? 1000000 : 10000), "too few");
}

static int replay(const char *id)
{
	unsigned int seed, op, cut, i;

	if (sscanf(id, "%u:%u:%u", &seed, &op, &cut) != 3 || op >= MOST_OPS) {
		fprintf(stderr, "heapcut: not SEED:OP:CUT: %s\n", id);
		return 2;
	}
	run.ops = MOST_OPS;
	run.replay_op = op;
	run.replay_cut = cut;
	run_seed(seed);
	for (i = 0; i < COUNT(ops); i++)
		run.all += run.cuts[i];
	if (!run.all)
		note("there is no such cut: the last is %u", run.cut);
	printf("%sok 1 %s\n", failures() || !run.all ? "not " : "", id);
	return failures() || !run.all;
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "heapcut: random operations, cut after every store", run_seeds },
		{ "heapcut: enough cuts of each operation", enough },
		{ "heapcut: thousands of operations in a row, some cut after every store", run_on },
	};
	int status;

	begin();
	if (argc == 3) {
		run.stride = atoi(argv[1]);
		run.seeds = atoi(argv[2]);
		run.ops = MANY_OPS;
	}
	status = argc == 2 ? replay(argv[1]) : run_tests(tests, COUNT(tests));
	end();
	return status;
}
