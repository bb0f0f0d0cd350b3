// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of the heap, each against the model: it says what the answer has to be,
 * and after each the memory has to hold what the model says.
 */
#include "work.h"

#define OWNERS	3	/* instances that are open at a time */

static struct prmem_heap heap;

static struct {
	bool open;
	void *room[MEM_REGIONS];
	void *tallies;
	void *index;
	u32 nr_tallies;
	struct prmem_owner owner[OWNERS];
	bool used[OWNERS];
} now;

/* The stores of what runs. */
static struct {
	bool allowed;
	u32 count;
	u32 cut;	/* the memory as it is before this store is kept; 0: none */
	u64 bytes;	/* and so many bytes of that store */
	bool was_cut;
} stores;

static struct model model, before, found;
static u8 *saved[MEM_REGIONS], *left[MEM_REGIONS];

/* -- stores -- */

static u8 *left_at(const void *to)
{
	u32 i;

	for (i = 0; i < mem.count; i++) {
		u64 at = (const u8 *)to - mem.base[i];

		if (at < mem.region[i].size)
			return left[i] + at;
	}
	MUST(false, "a store outside of the heap");
	return NULL;
}

static void see_store(void *to, const void *from, size_t len, bool whole)
{
	size_t torn = whole ? 0 : len < stores.bytes ? len : stores.bytes;

	MUST(stores.allowed, "a store where nothing may be written");
	if (++stores.count != stores.cut)
		return;
	mem_save(left);
	stores.was_cut = true;
	if (from)
		memcpy(left_at(to), from, torn);
	else
		memset(left_at(to), 0, torn);
}

static void see_write(void *to, const void *from, size_t len)
{
	see_store(to, from, len, false);
}

static void see_clear(void *to, size_t len)
{
	see_store(to, NULL, len, false);
}

static void see_publish(__le64 *to, __le64 value)
{
	MUST(!((unsigned long)to & 7), "a publishing store that isn't aligned");
	see_store(to, &value, sizeof(value), true);
}

/* -- opening and closing -- */

/* Memory of exactly that size, of which nothing is known. */
static void *room_get(size_t size)
{
	return memset(get_memory(size ? size : 1), 0xee, size);
}

static void tallies_set(u32 pages)
{
	void *old = now.tallies;

	now.tallies = room_get(prmem_heap_tallies_room(pages));
	now.nr_tallies = pages;
	prmem_heap_set_tallies(&heap, now.tallies, pages);
	free(old);
}

static void index_set(u64 instances)
{
	void *old = now.index;
	u32 bits;

	now.index = room_get(prmem_heap_index_room(instances, &bits));
	prmem_heap_set_index(&heap, now.index, bits);
	free(old);
}

static bool attach(u32 i, struct prmem_fault *fault)
{
	now.room[i] = room_get(prmem_heap_room(mem.region[i].size));
	return prmem_heap_attach(&heap, mem.base[i], &mem.region[i], now.room[i], fault);
}

/* As the module does; @first: the regions may come in any order. */
static bool open_core(u32 first, struct prmem_fault *fault)
{
	static const u64 key[2] = { 4711, 815 };
	u32 i, k;

	prmem_heap_init(&heap, mem.id, key);
	for (k = 0; k < mem.count; k++) {
		i = (first + k) % mem.count;
		if (mem.there[i] && !attach(i, fault))
			return false;
	}
	tallies_set(prmem_heap_records(&heap));
	index_set(prmem_heap_records(&heap) * PRMEM_INSTANCES);
	return prmem_heap_check(&heap, fault);
}

static void drop(void)
{
	u32 i;

	for (i = 0; i < MEM_REGIONS; i++)
		free(now.room[i]);
	free(now.tallies);
	free(now.index);
	memset(&now, 0, sizeof(now));
}

static u64 free_bytes(u32 from, u32 count)
{
	u64 sum = 0;

	for (; count; count--, from++)
		sum += found.pages[from] ? 0 : PRMEM_PAGE;
	return sum;
}

