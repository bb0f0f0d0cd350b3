// SPDX-License-Identifier: GPL-2.0-only
/*
 * A wipe of slots that aren't adopted, cut after any store: they still aren't adopted,
 * nor recovered; and in the end they are blank.
 */
#define MIXED	MIX(1984)
#include "slots.h"

bool prmem_regions_have_heap(const struct prmem_table_rec *table)
{
	return nondet_bool();
}

static bool is_adopted(const struct prmem_judgement *j)
{
	return j->verdict == PRMEM_ADOPT || j->verdict == PRMEM_RECOVER;
}

int main(void)
{
	struct prmem_judgement before, after;
	struct prmem_space space;

	__CPROVER_havoc_object(area);
	prmem_judge(area, &space, &before);
	GIVEN(!is_adopted(&before));
	cut = nondet_u32();
	GIVEN(cut <= 4);
	prmem_wipe(area);
	PROVE(published == 2 || published == 3);
	PROVE(!table_version[0] && !table_version[1]);
	prmem_judge(area, &space, &after);
	PROVE(!is_adopted(&after));
	PROVE(cut <= published || after.verdict == PRMEM_BLANK);
	REACHED(cut == 2 && published == 3);
	REACHED(cut == 4 && before.verdict == PRMEM_NEWER);
	REACHED(cut == 2 && before.verdict == PRMEM_DAMAGED && !before.fault[0].rule);
}
