// SPDX-License-Identifier: GPL-2.0-only
/* The blocks that a page map speaks of, also behind a word that breaks a rule. */
#include "../../module/core/word.h"
#include "heap.h"

/**
 * block_next() - the next block that isn't free
 * @part: the part; its words may be anything
 * @block: the one before, or zero
 *
 * Context: Any; in all calls together every word is looked at twice at most.
 * Return: true if there is one.
 */
bool block_next(const struct prmem_heap_part *part, struct block *block)
{
	const __le64 *map = prmem_part_map(part);
	u32 i = block->next, inside, run;

	i += prmem_word_count_free(map + i, part->pages - i, prmem_page_offset(part->first + i));
	if (i == part->pages)
		return false;
	*block = (struct block) { .i = i, .next = i + 1, .word = le64_to_cpu(map[i]) };
	block->at = part->first + i;
	if (!prmem_check_word(part, i, map[i], &block->fault))
		return true;
	inside = (1U << PRMEM_WORD_ORDER(block->word)) - 1;
	run = prmem_word_count_free(map + i + 1, inside, prmem_page_offset(part->first + i + 1));
	block->next += run;
	block->at += run == inside ? 0 : 1 + run;
	prmem_holds(&block->fault, run == inside, PRMEM_BAD_PAGE_INSIDE,
		    run == inside ? 0 : le64_to_cpu(map[block->next]), PRMEM_PAGE_FREE);
	return true;
}

/**
 * block_kind() - what a block is
 * @block: the block
 *
 * Context: Any.
 * Return: A value of enum prmem_page_kind, or 0 if its word can't be believed.
 */
u32 block_kind(const struct block *block)
{
	return block->fault.rule == PRMEM_SOUND || block->fault.rule == PRMEM_BAD_PAGE_INSIDE ?
	       PRMEM_WORD_KIND(block->word) : 0;
}
