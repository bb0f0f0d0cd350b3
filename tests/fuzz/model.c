// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a heap holds, as two plain lists. What the memory holds is found by the
 * checker of tests/spec/, which is written from SPEC.md and knows nothing of the core.
 */
#include "../spec/heapread.h"
#include "model.h"

u32 model_sum(u64 ref, u64 size)
{
	return prmem_port_crc32c(0, mem_at(ref, size), size);
}

/* -- the lists -- */

struct model_instance *model_find(struct model *model, u64 number)
{
	u32 i;

	for (i = 0; i < model->nr_instances; i++)
		if (model->instances[i].number == number)
			return &model->instances[i];
	return NULL;
}

struct model_instance *model_find_name(struct model *model, const char *subsystem,
				       const char *name)
{
	u32 i;

	for (i = 0; i < model->nr_instances; i++)
		if (!strcmp((char *)model->instances[i].subsystem, subsystem) &&
		    !strcmp((char *)model->instances[i].name, name))
			return &model->instances[i];
	return NULL;
}

struct model_block *model_block_at(struct model *model, u64 ref)
{
	u32 i;

	for (i = 0; i < model->nr_blocks; i++) {
		struct model_block *block = &model->blocks[i];

		if (ref >= block->ref && ref - block->ref < block->size)
			return block;
	}
	return NULL;
}

void model_add_instance(struct model *model, const struct model_instance *instance)
{
	u32 i = model->nr_instances++;

	MUST(i < MODEL_INSTANCES, "MODEL_INSTANCES is too small");
	for (; i && model->instances[i - 1].number > instance->number; i--)
		model->instances[i] = model->instances[i - 1];
	model->instances[i] = *instance;
}

void model_add_block(struct model *model, const struct model_block *block)
{
	u32 i = model->nr_blocks++;

	MUST(i < MODEL_BLOCKS, "MODEL_BLOCKS is too small");
	for (; i && model->blocks[i - 1].ref > block->ref; i--)
		model->blocks[i] = model->blocks[i - 1];
	model->blocks[i] = *block;
}

void model_drop_block(struct model *model, u64 ref)
{
	u32 i, kept = 0;

	for (i = 0; i < model->nr_blocks; i++)
		if (model->blocks[i].ref != ref)
			model->blocks[kept++] = model->blocks[i];
	model->nr_blocks = kept;
}

void model_drop_instance(struct model *model, u64 number)
{
	u32 i, kept = 0;

	for (i = 0; i < model->nr_instances; i++)
		if (model->instances[i].number != number)
			model->instances[kept++] = model->instances[i];
	model->nr_instances = kept;
	for (i = 0, kept = 0; i < model->nr_blocks; i++)
		if (model->blocks[i].owner != number)
			model->blocks[kept++] = model->blocks[i];
	model->nr_blocks = kept;
}

void model_finish(struct model *model)
{
	u32 i = 0;

	while (i < model->nr_instances) {
		if (model->instances[i].dying)
			model_drop_instance(model, model->instances[i].number);
		else
			i++;
	}
}

void model_copy(struct model *to, const struct model *from)
{
	to->nr_blocks = from->nr_blocks;
	to->nr_instances = from->nr_instances;
	to->nr_pages = from->nr_pages;
	memcpy(to->blocks, from->blocks, from->nr_blocks * sizeof(*from->blocks));
	memcpy(to->instances, from->instances, from->nr_instances * sizeof(*from->instances));
	memcpy(to->pages, from->pages, sizeof(from->pages));
}

static bool same_instance(const struct model_instance *a, const struct model_instance *b)
{
	return a->number == b->number && !memcmp(a->subsystem, b->subsystem, PRMEM_LABEL_LEN) &&
	       !memcmp(a->name, b->name, PRMEM_LABEL_LEN) && a->type == b->type &&
	       a->version == b->version && a->ref == b->ref && a->size == b->size &&
	       a->dying == b->dying;
}

bool model_equal(const struct model *a, const struct model *b, bool deep, const char **what)
{
	u32 i;

	*what = "number of instances";
	if (a->nr_instances != b->nr_instances)
		return false;
	*what = "an instance";
	for (i = 0; i < a->nr_instances; i++)
		if (!same_instance(&a->instances[i], &b->instances[i]))
			return false;
	*what = "number of blocks";
	if (a->nr_blocks != b->nr_blocks)
		return false;
	for (i = 0; i < a->nr_blocks; i++) {
		const struct model_block *p = &a->blocks[i], *q = &b->blocks[i];

		*what = "a block";
		if (p->ref != q->ref || p->size != q->size || p->owner != q->owner)
			return false;
		*what = "the contents of a block";
		if (deep && p->sum != q->sum)
			return false;
	}
	return true;
}

/* -- from the memory -- */

static struct read_heap heap;	/* what the checker of tests/spec/ finds */

static bool check(void)
{
	static struct read_region regions[MEM_REGIONS];	/* heap.blocks speak of them */
	u32 i, count = 0;

	for (i = 0; i < mem.count; i++)
		if (mem.there[i])
			regions[count++] = (struct read_region) {
				mem.base[i], mem.region[i].start, mem.region[i].size,
				mem.region[i].serial,
			};
	return heap_read(&heap, regions, count, mem.id);
}

static void read_instance(struct model *model, const struct read_instance *from)
{
	const struct prmem_instance_rec *rec = (const struct prmem_instance_rec *)from->record;
	struct model_instance instance = {
		.number = from->number, .type = rec->type, .version = rec->version,
		.ref = from->ref, .size = from->size, .dying = !from->live,
	};

	memcpy(instance.subsystem, rec->subsystem, PRMEM_LABEL_LEN);
	memcpy(instance.name, rec->name, PRMEM_LABEL_LEN);
	model_add_instance(model, &instance);
}

static void read_extent(struct model *model, const struct read_extent *from)
{
	struct model_block block = { .ref = from->ref, .size = from->size, .owner = from->owner };

	if (model->deep)
		block.sum = model_sum(block.ref, block.size);
	model_add_block(model, &block);
}

/* The first of a region's pages among all. */
static u32 first_page(const struct read_region *region)
{
	u32 i, first = 0;

	for (i = 0; mem.base[i] != region->base; i++)
		first += mem.there[i] ? mem_pages(i) : 0;
	return first;
}

static void read_pages(struct model *model, const struct read_block *block)
{
	u32 first = first_page(block->region) + block->page;

	memset(model->pages + first, true, 1U << PRMEM_WORD_ORDER(block->word));
}

bool model_read(struct model *model, bool deep)
{
	size_t i;

	model->deep = deep;
	model->nr_blocks = 0;
	model->nr_instances = 0;
	model->nr_pages = 0;
	if (!check())
		return false;
	for (i = 0; i < mem.count; i++)
		model->nr_pages += mem.there[i] ? mem_pages(i) : 0;
	memset(model->pages, 0, sizeof(model->pages));
	for (i = 0; i < heap.nr_instances; i++)
		read_instance(model, &heap.instances[i]);
	for (i = 0; i < heap.nr_extents; i++)
		read_extent(model, &heap.extents[i]);
	for (i = 0; i < heap.nr_blocks; i++)
		read_pages(model, &heap.blocks[i]);
	return true;
}

const char *model_broken(u64 *at)
{
	*at = heap.at;
	return heap.broken;
}
