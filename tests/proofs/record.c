// SPDX-License-Identifier: GPL-2.0-only
/* An instance's record: sound, or the first rule of SPEC.md that it breaks. */
#include "checksum.h"

#include "../../module/core/check.c"

/* label.c is about it; here any rule that looks at the bytes only. */
bool __CPROVER_uninterpreted_label(const u8 *label, bool subsystem);

bool prmem_label_valid(const u8 *label, bool subsystem)
{
	PROVE(__CPROVER_r_ok(label, PRMEM_LABEL_LEN));
	return __CPROVER_uninterpreted_label(label, subsystem);
}

static u32 checksum(const u8 *r, u32 state, u64 number)
{
	struct {
		u64 head[2];
		u8 rest[136];
	} what = { { state, number } };

	if (state == 1)
		return prmem_port_crc32c(0x74736e69, &what, 16);
	memcpy(what.rest, r + 8, 136);
	return prmem_port_crc32c(0x74736e69, &what, 152);
}

static enum prmem_rule broken(const u8 *r, u64 number)
{
	u32 state = number_at(r + 4, 4);

	if (state < 1 || state > 3)
		return PRMEM_BAD_INSTANCE_STATE;
	if (number_at(r, 4) != checksum(r, state, number))
		return PRMEM_BAD_INSTANCE_CHECKSUM;
	if (state == 1)
		return PRMEM_SOUND;
	return !__CPROVER_uninterpreted_label(r + 16, true) ? PRMEM_BAD_INSTANCE_SUBSYSTEM :
	       !__CPROVER_uninterpreted_label(r + 80, false) ? PRMEM_BAD_INSTANCE_NAME : PRMEM_SOUND;
}

int main(void)
{
	struct prmem_fault fault = { 0 };
	struct prmem_instance_rec rec;
	u64 number = nondet_u64();
	enum prmem_rule rule = broken((const u8 *)&rec, number);
	bool sound = prmem_check_record(&rec, number, &fault);

	PROVE(sound == (rule == PRMEM_SOUND));
	PROVE(fault.rule == rule);
	REACHED(sound && rec.state >> 32 == PRMEM_INSTANCE_FREE);
	REACHED(sound && rec.state >> 32 == PRMEM_INSTANCE_DYING);
	REACHED(rule == PRMEM_BAD_INSTANCE_NAME);
}
