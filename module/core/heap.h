/* SPDX-License-Identifier: GPL-2.0-only */
/* The heap: regions of pages, whose maps say which instance has which. */
#ifndef PRMEM_HEAP_H
#define PRMEM_HEAP_H

#include "buddy.h"
#include "fault.h"
#include "index.h"
#include "region.h"

#define PRMEM_NO_PAGE	0U	/* page 0 of a reservation is its metadata page */

/**
 * struct prmem_link - what is known of a block at run time, in its first page's place
 * @next: next block of a circular list, by the number of its page in the reservation
 * @prev: previous block
 * @used: of a slab: objects in use; of instances: records in use
 * @base: of instances: number of their first struct prmem_tally
 */
struct prmem_link {
	u32 next;
	u32 prev;
	u32 used;
	u32 base;
};

/**
 * struct prmem_heap_part - a region of type heap, mapped
 * @start: its offset into the reservation
 * @size: bytes
 * @base: where it is mapped
 * @first: number, in the reservation, of the first page that the map speaks of
 * @pages: how many pages the map speaks of
 * @buddy: those that are free
 * @records: those of instances' records, counted from @first
 * @nr_records: how many of them
 * @unchecked: until prmem_heap_check(): the first other block; or PRMEM_NO_PAGE
 * @links: one a page
 */
struct prmem_heap_part {
	u64 start;
	u64 size;
	u8 *base;
	u32 first;
	u32 pages;
	struct prmem_buddy buddy;
	struct prmem_bitmap records;
	u32 nr_records;
	u32 unchecked;
	struct prmem_link *links;
};

#define PRMEM_NO_INSTANCE	(~0U)	/* struct prmem_tally.blocks of an unused record */

/**
 * struct prmem_tally - what is known of an instance at run time
 * @blocks: a block of it, in a circular list of all; PRMEM_NO_PAGE if it has none,
 *	or if it is open: then struct prmem_owner has them; PRMEM_NO_INSTANCE if there
 *	is no instance; of an unused page of tallies' first: the next such page's
 * @pages: pages of its blocks
 */
struct prmem_tally {
	u32 blocks;
	u32 pages;
};

/* Pages of records that can be told apart: tallies have numbers of 32 bits. */
#define PRMEM_MAX_RECORDS	((u32)~0 / PRMEM_INSTANCES)

/**
 * struct prmem_heap - all regions of type heap
 * @id: the reservation's
 * @count: number of parts
 * @part: the regions, in the order of their offsets
 * @index: instances by name
 * @tallies: room for the instances, PRMEM_INSTANCES for each page of records
 * @nr_tallies: pages of records that the room is for
 * @used_tallies: of those, the first ones that have ever been in use
 * @free_tallies: a page of tallies that is out of use again, 1 + its number; or 0
 * @vacant: a page of records with a free one, in a circular list; or PRMEM_NO_PAGE
 * @empty: a slab that was found with nothing in use, in a circular list, until
 *	prmem_heap_finish(); or PRMEM_NO_PAGE
 * @instances: live ones
 * @dying: ones whose destruction was cut, until prmem_heap_finish()
 */
struct prmem_heap {
	u64 id;
	u32 count;
	struct prmem_heap_part part[PRMEM_MAX_REGIONS];
	struct prmem_index index;
	struct prmem_tally *tallies;
	u32 nr_tallies;
	u32 used_tallies;
	u32 free_tallies;
	u32 vacant;
	u32 empty;
	u64 instances;
	u64 dying;
};

/**
 * struct prmem_owner - an instance that is open: its blocks, sorted
 * @number: the instance's
 * @partial: for each class, a slab with a free object, in a circular list of them
 * @rest: any other block, in a circular list of them
 */
struct prmem_owner {
	u64 number;
	u32 partial[PRMEM_CLASSES];
	u32 rest;
};

/* -- heap.c: regions, rooms -- */
size_t prmem_heap_room(u64 size);
void prmem_heap_format(u8 *base, const struct prmem_region_rec *region, u64 id);
void prmem_heap_init(struct prmem_heap *heap, u64 id, const u64 key[2]);
bool prmem_heap_attach(struct prmem_heap *heap, u8 *base, const struct prmem_region_rec *region,
		       void *room, struct prmem_fault *fault);
void prmem_heap_detach(struct prmem_heap *heap, u32 i);
u64 prmem_heap_records(const struct prmem_heap *heap);
size_t prmem_heap_tallies_room(u32 pages);
size_t prmem_heap_index_room(u64 instances, u32 *bits);
void prmem_heap_set_tallies(struct prmem_heap *heap, void *room, u32 pages);
void prmem_heap_set_index(struct prmem_heap *heap, void *room, u32 bits);
bool prmem_heap_is_unused(const struct prmem_heap *heap, u32 i);
u64 prmem_heap_free(const struct prmem_heap *heap);
void *prmem_heap_at(const struct prmem_heap *heap, u64 ref, u64 size);
u64 prmem_heap_ref(const struct prmem_heap *heap, const void *p);

/* -- check.c: opening -- */
bool prmem_heap_check(struct prmem_heap *heap, struct prmem_fault *fault);
void prmem_heap_finish(struct prmem_heap *heap);

/* -- block.c: blocks and small objects of an open instance -- */
void prmem_owner_open(struct prmem_heap *heap, u64 number, struct prmem_owner *owner);
void prmem_owner_close(struct prmem_heap *heap, struct prmem_owner *owner);
u64 prmem_owner_alloc(struct prmem_heap *heap, struct prmem_owner *owner, u64 size);
int prmem_owner_free(struct prmem_heap *heap, struct prmem_owner *owner, u64 ref);
u64 prmem_owner_next(const struct prmem_heap *heap, struct prmem_owner *owner, u64 ref);
u64 prmem_owner_extent(const struct prmem_heap *heap, u64 number, u64 ref);
u32 prmem_size_order(u64 size);

#endif
