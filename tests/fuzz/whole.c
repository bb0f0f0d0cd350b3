// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole reservation that holds anything: from its stamps by root and table to what
 * the heaps in the table hold, opened as the module does, used, changed and opened
 * again. At each step a reader that isn't the core decides as well: of the metadata
 * that of load.c, of the heaps that of work.c, and what it is told of them is the table.
 */
#include "load.h"
#include "work.h"

#define HEAP_MAX	(8 * GRAIN)	/* for all heaps together, or they are left alone */
#define CUT_COMMIT	0x80		/* with what is committed */

enum operation {
	MEMORY = DAMAGES, ENTRY = MEMORY + MEM_DAMAGES, LOAD, DISK, WORK,
	OPERATIONS = WORK + WORKS
};

static bool usable;	/* it is loaded, and mem has the heaps of its table */

static void forget_heaps(void)
{
	u32 i;

	for (i = 0; i < mem.count; i++)
		image_leave(mem.base[i], mem.region[i].size);
	memset(&mem, 0, sizeof(mem));
}

static bool add_heap(u32 i, const struct prmem_region_rec *rec)
{
	u64 sum = rec->size;
	u8 *base;
	u32 k;

	for (k = 0; k < mem.count; k++)
		sum += mem.region[k].size;
	if (mem.count == MEM_REGIONS || sum > HEAP_MAX)
		return false;
	base = image_use(&loaded.space, rec->start, rec->size);
	if (base)
		work_insert(i, rec, base);
	return base;
}

/* Those of the table, which is found to be sound. */
static bool find_heaps(void)
{
	const struct prmem_table_rec *table = &loaded.committed.table;
	u32 i;

	forget_heaps();
	mem.id = loaded.space.id;
	for (i = 0; i < table->count; i++) {
		if (table->region[i].type != PRMEM_REGION_HEAP)
			continue;
		if (!add_heap(mem.count, &table->region[i]))
			return false;
		mem.there[mem.count - 1] = true;
	}
	return true;
}

/* What is in a heap that was open is in it when it is opened the next time. */
static void load(bool reset, bool named, u64 boot)
{
	bool was_open = work_is_open();

	work_stop();
	load_stores();
	load_module(reset, named, boot);
	work_stores();
	usable = loaded.open && find_heaps();
	if (was_open && usable)
		work_open_again();
}

static void commit(const struct step *step)
{
	load_stores();
	if (step->where & CUT_COMMIT)
		load_cut(step);
	else
		load_commit(false);
	work_stores();
	if (!loaded.open)
		load(false, false, step->value);
}

/* A disk more, or one less. */
static void change_disks(const struct step *step)
{
	const struct prmem_table_rec *table = &loaded.meta.table;
	u32 i = step->what % PRMEM_MAX_REGIONS;

	if (i < table->count && table->region[i].type == PRMEM_REGION_DISK)
		load_remove(i);
	else
		load_add(step, (1 + step->value % 4) * GRAIN, false);
	commit(step);
}

static void work_on(u32 i, u32 what)
{
	struct step step = { .where = i };

	work(&step, what);
}

/* The heap is grown: its header and map stand before the commit. */
static void carve(const struct step *step)
{
	int region = load_add(step, (1 + step->value % 2) * GRAIN, true);
	const struct prmem_region_rec *rec;
	u32 i = 0;

	if (region < 0)
		return;
	rec = &loaded.meta.table.region[region];
	while (i < mem.count && mem.region[i].start < rec->start)
		i++;
	if (!add_heap(i, rec)) {
		load_remove(region);
		return;
	}
	work_on(i, GROW);
	if (mem.there[i]) {
		commit(step);
		return;
	}
	image_leave(mem.base[i], mem.region[i].size);	/* the heap is refused */
	work_remove(i);
	load_remove(region);
}

static void give_back(const struct step *step)
{
	const struct prmem_region_rec *rec = loaded.meta.table.region;
	u32 i;

	if (!mem.count)
		return;
	i = step->what % mem.count;
	work_on(i, SHRINK);
	if (mem.there[i])
		return;
	while (rec->start != mem.region[i].start)
		rec++;
	load_remove(rec - loaded.meta.table.region);
	image_leave(mem.base[i], mem.region[i].size);
	work_remove(i);
	commit(step);
}

/* -- damage that goes through all: the tables are sound, the heaps something else -- */

static struct prmem_region_rec *some_region(struct prmem_table_rec *table, u32 type, u32 number)
{
	struct prmem_region_rec *found = NULL;
	u32 i, rounds;

	for (rounds = 0; rounds < 2 && number != -1U; rounds++) {
		for (i = 0; i < table->count && i < PRMEM_MAX_REGIONS && number != -1U; i++) {
			if (table->region[i].type != type)
				continue;
			found = &table->region[i];
			number--;
		}
	}
	return found;
}

static void renumber(struct prmem_root_rec *root, struct prmem_region_rec *rec)
{
	if (rec)
		rec->serial = root->next_serial++;
}

