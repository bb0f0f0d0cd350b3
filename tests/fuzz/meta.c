// SPDX-License-Identifier: GPL-2.0-only
/*
 * Metadata that holds anything, opened as the module does, and changed. What is
 * taken for sound is so by the second reader too, what is refused isn't written,
 * and each commit is found again, also when it was cut.
 */
#include "image.h"
#include "reader.h"

enum operation { LOAD = DAMAGES, ADD, ADD_HEAP, REMOVE, BOOT_AGAIN, COMMIT, CUT, OPERATIONS };

/* What the module has in ordinary memory. */
static struct {
	bool loaded;
	struct prmem_space space;
	u8 *area;
	struct prmem_meta meta;
	struct prmem_meta committed;
} now;

/* The stores of what runs. */
static struct {
	bool allowed;
	u32 count;
	const u8 *keep;		/* this area's slot that counts stays as it is */
	u32 keep_slot;
	u32 cut;		/* the memory as it is after so many stores; 0: not wanted */
	u32 bytes;		/* and so many bytes of the one that is cut */
	u8 *left;		/* is what a cut leaves */
} stores;

static bool overlaps(const u8 *to, size_t len, const u8 *p, size_t p_len)
{
	return to < p + p_len && p < to + len;
}

static void see_store(const void *to, const void *from, size_t len)
{
	const u8 *at = to, *keep = stores.keep;
	u32 i, slot = stores.keep_slot;

	MUST(stores.allowed, "a store where nothing may be written");
	for (i = 0; i < image.count; i++)
		if (at >= image.found[i].page &&
		    at + len <= image.found[i].page +
		    (image.found[i].page == now.area ? PRMEM_META_MAPPED : PRMEM_PAGE))
			break;
	MUST(i < image.count, "a store outside of the metadata");
	MUST(!keep || !(overlaps(at, len, keep + PRMEM_ROOT_OFFSET(slot), 1984) ||
			overlaps(at, len, keep + PRMEM_TABLE_OFFSET(slot), 16384)),
	     "a store to the slot that counts");
	if (++stores.count == stores.cut) {
		memcpy(stores.left, now.area, PRMEM_META_MAPPED);
		memcpy(stores.left + (at - now.area), from,
		       len == 8 ? 0 : len < stores.bytes ? len : stores.bytes);
	}
}

static void see_write(void *to, const void *from, size_t len)
{
	see_store(to, from, len);
}

static void see_publish(__le64 *to, __le64 value)
{
	MUST(!((unsigned long)to & 7), "a publishing store that isn't aligned");
	see_store(to, &value, sizeof(value));
}

/* What is judged is a copy, of exactly the size that is mapped. */
static struct prmem_judgement judge(const u8 *area, const struct prmem_space *space)
{
	struct prmem_judgement j;
	enum prmem_verdict verdict;
	static u8 *copy;
	u32 slot;

	copy = copy ? copy : get_memory(PRMEM_META_MAPPED);
	memcpy(copy, area, PRMEM_META_MAPPED);
	prmem_judge(copy, space, &j);
	MUST(!memcmp(copy, area, PRMEM_META_MAPPED), "judging has changed the memory");
	verdict = reader_verdict(area, space, &slot);
	MUST(j.verdict == verdict, "verdict %u, the second reader says %u: A: %s, B: %s", j.verdict,
	     verdict, prmem_fault_text(j.fault[0].rule), prmem_fault_text(j.fault[1].rule));
	MUST((verdict != PRMEM_ADOPT && verdict != PRMEM_RECOVER && verdict != PRMEM_NEWER) ||
	     j.slot == slot, "slot %u, the second reader says %u", j.slot, slot);
	return j;
}

static bool build(struct prmem_space *space)
{
	struct prmem_space second;
	struct prmem_fault fault = { PRMEM_SOUND, 0, 0, 0 };
	bool together, second_together;

	image_map(NULL);
	together = prmem_space_build(space, image.found, image.count, &fault);
	second_together = reader_space(image.found, image.count, &second);
	MUST(together == second_together, "together %d, the second reader says %d: %s", together,
	     second_together, prmem_fault_text(fault.rule));
	MUST(!together || !memcmp(space, &second, sizeof(second)),
	     "the second reader puts the ranges together in another way");
	MUST(together || fault.rule != PRMEM_SOUND, "refused without a reason");
	return together;
}

/* Both readers find what was committed. */
static void must_reopen(const struct prmem_meta *want, bool adopted)
{
	static struct prmem_meta found;
	struct prmem_space space;
	struct prmem_judgement j;

	MUST(build(&space) && !space.mend, "the ranges are refused after a commit");
	image_map(now.area);
	j = judge(now.area, &space);
	MUST(j.verdict == PRMEM_ADOPT || (!adopted && j.verdict == PRMEM_RECOVER), "verdict %u",
	     j.verdict);
	prmem_meta_read(now.area, j.slot, &found);
	MUST(!memcmp(&found, want, sizeof(found)), "another slot than was committed");
}

