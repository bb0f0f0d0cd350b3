// SPDX-License-Identifier: GPL-2.0-only
/* Which memory is looked at: a range of ours, memory without remains, or neither. */
#include "checksum.h"

#include "../../module/core/space.h"

/* SPEC.md, "Which memory is looked at": rules 1 to 5. */
static bool speaks(const u8 *s, const struct prmem_range *r)
{
	return number_at(s + 8, 8) == 0x706d6174736d7270 &&
	       number_at(s, 4) == prmem_port_crc32(s + 4, 60) && number_at(s + 4, 4) == 1 &&
	       number_at(s + 24, 8) == r->base && number_at(s + 32, 8) == r->size;
}

static bool root_remains(const u8 *r)
{
	u64 magic = number_at(r + 8, 8);

	return magic == 0x3130746f6f726d70 || magic == 0x676e697469727770;
}

static bool stamp_remains(const u8 *s)
{
	return number_at(s + 8, 8) == 0x706d6174736d7270;
}

int main(void)
{
	u8 page[4096];
	struct prmem_found found = { .page = page };
	struct prmem_fault fault = { 0 };
	bool stamped, unused;

	found.range = (struct prmem_range) { nondet_u64(), nondet_u64() };
	stamped = prmem_range_is_stamped(&found);
	unused = prmem_range_is_unused(&found, &fault);

	PROVE(stamped == (speaks(page, &found.range) || speaks(page + 2048, &found.range)));
	PROVE(unused == !(stamp_remains(page) || stamp_remains(page + 2048) ||
			  root_remains(page + 64) || root_remains(page + 2112)));
	PROVE(unused == (fault.rule == PRMEM_SOUND));
	PROVE(unused || fault.rule == PRMEM_BAD_REMAINS);
	PROVE(!(stamped && unused));
	REACHED(stamped);
	REACHED(unused);
	REACHED(!stamped && !unused);
}
