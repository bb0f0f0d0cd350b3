/* SPDX-License-Identifier: GPL-2.0-only */
/* A deliberately stupid model of a heap: lists of what there should be. */
#ifndef HEAPMODEL_H
#define HEAPMODEL_H

#include "../spec/heapread.h"
#include "../unit/harness.h"

#define MODEL_REGIONS	8
#define MODEL_INSTANCES	64
#define MODEL_EXTENTS	640

struct model_region {
	u64 start;
	u64 size;
	u64 serial;
};

struct model_instance {
	u64 number;
	char subsystem[64];
	char name[64];
	u32 type;
	u32 version;
	u64 ref;
	u64 size;
};

/**
 * struct model_extent - memory that an instance should have
 * @owner: the instance's number
 * @ref: offset into the reservation
 * @size: bytes, all that it got
 * @object: in a slab, or a block
 * @fill: what its user has written there, byte for byte
 */
struct model_extent {
	u64 owner;
	u64 ref;
	u64 size;
	bool object;
	u8 fill;
};

struct model {
	struct model_region regions[MODEL_REGIONS];
	u32 nr_regions;
	struct model_instance instances[MODEL_INSTANCES];
	u32 nr_instances;
	struct model_extent extents[MODEL_EXTENTS];
	u32 nr_extents;
};

/* What a request of some bytes is to get: an object's size, or whole pages. */
u64 model_size(u64 bytes);

void model_add_region(struct model *m, u64 start, u64 size, u64 serial);
void model_drop_region(struct model *m, u64 start);
struct model_instance *model_add_instance(struct model *m, u64 number, const char *subsystem,
					  const char *name, u32 type, u32 version);
struct model_instance *model_find(struct model *m, const char *subsystem, const char *name);
/* With all of its memory. */
void model_drop_instance(struct model *m, u64 number);
struct model_extent *model_add_extent(struct model *m, u64 owner, u64 ref, u64 size);
void model_drop_extent(struct model *m, u64 ref);
struct model_extent *model_extent_at(struct model *m, u64 ref);

/* NULL if that is what was read, or else in words what differs. */
const char *model_differs(const struct model *m, const struct read_heap *found);

#endif
