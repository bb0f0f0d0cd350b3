/* SPDX-License-Identifier: GPL-2.0-only */
/* A bitmap under bitmaps of its words, so that a set bit is found without a search. */
#ifndef PRMEM_BITMAP_H
#define PRMEM_BITMAP_H

#include "../../include/prmem/format.h"
#include "port.h"

#define PRMEM_BITMAP_LEVELS	6	/* 64 to a bit of the next: 2^36 */
#define PRMEM_BITMAP_NONE	(~0U)

/**
 * struct prmem_bitmap - a set of small numbers
 * @bits: all numbers are below this
 * @level: in level 0 a bit a number, above it a set bit is a word below that isn't
 *	zero; the last level is one word, above it NULL
 */
struct prmem_bitmap {
	u32 bits;
	u64 *level[PRMEM_BITMAP_LEVELS];
};

size_t prmem_bitmap_words(u32 bits);
u64 *prmem_bitmap_init(struct prmem_bitmap *map, u32 bits, u64 *room);
void prmem_bitmap_set(struct prmem_bitmap *map, u32 i);
void prmem_bitmap_clear(struct prmem_bitmap *map, u32 i);
u32 prmem_bitmap_next(const struct prmem_bitmap *map, u32 from);

/* Is @i in the set? */
static inline bool prmem_bitmap_has(const struct prmem_bitmap *map, u32 i)
{
	return i < map->bits && map->level[0][i / 64] >> i % 64 & 1;
}

/* Is the set empty? */
static inline bool prmem_bitmap_is_empty(const struct prmem_bitmap *map)
{
	return prmem_bitmap_next(map, 0) == PRMEM_BITMAP_NONE;
}

#endif
