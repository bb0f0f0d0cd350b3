// SPDX-License-Identifier: GPL-2.0-only
/*
 * The metadata opened as the module does, and changed. What is taken for sound is so
 * by the second reader too, what is refused isn't written, and each commit is found
 * again, also when it was cut.
 */
#include "load.h"
#include "reader.h"

struct loaded loaded;

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
		    (image.found[i].page == loaded.area ? PRMEM_META_MAPPED : PRMEM_PAGE))
			break;
	MUST(i < image.count, "a store outside of the metadata");
	MUST(!keep || !(overlaps(at, len, keep + PRMEM_ROOT_OFFSET(slot), 1984) ||
			overlaps(at, len, keep + PRMEM_TABLE_OFFSET(slot), 16384)),
	     "a store to the slot that counts");
	if (++stores.count == stores.cut) {
		memcpy(stores.left, loaded.area, PRMEM_META_MAPPED);
		memcpy(stores.left + (at - loaded.area), from,
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
	image_map(loaded.area);
	j = judge(loaded.area, &space);
	MUST(j.verdict == PRMEM_ADOPT || (!adopted && j.verdict == PRMEM_RECOVER), "verdict %u",
	     j.verdict);
	prmem_meta_read(loaded.area, j.slot, &found);
	MUST(!memcmp(&found, want, sizeof(found)), "another slot than was committed");
}

/* SPEC.md, Bounds: readers refuse what is beyond it, and the commit before counts. */
static bool beyond(const struct prmem_meta *meta)
{
	return meta->root.sequence >= PRMEM_MAX_SEQUENCE ||
	       meta->root.next_serial > PRMEM_MAX_SEQUENCE;
}

void load_commit(bool anew)
{
	bool last = beyond(&loaded.meta);

	if (last)	/* what is left then is seen by the next step */
		loaded.open = false;
	stores.keep = anew ? NULL : loaded.area;
	stores.keep_slot = loaded.meta.root.sequence % 2 == 0;
	stores.allowed = true;
	prmem_commit(loaded.area, &loaded.meta);
	stores.allowed = false;
	stores.keep = NULL;
	loaded.committed = loaded.meta;
	if (!last)
		must_reopen(&loaded.meta, true);
}

static void mend(bool renewed)
{
	struct prmem_stamp stamp;
	u32 i, copy;

	for (i = 0; i < loaded.space.count; i++) {
		u8 *page = image_page(loaded.space.found[i]);

		if (renewed)
			prmem_wipe(page);
		prmem_stamp_make(&stamp, &loaded.space, i);
		for (copy = 0; copy < 2; copy++)
			if (loaded.space.mend & 1U << (2 * i + copy))
				prmem_stamp_write(page, copy, &stamp);
	}
}

static void refused(void)
{
	MUST(!stores.count && image_is_as_saved(), "it was written all the same");
	loaded.open = false;
}

/* As module/reservation.c does: the ranges, by their stamps or with new ones. */
static bool open_ranges(bool reset, bool named, u64 id, struct prmem_judgement *j, bool *renewed)
{
	struct prmem_fault fault;
	bool unused;

	*j = (struct prmem_judgement) { .verdict = PRMEM_DAMAGED };
	*renewed = !build(&loaded.space);
	if (!*renewed)
		return true;
	unused = prmem_range_is_unused(&image.found[0], &fault);
	MUST(unused == reader_unused(image.found[0].page), "remains");
	if (named && unused)
		j->verdict = PRMEM_BLANK;
	else if (!reset)
		return false;
	prmem_space_renew(&loaded.space, image.found, image.count, id);
	return true;
}

/* As module/main.c does once it is decided. */
static void take_over(const struct prmem_judgement *j, bool renewed, u64 boot)
{
	bool anew = j->verdict == PRMEM_BLANK || j->verdict > PRMEM_RECOVER;

	if (anew)
		prmem_meta_init(&loaded.meta, &loaded.space);
	else
		prmem_meta_read(loaded.area, j->slot, &loaded.meta);
	loaded.committed = loaded.meta;
	loaded.open = true;
	stores.allowed = true;
	mend(renewed);
	if (j->verdict > PRMEM_RECOVER)
		prmem_wipe(loaded.area);
	stores.allowed = false;
	if (anew || j->verdict == PRMEM_RECOVER || loaded.meta.root.boot != boot) {
		prmem_meta_boot(&loaded.meta, boot, "6.1.0-next kernel");
		load_commit(anew);
	}
}

void load_module(bool reset, bool named, u64 boot)
{
	struct prmem_judgement j;
	bool renewed, open;

	loaded.open = false;
	stores.count = 0;
	image_save();
	open = open_ranges(reset, named, boot | 1, &j, &renewed);
	if (open) {
		loaded.area = image_page(loaded.space.found[0]);
		image_map(loaded.area);
		if (!renewed)
			j = judge(loaded.area, &loaded.space);
	}
	if (!open || (j.verdict > PRMEM_RECOVER && !reset)) {
		refused();
		return;
	}
	MUST(!stores.count && image_is_as_saved(), "written before it was decided");
	image_map(loaded.area);
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
	const struct prmem_table_rec *after = &loaded.meta.table;
	static struct prmem_root_rec root;
	u64 largest, sum = 0;
	u32 i, k;

	root = loaded.meta.root;	/* its features are set by the commit */
	root.feat_incompat &= ~PRMEM_FEAT_HEAP;
	root.feat_incompat |= prmem_regions_have_heap(after) ? PRMEM_FEAT_HEAP : 0;
	MUST(reader_table(after, &root, &loaded.space), "no partition");
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
int load_add(const struct step *step, u64 size, bool heap)
{
	static struct prmem_table_rec before;
	u32 range = step->where % (loaded.space.count + 1);
	u64 from = range ? loaded.space.offset[range - 1] : 0;
	u64 to = range ? loaded.space.offset[range] : loaded.space.size;
	const struct prmem_region_rec *r;
	char name[PRMEM_NAME_LEN];
	int i;

	sprintf(name, "%c%u", "0aZ"[step->what % 3], step->what % 512);
	if ((!heap && prmem_region_find(&loaded.meta.table, name) >= 0) ||
	    loaded.meta.root.next_serial > PRMEM_MAX_SEQUENCE)
		return -1;
	before = loaded.meta.table;
	i = heap ? prmem_region_add_heap(&loaded.meta, size, from, to) :
		   prmem_region_add(&loaded.meta, name, size, from, to);
	if (i < 0) {
		MUST(i == -ENOSPC || i == -E2BIG, "error %d", i);
		MUST(!memcmp(&before, &loaded.meta.table, sizeof(before)), "changed and refused");
		return -1;
	}
	r = &loaded.meta.table.region[i];
	MUST(r->size == size && r->start >= from && r->start < to, "another place or size");
	MUST(heap ? r->start + size <= PRMEM_MAX_HEAP_END :
	     prmem_region_find(&loaded.meta.table, name) == i, "not found");
	must_hold(&before, PRMEM_MAX_REGIONS);
	return i;
}

void load_remove(u32 i)
{
	static struct prmem_table_rec before;

	before = loaded.meta.table;
	if (i >= before.count || before.region[i].type == PRMEM_REGION_POOL)
		return;
	prmem_region_remove(&loaded.meta.table, i);
	MUST(prmem_region_find(&loaded.meta.table, (const char *)before.region[i].name) < 0,
	     "still there");
	must_hold(&before, i);
}

/* What is left is what was before the commit or what is after it. */
void load_cut(const struct step *step)
{
	static struct prmem_meta before;
	bool after;

	if (beyond(&loaded.meta))
		return;
	before = loaded.committed;
	stores.left = stores.left ? stores.left : get_memory(PRMEM_META_MAPPED);
	stores.count = 0;
	stores.cut = 1 + step->what % 6;
	stores.bytes = step->value % 16384;
	load_commit(false);
	after = stores.count < stores.cut;
	stores.cut = 0;
	if (!after) {
		memcpy(loaded.area, stores.left, PRMEM_META_MAPPED);
		must_reopen(&before, true);
	}
	loaded.open = false;
}

void load_stores(void)
{
	memset(&port_hooks, 0, sizeof(port_hooks));
	port_hooks.write = see_write;
	port_hooks.publish = see_publish;
}

void load_begin(void)
{
	memset(&loaded, 0, sizeof(loaded));
	memset(&stores, 0, offsetof(typeof(stores), left));
	load_stores();
}
