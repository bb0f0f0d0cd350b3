// SPDX-License-Identifier: GPL-2.0-only
/*
 * A word's check: SPEC.md's CRC for each value of each nibble of word and offset, all
 * others zero; and for any two words the check of their exclusive or is that of one
 * and of the other. So it is SPEC.md's for all of them, because a CRC is linear too.
 */
#include "proof.h"

#include "../../module/core/word.h"

#define VALUE	(1ULL << 48)

static u64 check(u64 value, u32 salt, u64 offset)
{
	return prmem_word_seal(value, salt, offset) >> 48;
}

/* SPEC.md, "Checksums": of the offset (le64), and bytes 0 to 5 of the word. */
static u16 crc(u64 value, u16 salt, u64 offset)
{
	u16 state = salt;
	u32 i;

	for (i = 0; i < 64 + 48; i++) {
		u32 bit = i < 64 ? offset >> i & 1 : value >> (i - 64) & 1;

		state = (state ^ bit) & 1 ? state >> 1 ^ 0xa6bc : state >> 1;
	}
	return state;
}

int main(void)
{
	u64 a = nondet_u64(), b = nondet_u64(), at = nondet_u64(), to = nondet_u64(), word;
	u32 salt = nondet_bool() ? 0x6477 : 0x7362, i, nibble;

	for (nibble = 0; nibble < 16; nibble++) {
		for (i = 0; i < 12; i++)
			PROVE((check((u64)nibble << 4 * i, 0x6477, 0) ^ check(0, 0x6477, 0)) ==
			      (crc((u64)nibble << 4 * i, 0x6477, 0) ^ crc(0, 0x6477, 0)));
		for (i = 0; i < 11; i++)
			PROVE(nibble > 7 && i == 10 ||
			      (check(0, 0x6477, (u64)nibble << 4 * i) ^ check(0, 0x6477, 0)) ==
			      (crc(0, 0x6477, (u64)nibble << 4 * i) ^ crc(0, 0x6477, 0)));
	}
	PROVE(check(0, 0x6477, 0) == crc(0, 0x6477, 0));
	PROVE(check(0, 0x7362, 0) == crc(0, 0x7362, 0));

	GIVEN(a < VALUE && b < VALUE && at < PRMEM_MAX_HEAP_END && to < PRMEM_MAX_HEAP_END);
	PROVE((check(a, salt, at) ^ check(b, salt, to) ^ check(0, salt, 0)) ==
	      check(a ^ b, salt, at ^ to));
	word = a | (u64)(u16)b << 48;
	PROVE(prmem_word_holds(word, salt, at) == (word == prmem_word_seal(a, salt, at)));
	REACHED(prmem_word_holds(word, salt, at));
}
