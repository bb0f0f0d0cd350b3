/* SPDX-License-Identifier: GPL-2.0-only */
/* The words in which proofs are written; CBMC reads them, no compiler does. */
#ifndef PROOF_H
#define PROOF_H

#include "../../module/core/port.h"

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

/* Any value; so has a local variable that isn't set, in all of its bytes. */
bool nondet_bool(void);
u32 nondet_u32(void);
u64 nondet_u64(void);
size_t nondet_size(void);

/* So many bytes as one integer: compared, mixed or copied in one step. */
#define INTEGER(bytes)	unsigned __CPROVER_bitvector[(bytes) * 8]
#define SAME_BYTES(a, b, bytes) \
	(*(const INTEGER(bytes) *)(a) == *(const INTEGER(bytes) *)(b))

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
