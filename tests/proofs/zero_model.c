// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the place of prmem_all_zero(), whose loop is proved in zero.c. Of a few bytes it
 * is exact. Of many it is only known that it reads just what it is given, and says of
 * the same place always the same.
 */
#include "proof.h"

#define FEW	16

bool prmem_all_zero(const void *p, size_t len)
{
	const u8 *byte = p;
	size_t i;

	PROVE(__CPROVER_r_ok(p, len));
	if (len > FEW)
		return any_zero(p, len);
	for (i = 0; i < FEW; i++)
		if (i < len && byte[i])
			return false;
	return true;
}
