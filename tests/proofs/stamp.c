// SPDX-License-Identifier: GPL-2.0-only
/* A stamp is sound if and only if SPEC.md's rules hold, and else the first broken is named. */
#include "checksum.h"

#include "../../module/core/space.h"

/* SPEC.md, "The stamp": the first rule that the 64 bytes at @s break. */
static enum prmem_rule broken(const u8 *s, const struct prmem_range *r)
{
	return number_at(s + 8, 8) != 0x706d6174736d7270 ? PRMEM_BAD_MAGIC :
	       number_at(s, 4) != prmem_port_crc32(s + 4, 60) ? PRMEM_BAD_CHECKSUM :
	       number_at(s + 4, 4) != 1 ? PRMEM_BAD_ABI :
	       number_at(s + 24, 8) != r->base ? PRMEM_BAD_BASE :
	       number_at(s + 32, 8) != r->size ? PRMEM_BAD_SIZE :
	       number_at(s + 16, 8) == 0 ? PRMEM_BAD_ID :
	       number_at(s + 44, 4) < 1 || number_at(s + 44, 4) > 8 ? PRMEM_BAD_COUNT :
	       number_at(s + 40, 4) >= number_at(s + 44, 4) ? PRMEM_BAD_INDEX :
	       number_at(s + 48, 8) || number_at(s + 56, 8) ? PRMEM_BAD_ZERO : PRMEM_SOUND;
}

int main(void)
{
	struct prmem_fault fault;
	struct prmem_range range;
	struct prmem_stamp stamp;
	enum prmem_rule rule = broken((const u8 *)&stamp, &range);
	bool sound = prmem_stamp_check(&stamp, &range, &fault);

	PROVE(sound == (rule == PRMEM_SOUND));
	PROVE(fault.rule == rule);
	REACHED(sound);
	REACHED(fault.rule == PRMEM_BAD_MAGIC);
	REACHED(fault.rule == PRMEM_BAD_ZERO);
}