/* SPEC.md, Bounds: readers refuse what is beyond it, and the commit before counts. */
static bool beyond(const struct prmem_meta *meta)
{
	return meta->root.sequence >= PRMEM_MAX_SEQUENCE ||
	       meta->root.next_serial > PRMEM_MAX_SEQUENCE;
}

static void commit(bool anew)
{
	bool last = beyond(&now.meta);

	if (last)	/* what is left then is seen by the next step */
		now.loaded = false;
	stores.keep = anew ? NULL : now.area;
	stores.keep_slot = now.meta.root.sequence % 2 == 0;
	stores.allowed = true;
	prmem_commit(now.area, &now.meta);
	stores.allowed = false;
	stores.keep = NULL;
	now.committed = now.meta;
	if (!last)
		must_reopen(&now.meta, true);
}

static void mend(bool renewed)
{
	struct prmem_stamp stamp;
	u32 i, copy;

	for (i = 0; i < now.space.count; i++) {
		u8 *page = image_page(now.space.found[i]);

		if (renewed)
			prmem_wipe(page);
		prmem_stamp_make(&stamp, &now.space, i);
		for (copy = 0; copy < 2; copy++)
			if (now.space.mend & 1U << (2 * i + copy))
				prmem_stamp_write(page, copy, &stamp);
	}
}

static void refused(void)
{
	MUST(!stores.count && image_is_as_saved(), "it was written all the same");
	now.loaded = false;
}

/* As module/reservation.c does: the ranges, by their stamps or with new ones. */
static bool open_ranges(bool reset, bool named, u64 id, struct prmem_judgement *j, bool *renewed)
{
	struct prmem_fault fault;
	bool unused;

	*j = (struct prmem_judgement) { .verdict = PRMEM_DAMAGED };
	*renewed = !build(&now.space);
	if (!*renewed)
		return true;
	unused = prmem_range_is_unused(&image.found[0], &fault);
	MUST(unused == reader_unused(image.found[0].page), "remains");
	if (named && unused)
		j->verdict = PRMEM_BLANK;
	else if (!reset)
		return false;
	prmem_space_renew(&now.space, image.found, image.count, id);
	return true;
}

/* As module/main.c does once it is decided. */
static void take_over(const struct prmem_judgement *j, bool renewed, u64 boot)
{
	bool anew = j->verdict == PRMEM_BLANK || j->verdict > PRMEM_RECOVER;

	if (anew)
		prmem_meta_init(&now.meta, &now.space);
	else
		prmem_meta_read(now.area, j->slot, &now.meta);
	now.committed = now.meta;
	now.loaded = true;
	stores.allowed = true;
	mend(renewed);
	if (j->verdict > PRMEM_RECOVER)
		prmem_wipe(now.area);
	stores.allowed = false;
	if (anew || j->verdict == PRMEM_RECOVER || now.meta.root.boot != boot) {
		prmem_meta_boot(&now.meta, boot, "6.1.0-next kernel");
		commit(anew);
	}
}

static void load_module(bool reset, bool named, u64 boot)
{
	struct prmem_judgement j;
	bool renewed, open;

	now.loaded = false;
	stores.count = 0;
	image_save();
	open = open_ranges(reset, named, boot | 1, &j, &renewed);
	if (open) {
		now.area = image_page(now.space.found[0]);
		image_map(now.area);
		if (!renewed)
			j = judge(now.area, &now.space);
	}
	if (!open || (j.verdict > PRMEM_RECOVER && !reset)) {
		refused();
		return;
	}
	MUST(!stores.count && image_is_as_saved(), "written before it was decided");
	image_map(now.area);
	take_over(&j, renewed, boot);
}

static bool same_region(const struct prmem_region_rec *a, const struct prmem_region_rec *b)
{
	return a->start == b->start && a->size == b->size && a->serial == b->serial &&
	       !memcmp(a->name, b->name, sizeof(a->name));
}

/* A region list is a partition, and each disk and heap of another is in it but one. */
static void must_hold(const struct prmem_table_rec *before, u32 but)
{
	const struct prmem_table_rec *after = &now.meta.table;
	static struct prmem_root_rec root;
	u64 largest, sum = 0;
	u32 i, k;

	root = now.meta.root;	/* its features are set by the commit */
	root.feat_incompat &= ~PRMEM_FEAT_HEAP;
	root.feat_incompat |= prmem_regions_have_heap(after) ? PRMEM_FEAT_HEAP : 0;
	MUST(reader_table(after, &root, &now.space), "no partition");
	for (i = 0; i < before->count; i++) {
		if (i == but || before->region[i].type == PRMEM_REGION_POOL)
			continue;
		for (k = 0; k < after->count; k++)
			if (same_region(&before->region[i], &after->region[k]))
				break;
		MUST(k < after->count, "region %u has moved or gone", i);
	}
	for (k = 0; k < after->count; k++)
		sum += after->region[k].type == PRMEM_REGION_POOL ? after->region[k].size : 0;
	MUST(prmem_regions_free(after, &largest) == sum && largest <= sum, "free space");
}

