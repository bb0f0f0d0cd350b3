// SPDX-License-Identifier: GPL-2.0-only
/* Bytes that say where they belong, and numbers from chance that can be had again. */
#include "instances.h"

/* The finaliser of splitmix64 over both. */
u64 mix(u64 a, u64 b)
{
	u64 x = a * 0x9e3779b97f4a7c15ULL + b;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

void pattern_fill(void *p, size_t size, u64 key)
{
	u64 word;
	size_t i;

	for (i = 0; i < size; i += sizeof(word)) {
		word = mix(key, i);
		memcpy(p + i, &word, min(sizeof(word), size - i));
	}
}

bool pattern_holds(const void *p, size_t size, u64 key)
{
	u64 word;
	size_t i;

	for (i = 0; i < size; i += sizeof(word)) {
		word = mix(key, i);
		if (memcmp(p + i, &word, min(sizeof(word), size - i)))
			return false;
	}
	return true;
}

/* Mostly small objects, then some pages, seldom up to a MiB; edges more often. */
size_t random_size(u64 chance)
{
	static const size_t edges[] = {
		1, 15, 16, 17, 32, 33, 48, 2047, 2048, 2049, 4095, 4096, 4097, 8192, 65536, 65537,
	};
	u64 kind = chance % 100, value = chance >> 8;

	if (kind < 20)
		return edges[value % ARRAY_SIZE(edges)];
	if (kind < 75)
		return 1 + value % SZ_2K;
	return 1 + value % (kind < 98 ? SZ_64K : SZ_1M);
}