static void exchange_serials(struct prmem_region_rec *a, struct prmem_region_rec *b)
{
	u64 serial;

	if (!a || !b)
		return;
	serial = a->serial;
	a->serial = b->serial;
	b->serial = serial;
}

static void make_heap(struct prmem_root_rec *root, struct prmem_region_rec *rec)
{
	if (!rec)
		return;
	rec->type = PRMEM_REGION_HEAP;
	memset(rec->name, 0, sizeof(rec->name));
	renumber(root, rec);
}

static void make_pool(struct prmem_region_rec *rec)
{
	if (!rec)
		return;
	rec->type = PRMEM_REGION_POOL;
	rec->serial = 0;
	memset(rec->name, 0, sizeof(rec->name));
}

static void damage_slot(u32 slot, const struct step *step)
{
	struct prmem_table_rec *table = table_at(loaded.area, slot);
	struct prmem_root_rec *root = root_at(loaded.area, slot);
	u32 i = step->what % 8;
	struct prmem_region_rec *heap = some_region(table, PRMEM_REGION_HEAP, i);

	switch (step->value % 6) {
	case 0:
		renumber(root, heap);
		break;
	case 1:
		exchange_serials(heap, some_region(table, PRMEM_REGION_HEAP, i + 1));
		break;
	case 2:
		make_heap(root, some_region(table, PRMEM_REGION_POOL, i));
		break;
	case 3:
		make_heap(root, some_region(table, PRMEM_REGION_DISK, i));
		break;
	case 4:
		make_pool(heap);
		break;
	case 5:
		root->id ^= step->value | 1;
		break;
	}
	root->feat_incompat &= ~PRMEM_FEAT_HEAP;
	root->feat_incompat |= some_region(table, PRMEM_REGION_HEAP, 0) ? PRMEM_FEAT_HEAP : 0;
	seal_table(loaded.area, slot);
	seal_root(loaded.area, slot);
}

static void damage_stamps(u64 value)
{
	u32 i, copy;

	for (i = 0; i < image.count; i++) {
		for (copy = 0; copy < 2; copy++) {
			void *at = image_page(i) + PRMEM_STAMP_OFFSET(copy);
			struct prmem_stamp *stamp = at;

			stamp->id ^= value | 1;
			seal_stamp(stamp);
		}
	}
}

static void damage_entry(const struct step *step)
{
	image_map(loaded.area);
	damage_slot(0, step);
	damage_slot(1, step);
	if (step->value % 6 == 5)
		damage_stamps(step->value);
}

static void damage(struct step *step, u32 op)
{
	u8 flag = step->op & 0x80;

	work_stop();
	if (op >= MEMORY && op < ENTRY) {
		step->op = (op - MEMORY) | flag;
		if (mem.count)
			mem_damage(step);
		return;
	}
	loaded.open = false;
	usable = false;
	step->op = op | flag;
	if (op == ENTRY)
		damage_entry(step);
	else
		image_damage(step);
}

static void operate(const struct step *step, u32 op)
{
	if (op == LOAD) {
		load(step->where & 1, step->where & 2, step->value);
		return;
	}
	if (!usable)
		return;
	image_map(loaded.area);
	if (op == DISK)
		change_disks(step);
	else if (op == WORK + GROW)
		carve(step);
	else if (op == WORK + SHRINK)
		give_back(step);
	else
		work(step, op - WORK);
}

void step_make(struct step *step, u64 *state)
{
	switch (chance_below(state, 4)) {
	case 0:
		damage_make(step, state);
		break;
	case 1:
		mem_damage_make(step, state);
		step->op += MEMORY;
		break;
	case 2:
		work_make(step, state);
		step->op = ENTRY + chance_below(state, WORK - ENTRY);
		break;
	case 3:
		work_make(step, state);
		step->op = WORK + chance_below(state, WORKS);
		break;
	}
}

void step_first(struct step *step, u64 *state)
{
	*step = (struct step) { .op = WORK + POPULATE, .value = chance(state) };
}

/* A sound reservation with heaps in it, which are empty. */
static void begin(u8 shape)
{
	u32 i;

	while (!image_has_heaps(shape))
		shape++;
	forget_heaps();
	work_clear();
	image_begin(shape);
	load_begin();
	load(false, false, BOOT);
	MUST(usable, "a shape that can't be used");
	memset(&port_hooks, 0, sizeof(port_hooks));
	for (i = 0; i < mem.count; i++)
		prmem_heap_format(mem.base[i], &mem.region[i], mem.id);
	work_stores();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct script script;
	struct step step;
	u8 shape;

	script = script_open(data, size, &shape);
	begin(shape);
	while (script_next(&script, &step)) {
		u32 op = (step.op & 0x7f) % OPERATIONS;

		if (op <= ENTRY)
			damage(&step, op);
		else
			operate(&step, op);
	}
	load(false, false, 4711);
	if (usable)
		work_end();
	return 0;
}