/* The memory holds what the model says, and the core knows how much is free. */
static void must_agree(bool deep)
{
	u32 i, part = 0, page = 0;
	const char *what;

	MUST(model_read(&found, deep), "the checker refuses the heap");
	MUST(model_equal(&model, &found, deep, &what), "the memory holds something else: %s", what);
	MUST(heap.instances == model.nr_instances && !heap.dying, "%llu instances, not %u",
	     (unsigned long long)heap.instances, model.nr_instances);
	MUST(prmem_heap_free(&heap) == free_bytes(0, found.nr_pages), "free pages");
	for (i = 0; i < mem.count; i++) {
		if (!mem.there[i])
			continue;
		MUST(prmem_heap_is_unused(&heap, part++) ==
		     (free_bytes(page, mem_pages(i)) == (u64)mem_pages(i) * PRMEM_PAGE), "unused");
		page += mem_pages(i);
	}
}

static bool open_heap(u32 first)
{
	struct prmem_fault fault = { PRMEM_SOUND, 0, 0, 0 };
	bool opened, sound = model_read(&model, true);
	u64 at;
	const char *broken = model_broken(&at), *rule;

	mem_save(saved);
	opened = open_core(first, &fault);
	rule = opened ? "sound" : prmem_fault_text(fault.rule);
	MUST(opened == sound, "opened %d: %s; the checker says: %s", opened, rule, broken);
	/* In another order of the regions another one is the first. */
	MUST(opened || first % mem.count || (!strcmp(rule, broken) && fault.at == at),
	     "%s at %u; the checker says: %s at %llu", rule, fault.at, broken,
	     (unsigned long long)at);
	MUST(mem_is(saved), "written before it was decided");
	if (!opened) {
		drop();
		return false;
	}
	now.open = true;
	stores.allowed = true;
	prmem_heap_finish(&heap);
	stores.allowed = false;
	model_finish(&model);
	must_agree(true);
	return true;
}

/* -- instances that are open -- */

static struct prmem_owner *owner_of(u64 number)
{
	u32 i;

	for (i = 0; i < OWNERS; i++)
		if (now.used[i] && now.owner[i].number == number)
			return &now.owner[i];
	return NULL;
}

static struct prmem_owner *open_owner(u64 number)
{
	struct prmem_owner *owner = owner_of(number);
	u32 i = 0;

	if (owner)
		return owner;
	while (i < OWNERS - 1 && now.used[i])
		i++;
	if (now.used[i])
		prmem_owner_close(&heap, &now.owner[i]);
	now.used[i] = true;
	prmem_owner_open(&heap, number, &now.owner[i]);
	return &now.owner[i];
}

static void forget_owner(const struct prmem_owner *owner)
{
	now.used[owner - now.owner] = false;
}

static void close_owners(void)
{
	u32 i;

	for (i = 0; i < OWNERS; i++) {
		if (now.used[i])
			prmem_owner_close(&heap, &now.owner[i]);
		now.used[i] = false;
	}
}

/* -- operations -- */

#define LONG	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"

/* The last ones are none. */
static const char *subsystem_of(u32 i)
{
	static const char *const names[] = {
		"a", "net", "longer.subsystem", LONG, "~!", "", "a/b",
	};

	return names[i % COUNT(names)];
}

static bool is_subsystem(const char *name)
{
	return *name && strcmp(name, "a/b");
}

static const char *name_of(u32 i)
{
	static const char *const odd[] = { LONG, "a/b", "", LONG "+", "b c", "\x80" };
	static char name[16];

	if (i % 16 == 15)
		return odd[i / 16 % COUNT(odd)];
	sprintf(name, "n%u", i % 128);
	return name;
}

static bool is_name(const char *name)
{
	return *name && strlen(name) < 64 && strcmp(name, "b c") && strcmp(name, "\x80");
}

static struct model_instance *some_instance(u32 i)
{
	return model.nr_instances ? &model.instances[i % model.nr_instances] : NULL;
}

static struct model_block *some_block(u32 i)
{
	return model.nr_blocks ? &model.blocks[i % model.nr_blocks] : NULL;
}

/* The core says when it needs more room, and gets just so much. */
static int create_with_room(const char *subsystem, const char *name, const struct step *step,
			    u64 *number)
{
	u32 tries;
	int err;

	for (tries = 0; tries < 3; tries++) {
		stores.count = 0;
		err = prmem_instance_create(&heap, subsystem, name, step->value,
					    step->value >> 32, number);
		if (err != -ENOMEM)
			return err;
		MUST(!stores.count, "written, then no memory");
		if (prmem_index_is_full(&heap.index))
			index_set(model.nr_instances + 1);
		else
			tallies_set(now.nr_tallies + 1);
	}
	return err;
}

