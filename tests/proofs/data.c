// SPDX-License-Identifier: GPL-2.0-only
/*
 * An instance's data: which slot counts, of any two; and set anew, cut after any store,
 * it is as before or as after, from any state that is sound.
 */
#include "checksum.h"

#define MIXED	MIX(16)
#include "cut.h"

#include "../../module/core/check.c"

static struct prmem_instance_rec rec;
static u64 extent;

struct prmem_instance_rec *prmem_record_at(const struct prmem_heap *heap, u64 number)
{
	return &rec;
}

u64 prmem_owner_extent(const struct prmem_heap *heap, u64 number, u64 ref)
{
	return extent;
}

/* Nothing but the slots is written. */
static void stored(const void *to, size_t len)
{
	PROVE(__CPROVER_same_object(to, &rec) && __CPROVER_POINTER_OFFSET(to) >= 144);
}

enum slot_state { UNFINISHED, VALID, DAMAGED };

static enum slot_state state_of(u32 slot, u64 number)
{
	const struct prmem_data_rec *d = &rec.data[slot];
	u64 what[4] = { d->word >> 32 | (u64)slot << 32, number, d->ref, d->size };

	return d->word == 0x676e697469727764 ? UNFINISHED :
	       (u32)d->word == prmem_port_crc32c(0x61746164, what, 32) ? VALID : DAMAGED;
}

/* SPEC.md: the slot that counts, or 2 for none. */
static u32 counts(u64 number)
{
	enum slot_state a = state_of(0, number), b = state_of(1, number);
	u32 in_a = rec.data[0].word >> 32, in_b = rec.data[1].word >> 32;

	if (a == DAMAGED || b == DAMAGED || (a == UNFINISHED && b == UNFINISHED))
		return 2;
	if (a == UNFINISHED || b == UNFINISHED)
		return a == VALID ? 0 : 1;
	return in_b - in_a == 1 ? 1 : in_a - in_b == 1 ? 0 : 2;
}

/* What the core makes of the slots is what SPEC.md does. */
static u32 prove_slots(u64 number)
{
	struct prmem_fault fault = { 0 };
	bool sound = prmem_check_slots(rec.data, number, &fault);
	u32 slot = counts(number);

	PROVE(sound == (slot < 2));
	PROVE(fault.rule == (sound ? PRMEM_SOUND : PRMEM_BAD_INSTANCE_DATA));
	PROVE(!sound || prmem_data_current(rec.data) == slot);
	return slot;
}

int main(void)
{
	u64 number = nondet_u64(), ref = nondet_u64(), size = nondet_u64();
	u64 old_ref, old_size, new_ref, new_size;
	u32 slot;
	int ret;

	__CPROVER_havoc_object(&rec);
	slot = prove_slots(number);
	REACHED(slot == 2);
	GIVEN(slot < 2);
	prmem_instance_get_data(NULL, number, &old_ref, &old_size);
	PROVE(old_ref == rec.data[slot].ref && old_size == rec.data[slot].size);

	extent = nondet_u64();
	cut = nondet_u32();
	GIVEN(cut <= 2);
	ret = prmem_instance_set_data(NULL, number, ref, size);
	PROVE(prove_slots(number) < 2);
	prmem_instance_get_data(NULL, number, &new_ref, &new_size);
	/* A seal that is this word, by a chance of 1 in 2^64, changes nothing. */
	if (ret || cut < 2 || rec.data[!slot].word == PRMEM_DATA_WRITING)
		PROVE(new_ref == old_ref && new_size == old_size);
	else
		PROVE(new_ref == ref && new_size == size);
	PROVE(!ret == (ref ? size && size <= extent : !size));
	REACHED(!ret && cut == 1);
	REACHED(!ret && cut == 2 && rec.data[0].word >> 32 == 0 && rec.data[1].word >> 32 == ~0U);
}
