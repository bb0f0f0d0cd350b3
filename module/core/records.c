// SPDX-License-Identifier: GPL-2.0-only
/* Pages of instances' records, each with tallies in ordinary memory. */
#include "records.h"

/**
 * prmem_record_at() - where a record is
 * @heap: the heap
 * @number: of a record in a page of records, in use or not
 *
 * Context: Any.
 * Return: The record.
 */
struct prmem_instance_rec *prmem_record_at(const struct prmem_heap *heap, u64 number)
{
	struct prmem_instances_rec *records = prmem_page_at(heap, number / 32);

	return &records->instance[number % 32];
}

/**
 * prmem_records_next() - the first page of records from some page on
 * @heap: the heap
 * @from: any page number
 *
 * Context: Any.
 * Return: The page, or PRMEM_NO_PAGE.
 */
u32 prmem_records_next(const struct prmem_heap *heap, u32 from)
{
	u32 i, page;

	for (i = 0; i < heap->count; i++) {
		const struct prmem_heap_part *part = &heap->part[i];

		if (part->first + part->pages <= from)
			continue;
		page = prmem_bitmap_next(&part->records,
					 from > part->first ? from - part->first : 0);
		if (page != PRMEM_BITMAP_NONE)
			return part->first + page;
	}
	return PRMEM_NO_PAGE;
}

/**
 * prmem_records_have_tallies() - is there room for the tallies of one page more?
 * @heap: the heap
 *
 * Context: Any.
 * Return: true if there is.
 */
bool prmem_records_have_tallies(const struct prmem_heap *heap)
{
	return heap->free_tallies || heap->used_tallies < heap->nr_tallies;
}

/**
 * prmem_records_add() - a page of records is there: give it tallies
 * @heap: the heap, with room for them
 * @page: the page, in which no record is known to be in use yet
 *
 * Context: Any.
 * Return: What is known of the page.
 */
struct prmem_link *prmem_records_add(struct prmem_heap *heap, u32 page)
{
	struct prmem_heap_part *part = prmem_part_of(heap, page);
	struct prmem_link *link = &part->links[page - part->first];
	u32 n = heap->used_tallies, i;

	if (heap->free_tallies) {
		n = heap->free_tallies - 1;
		heap->free_tallies = heap->tallies[n * PRMEM_INSTANCES].blocks;
	} else {
		heap->used_tallies++;
	}
	link->base = n * PRMEM_INSTANCES;
	link->used = 0;
	for (i = 0; i < PRMEM_INSTANCES; i++)
		heap->tallies[link->base + i] = (struct prmem_tally) { PRMEM_NO_INSTANCE, 0 };
	if (!prmem_bitmap_has(&part->records, page - part->first)) {
		prmem_bitmap_set(&part->records, page - part->first);
		part->nr_records++;
	}
	prmem_list_add(heap, &heap->vacant, page);
	return link;
}

/**
 * prmem_records_drop() - free a page of records
 * @heap: the heap
 * @page: the page, in which no record is in use, in the list of the vacant ones
 *
 * Context: Any; writes persistent memory, by one store.
 */
void prmem_records_drop(struct prmem_heap *heap, u32 page)
{
	struct prmem_heap_part *part = prmem_part_of(heap, page);
	u32 base = part->links[page - part->first].base;

	prmem_list_del(heap, &heap->vacant, page);
	prmem_bitmap_clear(&part->records, page - part->first);
	part->nr_records--;
	heap->tallies[base].blocks = heap->free_tallies;
	heap->free_tallies = 1 + base / PRMEM_INSTANCES;
	prmem_pages_give(heap, page);
}

/**
 * prmem_tally_use() - a record is in use
 * @heap: the heap
 * @link: what is known of its page
 * @number: the instance's
 *
 * Context: Any.
 */
void prmem_tally_use(struct prmem_heap *heap, struct prmem_link *link, u64 number)
{
	heap->tallies[link->base + number % 32] = (struct prmem_tally) { PRMEM_NO_PAGE, 0 };
	if (++link->used == PRMEM_INSTANCES)
		prmem_list_del(heap, &heap->vacant, number / 32);
}

/**
 * prmem_tally_unuse() - a record is not in use any more
 * @heap: the heap
 * @number: the instance's
 *
 * Context: Any.
 */
void prmem_tally_unuse(struct prmem_heap *heap, u64 number)
{
	struct prmem_link *link = prmem_link_of(heap, number / 32);

	heap->tallies[link->base + number % 32].blocks = PRMEM_NO_INSTANCE;
	if (link->used-- == PRMEM_INSTANCES)
		prmem_list_add(heap, &heap->vacant, number / 32);
}
