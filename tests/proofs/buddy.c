// SPDX-License-Identifier: GPL-2.0-only
/*
 * Free blocks, after any history: whatever pages are free, the state is the one that
 * they are by themselves, in which no two buddies are apart; a step from any such state
 * leads to one, and what is taken was free.
 */
#include "proof.h"

#include "../../module/core/buddy.h"

#define PAGES	11	/* blocks of 8, 4, 2, 1, and an end that cuts one of each */
#define ORDERS	4

static struct prmem_buddy buddy;
static u64 room[ORDERS];

static u32 block(u32 first, u32 order)
{
	return ((1U << (1U << order)) - 1) << first;
}

static bool is_free(u32 free, u32 first, u32 order)
{
	return first + (1U << order) <= PAGES && !(~free & block(first, order));
}

/* The blocks of an order that these free pages make: those in no larger one. */
static u64 blocks(u32 free, u32 order)
{
	u64 bits = 0;
	u32 i;

	for (i = 0; i < PAGES >> order; i++)
		if (is_free(free, i << order, order) &&
		    !is_free(free, i >> 1 << (order + 1), order + 1))
			bits |= 1ULL << i;
	return bits;
}

static u32 count(u32 free)
{
	u32 i, n = 0;

	for (i = 0; i < PAGES; i++)
		n += free >> i & 1;
	return n;
}

static void set_state(u32 free)
{
	u32 order;

	prmem_buddy_init(&buddy, PAGES, room);
	PROVE(!buddy.free && !buddy.orders && !room[0] && !room[1] && !room[2] && !room[3]);
	for (order = 0; order < ORDERS; order++) {
		PROVE(buddy.blocks[order].level[0] == &room[order]);
		room[order] = blocks(free, order);
		buddy.orders |= (u32)!!room[order] << order;
	}
	buddy.free = count(free);
}

static void prove_state(u32 free)
{
	u32 order;

	for (order = 0; order < ORDERS; order++) {
		PROVE(room[order] == blocks(free, order));
		PROVE((buddy.orders >> order & 1) == !!room[order]);
	}
	PROVE(buddy.free == count(free) && !(buddy.orders >> ORDERS));
}

static void prove_take(u32 order)
{
	u32 free = nondet_u32(), first, i;

	GIVEN(!(free >> PAGES));
	set_state(free);
	first = prmem_buddy_take(&buddy, order);
	if (first == PRMEM_BUDDY_NONE) {
		for (i = 0; order < ORDERS && i < PAGES >> order; i++)
			PROVE(!is_free(free, i << order, order));
		prove_state(free);
		return;
	}
	PROVE(order < ORDERS && !(first & ((1U << order) - 1)));
	PROVE(first < PAGES && is_free(free, first, order));
	prove_state(free & ~block(first, order));
	REACHED(first == 0 && order == 3);
	REACHED(first == 7 && order == 0);
}

static void prove_give(u32 first, u32 order)
{
	u32 free = nondet_u32();

	GIVEN(!(free >> PAGES) && !(free & block(first, order)));
	set_state(free);
	prmem_buddy_give(&buddy, first, order);
	prove_state(free | block(first, order));
	REACHED(!order && first == 7 && room[3]);
}

static void prove_give_run(u32 first, u32 run)
{
	u32 free = nondet_u32();

	GIVEN(!(free >> PAGES) && !(free & ((1U << run) - 1) << first));
	set_state(free);
	prmem_buddy_give_run(&buddy, first, run);
	prove_state(free | ((1U << run) - 1) << first);
	REACHED(run == PAGES);
}

/* Orders and places one after the other: so each time it is known which words are looked at. */
int main(void)
{
	u32 order, first, run;

	PROVE(prmem_buddy_room(PAGES) == sizeof(room));
#if defined(TAKE)
	for (order = 0; order <= ORDERS; order++)
		prove_take(order);
#elif defined(GIVE)
	for (order = 0; order < ORDERS; order++)
		for (first = 0; first + (1U << order) <= PAGES; first += 1U << order)
			prove_give(first, order);
#else
	for (first = 0; first < PAGES; first += 3)
		for (run = 0; run <= PAGES - first; run++)
			prove_give_run(first, run);
#endif
}
