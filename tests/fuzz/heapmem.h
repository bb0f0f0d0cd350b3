/* SPDX-License-Identifier: GPL-2.0-only */
/* Regions of type heap in user memory, and ways to damage them. */
#ifndef HEAPMEM_H
#define HEAPMEM_H

#include "fuzz.h"

#define MEM_REGIONS	4

/**
 * struct mem - the memory of a heap
 * @id: the reservation's
 * @count: regions, some of them not heaps yet
 * @region: as the region list has them
 * @base: where each is mapped; the sanitizer sees that nothing beside it is touched
 * @there: it is a heap
 */
struct mem {
	u64 id;
	u32 count;
	struct prmem_region_rec region[MEM_REGIONS];
	u8 *base[MEM_REGIONS];
	bool there[MEM_REGIONS];
};

extern struct mem mem;

/* All regions of a shape are there and empty, but the last one where it has a spare. */
void mem_begin(u8 shape);
/* A region more, not a heap yet, or one less. They stand in the order of their offsets. */
void mem_insert(u32 i, const struct prmem_region_rec *region, u8 *base);
void mem_remove(u32 i);
void mem_save(u8 *to[MEM_REGIONS]);
void mem_restore(u8 *const from[MEM_REGIONS]);
bool mem_is(u8 *const saved[MEM_REGIONS]);
/* How many pages its map speaks of. */
u32 mem_pages(u32 region);
/* Exactly a region's place, else NULL. */
u8 *mem_at(u64 ref, u64 size);

enum mem_damage {
	MEM_HEADER, MEM_WORD, MEM_PART, MEM_RECORD, MEM_BITS, MEM_FLIP, MEM_COPY, MEM_DAMAGES
};

void mem_damage(const struct step *step);
void mem_damage_make(struct step *step, u64 *state);

#endif
