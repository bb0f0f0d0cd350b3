// SPDX-License-Identifier: GPL-2.0-only
/* A bitmap under bitmaps of its words, so that a set bit is found without a search. */
#include "bitmap.h"

static u32 words_for(u32 bits)
{
	return bits / 64 + (bits % 64 != 0);
}

/**
 * prmem_bitmap_words() - how much room a bitmap takes
 * @bits: its numbers are below this
 *
 * Context: Any.
 * Return: How many u64.
 */
size_t prmem_bitmap_words(u32 bits)
{
	size_t sum = 0;

	while (bits) {
		bits = words_for(bits);
		sum += bits;
		if (bits == 1)
			break;
	}
	return sum;
}

/**
 * prmem_bitmap_init() - an empty set
 * @map: is filled
 * @bits: its numbers are below this, at most 2^31
 * @room: prmem_bitmap_words(@bits) words, which stay in use
 *
 * Context: Any.
 * Return: What follows in the room.
 */
u64 *prmem_bitmap_init(struct prmem_bitmap *map, u32 bits, u64 *room)
{
	u32 level = 0;

	memset(map, 0, sizeof(*map));
	memset(room, 0, prmem_bitmap_words(bits) * sizeof(*room));
	map->bits = bits;
	while (bits) {
		bits = words_for(bits);
		map->level[level++] = room;
		room += bits;
		if (bits == 1)
			break;
	}
	return room;
}

/**
 * prmem_bitmap_set() - add a number
 * @map: the set
 * @i: the number, below @map->bits
 *
 * Context: Any.
 */
void prmem_bitmap_set(struct prmem_bitmap *map, u32 i)
{
	u32 level;
	u64 old;

	for (level = 0; level < PRMEM_BITMAP_LEVELS && map->level[level]; level++) {
		old = map->level[level][i / 64];
		map->level[level][i / 64] = old | 1ULL << i % 64;
		if (old)
			break;
		i /= 64;
	}
}

/**
 * prmem_bitmap_clear() - take a number out
 * @map: the set
 * @i: the number, below @map->bits
 *
 * Context: Any.
 */
void prmem_bitmap_clear(struct prmem_bitmap *map, u32 i)
{
	u32 level;

	for (level = 0; level < PRMEM_BITMAP_LEVELS && map->level[level]; level++) {
		map->level[level][i / 64] &= ~(1ULL << i % 64);
		if (map->level[level][i / 64])
			break;
		i /= 64;
	}
}

/**
 * prmem_bitmap_next() - the smallest number from some number on
 * @map: the set
 * @from: where to begin, any number
 *
 * Context: Any; looks at no more than two words a level.
 * Return: The number, or PRMEM_BITMAP_NONE.
 */
u32 prmem_bitmap_next(const struct prmem_bitmap *map, u32 from)
{
	u32 level, i = from, bits = map->bits;
	u64 word;

	for (level = 0; i < bits; level++) {
		word = map->level[level][i / 64] >> i % 64;
		if (word) {
			i += __builtin_ctzll(word);
			while (level--)
				i = i * 64 + __builtin_ctzll(map->level[level][i]);
			return i;
		}
		i = i / 64 + 1;
		bits = words_for(bits);
		if (bits == 1)
			break;
	}
	return PRMEM_BITMAP_NONE;
}
