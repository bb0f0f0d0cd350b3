// SPDX-License-Identifier: GPL-2.0-only
/* Words with their own check: what they notice, without an exception. */
#include "heaps.h"
#include "../../module/core/word.h"

static const u32 salts[] = { PRMEM_WORD_SALT, PRMEM_BITS_SALT };

/* By the letter: bit by bit. */
static void definition(void)
{
	u64 seed = 11, value, offset, word, bit;
	u32 i, salt, other;

	for (i = 0; i < 100000; i++) {
		salt = salts[i & 1];
		value = chance(&seed) >> 16 >> chance_below(&seed, 48);
		offset = chance(&seed) >> 21 >> chance_below(&seed, 43);
		word = prmem_word_seal(value, salt, offset);
		CHECK(word << 16 >> 16 == value && word >> 48 == word_check(value, salt, offset),
		      "value %#llx offset %#llx", (unsigned long long)value,
		      (unsigned long long)offset);
		CHECK(prmem_word_holds(word, salt, offset), "value %#llx",
		      (unsigned long long)value);
		/* Another page, another kind of word. */
		bit = 1ULL << chance_below(&seed, 43);
		other = salts[(i + 1) % 2];
		CHECK(!prmem_word_holds(word, salt, offset ^ bit), "offset %#llx bit %#llx",
		      (unsigned long long)offset, (unsigned long long)bit);
		CHECK(!prmem_word_holds(word, other, offset), "value %#llx",
		      (unsigned long long)value);
	}
	for (bit = 0; bit < 91; bit++) {
		value = bit < 48 ? 1ULL << bit : 0;
		offset = bit < 48 ? 0 : 1ULL << (bit - 48);
		CHECK(prmem_word_seal(value, PRMEM_WORD_SALT, offset) >> 48 ==
		      word_check(value, PRMEM_WORD_SALT, offset), "bit %llu",
		      (unsigned long long)bit);
	}
}

static void make(void)
{
	u64 w = prmem_word_make(PRMEM_PAGE_SLAB, 4, 7, 0xfedcba987ULL);

	CHECK(w == 0xfedcba987723ULL, "%#llx", (unsigned long long)w);
	CHECK(PRMEM_WORD_KIND(w) == 3 && PRMEM_WORD_ORDER(w) == 4 && PRMEM_WORD_CLASS(w) == 7 &&
	      PRMEM_WORD_OWNER(w) == 0xfedcba987ULL, "fields");
	w = prmem_word_make(PRMEM_PAGE_DATA, 26, 0, 1);
	CHECK(w == (1 << 12 | 26 << 3 | 2), "%#llx", (unsigned long long)w);
}

/* All ways to flip some bits of a word, from bit @from on. */
static u64 flipped(u64 word, u64 offset, u32 from, u32 flips, u64 *passed)
{
	u64 count = 0;
	u32 bit;

	for (bit = from; bit < 64; bit++) {
		u64 other = word ^ 1ULL << bit;

		if (flips > 1) {
			count += flipped(other, offset, bit + 1, flips - 1, passed);
			continue;
		}
		count++;
		*passed += prmem_word_holds(other, PRMEM_WORD_SALT, offset);
	}
	return count;
}

/* A CRC is linear, so what one word notices every word notices. */
static void flips(void)
{
	static const u64 expected[] = { 1, 64, 2016, 41664, 635376, 7624512 };
	const u64 offset = 0x345678ULL * PRMEM_PAGE;
	u64 word = prmem_word_seal(PRMEM_PAGE_FREE, PRMEM_WORD_SALT, offset);
	u32 n;

	for (n = 1; n <= 5; n++) {
		u64 passed = 0, count = flipped(word, offset, 0, n, &passed);

		CHECK(count == expected[n], "%u bits: %llu ways", n, (unsigned long long)count);
		CHECK(!passed, "%u bits: %llu are not noticed", n, (unsigned long long)passed);
	}
}

static void bursts(void)
{
	const u64 offset = 0x7ffffffffULL * 8;
	u64 word = prmem_word_seal(0x123456789abcULL, PRMEM_BITS_SALT, offset), burst;
	u32 at, passed = 0;

	for (at = 0; at <= 48; at++)
		for (burst = 1; burst < 1 << 16; burst++)
			passed += prmem_word_holds(word ^ burst << at, PRMEM_BITS_SALT, offset);
	CHECK(!passed, "%u are not noticed", passed);
	/* More can't be: some 17 bits in a row pass. */
	for (burst = 1; burst < 1 << 17; burst++)
		passed += prmem_word_holds(word ^ burst, PRMEM_BITS_SALT, offset);
	CHECK(passed == 1, "%u of 17 bits pass", passed);
}

/* Runs of free pages, of any length, from any page on, up to a word that differs. */
static void runs(void)
{
	__le64 map[100];
	u64 seed = 12, first, offset;
	u32 round, count, at, i, got;

	for (round = 0; round < 20000; round++) {
		first = chance(&seed) % (1ULL << 31);
		offset = first * PRMEM_PAGE;
		count = chance_below(&seed, COUNT(map) + 1);
		at = chance_below(&seed, 2 * COUNT(map));
		for (i = 0; i < count; i++)
			map[i] = prmem_word_seal(PRMEM_PAGE_FREE, PRMEM_WORD_SALT,
						 offset + i * PRMEM_PAGE);
		if (at < count)
			map[at] ^= 1ULL << chance_below(&seed, 64);
		if (at + 3 < count)
			map[at + 3] = 0;
		got = prmem_word_count_free(map, count, offset);
		CHECK(got == (at < count ? at : count), "page %#llx, %u words, %u: %u",
		      (unsigned long long)first, count, at, got);
	}
}

static const struct test tests[] = {
	{ "word: the check is what the format says", definition },
	{ "word: fields", make },
	{ "word: any 1 to 5 flipped bits are noticed", flips },
	{ "word: any burst of up to 16 bits is noticed", bursts },
	{ "word: runs of free pages", runs },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
