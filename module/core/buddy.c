// SPDX-License-Identifier: GPL-2.0-only
/* Free blocks of 2^order pages: derived from the page map, never persistent. */
#include "buddy.h"

static void insert(struct prmem_buddy *buddy, u32 first, u32 order)
{
	prmem_bitmap_set(&buddy->blocks[order], first >> order);
	buddy->orders |= 1U << order;
}

static void take_out(struct prmem_buddy *buddy, u32 first, u32 order)
{
	prmem_bitmap_clear(&buddy->blocks[order], first >> order);
	if (prmem_bitmap_is_empty(&buddy->blocks[order]))
		buddy->orders &= ~(1U << order);
}

/**
 * prmem_buddy_room() - how much room the free blocks take
 * @pages: of so many pages
 *
 * Context: Any.
 * Return: Bytes, a multiple of 8.
 */
size_t prmem_buddy_room(u32 pages)
{
	size_t words = 0;
	u32 order;

	for (order = 0; order <= PRMEM_MAX_ORDER; order++)
		words += prmem_bitmap_words(pages >> order);
	return words * sizeof(u64);
}

/**
 * prmem_buddy_init() - pages of which none is free
 * @buddy: is filled
 * @pages: how many, at most 2^31
 * @room: prmem_buddy_room(@pages) bytes, aligned to 8, which stay in use
 *
 * Context: Any.
 */
void prmem_buddy_init(struct prmem_buddy *buddy, u32 pages, void *room)
{
	u64 *words = room;
	u32 order;

	buddy->pages = pages;
	buddy->free = 0;
	buddy->orders = 0;
	for (order = 0; order <= PRMEM_MAX_ORDER; order++)
		words = prmem_bitmap_init(&buddy->blocks[order], pages >> order, words);
}

/**
 * prmem_buddy_has() - is there a free block?
 * @buddy: the pages
 * @order: of 2^@order pages; may be above PRMEM_MAX_ORDER
 *
 * Context: Any.
 * Return: true if prmem_buddy_take() would find one.
 */
bool prmem_buddy_has(const struct prmem_buddy *buddy, u32 order)
{
	return order <= PRMEM_MAX_ORDER && buddy->orders >> order;
}

/**
 * prmem_buddy_take() - take a free block
 * @buddy: the pages
 * @order: of 2^@order pages, at most PRMEM_MAX_ORDER
 *
 * The first one of the smallest order that is large enough is split; in time that
 * depends on the orders only.
 *
 * Context: Any.
 * Return: Its first page, or PRMEM_BUDDY_NONE.
 */
u32 prmem_buddy_take(struct prmem_buddy *buddy, u32 order)
{
	u32 first, from;

	if (!prmem_buddy_has(buddy, order))
		return PRMEM_BUDDY_NONE;
	from = order + __builtin_ctz(buddy->orders >> order);
	first = prmem_bitmap_next(&buddy->blocks[from], 0) << from;
	take_out(buddy, first, from);
	while (from-- > order)
		insert(buddy, first + (1U << from), from);
	buddy->free -= 1U << order;
	return first;
}

/**
 * prmem_buddy_give() - a block is free
 * @buddy: the pages
 * @first: its first page, a multiple of 2^@order
 * @order: it has 2^@order pages
 *
 * Context: Any.
 */
void prmem_buddy_give(struct prmem_buddy *buddy, u32 first, u32 order)
{
	buddy->free += 1U << order;
	while (order < PRMEM_MAX_ORDER &&
	       prmem_bitmap_has(&buddy->blocks[order], first >> order ^ 1)) {
		take_out(buddy, first ^ 1U << order, order);
		first &= ~(1U << order);
		order++;
	}
	insert(buddy, first, order);
}

/**
 * prmem_buddy_give_run() - pages one after the other are free
 * @buddy: the pages
 * @first: the first page
 * @count: how many
 *
 * Context: Any.
 */
void prmem_buddy_give_run(struct prmem_buddy *buddy, u32 first, u32 count)
{
	u32 order;

	while (count) {
		order = first ? __builtin_ctz(first) : PRMEM_MAX_ORDER;
		if (order > PRMEM_MAX_ORDER)
			order = PRMEM_MAX_ORDER;
		while (1U << order > count)
			order--;
		prmem_buddy_give(buddy, first, order);
		first += 1U << order;
		count -= 1U << order;
	}
}
