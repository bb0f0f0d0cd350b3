/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages of the heap, by their number in the reservation: words, memory, lists. */
#ifndef PRMEM_PAGES_H
#define PRMEM_PAGES_H

#include "heap.h"

/**
 * struct prmem_place - what a place in the heap is part of
 * @page: first page of the block
 * @word: the block's word
 * @start: offset of the block, or of the object in a slab
 * @size: bytes of it
 * @object: in a slab the object's number
 */
struct prmem_place {
	u32 page;
	u64 word;
	u64 start;
	u64 size;
	u32 object;
};

/* The words of a part's pages. */
static inline __le64 *prmem_part_map(const struct prmem_heap_part *part)
{
	return (__le64 *)(part->base + sizeof(struct prmem_heap_rec));
}

/* The offset of a page into the reservation. */
static inline u64 prmem_page_offset(u32 page)
{
	return (u64)page * PRMEM_PAGE;
}

/* The part whose map speaks of a page, any number; or NULL. */
static inline struct prmem_heap_part *prmem_part_of(const struct prmem_heap *heap, u32 page)
{
	const struct prmem_heap_part *part;
	u32 low = 0, high = heap->count, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (heap->part[middle].first <= page)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	part = &heap->part[low - 1];
	return page - part->first < part->pages ? (struct prmem_heap_part *)part : NULL;
}

/* What is known at run time of a block, by its first page. */
static inline struct prmem_link *prmem_link_of(const struct prmem_heap *heap, u32 page)
{
	const struct prmem_heap_part *part = prmem_part_of(heap, page);

	return &part->links[page - part->first];
}

/* Where a page is mapped that a map speaks of. */
static inline void *prmem_page_at(const struct prmem_heap *heap, u32 page)
{
	const struct prmem_heap_part *part = prmem_part_of(heap, page);

	return part->base + (prmem_page_offset(page) - part->start);
}

/* What the map says of a page that it speaks of. */
static inline u64 prmem_page_word(const struct prmem_heap *heap, u32 page)
{
	const struct prmem_heap_part *part = prmem_part_of(heap, page);

	return le64_to_cpu(prmem_part_map(part)[page - part->first]);
}

u32 prmem_pages_take(struct prmem_heap *heap, u32 order);
void prmem_pages_publish(struct prmem_heap *heap, u32 page, u64 value);
void prmem_pages_give(struct prmem_heap *heap, u32 page);
void prmem_list_add(struct prmem_heap *heap, u32 *list, u32 page);
void prmem_list_del(struct prmem_heap *heap, u32 *list, u32 page);
void prmem_list_join(struct prmem_heap *heap, u32 *list, u32 *other);
bool prmem_place_find(const struct prmem_heap *heap, u64 ref, struct prmem_place *place);

#endif