/* A disk, or a heap, which has no name. */
static void add_region(const struct step *step, bool heap)
{
	static struct prmem_table_rec before;
	u64 size = (1 + step->value % 64) * GRAIN;
	u32 range = step->where % (now.space.count + 1);
	u64 from = range ? now.space.offset[range - 1] : 0;
	u64 to = range ? now.space.offset[range] : now.space.size;
	char name[PRMEM_NAME_LEN];
	int i;

	sprintf(name, "%c%u", "0aZ"[step->what % 3], step->what % 512);
	if ((!heap && prmem_region_find(&now.meta.table, name) >= 0) ||
	    now.meta.root.next_serial > PRMEM_MAX_SEQUENCE)
		return;
	before = now.meta.table;
	i = heap ? prmem_region_add_heap(&now.meta, size, from, to) :
		   prmem_region_add(&now.meta, name, size, from, to);
	if (i < 0) {
		MUST(i == -ENOSPC || i == -E2BIG, "error %d", i);
		MUST(!memcmp(&before, &now.meta.table, sizeof(before)), "changed and refused");
		return;
	}
	MUST(now.meta.table.region[i].size == size && now.meta.table.region[i].start >= from &&
	     now.meta.table.region[i].start < to, "another place or size");
	MUST(heap ? now.meta.table.region[i].start + size <= PRMEM_MAX_HEAP_END :
	     prmem_region_find(&now.meta.table, name) == i, "not found");
	must_hold(&before, PRMEM_MAX_REGIONS);
}

static void remove_region(const struct step *step)
{
	static struct prmem_table_rec before;
	u32 i = step->what % PRMEM_MAX_REGIONS;

	before = now.meta.table;
	if (i >= before.count || before.region[i].type == PRMEM_REGION_POOL)
		return;
	prmem_region_remove(&now.meta.table, i);
	MUST(prmem_region_find(&now.meta.table, (const char *)before.region[i].name) < 0,
	     "still there");
	must_hold(&before, i);
}

/* What is left is what was before the commit or what is after it. */
static void cut_commit(const struct step *step)
{
	static struct prmem_meta before;
	bool after;

	if (beyond(&now.meta))
		return;
	before = now.committed;
	stores.left = stores.left ? stores.left : get_memory(PRMEM_META_MAPPED);
	stores.count = 0;
	stores.cut = 1 + step->what % 6;
	stores.bytes = step->value % 16384;
	commit(false);
	after = stores.count < stores.cut;
	stores.cut = 0;
	if (!after) {
		memcpy(now.area, stores.left, PRMEM_META_MAPPED);
		must_reopen(&before, true);
	}
	now.loaded = false;
}

static void operate(const struct step *step, u32 op)
{
	if (op == LOAD) {
		load_module(step->where & 1, step->where & 2, step->value);
		return;
	}
	if (!now.loaded)
		return;
	image_map(now.area);
	switch (op) {
	case ADD:
	case ADD_HEAP:
		add_region(step, op == ADD_HEAP);
		break;
	case REMOVE:
		remove_region(step);
		break;
	case BOOT_AGAIN:
		prmem_meta_boot(&now.meta, step->value, "7.3.4");
		break;
	case COMMIT:
		commit(false);
		break;
	case CUT:
		cut_commit(step);
		break;
	}
}

void step_make(struct step *step, u64 *state)
{
	damage_make(step, state);
	if (chance_below(state, 2))
		step->op = LOAD + chance_below(state, OPERATIONS - LOAD);
}

void step_first(struct step *step, u64 *state)
{
	*step = (struct step) { .op = LOAD, .value = chance(state) };
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct script script;
	struct step step;
	u8 shape;

	script = script_open(data, size, &shape);
	memset(&port_hooks, 0, sizeof(port_hooks));
	image_begin(shape);
	memset(&now, 0, sizeof(now));
	memset(&stores, 0, offsetof(typeof(stores), left));
	port_hooks.write = see_write;
	port_hooks.publish = see_publish;
	while (script_next(&script, &step)) {
		u32 op = (step.op & ~SEALED) % OPERATIONS;

		step.op = op | (step.op & SEALED);
		if (op < DAMAGES) {
			now.loaded = false;
			image_damage(&step);
		} else {
			operate(&step, op);
		}
	}
	load_module(false, false, 4711);
	return 0;
}
