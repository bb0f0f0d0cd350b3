// SPDX-License-Identifier: GPL-2.0-only
/* From stamps to a reservation: complete, each range once, or the rule that is broken. */
#include <stdlib.h>

#include "zero.h"

#include "../../module/core/space.h"

#ifndef RANGES
#define RANGES	PRMEM_MAX_RANGES
#endif

static struct prmem_found found[RANGES];
static bool sound[RANGES][2];
static struct prmem_stamp stamp[RANGES];	/* the copy that counts */

/* stamp.c is about it; here any rule about the same bytes that lets no more pass. */
struct bytes_64 {
	u8 byte[64];
};

bool __CPROVER_uninterpreted_stamp(struct bytes_64 stamp, u64 base, u64 size);

bool prmem_stamp_check(const struct prmem_stamp *s, const struct prmem_range *r,
		       struct prmem_fault *fault)
{
	bool ok = __CPROVER_uninterpreted_stamp(*(const struct bytes_64 *)s, r->base, r->size) &&
		  s->base == r->base && s->size == r->size && s->id &&
		  s->count >= 1 && s->count <= 8 && s->index < s->count;

	*fault = (struct prmem_fault) { PRMEM_SOUND, 0, 0, 0 };
	return prmem_holds(fault, ok, PRMEM_BAD_CHECKSUM, 0, 0);
}

static const struct prmem_stamp *copy(u32 i, u32 n)
{
	return (const struct prmem_stamp *)(found[i].page + 2048 * n);
}

/* What the memory map gives: ranges of whole grains, below the end of addresses. */
static void find(u32 i)
{
	struct prmem_fault fault;
	u32 n;

	found[i].page = malloc(PRMEM_PAGE);
	found[i].range = (struct prmem_range) { nondet_u64(), nondet_u64() };
	GIVEN(found[i].range.size && found[i].range.size % PRMEM_GRAIN == 0);
	GIVEN(found[i].range.size <= 1ULL << 52);
	for (n = 0; n < 2; n++)
		sound[i][n] = prmem_stamp_check(copy(i, n), &found[i].range, &fault);
	stamp[i] = sound[i][0] ? *copy(i, 0) : *copy(i, 1);
}

/* A range that was found, of a reservation that was put together. */
static void prove_range(const struct prmem_space *s, u32 i)
{
	u32 n = stamp[i].index, j;

	PROVE(sound[i][0] || sound[i][1]);
	PROVE(!sound[i][0] || !sound[i][1] || !memcmp(copy(i, 0), copy(i, 1), 64));
	PROVE(stamp[i].id == s->id && stamp[i].count == s->count && n < s->count);
	PROVE(s->found[n] == i);
	PROVE(s->range[n].base == found[i].range.base && s->range[n].size == found[i].range.size);
	PROVE((s->mend >> 2 * n & 3) == !sound[i][0] + 2 * !sound[i][1]);
	PROVE(s->offset[n + 1] == s->offset[n] + s->range[n].size);
	PROVE(!n || (any_zero(found[i].page + 64, 1984) && any_zero(found[i].page + 2112, 1984)));
	for (j = 0; j < i; j++)
		PROVE(stamp[j].index != n);
}

int main(void)
{
	struct prmem_space space;
	struct prmem_fault fault;
	u32 i, count = nondet_u32();
	bool whole;

	for (i = 0; i < RANGES; i++)
		find(i);
	GIVEN(count >= 1 && count <= RANGES);
	whole = prmem_space_build(&space, found, count, &fault);

	if (whole) {
		PROVE(space.count == count && space.id);
		PROVE(space.offset[0] == 0 && space.offset[count] == space.size);
		for (i = 0; i < count; i++)
			prove_range(&space, i);
	} else {
		PROVE(fault.rule > PRMEM_SOUND && fault.rule < PRMEM_RULES);
		PROVE(fault.at < PRMEM_MAX_RANGES);
	}
	REACHED(whole && count == RANGES);
	REACHED(whole && space.mend);
	REACHED(!whole && fault.rule == PRMEM_BAD_MISSING);
	REACHED(!whole && fault.rule == PRMEM_BAD_TWINS);
}
