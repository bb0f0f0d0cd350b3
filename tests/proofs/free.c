// SPDX-License-Identifier: GPL-2.0-only
/* prmem_word_count_free() counts what is exactly a free page's word, with its own check. */
#include "proof.h"

#include "../../module/core/word.h"

#define WORDS	19	/* sixteen that are compared together, and some before or after */

int main(void)
{
	u32 count = nondet_u32(), page = nondet_u32(), n, i;
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
