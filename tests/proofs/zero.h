/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In the place of prmem_all_zero(), whose loop is proved in zero.c. All that is known:
 * it reads just the bytes that it is given, and says of the same place always the
 * same. For proofs in which nothing is written there.
 */
#ifndef ZERO_H
#define ZERO_H

#include "proof.h"

bool __CPROVER_uninterpreted_zero(const void *p, size_t len);
#define any_zero(p, len)	__CPROVER_uninterpreted_zero(p, len)

bool prmem_all_zero(const void *p, size_t len)
{
#ifdef ZERO_EXACT	/* of so many bytes it is known what they are */
	if (len == ZERO_EXACT)
		return !*(const INTEGER(ZERO_EXACT) *)p;
#endif
	PROVE(__CPROVER_r_ok(p, len));
	return any_zero(p, len);
}

#endif
