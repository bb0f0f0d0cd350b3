// SPDX-License-Identifier: GPL-2.0-only
/*
 * A word's check: SPEC.md's CRC of each bit of word and offset, all others zero; and for
 * any two words the check of their exclusive or is that of one and of the other, with
 * each salt. So it is SPEC.md's for all of them, because a CRC is linear too. And a bit
 * that is flipped with its check along is the word sealed anew.
 */
#include "crc.h"

#include "../../module/core/word.h"

#define VALUE	(1ULL << 48)
#define WORD	0x6477
#define BITS	0x7362

static u64 check(u64 value, u32 salt, u64 offset)
{
	return prmem_word_seal(value, salt, offset) >> 48;
}

static void prove_bits(u32 salt)
{
	u64 zero = check(0, salt, 0), bit;

	PROVE(zero == crc(0, salt, 0));
	for (bit = 1; bit < VALUE; bit <<= 1) {
		PROVE((check(bit, salt, 0) ^ zero) == (crc(bit, salt, 0) ^ crc(0, salt, 0)));
		PROVE((check(0, salt, bit) ^ zero) == (crc(0, salt, bit) ^ crc(0, salt, 0)));
	}
}

int main(void)
{
	u64 a = nondet_u64(), b = nondet_u64(), at = nondet_u64(), to = nondet_u64();
	u64 sealed, zero, word;
	u32 salt = nondet_bool() ? WORD : BITS, bit = nondet_u32();

	prove_bits(WORD);
	prove_bits(BITS);

	GIVEN(a < VALUE && b < VALUE && at < VALUE && to < VALUE && bit < 48);
	sealed = prmem_word_seal(a, salt, at);
	PROVE((sealed << 16 >> 16) == a);
	zero = salt == WORD ? check(0, WORD, 0) : check(0, BITS, 0);
	PROVE((sealed >> 48 ^ check(b, salt, to) ^ zero) == check(a ^ b, salt, at ^ to));
	word = a | (u64)(u16)b << 48;
	PROVE(prmem_word_holds(word, salt, at) == (word == sealed));
	PROVE(prmem_word_flip(sealed, bit) == prmem_word_seal(a ^ 1ULL << bit, salt, at));
	REACHED(prmem_word_holds(word, salt, at));
}
