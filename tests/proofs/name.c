// SPDX-License-Identifier: GPL-2.0-only
/* prmem_name_valid() says yes to SPEC.md's names, and to nothing else. */
#include "proof.h"

#include "../../module/core/region.h"

static bool is_name(const u8 *name)
{
	u32 i, len = PRMEM_NAME_LEN;

	for (i = 0; i < PRMEM_NAME_LEN; i++)
		if (!name[i] && len > i)
			len = i;
	for (i = 0; i < PRMEM_NAME_LEN; i++) {
		bool alnum = (name[i] >= 'a' && name[i] <= 'z') ||
			     (name[i] >= 'A' && name[i] <= 'Z') ||
			     (name[i] >= '0' && name[i] <= '9');
		bool mark = name[i] == '.' || name[i] == '_' || name[i] == '-';

		if (i < len ? !alnum && !(mark && i) : name[i])
			return false;
	}
	return len >= 1 && len < PRMEM_NAME_LEN;
}

int main(void)
{
	u8 name[PRMEM_NAME_LEN];
	bool valid = prmem_name_valid(name);

	PROVE(valid == is_name(name));
	REACHED(valid && name[30]);
	REACHED(!valid);
}
