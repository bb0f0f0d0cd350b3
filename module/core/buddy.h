/* SPDX-License-Identifier: GPL-2.0-only */
/* Free blocks of 2^order pages: derived from the page map, never persistent. */
#ifndef PRMEM_BUDDY_H
#define PRMEM_BUDDY_H

#include "../../include/prmem/format.h"
#include "port.h"

#define PRMEM_BUDDY_LEVELS	6	/* of bitmaps, 64 to a bit of the next: 2^36 pages */
#define PRMEM_BUDDY_NONE	(~0U)

/**
 * struct prmem_buddy - the free blocks of some pages
 * @pages: how many pages
 * @free: how many of them are free
 * @bits: for each order and level, a bitmap; in level 0 a set bit is a free block
 *	of that order, above it a set bit is a word below that isn't zero
 *
 * Two buddies are never both free: they are one free block of the next order.
 */
struct prmem_buddy {
	u32 pages;
	u32 free;
	u64 *bits[PRMEM_MAX_ORDER + 1][PRMEM_BUDDY_LEVELS];
};

size_t prmem_buddy_room(u32 pages);
void prmem_buddy_init(struct prmem_buddy *buddy, u32 pages, void *room);
u32 prmem_buddy_take(struct prmem_buddy *buddy, u32 order);
void prmem_buddy_give(struct prmem_buddy *buddy, u32 first, u32 order);
void prmem_buddy_give_run(struct prmem_buddy *buddy, u32 first, u32 count);
bool prmem_buddy_has(const struct prmem_buddy *buddy, u32 order);

#endif
