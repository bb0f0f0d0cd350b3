/* SPDX-License-Identifier: GPL-2.0-only */
/* The words in which proofs are written; CBMC reads them, no compiler does. */
#ifndef PROOF_H
#define PROOF_H

#include "../../module/core/port.h"

/* A variable that is declared and not set has any value, all bytes of it. */

/* What the caller owes. */
#define GIVEN(ok)	__CPROVER_assume(ok)
/* What the code under proof owes. */
#define PROVE(ok)	__CPROVER_assert(ok, #ok)
/* That the proof isn't empty: some input makes this true. */
#ifdef COVER
#define REACHED(ok)	__CPROVER_cover(ok)
#else
#define REACHED(ok)	((void)0)
#endif

/* True of all i below n; for a few i, and expressions without side effects. */
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

bool nondet_bool(void);
u32 nondet_u32(void);
u64 nondet_u64(void);
size_t nondet_size(void);

/* Are these bytes zero? For memory that doesn't change in a proof; see zero_model.c. */
bool __CPROVER_uninterpreted_zero(const void *p, size_t len);
#define any_zero(p, len)	__CPROVER_uninterpreted_zero(p, len)

/* An unsigned number of @width bytes at @p, as SPEC.md has it: little-endian. */
static inline u64 number_at(const u8 *p, u32 width)
{
	u64 n = 0;
	u32 i;

	for (i = 0; i < width; i++)
		n |= (u64)p[i] << 8 * i;
	return n;
}

#endif
