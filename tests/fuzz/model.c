// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a heap holds, as two plain lists; and a reader that finds it in the memory.
 * The reader goes by format.h and SPEC.md, knows nothing of the core, and says of a
 * broken rule only that there is one.
 */
#include "model.h"
#include "seal.h"

static bool zero(const void *p, size_t len)
{
	const u8 *byte = p;

	return !len || (!byte[0] && !memcmp(byte, byte + 1, len - 1));
}

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

	for (i = 0; i < model->nr_blocks; i++)
		if (ref >= model->blocks[i].ref && ref - model->blocks[i].ref < model->blocks[i].size)
			return &model->blocks[i];
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

/* -- the reader -- */

static bool name_holds(const u8 *label, bool subsystem)
{
	char text[PRMEM_LABEL_LEN + 1] = "";
	size_t i, len;

	memcpy(text, label, PRMEM_LABEL_LEN);
	len = strlen(text);
	for (i = 0; i < len; i++)
		if (label[i] < 0x21 || label[i] > 0x7e || (subsystem && label[i] == '/'))
			return false;
	return len >= 1 && len <= 63 && zero(label + len, PRMEM_LABEL_LEN - len);
}

/* The header that should be there. */
static bool header_holds(u32 region)
{
	struct prmem_heap_rec right = {
		.magic = 0x31307061656d7270ULL, .id = mem.id, .start = mem.region[region].start,
		.size = mem.region[region].size, .serial = mem.region[region].serial,
	};

	right.checksum = prmem_port_crc32c(0x70616568, (u8 *)&right + 4, 60);
	return !memcmp(mem.base[region], &right, sizeof(right)) &&
	       right.start + right.size <= 1ULL << 43;
}

static bool word_holds(u64 word, u32 salt, u64 offset)
{
	return word == seal_word(word, salt, offset);
}

static bool data_holds(const struct prmem_data_rec *data, u32 slot, u64 number)
{
	return data->word == seal_data(data, slot, number, data->word >> 32);
}

/* The slot that counts, or -1. */
static int slot_of(const struct prmem_instance_rec *rec, u64 number)
{
	bool a_writing = rec->data[0].word == PRMEM_DATA_WRITING;
	bool b_writing = rec->data[1].word == PRMEM_DATA_WRITING;
	u32 a = rec->data[0].word >> 32, b = rec->data[1].word >> 32;

	if ((!a_writing && !data_holds(&rec->data[0], 0, number)) ||
	    (!b_writing && !data_holds(&rec->data[1], 1, number)))
		return -1;
	if (a_writing || b_writing)
		return a_writing && b_writing ? -1 : a_writing;
	if (a + 1 == b)
		return 1;
	return b + 1 == a ? 0 : -1;
}

static bool read_record(struct model *model, const struct prmem_instance_rec *rec, u64 number)
{
	u32 state = rec->state >> 32;
	struct model_instance instance = { .number = number, .dying = state == 3 };
	int slot;

	if (state < 1 || state > 3 || rec->state != seal_record(rec, state, number))
		return false;
	if (state == PRMEM_INSTANCE_FREE)
		return true;
	if (!name_holds(rec->subsystem, true) || !name_holds(rec->name, false) ||
	    model_find_name(model, (char *)rec->subsystem, (char *)rec->name))
		return false;
	memcpy(instance.subsystem, rec->subsystem, PRMEM_LABEL_LEN);
	memcpy(instance.name, rec->name, PRMEM_LABEL_LEN);
	instance.type = rec->type;
	instance.version = rec->version;
	if (state == PRMEM_INSTANCE_LIVE) {
		slot = slot_of(rec, number);
		if (slot < 0)
			return false;
		instance.ref = rec->data[slot].ref;
		instance.size = rec->data[slot].size;
	}
	model_add_instance(model, &instance);
	return true;
}

static bool read_records(struct model *model, u64 offset)
{
	const struct prmem_instances_rec *page = (void *)mem_at(offset, PRMEM_PAGE);
	u32 i;

	for (i = 0; i < PRMEM_INSTANCES; i++)
		if (!read_record(model, &page->instance[i], PRMEM_NUMBER(offset / PRMEM_PAGE, i)))
			return false;
	return zero(page->zero, sizeof(page->zero));
}

