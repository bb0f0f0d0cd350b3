/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stores to persistent memory that end anywhere: only the first @cut publishing
 * stores are made. Plain stores before the last of them are made; those after it are
 * made in part, in any order and torn anywhere, so each bit of what they write is as
 * before or as after; those after a publishing store that isn't made are not made.
 */
#ifndef CUT_H
#define CUT_H

#include "proof.h"

static u32 cut, published;

/* A proof says here what may be written; and notes what it has to. */
static void stored(const void *to, size_t len);

#define MIX(bytes) \
	case bytes: { \
		INTEGER(bytes) kept; \
		*(INTEGER(bytes) *)to = (*(INTEGER(bytes) *)to & kept) | \
					(*(const INTEGER(bytes) *)from & ~kept); \
		break; \
	}

#ifndef MIXED	/* the lengths of plain stores of what is proved */
#define MIXED
#endif

static void write_some(void *to, const void *from, size_t len)
{
	switch (len) {
	MIXED
	default:
		PROVE(!"a plain store of this length is known");
	}
}

void prmem_port_write(void *to, const void *from, size_t len)
{
	PROVE(__CPROVER_w_ok(to, len) && __CPROVER_r_ok(from, len));
	if (published > cut)
		return;
	stored(to, len);
	if (published < cut)
		memcpy(to, from, len);
	else
		write_some(to, from, len);
}

void prmem_port_publish(__le64 *to, __le64 value)
{
	PROVE((__CPROVER_POINTER_OFFSET(to) & 7) == 0);
	if (published++ >= cut)
		return;
	stored(to, sizeof(*to));
	*to = value;
}

#endif
