// SPDX-License-Identifier: GPL-2.0-only
/* A heap's header: sound, or the first rule of SPEC.md that it breaks. */
#include "place.h"
#include "zero.h"

#include "../../module/core/heap.c"

static enum prmem_rule broken(const u8 *r, const struct prmem_region_rec *region, u64 id)
{
	return number_at(r + 8, 8) != 0x31307061656d7270 ? PRMEM_BAD_HEAP_MAGIC :
	       number_at(r, 4) != any_crc32c(0x70616568, r + 4, 60) ? PRMEM_BAD_HEAP_CHECKSUM :
	       number_at(r + 16, 8) != id ? PRMEM_BAD_HEAP_ID :
	       number_at(r + 24, 8) != region->start || number_at(r + 32, 8) != region->size ||
	       region->start + region->size > 1ULL << 43 ? PRMEM_BAD_HEAP_PLACE :
	       number_at(r + 40, 8) != region->serial ? PRMEM_BAD_HEAP_SERIAL :
	       number_at(r + 4, 4) || !any_zero(r + 48, 16) ? PRMEM_BAD_HEAP_ZERO : PRMEM_SOUND;
}

int main(void)
{
	struct prmem_region_rec region;
	struct prmem_heap_rec header;
	struct prmem_fault fault = { 0 };
	u64 id = nondet_u64();
	enum prmem_rule rule;
	bool sound;

	/* A checked table's region ends within the reservation. */
	GIVEN(region.start < 1ULL << 56 && region.size < 1ULL << 56);
	rule = broken((const u8 *)&header, &region, id);
	sound = prmem_check_header(&header, &region, id, &fault);
	PROVE(sound == (rule == PRMEM_SOUND));
	PROVE(fault.rule == rule);
	REACHED(sound);
	REACHED(rule == PRMEM_BAD_HEAP_ZERO);
}
