// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page map of a region, any words: if it passes, its blocks lie side by side, what
 * is free is free, and what has an owner is in the list of such blocks, in order; if
 * not, a rule and a page are named. Never is anything outside of map and links touched.
 */
#include <stdlib.h>

#include "proof.h"

#include "../../module/core/heap.c"

#define PAGES	8	/* blocks of 1, 2, 4 and 8 pages, and each of them beside each */
#define FIRST	1024	/* of the reservation; it only moves the offsets */

/*
 * word.c is about the check; here any function of the same. What of a free page it is
 * stands in a table, because it's asked for so often.
 */
static u16 free_check[PAGES];
u16 __CPROVER_uninterpreted_check(u64 value, u32 page);

__le64 prmem_word_seal(u64 value, u32 salt, u64 offset)
{
	u32 page = offset / PRMEM_PAGE - FIRST;
	u16 check;

	PROVE(salt == PRMEM_WORD_SALT && offset % PRMEM_PAGE == 0 && page < PAGES);
	check = value == PRMEM_PAGE_FREE ? free_check[page] :
					   __CPROVER_uninterpreted_check(value, page);
	return value | (u64)check << 48;
}

static bool is_free(u64 word, u32 page)
{
	return word == (PRMEM_PAGE_FREE | (u64)free_check[page] << 48);
}

/* What free.c proves of it. */
u32 prmem_word_count_free(const __le64 *map, u32 count, u64 offset)
{
	u32 i = 0;

	PROVE(__CPROVER_r_ok(map, count * sizeof(*map)));
	while (i < count && is_free(map[i], offset / PRMEM_PAGE - FIRST + i))
		i++;
	return i;
}

static u32 given, recorded;	/* bit i: page i */

void prmem_buddy_give_run(struct prmem_buddy *buddy, u32 first, u32 count)
{
	PROVE(first <= PAGES && count <= PAGES - first);
	PROVE(!(given & ((1U << count) - 1) << first));
	given |= ((1U << count) - 1) << first;
}

void prmem_bitmap_set(struct prmem_bitmap *map, u32 i)
{
	PROVE(i < PAGES && !(recorded >> i & 1));
	recorded |= 1U << i;
}

int main(void)
{
	struct prmem_heap_part part;
	struct prmem_fault fault = { 0 }, ignored;
	u32 i, size, free = 0, records = 0, listed, inside = 0, bad;
	const __le64 *map;
	bool passes;

	part = (struct prmem_heap_part) {
		.base = malloc(sizeof(struct prmem_heap_rec) + PAGES * sizeof(__le64)),
		.first = FIRST,
		.pages = nondet_u32(),
		.links = malloc(PAGES * sizeof(struct prmem_link)),
	};
	GIVEN(part.pages >= 1 && part.pages <= PAGES);
	__CPROVER_havoc_object(free_check);
	passes = check_map(&part, &fault);

	/* Page by page, by the rules; inside: pages that the block still has. */
	map = prmem_part_map(&part);
	listed = part.unchecked;
	for (i = 0, bad = PAGES; i < PAGES; i++) {
		if (i >= part.pages || bad != PAGES)
			continue;
		if (inside) {
			inside--;
			if (!is_free(map[i], i))
				bad = i;
		} else if (is_free(map[i], i)) {
			free |= 1U << i;
		} else if (!prmem_check_word(&part, i, map[i], &ignored)) {
			bad = i;
		} else {
			inside = (1U << PRMEM_WORD_ORDER(map[i])) - 1;
			if (PRMEM_WORD_KIND(map[i]) == PRMEM_PAGE_INSTANCES) {
				records |= 1U << i;
			} else if (passes) {
				PROVE(listed == FIRST + i);
				listed = part.links[i].next;
			}
		}
	}
	PROVE(passes == (bad == PAGES));
	PROVE(passes == (fault.rule == PRMEM_SOUND));
	if (passes) {
		PROVE(given == free && recorded == records && listed == PRMEM_NO_PAGE && !inside);
	} else {
		PROVE(fault.rule >= PRMEM_BAD_PAGE_CHECK && fault.rule <= PRMEM_BAD_PAGE_INSIDE);
		PROVE(fault.at == FIRST + bad);
	}
	REACHED(passes && part.pages == PAGES && records && free && part.unchecked);
	REACHED(fault.rule == PRMEM_BAD_PAGE_INSIDE);
}
