// SPDX-License-Identifier: GPL-2.0-only
/* A page word where a block begins: sound, or the first rule of SPEC.md that it breaks. */
#include "proof.h"

#include "../../module/core/heap.c"

/* word.c is about the check; here any function of the same. */
u16 __CPROVER_uninterpreted_check(u64 value, u32 salt, u64 offset);

__le64 prmem_word_seal(u64 value, u32 salt, u64 offset)
{
	PROVE(value < 1ULL << 48 && offset < PRMEM_MAX_HEAP_END);
	return value | (u64)__CPROVER_uninterpreted_check(value, salt, offset) << 48;
}

static enum prmem_rule broken(u64 w, u32 i, u32 pages, u64 offset)
{
	static const u8 orders[] = { 0, 0, 0, 0, 0, 2, 3, 4 };
	u64 kind = w % 8, order = w / 8 % 32, class = w / 256 % 16, owner = w / 4096 % (1ULL << 36);
	bool slab = kind == 3;

	if (w >> 48 != __CPROVER_uninterpreted_check(w % (1ULL << 48), PRMEM_WORD_SALT, offset))
		return PRMEM_BAD_PAGE_CHECK;
	if (kind < 1 || kind > 4)
		return PRMEM_BAD_PAGE_KIND;
	if (slab ? class >= 8 : class != 0)
		return PRMEM_BAD_PAGE_CLASS;
	if (order > 26 || (kind != 2 && order != (slab ? orders[class] : 0)) ||
	    i & ((1ULL << order) - 1) || i + (1ULL << order) > pages)
		return PRMEM_BAD_PAGE_ORDER;
	return (kind == 2 || slab) == !owner ? PRMEM_BAD_PAGE_OWNER : PRMEM_SOUND;
}

int main(void)
{
	struct prmem_heap_part part;
	struct prmem_fault fault = { 0 };
	u64 word = nondet_u64();
	u32 i = nondet_u32();
	enum prmem_rule rule;
	bool sound;

	/* Below 2^43 bytes there are 2^31 pages. */
	GIVEN(part.first <= 1U << 31 && part.pages <= (1U << 31) - part.first && i < part.pages);
	rule = broken(word, i, part.pages, (u64)(part.first + i) * PRMEM_PAGE);
	sound = prmem_check_word(&part, i, word, &fault);
	PROVE(sound == (rule == PRMEM_SOUND));
	PROVE(fault.rule == rule);
	REACHED(sound && PRMEM_WORD_KIND(word) == 2 && PRMEM_WORD_ORDER(word) == 26);
	REACHED(sound && PRMEM_WORD_KIND(word) == 3 && PRMEM_WORD_CLASS(word) == 7);
	REACHED(rule == PRMEM_BAD_PAGE_OWNER);
}
