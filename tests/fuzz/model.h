/* SPDX-License-Identifier: GPL-2.0-only */
/* What a heap holds, as two plain lists, by operations or from the memory. */
#ifndef MODEL_H
#define MODEL_H

#include "heapmem.h"

#define MODEL_BLOCKS	140000
#define MODEL_INSTANCES	12000
#define MODEL_PAGES	(8 * PRMEM_GRAIN / PRMEM_PAGE)

/* Memory that is an instance's: a block of pages, or a small object. */
struct model_block {
	u64 ref;
	u64 size;
	u64 owner;
	u32 sum;	/* of what is in it */
	bool seen;	/* by a walk */
};

struct model_instance {
	u64 number;
	u8 subsystem[PRMEM_LABEL_LEN];
	u8 name[PRMEM_LABEL_LEN];
	u32 type;
	u32 version;
	u64 ref;
	u64 size;
	bool dying;
};

/**
 * struct model - what a heap holds
 * @blocks: by reference
 * @instances: by number
 * @pages: in the order of the regions, which of their pages are used, by whatever
 */
struct model {
	u32 nr_blocks;
	u32 nr_instances;
	u32 nr_pages;
	struct model_block blocks[MODEL_BLOCKS];
	struct model_instance instances[MODEL_INSTANCES];
	bool pages[MODEL_PAGES];
	bool deep;	/* the sums are known */
};

/* Does the memory hold a sound heap? Then @model is filled; @deep: with the sums. */
bool model_read(struct model *model, bool deep);
/* If not: the first rule that is broken, and where. */
const char *model_broken(u64 *at);
/* What a load of the module makes of it: what is dying goes. */
void model_finish(struct model *model);
/* The same instances and memory, @deep: with the same in it? Says what differs. */
bool model_equal(const struct model *a, const struct model *b, bool deep, const char **what);
void model_copy(struct model *to, const struct model *from);

struct model_instance *model_find(struct model *model, u64 number);
struct model_instance *model_find_name(struct model *model, const char *subsystem,
				       const char *name);
/* The block that has this place, or NULL. */
struct model_block *model_block_at(struct model *model, u64 ref);
void model_add_instance(struct model *model, const struct model_instance *instance);
void model_add_block(struct model *model, const struct model_block *block);
void model_drop_block(struct model *model, u64 ref);
void model_drop_instance(struct model *model, u64 number);
u32 model_sum(u64 ref, u64 size);

#endif
