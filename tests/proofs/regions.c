// SPDX-License-Identifier: GPL-2.0-only
/*
 * A region table passes if and only if its regions partition the reservation, and
 * each of them is what its type asks for.
 */
#include "zero.h"

#include "../../module/core/region.h"

#define RANGES	2
#define REGIONS	4	/* each is compared with those before it: all pairs of four */

/* name.c is about it; here any rule that looks at the name's bytes only. */
bool __CPROVER_uninterpreted_name(const u8 *name);

bool prmem_name_valid(const u8 *name)
{
	PROVE(__CPROVER_r_ok(name, PRMEM_NAME_LEN));
	return __CPROVER_uninterpreted_name(name);
}

static struct prmem_table_rec table;
static struct prmem_space space;

/* As prmem_space_build() makes it, of ranges whose sum can't overflow. */
static void make_space(void)
{
	u64 grains;
	u32 i;

	space.count = nondet_u32();
	GIVEN(space.count >= 1 && space.count <= RANGES);
	for (i = 0; i < RANGES; i++) {
		grains = nondet_u64();
		GIVEN(grains && grains <= 1ULL << 31);
		space.offset[i + 1] = space.offset[i] + grains * PRMEM_GRAIN;
	}
	space.size = space.offset[space.count];
}

/* In the regions' part of one range? Then the end is an offset as well. */
static bool is_in_a_range(u64 start, u64 size)
{
	u32 k;

	for (k = 0; k < RANGES; k++)
		if (k < space.count && start >= space.offset[k] + PRMEM_GRAIN &&
		    start <= space.offset[k + 1] && size <= space.offset[k + 1] - start)
			return true;
	return false;
}

/* SPEC.md's start of a region behind @end: the same, or in the next range that has room. */
static u64 start_after(u64 end)
{
	u64 first;
	u32 k;

	for (k = 0; k < RANGES; k++) {
		first = space.offset[k] + PRMEM_GRAIN;
		if (k < space.count && end < space.offset[k + 1] && first < space.offset[k + 1])
			return end > first ? end : first;
	}
	return space.size;
}

/* Each behind the one before, in one range, and nothing is left. */
static bool is_partition(u32 count)
{
	u64 end = 0;
	u32 i;

	for (i = 0; i < count; i++) {
		u64 start = table.region[i].start, size = table.region[i].size;

		if (start != start_after(end) || !size || size % PRMEM_GRAIN ||
		    !is_in_a_range(start, size))
			return false;
		end = start + size;
	}
	return start_after(end) == space.size;
}

static bool is_alone(u32 i, bool by_name)
{
	u32 j;

	for (j = 0; j < i; j++)
		if (by_name ? SAME_BYTES(table.region[i].name, table.region[j].name, 32) :
			      table.region[i].serial == table.region[j].serial)
			return false;
	return true;
}

static bool is_right_use(u32 i, u64 next_serial, bool heaps)
{
	const struct prmem_region_rec *r = &table.region[i];
	bool numbered = r->serial && r->serial < next_serial && is_alone(i, false);

	if (r->zero)
		return false;
	switch (r->type) {
	case 1:
		return !r->serial && any_zero(r->name, 32);
	case 2:
		return numbered && __CPROVER_uninterpreted_name(r->name) && is_alone(i, true);
	case 3:
		return heaps && numbered && any_zero(r->name, 32);
	default:
		return false;
	}
}

static bool is_sound(u32 count, u64 next_serial, bool heaps)
{
	bool have_heap = false;
	u32 i;

	if (count > 255 || !any_zero(&table.region[count], 64 * (255 - count)) ||
	    !is_partition(count))
		return false;
	for (i = 0; i < count; i++) {
		if (!is_right_use(i, next_serial, heaps))
			return false;
		have_heap |= table.region[i].type == 3;
	}
	return have_heap || !heaps;
}

int main(void)
{
	struct prmem_fault fault = { 0 };
	u64 next_serial = nondet_u64(), features = nondet_u64();
	bool passes, sound;

	__CPROVER_havoc_object(&table);
	make_space();
	GIVEN(table.count <= REGIONS || table.count > PRMEM_MAX_REGIONS);
	passes = prmem_regions_check(&table, next_serial, features, &space, &fault);
	sound = is_sound(table.count, next_serial, features & 1);
	PROVE(!passes || sound);
	PROVE(!sound || passes);
	PROVE(passes == (fault.rule == PRMEM_SOUND));
	PROVE(passes || (fault.rule >= PRMEM_BAD_TABLE_COUNT && fault.rule < PRMEM_BAD_HEAP_MAGIC));
	PROVE(passes || fault.at < PRMEM_MAX_REGIONS);
	REACHED(passes && table.count == REGIONS && space.count == RANGES);
	REACHED(passes && !table.count);
	REACHED(passes && features & 1);
	REACHED(fault.rule == PRMEM_BAD_REGION_END);
	REACHED(fault.rule == PRMEM_BAD_TABLE_FEATURES);
}
