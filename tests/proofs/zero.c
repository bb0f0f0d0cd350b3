// SPDX-License-Identifier: GPL-2.0-only
/* prmem_all_zero() is true of zero bytes only, and of all of them. */
#include "proof.h"

#include "../../module/core/space.h"

#define SOME	24	/* the loop knows no length: one is as good as another */

int main(void)
{
	u8 byte[SOME];
	size_t len = nondet_size(), at = nondet_size(), i;
	bool zero;

	GIVEN(at <= SOME && len <= SOME - at);
	zero = prmem_all_zero(byte + at, len);
	for (i = 0; i < SOME; i++)
		PROVE(!zero || i < at || i >= at + len || !byte[i]);
	for (i = 0; i < SOME && (i < at || i >= at + len || !byte[i]); i++)
		;
	PROVE(zero || i < SOME);
	REACHED(zero && len == SOME);
	REACHED(!zero && len == 1);
}
