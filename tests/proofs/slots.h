/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two slots in memory that is being written: what the proofs of commit and wipe know of
 * them. What is asked of a place that has not been written since gets the same answer;
 * after a store into it, any other.
 */
#ifndef SLOTS_H
#define SLOTS_H

#include "../../module/core/root.h"

#define TABLE	sizeof(struct prmem_table_rec)	/* a plain store of a commit's */

#include "cut.h"

static u8 area[PRMEM_META_MAPPED];
static u32 root_version[2], table_version[2];	/* stores into what is asked of */

static u32 slot_of_place(const void *p)
{
	size_t at = __CPROVER_POINTER_OFFSET(p);

	return at < PRMEM_PAGE ? at >= 2048 : at >= PRMEM_TABLE_OFFSET(1);
}

/* A root is asked of from its magic on; the word before it is looked at as it is. */
static void stored(const void *to, size_t len)
{
	size_t at = __CPROVER_POINTER_OFFSET(to), in_page = at & 2047;
	u32 slot = slot_of_place(to);

	PROVE(__CPROVER_same_object(to, area));
	if (at >= PRMEM_PAGE) {
		PROVE(at == PRMEM_TABLE_OFFSET(slot) && len == TABLE);
		table_version[slot]++;
	} else {
		PROVE(in_page >= 64 && in_page + len <= 2048);
		if (in_page + len > 72)
			root_version[slot]++;
	}
}

/* -- in the place of the rest of the core -- */

static u32 version_of(const void *p)
{
	u32 slot = slot_of_place(p);

	return !__CPROVER_same_object(p, area) ? 0 :
	       __CPROVER_POINTER_OFFSET(p) < PRMEM_PAGE ? root_version[slot] : table_version[slot];
}

bool __CPROVER_uninterpreted_zero_now(const void *p, size_t len, u32 version);

bool prmem_all_zero(const void *p, size_t len)
{
	PROVE(__CPROVER_r_ok(p, len));
	if (len == 1984)	/* an empty root: this is looked at as it is */
		return p == area + 64 ? !*(const INTEGER(1984) *)(area + 64) :
					!*(const INTEGER(1984) *)(area + 2112);
	return __CPROVER_uninterpreted_zero_now(p, len, version_of(p));
}

u8 __CPROVER_uninterpreted_regions_now(const void *table, u64 serial, u64 features, u32 version);

bool prmem_regions_check(const struct prmem_table_rec *table, u64 next_serial, u64 features,
			 const struct prmem_space *space, struct prmem_fault *fault)
{
	u8 rule = __CPROVER_uninterpreted_regions_now(table, next_serial, features,
						      version_of(table));

	rule = rule >= PRMEM_BAD_TABLE_COUNT && rule < PRMEM_RULES ? rule : PRMEM_SOUND;
	return prmem_holds(fault, rule == PRMEM_SOUND, rule, 0, 0);
}

/*
 * The checksum of a root in two pieces, its first word and the rest, as the wipe
 * computes it. What is whole in another place has the checksum that it had there.
 */
static const void *original_root, *original_table;
static u32 whole = 2;	/* the slot that has them, or none */

u32 __CPROVER_uninterpreted_crc32c_word(u32 seed, u32 word);
u32 __CPROVER_uninterpreted_crc32c_now(u32 seed, const void *p, size_t len, u32 version);

u32 prmem_port_crc32c(u32 seed, const void *p, size_t len)
{
	const u8 *byte = p;

	PROVE(__CPROVER_r_ok(p, len));
	PROVE(len == 4 || len == 1976 || len == 1980 || len == TABLE - 4);
	if (len == 4 || len == 1980) {
		seed = __CPROVER_uninterpreted_crc32c_word(seed, *(const u32 *)p);
		if (len == 4)
			return seed;
		byte += 4;
		len -= 4;
	}
	if (whole == slot_of_place(p) && __CPROVER_same_object(p, area))
		byte = (const u8 *)(len == 1976 ? original_root : original_table) +
		       (len == 1976 ? 8 : 4);
	return __CPROVER_uninterpreted_crc32c_now(seed, byte, len, version_of(byte));
}

#endif
