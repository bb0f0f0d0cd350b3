// SPDX-License-Identifier: GPL-2.0-only
/* CRC-32C by the processor's instruction. */
#include <nmmintrin.h>

#include "bench.h"

u32 crc32c_stream(u32 crc, const void *p, size_t len)
{
	const u8 *byte = p;
	u64 sum = crc, word;

	for (; len >= sizeof(word); len -= sizeof(word), byte += sizeof(word)) {
		memcpy(&word, byte, sizeof(word));
		sum = _mm_crc32_u64(sum, word);
	}
	while (len--)
		sum = _mm_crc32_u8(sum, *byte++);
	return sum;
}

/*
 * Each page's, added up. The instruction takes three cycles and can begin in each: so
 * three pages at a time are three times as fast as one after the other, and as fast as
 * this instruction can be.
 */
u32 crc32c_pages(const u8 *p, size_t pages)
{
	const size_t words = PRMEM_PAGE / sizeof(u64);
	const u64 *word = (const u64 *)p;
	u32 sum = 0;
	size_t i;

	for (; pages >= 3; pages -= 3, word += 3 * words) {
		u64 a = 0, b = 0, c = 0;

		for (i = 0; i < words; i++) {
			a = _mm_crc32_u64(a, word[i]);
			b = _mm_crc32_u64(b, word[words + i]);
			c = _mm_crc32_u64(c, word[2 * words + i]);
		}
		sum += a + b + c;
	}
	for (; pages; pages--, word += words)
		sum += crc32c_stream(0, word, PRMEM_PAGE);
	return sum;
}