static void create(const struct step *step)
{
	const char *subsystem = subsystem_of(step->where), *name = name_of(step->what);
	struct model_instance new = { .type = step->value, .version = step->value >> 32 };
	bool valid = is_subsystem(subsystem) && is_name(name);
	struct model_instance *old = model_find_name(&model, subsystem, name);
	int err = create_with_room(subsystem, name, step, &new.number);

	if (!valid || old) {
		MUST(err == (valid ? -EEXIST : -EINVAL), "error %d", err);
		return;
	}
	if (err) {
		MUST(err == -ENOSPC && !free_bytes(0, found.nr_pages), "error %d", err);
		return;
	}
	MUST(!model_find(&model, new.number), "a number twice");
	strcpy((char *)new.subsystem, subsystem);
	strcpy((char *)new.name, name);
	model_add_instance(&model, &new);
}

static u64 size_of(const struct step *step)
{
	switch (step->what & 7) {
	case 0: case 1: case 2: case 3:
		return 1 + step->value % 2048;
	case 4: case 5:
		return 1 + step->value % (8 * PRMEM_PAGE);
	case 6:
		return 1 + step->value % (64 * PRMEM_PAGE);
	default:
		return step->value ? step->value : 1;
	}
}

/* What is given for it, in the end; 0: more than there can be. */
static u64 rounded(u64 size)
{
	u64 given = size > 2048 ? PRMEM_PAGE : 16;

	while (given < size && given < PRMEM_MAX_HEAP_END)
		given *= 2;
	return given < size ? 0 : given;
}

/* Is there an aligned run of free pages? */
static bool room_for(u64 size)
{
	u32 pages = size < PRMEM_PAGE ? 1 : size / PRMEM_PAGE, i, k, first = 0;

	for (i = 0; i < mem.count; first += mem.there[i] ? mem_pages(i) : 0, i++)
		for (k = 0; mem.there[i] && k + pages <= mem_pages(i); k += pages)
			if (free_bytes(first + k, pages) == (u64)pages * PRMEM_PAGE)
				return true;
	return false;
}

/* The block that an object of this size is in. */
static u64 block_of(u64 given)
{
	u32 class = 0;

	if (given > 2048)
		return given;
	while (16U << class < given)
		class++;
	return (u64)PRMEM_PAGE << PRMEM_CLASS_ORDER(class);
}

static void take(struct model_block *block)
{
	u8 *p = mem_at(block->ref, block->size);
	u32 i;

	MUST(p && p == prmem_heap_at(&heap, block->ref, block->size), "outside of the heap");
	MUST(prmem_heap_ref(&heap, p) == block->ref, "another reference");
	MUST(!(block->ref % (block->size > 2048 ? PRMEM_PAGE : 16)), "not aligned");
	for (i = 0; i < model.nr_blocks; i++)
		MUST(block->ref >= model.blocks[i].ref + model.blocks[i].size ||
		     block->ref + block->size <= model.blocks[i].ref, "somebody has it already");
	MUST(prmem_all_zero(p, block->size), "not zero");
	for (i = 0; i < block->size; i++)
		p[i] = block->ref / 16 + i * 7 + 1;
	block->sum = model_sum(block->ref, block->size);
	model_add_block(&model, block);
}

static void alloc(const struct step *step)
{
	struct model_instance *inst = some_instance(step->where);
	u64 size = size_of(step), given = rounded(size);
	struct model_block block = { .size = given };

	if (!inst)
		return;
	block.owner = inst->number;
	block.ref = prmem_owner_alloc(&heap, open_owner(inst->number), size);
	if (block.ref) {
		MUST(given, "there can't be so much");
		take(&block);
	} else {
		MUST(!given || !room_for(block_of(given)), "there is room for %llu",
		     (unsigned long long)size);
	}
}

/* A place that somebody has, or near to it, or anywhere. */
static u64 some_place(const struct step *step)
{
	struct model_block *block = some_block(step->what >> 2);

	if (!block || (step->what & 3) == 3)
		return step->value;
	return block->ref + ((step->what & 3) == 2 ? step->value % 4096 : 0);
}

static void free_some(const struct step *step)
{
	u64 ref = some_place(step);
	struct model_block *block = model_block_at(&model, ref);
	struct model_instance *inst = some_instance(step->where);
	int err, want = -EINVAL;

	/* Mostly by its owner. */
	if (block && step->where < 200)
		inst = model_find(&model, block->owner);
	if (!inst)
		return;
	if (block && block->ref == ref && block->owner == inst->number)
		want = inst->ref >= ref && inst->ref - ref < block->size ? -EBUSY : 0;
	err = prmem_owner_free(&heap, open_owner(inst->number), ref);
	MUST(err == want, "%d, not %d", err, want);
	if (!err)
		model_drop_block(&model, ref);
}

