// SPDX-License-Identifier: GPL-2.0-only
/* prmem_word_count_free() counts what is exactly a free page's word, with its own check. */
#include "crc.h"

#include "../../module/core/word.h"

#define WORDS	19	/* sixteen that are compared together, and some before or after */

/*
 * word.c is about the check. Here of the nibble that tells neighbouring pages apart it is
 * SPEC.md's CRC, and of the rest any function: a CRC is the exclusive or of the two.
 */
#define NIBBLE	0xf000ULL

static u16 nibble_crc[16];
u16 __CPROVER_uninterpreted_rest(u64 value, u32 salt, u64 offset);

__le64 prmem_word_seal(u64 value, u32 salt, u64 offset)
{
	u16 check = __CPROVER_uninterpreted_rest(value, salt, offset & ~NIBBLE);

	return value | (u64)(check ^ nibble_crc[offset / PRMEM_PAGE % 16]) << 48;
}

/* From a page on that is at @place of the sixteen that differ in their nibble. */
static void prove_from(u32 place)
{
	u32 count = nondet_u32(), page = nondet_u32() << 4 | place, n, i;
	__le64 map[WORDS];
	u64 free;

	GIVEN(count <= WORDS && page <= (1U << 31) - WORDS);
	n = prmem_word_count_free(map, count, (u64)page * PRMEM_PAGE);
	PROVE(n <= count);
	for (i = 0; i < WORDS; i++) {
		free = prmem_word_seal(PRMEM_PAGE_FREE, PRMEM_WORD_SALT, (u64)(page + i) * PRMEM_PAGE);
		PROVE(i >= n || map[i] == free);
		PROVE(i != n || n == count || map[i] != free);
	}
	REACHED(n == WORDS);
	REACHED(n == 17 && count == 18);
}

int main(void)
{
	u32 i;

	for (i = 0; i < 16; i++)
		nibble_crc[i] = crc(0, 0x6477, (u64)i * PRMEM_PAGE) ^ crc(0, 0x6477, 0);
	prove_from(0);
	prove_from(5);
	prove_from(14);
}
