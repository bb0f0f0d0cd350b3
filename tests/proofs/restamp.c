// SPDX-License-Identifier: GPL-2.0-only
/*
 * A copy of a stamp where no magic stands, written and cut after any store: still there
 * is none, or the copy is whole.
 */
#define MIXED	MIX(8) MIX(48)
#include "cut.h"

#include "../../module/core/space.h"

static u8 page[PRMEM_PAGE];
static u32 copy;

static void stored(const void *to, size_t len)
{
	size_t at = __CPROVER_POINTER_OFFSET(to);

	PROVE(__CPROVER_same_object(to, page) && at >= 2048 * copy && at + len <= 2048 * copy + 64);
}

static void prove_copy(u32 n)
{
	const struct prmem_stamp *to = (const struct prmem_stamp *)(page + 2048 * n);
	struct prmem_stamp stamp;

	copy = n;
	published = 0;
	cut = nondet_bool();
	__CPROVER_havoc_object(page);
	stamp.magic = PRMEM_STAMP_MAGIC;
	GIVEN(to->magic != PRMEM_STAMP_MAGIC);
	prmem_stamp_write(page, n, &stamp);
	PROVE(cut ? SAME_BYTES(to, &stamp, 64) : to->magic != PRMEM_STAMP_MAGIC);
	REACHED(cut);
	REACHED(!cut && to->base == stamp.base && to->size != stamp.size);
}

int main(void)
{
	prove_copy(0);
	prove_copy(1);
}