static void set_data(const struct step *step)
{
	u64 ref = some_place(step), size = 1 + (step->value >> 16) % 64;
	struct model_block *block = model_block_at(&model, ref);
	struct model_instance *inst = some_instance(step->where);
	int err, want = -EINVAL;

	if (block && step->where < 200)
		inst = model_find(&model, block->owner);
	if (!inst)
		return;
	if (step->value >> 60 == 1)
		size = block ? block->size - (ref - block->ref) + (step->value >> 56 & 1) : 0;
	else if (step->value >> 60 == 2)
		size = step->value;
	else if (step->value >> 60 == 3 || step->value >> 60 == 4)
		ref = 0;
	if (step->value >> 60 == 4)
		size = 0;
	block = model_block_at(&model, ref);
	if ((!ref && !size) || (ref && size && block && block->owner == inst->number &&
				size <= block->size - (ref - block->ref)))
		want = 0;
	err = prmem_instance_set_data(&heap, inst->number, ref, size);
	MUST(err == want, "%d, not %d", err, want);
	if (err)
		return;
	inst->ref = ref;
	inst->size = size;
}

static void destroy(const struct step *step)
{
	struct model_instance *inst = some_instance(step->where);
	struct prmem_owner *owner;

	if (!inst)
		return;
	owner = open_owner(inst->number);
	forget_owner(owner);
	prmem_instance_destroy(&heap, owner);
	model_drop_instance(&model, inst->number);
}

static void find(const struct step *step)
{
	const char *subsystem = subsystem_of(step->where), *name = name_of(step->what);
	struct model_instance *inst = model_find_name(&model, subsystem, name);
	u64 number = prmem_instance_find(&heap, subsystem, name);

	MUST(number == (inst ? inst->number : 0), "found %llu", (unsigned long long)number);
}

/* All that can be asked of an instance, and of a place. */
static void look(const struct step *step)
{
	struct model_instance *inst = some_instance(step->where);
	u64 number = inst ? inst->number : step->value, ref = some_place(step), data, size, next;
	struct model_block *block = model_block_at(&model, ref);
	u32 i;

	MUST(!prmem_instance_at(&heap, step->value) == !model_find(&model, step->value), "at");
	MUST(prmem_owner_extent(&heap, number, ref) ==
	     (block && block->owner == number ? block->size - (ref - block->ref) : 0), "extent");
	MUST(!block || prmem_heap_at(&heap, ref, 1) == mem_at(ref, 1), "address");
	MUST(!prmem_heap_at(&heap, ref, step->value) || mem_at(ref, step->value), "outside");
	if (inst) {
		prmem_instance_get_data(&heap, number, &data, &size);
		MUST(data == inst->ref && size == inst->size, "data");
	}
	next = prmem_instance_next(&heap, number);
	for (i = 0; i < model.nr_instances && model.instances[i].number <= number; i++)
		;
	MUST(next == (i < model.nr_instances ? model.instances[i].number : 0), "next");
}

/* All that an instance has, once each. */
static void walk(const struct step *step)
{
	struct model_instance *inst = some_instance(step->where);
	struct model_block *block;
	u32 i, seen = 0, has = 0;
	u64 ref = 0;

	if (!inst)
		return;
	for (i = 0; i < model.nr_blocks; i++)
		has += model.blocks[i].owner == inst->number;
	while ((ref = prmem_owner_next(&heap, open_owner(inst->number), ref)) != 0) {
		block = model_block_at(&model, ref);
		MUST(block && block->ref == ref && block->owner == inst->number, "not its own");
		MUST(!block->seen, "once more");
		block->seen = true;
		seen++;
	}
	MUST(seen == has, "%u of %u", seen, has);
	for (i = 0; i < model.nr_blocks; i++)
		model.blocks[i].seen = false;
}

/* A region more, or an unused one less. */
static void grow(const struct step *step)
{
	u32 i = step->where % mem.count;
	struct prmem_fault fault;

	if (mem.there[i])
		return;
	prmem_heap_format(mem.base[i], &mem.region[i], mem.id);
	mem.there[i] = true;
	MUST(attach(i, &fault), "a new region is refused: %s", prmem_fault_text(fault.rule));
}

