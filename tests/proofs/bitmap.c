// SPDX-License-Identifier: GPL-2.0-only
/*
 * A set of numbers, after any history: a level above says which words below it aren't
 * zero; a step from any such state leads to one, and the next number is the next.
 */
#include "proof.h"

#include "../../module/core/bitmap.h"

#define MOST	200	/* two levels, of four words and one */

static struct prmem_bitmap map;
static u64 room[5];

static bool has(u32 i)
{
	return i < map.bits && room[i / 64] >> i % 64 & 1;
}

/* Above the level of the numbers there is one if they have more than one word. */
static bool is_consistent(void)
{
	u32 words = (map.bits + 63) / 64, i;
	u64 above = 0;

	for (i = 0; i < 4; i++) {
		if (i < words && room[i])
			above |= 1ULL << i;
		if (i < words && map.bits < 64 * (i + 1) && room[i] >> map.bits % 64)
			return false;
	}
	return words == 1 || room[words] == above;
}

static void prove(u32 bits)
{
	u32 i = nondet_u32(), k = nondet_u32(), next;
	bool before;

	PROVE(prmem_bitmap_words(bits) == (bits + 63) / 64 + (bits > 64));
	PROVE(prmem_bitmap_init(&map, bits, room) == room + prmem_bitmap_words(bits));
	PROVE(map.bits == bits && is_consistent() && prmem_bitmap_is_empty(&map));
	__CPROVER_havoc_object(room);
	GIVEN(is_consistent());

	next = prmem_bitmap_next(&map, i);
	PROVE(next == PRMEM_BITMAP_NONE || (next >= i && has(next)));
	PROVE(k < i || k >= next || !has(k));
	PROVE(prmem_bitmap_has(&map, k) == has(k));

	GIVEN(i < bits && k < bits);
	before = has(k);
	if (nondet_bool()) {
		prmem_bitmap_set(&map, i);
		PROVE(has(k) == (before || k == i));
	} else {
		prmem_bitmap_clear(&map, i);
		PROVE(has(k) == (before && k != i));
	}
	PROVE(is_consistent());
	REACHED(next == 199);
	REACHED(next == 0);
}

int main(void)
{
	switch (nondet_u32()) {
	case 0:
		prove(1);
		break;
	case 1:
		prove(64);
		break;
	case 2:
		prove(65);
		break;
	default:
		prove(MOST);
	}
}