static bool read_slab(struct model *model, u64 offset, u32 class, u64 owner)
{
	u32 size = 16 << class, head = class ? size : 48, pages = class < 5 ? 1 : 1 << (class - 3);
	u32 objects = (pages * PRMEM_PAGE - head) / size, words = (objects + 47) / 48, i;
	const u64 *word = (u64 *)mem_at(offset, head);
	struct model_block block = { .size = size, .owner = owner };

	for (i = 0; i < words; i++)
		if (!word_holds(word[i], PRMEM_BITS_SALT, offset + 8 * i))
			return false;
	for (i = 0; i < words * 48; i++) {
		if (!(word[i / 48] >> i % 48 & 1))
			continue;
		if (i >= objects)
			return false;
		block.ref = offset + head + i * size;
		block.sum = model->deep ? model_sum(block.ref, size) : 0;
		model_add_block(model, &block);
	}
	return zero(word + words, head - 8 * words);
}

/* Of the block that begins with page @i of @pages: 2^order, or 0 if it can't be. */
static u32 block_pages(const u64 *map, u32 i, u32 pages, u64 offset)
{
	u32 kind = map[i] & 7, order = map[i] >> 3 & 31, class = map[i] >> 8 & 15, k;
	u64 owner = map[i] >> 12 & 0xfffffffffULL;

	if (!word_holds(map[i], PRMEM_WORD_SALT, offset) || kind < 1 || kind > 4 ||
	    !owner != (kind == PRMEM_PAGE_FREE || kind == PRMEM_PAGE_INSTANCES))
		return 0;
	if (kind == PRMEM_PAGE_SLAB ? class > 7 || order != (class < 5 ? 0 : class - 3) :
	    class || (kind != PRMEM_PAGE_DATA && order))
		return 0;
	if (order > 26 || i % (1U << order) || pages - i < 1U << order)
		return 0;
	for (k = 1; k < 1U << order; k++)
		if (map[i + k] != seal_word(PRMEM_PAGE_FREE, PRMEM_WORD_SALT,
					    offset + k * PRMEM_PAGE))
			return 0;
	return 1U << order;
}

/* The pages of a region: @pass 0 notes which are used, 1 reads records, 2 the rest. */
static bool read_region(struct model *model, u32 region, u32 pass)
{
	u64 size = mem.region[region].size, head = PRMEM_HEAP_MAP(size) * PRMEM_PAGE, offset;
	const u64 *map = (u64 *)(mem.base[region] + sizeof(struct prmem_heap_rec));
	u32 pages = (size - head) / PRMEM_PAGE, i, n, k;
	struct model_block block;
	bool sound = true;

	for (i = 0; i < pages; i += n) {
		offset = mem.region[region].start + head + i * (u64)PRMEM_PAGE;
		n = pass ? 1U << PRMEM_WORD_ORDER(map[i]) : block_pages(map, i, pages, offset);
		if (!n)
			return false;
		block = (struct model_block) { offset, n * (u64)PRMEM_PAGE,
					       PRMEM_WORD_OWNER(map[i]), 0 };
		for (k = 0; !pass && k < n; k++)
			model->pages[model->nr_pages++] = (map[i] & 7) != PRMEM_PAGE_FREE;
		if (pass == 1 && (map[i] & 7) == PRMEM_PAGE_INSTANCES)
			sound = read_records(model, offset);
		if (pass == 2 && block.owner)
			sound = model_find(model, block.owner);
		if (pass == 2 && sound && (map[i] & 7) == PRMEM_PAGE_SLAB)
			sound = read_slab(model, offset, PRMEM_WORD_CLASS(map[i]), block.owner);
		if (pass == 2 && sound && (map[i] & 7) == PRMEM_PAGE_DATA) {
			block.sum = model->deep ? model_sum(block.ref, block.size) : 0;
			model_add_block(model, &block);
		}
		if (!sound)
			return false;
	}
	return true;
}

static bool places_hold(struct model *model)
{
	u32 i;

	for (i = 0; i < model->nr_instances; i++) {
		const struct model_instance *inst = &model->instances[i];
		const struct model_block *block = model_block_at(model, inst->ref);

		if (inst->dying || (!inst->ref && !inst->size))
			continue;
		if (!inst->ref || !inst->size || !block || block->owner != inst->number ||
		    inst->size > block->ref + block->size - inst->ref)
			return false;
	}
	return true;
}

bool model_read(struct model *model, bool deep)
{
	u32 i, pass;

	model->deep = deep;
	model->nr_blocks = 0;
	model->nr_instances = 0;
	model->nr_pages = 0;
	for (i = 0; i < mem.count; i++)
		if (mem.there[i] && !header_holds(i))
			return false;
	for (pass = 0; pass < 3; pass++)
		for (i = 0; i < mem.count; i++)
			if (mem.there[i] && !read_region(model, i, pass))
				return false;
	return places_hold(model);
}
