// SPDX-License-Identifier: GPL-2.0-only
/*
 * An instance made in a free record, cut after any store: the record is free, or the
 * instance is there with its names and without data, and its record is sound.
 */
#include "checksum.h"

#define MIXED	MIX(184)
#include "cut.h"

#include "../../module/core/instance.c"

static struct prmem_instance_rec rec;

struct prmem_instance_rec *prmem_record_at(const struct prmem_heap *heap, u64 number)
{
	return &rec;
}

static void stored(const void *to, size_t len)
{
	PROVE(__CPROVER_same_object(to, &rec));
}

int main(void)
{
	struct prmem_heap heap;
	struct prmem_label label;
	u32 type = nondet_u32(), version = nondet_u32();
	u64 number, free;

	__CPROVER_havoc_object(&rec);
	heap.count = 0;	/* no record is known to be in use: the first one is taken */
	GIVEN(heap.vacant && heap.vacant < 1U << 31);
	number = PRMEM_NUMBER(heap.vacant, 0);
	free = prmem_record_seal(&rec, PRMEM_INSTANCE_FREE, number);
	rec.state = free;
	cut = nondet_bool();
	PROVE(create_here(&heap, &label, type, version) == number);
	if (!cut) {
		PROVE(rec.state == free);
		PROVE(free == prmem_record_seal(&rec, PRMEM_INSTANCE_FREE, number));
	} else {
		PROVE(rec.state == prmem_record_seal(&rec, PRMEM_INSTANCE_LIVE, number));
		PROVE(SAME_BYTES(rec.subsystem, label.subsystem, 64));
		PROVE(SAME_BYTES(rec.name, label.name, 64));
		PROVE(rec.type == type && rec.version == version);
		PROVE(rec.data[0].word == prmem_data_seal(&rec.data[0], 0, number, 0));
		PROVE(!rec.data[0].ref && !rec.data[0].size);
		PROVE(rec.data[1].word == PRMEM_DATA_WRITING);
	}
	REACHED(cut && label.name[0]);
	REACHED(!cut && rec.name[0]);
}
