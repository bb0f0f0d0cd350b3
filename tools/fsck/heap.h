/* SPDX-License-Identifier: GPL-2.0-only */
/* The regions of type heap, and what is in them. */
#ifndef FSCK_HEAP_H
#define FSCK_HEAP_H

#include "../../module/core/check.h"
#include "../../module/core/instance.h"
#include "../../module/core/pages.h"
#include "stamps.h"

/**
 * struct heaps - the heap as it is there, sound or not
 * @raw: its parts, for what needs no more than a place: they have no room
 * @region: what the region list says of each
 * @holds: header and map of each are sound
 * @incomplete: of some region the bytes are missing
 * @opened: the whole as the core opened it; NULL unless all rules hold
 * @fault: what the core found, where each structure by itself is sound
 * @records: records in use
 */
struct heaps {
	struct prmem_heap raw;
	const struct prmem_region_rec *region[PRMEM_MAX_REGIONS];
	bool holds[PRMEM_MAX_REGIONS];
	bool incomplete;
	struct prmem_heap *opened;
	struct prmem_fault fault;
	u64 records;
};

/**
 * struct block - a block of a part that isn't free, or a word that breaks a rule
 * @i: its first page, counted from the part's
 * @next: where the next one may begin; begin with 0
 * @word: what the map says
 * @fault: PRMEM_SOUND, or the rule that the word breaks; with PRMEM_BAD_PAGE_INSIDE
 *	what it says of the first page holds
 * @at: the page that @fault is about, in the reservation
 */
struct block {
	u32 i;
	u32 next;
	u64 word;
	struct prmem_fault fault;
	u32 at;
};

bool block_next(const struct prmem_heap_part *part, struct block *block);
u32 block_kind(const struct block *block);
void heaps_check(const struct reservation *r, const struct prmem_table_rec *table);
void heaps_open(struct heaps *h);
u64 records_count(const struct heaps *h);
void records_check(const struct heaps *h);
void blocks_check(const struct heaps *h);

#endif