static void shrink(const struct step *step)
{
	u32 i = step->where % mem.count, part = 0, k;

	for (k = 0; k < i; k++)
		part += mem.there[k];
	if (!mem.there[i] || !prmem_heap_is_unused(&heap, part))
		return;
	prmem_heap_detach(&heap, part);
	mem.there[i] = false;
	free(now.room[i]);
	now.room[i] = NULL;
}

static void operate(const struct step *step, u32 what)
{
	static void (*const works[WORKS])(const struct step *step) = {
		[CREATE] = create, [ALLOC] = alloc, [FREE] = free_some, [SET_DATA] = set_data,
		[DESTROY] = destroy, [FIND] = find, [LOOK] = look, [WALK] = walk, [GROW] = grow,
		[SHRINK] = shrink,
	};

	stores.count = 0;
	stores.allowed = what != FIND && what != LOOK && what != WALK && what != SHRINK;
	works[what](step);
	stores.allowed = false;
}

/* The kernel stopped in the middle: the next one finds what was before or is after. */
static void cut(void)
{
	static struct model after;
	const char *what;

	model_copy(&after, &model);
	mem_restore(left);
	drop();
	MUST(open_heap(0), "what is left is refused");
	MUST(model_equal(&model, &before, true, &what) || model_equal(&model, &after, false, &what),
	     "neither before nor after: %s", what);
}

void work_make(struct step *step, u64 *state)
{
	step->where = chance(state);
	step->what = chance_below(state, 2) ? chance_below(state, 16) : chance(state);
	step->value = chance(state) >> chance_below(state, 64);
}

/* Goes by the seed alone: an input holds when the mutators have changed. */
static void populate(u64 seed)
{
	static const u8 likely[] = { CREATE, CREATE, ALLOC, ALLOC, ALLOC, ALLOC, SET_DATA, FREE };
	u32 rounds = 4 + chance_below(&seed, 60);
	struct step step;

	for (; rounds; rounds--) {
		work_make(&step, &seed);
		step.where %= 128;
		/* What the step is after has to be seen by it. */
		operate(&step, likely[chance_below(&seed, COUNT(likely))]);
		must_agree(false);
	}
}

void work(const struct step *step, u32 what)
{
	if (!now.open && !open_heap(step->where))
		return;
	switch (what) {
	case CLOSE:
		close_owners();
		break;
	case REOPEN:
		work_stop();
		open_heap(step->where);
		break;
	case CUT:
		stores.cut = 1 + step->what % 64;
		stores.bytes = step->value;
		return;
	case POPULATE:
		populate(step->value);
		break;
	default:
		if (stores.cut && what != GROW) {
			model_read(&found, true);
			model_copy(&before, &model);
		}
		operate(step, what);
		if (stores.was_cut && what != GROW)
			cut();
		else
			must_agree(false);
	}
	stores.cut = 0;
	stores.was_cut = false;
}

void work_stop(void)
{
	if (!now.open)
		return;
	must_agree(true);
	close_owners();
	drop();
}

bool work_is_open(void)
{
	return now.open;
}

void work_open_again(void)
{
	static struct model kept;
	const char *what;

	model_copy(&kept, &model);
	MUST(open_heap(0), "it was sound, and is refused");
	MUST(model_equal(&model, &kept, true, &what), "it isn't what it was: %s", what);
}

void work_insert(u32 i, const struct prmem_region_rec *region, u8 *base)
{
	mem_insert(i, region, base);
	memmove(&now.room[i + 1], &now.room[i], (mem.count - 1 - i) * sizeof(now.room[0]));
	now.room[i] = NULL;
}

void work_remove(u32 i)
{
	mem_remove(i);
	memmove(&now.room[i], &now.room[i + 1], (mem.count - i) * sizeof(now.room[0]));
	now.room[mem.count] = NULL;
}

void work_stores(void)
{
	memset(&port_hooks, 0, sizeof(port_hooks));
	port_hooks.write = see_write;
	port_hooks.clear = see_clear;
	port_hooks.publish = see_publish;
}

void work_clear(void)
{
	memset(&port_hooks, 0, sizeof(port_hooks));
	memset(&stores, 0, sizeof(stores));
	drop();
}

void work_begin(u8 shape)
{
	work_clear();
	mem_begin(shape);
	work_stores();
}

void work_end(void)
{
	work_stop();
	if (open_heap(0))
		drop();
}
