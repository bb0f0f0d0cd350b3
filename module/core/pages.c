// SPDX-License-Identifier: GPL-2.0-only
/* Pages of the heap, by their number in the reservation: words, memory, lists. */
#include "pages.h"
#include "word.h"

/**
 * prmem_pages_take() - find a free block
 * @heap: the heap
 * @order: of 2^@order pages; may be above PRMEM_MAX_ORDER
 *
 * Context: Any; in persistent memory it stays free until its word is published.
 * Return: Its first page, or PRMEM_NO_PAGE.
 */
u32 prmem_pages_take(struct prmem_heap *heap, u32 order)
{
	u32 i;

	for (i = 0; i < heap->count; i++)
		if (prmem_buddy_has(&heap->part[i].buddy, order))
			return heap->part[i].first + prmem_buddy_take(&heap->part[i].buddy, order);
	return PRMEM_NO_PAGE;
}

/**
 * prmem_pages_publish() - say what a block is
 * @heap: the heap
 * @page: its first page
 * @value: the word, without its check
 *
 * Context: Any; writes persistent memory, by one store.
 */
void prmem_pages_publish(struct prmem_heap *heap, u32 page, u64 value)
{
	const struct prmem_heap_part *part = prmem_part_of(heap, page);

	prmem_port_publish(&prmem_part_map(part)[page - part->first],
			   prmem_word_seal(value, PRMEM_WORD_SALT, prmem_page_offset(page)));
}

/**
 * prmem_pages_give() - free a block
 * @heap: the heap
 * @page: its first page
 *
 * Context: Any; writes persistent memory, by one store.
 */
void prmem_pages_give(struct prmem_heap *heap, u32 page)
{
	struct prmem_heap_part *part = prmem_part_of(heap, page);
	u32 order = PRMEM_WORD_ORDER(prmem_page_word(heap, page));

	prmem_pages_publish(heap, page, PRMEM_PAGE_FREE);
	prmem_buddy_give(&part->buddy, page - part->first, order);
}

/**
 * prmem_list_add() - add a block to a circular list
 * @heap: the heap
 * @list: one block of the list, or PRMEM_NO_PAGE
 * @page: the block's first page
 *
 * Context: Any.
 */
void prmem_list_add(struct prmem_heap *heap, u32 *list, u32 page)
{
	struct prmem_link *link = prmem_link_of(heap, page), *next;

	if (!*list) {
		*list = page;
		link->next = page;
		link->prev = page;
		return;
	}
	next = prmem_link_of(heap, *list);
	link->next = *list;
	link->prev = next->prev;
	prmem_link_of(heap, next->prev)->next = page;
	next->prev = page;
}

/**
 * prmem_list_del() - take a block out of a circular list
 * @heap: the heap
 * @list: one block of the list
 * @page: a block of the list
 *
 * Context: Any.
 */
void prmem_list_del(struct prmem_heap *heap, u32 *list, u32 page)
{
	struct prmem_link *link = prmem_link_of(heap, page);

	if (link->next == page) {
		*list = PRMEM_NO_PAGE;
		return;
	}
	prmem_link_of(heap, link->prev)->next = link->next;
	prmem_link_of(heap, link->next)->prev = link->prev;
	if (*list == page)
		*list = link->next;
}

/**
 * prmem_list_join() - make one circular list of two
 * @heap: the heap
 * @list: one block of a list, or PRMEM_NO_PAGE
 * @other: the same of another, which is empty afterwards
 *
 * Context: Any.
 */
void prmem_list_join(struct prmem_heap *heap, u32 *list, u32 *other)
{
	struct prmem_link *a, *b;
	u32 last;

	if (*list && *other) {
		a = prmem_link_of(heap, *list);
		b = prmem_link_of(heap, *other);
		last = a->prev;
		prmem_link_of(heap, last)->next = *other;
		prmem_link_of(heap, b->prev)->next = *list;
		a->prev = b->prev;
		b->prev = last;
	} else if (*other) {
		*list = *other;
	}
	*other = PRMEM_NO_PAGE;
}

/*
 * The first page of the block that a page is in. It's at the page rounded down to
 * some order, and between it and the page all words say "free".
 */
static bool find_block(const struct prmem_heap *heap, u32 page, struct prmem_place *place)
{
	const struct prmem_heap_part *part = prmem_part_of(heap, page);
	u32 order, i, first;

	if (!part)
		return false;
	i = page - part->first;
	for (order = 0; order <= PRMEM_MAX_ORDER; order++) {
		first = i >> order << order;
		place->word = le64_to_cpu(prmem_part_map(part)[first]);
		if (PRMEM_WORD_KIND(place->word) != PRMEM_PAGE_FREE)
			break;
	}
	if (order > PRMEM_MAX_ORDER || (i - first) >> PRMEM_WORD_ORDER(place->word))
		return false;
	place->page = part->first + first;
	place->start = prmem_page_offset(place->page);
	place->size = (u64)PRMEM_PAGE << PRMEM_WORD_ORDER(place->word);
	return true;
}

static bool find_object(const struct prmem_heap *heap, u64 ref, struct prmem_place *place)
{
	u32 class = PRMEM_WORD_CLASS(place->word), size = PRMEM_CLASS_SIZE(class), at;
	u64 offset = ref - place->start;
	const __le64 *bitmap;

	if (offset < PRMEM_SLAB_HEAD(class))
		return false;
	place->object = (offset - PRMEM_SLAB_HEAD(class)) / PRMEM_CLASS_SIZE(0) >> class;
	at = place->object / PRMEM_SLAB_BITS;
	bitmap = prmem_page_at(heap, place->page);
	if (!prmem_word_holds(bitmap[at], PRMEM_BITS_SALT, place->start + at * sizeof(*bitmap)) ||
	    !(le64_to_cpu(bitmap[at]) >> place->object % PRMEM_SLAB_BITS & 1))
		return false;
	place->start += PRMEM_SLAB_HEAD(class) + (u64)place->object * size;
	place->size = size;
	return true;
}

/**
 * prmem_place_find() - which block or object in use is at this place?
 * @heap: the heap, its maps checked; slabs may be unchecked yet
 * @ref: any offset
 * @place: is filled
 *
 * Context: Any; looks at one word for each order at most.
 * Return: true if there is one of an instance.
 */
bool prmem_place_find(const struct prmem_heap *heap, u64 ref, struct prmem_place *place)
{
	if (ref >= PRMEM_MAX_HEAP_END || !find_block(heap, ref / PRMEM_PAGE, place))
		return false;
	switch (PRMEM_WORD_KIND(place->word)) {
	case PRMEM_PAGE_DATA:
		return true;
	case PRMEM_PAGE_SLAB:
		return find_object(heap, ref, place);
	default:
		return false;
	}
}
