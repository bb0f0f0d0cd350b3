// SPDX-License-Identifier: GPL-2.0-only
/* A slab's bitmap: sound, or the first rule of SPEC.md that it breaks; and what is in use. */
#include <stdlib.h>

#include "proof.h"

#include "../../module/core/check.c"

/* word.c is about the check; here any function of the same. */
u16 __CPROVER_uninterpreted_check(u64 value, u32 salt, u64 offset);

bool prmem_word_holds(__le64 word, u32 salt, u64 offset)
{
	return word >> 48 == __CPROVER_uninterpreted_check(word << 16 >> 16, salt, offset);
}

static u8 *slab;	/* up to the first object: nothing else is looked at */

/* SPEC.md, "Slabs" */
static const struct class {
	u32 head, objects, words;
} classes[] = {
	{ 48, 253, 6 }, { 32, 127, 3 }, { 64, 63, 2 }, { 128, 31, 1 },
	{ 256, 15, 1 }, { 512, 31, 1 }, { 1024, 31, 1 }, { 2048, 31, 1 },
};

static enum prmem_rule broken(const struct class *class, u64 offset)
{
	u64 word, left;
	u32 k;

	for (k = 0; k < class->words; k++) {
		word = number_at(slab + 8 * k, 8);
		left = class->objects - 48 * k;
		if (!prmem_word_holds(word, PRMEM_BITS_SALT, offset + 8 * k))
			return PRMEM_BAD_SLAB_CHECK;
		if (left < 48 && word << 16 >> 16 >> left)
			return PRMEM_BAD_SLAB_BIT;
	}
	for (; k < class->head / 8; k++)
		if (number_at(slab + 8 * k, 8))
			return PRMEM_BAD_SLAB_ZERO;
	return PRMEM_SOUND;
}

static void prove_class(u32 n)
{
	const struct class *class = &classes[n];
	struct prmem_fault fault = { 0 };
	u32 page = nondet_u32(), used, k;
	u64 bits = 0;
	enum prmem_rule rule;
	bool sound;

	GIVEN(page < 1U << 31);
	slab = malloc(class->head);
	rule = broken(class, (u64)page * PRMEM_PAGE);
	sound = prmem_check_slab((const __le64 *)slab, (u64)page * PRMEM_PAGE, n, &used, &fault);
	PROVE(sound == (rule == PRMEM_SOUND));
	PROVE(fault.rule == rule);
	for (k = 0; k < class->words; k++)
		bits |= number_at(slab + 8 * k, 8) << 16;
	PROVE(!sound || !used == !bits);
	PROVE(!sound || used <= class->objects);
	REACHED(sound && used == class->objects);
	REACHED(rule == PRMEM_BAD_SLAB_ZERO);
}

int main(void)
{
	u32 n;

	for (n = 0; n < PRMEM_CLASSES; n++)
		prove_class(n);
}
