/* SPDX-License-Identifier: GPL-2.0-only */
/* Free blocks of 2^order pages: derived from the page map, never persistent. */
#ifndef PRMEM_BUDDY_H
#define PRMEM_BUDDY_H

#include "bitmap.h"

#define PRMEM_BUDDY_NONE	PRMEM_BITMAP_NONE

/**
 * struct prmem_buddy - the free blocks of some pages
 * @pages: how many pages
 * @free: how many of them are free
 * @orders: bit n: there is a free block of order n
 * @blocks: for each order the free blocks, by the number of their first page >> order
 *
 * Two buddies are never both free: they are one free block of the next order.
 */
struct prmem_buddy {
	u32 pages;
	u32 free;
	u32 orders;
	struct prmem_bitmap blocks[PRMEM_MAX_ORDER + 1];
};

size_t prmem_buddy_room(u32 pages);
void prmem_buddy_init(struct prmem_buddy *buddy, u32 pages, void *room);
u32 prmem_buddy_take(struct prmem_buddy *buddy, u32 order);
void prmem_buddy_give(struct prmem_buddy *buddy, u32 first, u32 order);
void prmem_buddy_give_run(struct prmem_buddy *buddy, u32 first, u32 count);
bool prmem_buddy_has(const struct prmem_buddy *buddy, u32 order);

#endif
