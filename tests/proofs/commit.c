// SPDX-License-Identifier: GPL-2.0-only
/*
 * A commit, cut after any store, with the other slot in any state: what is adopted is
 * what was before, untouched, or what is after, whole.
 */
#define MIXED	MIX(8) MIX(1968) MIX(TABLE)
#include "slots.h"

#ifndef SEQUENCE
#define SEQUENCE	1	/* that counts before */
#endif
#define NEW	((SEQUENCE + 1) % 2 == 0)	/* the slot that is written */

bool prmem_regions_have_heap(const struct prmem_table_rec *table)
{
	return nondet_bool();
}

static struct prmem_root_rec *root(u32 slot)
{
	return (struct prmem_root_rec *)(area + PRMEM_ROOT_OFFSET(slot));
}

static bool counts(const struct prmem_judgement *j, u32 slot, u64 sequence)
{
	return (j->verdict == PRMEM_ADOPT || j->verdict == PRMEM_RECOVER) && j->slot == slot &&
	       root(slot)->sequence == sequence;
}

/* What a commit itself is answerable for; the rest is the caller's. */
static bool is_of_commit(enum prmem_rule rule)
{
	return rule == PRMEM_BAD_EMPTY || rule == PRMEM_BAD_UNFINISHED ||
	       rule == PRMEM_BAD_MAGIC || rule == PRMEM_BAD_CHECKSUM ||
	       rule == PRMEM_BAD_SEQUENCE || rule == PRMEM_BAD_SLOT ||
	       rule == PRMEM_BAD_TABLE_MAGIC || rule == PRMEM_BAD_TABLE_CHECKSUM ||
	       rule == PRMEM_BAD_TABLE_SEQUENCE || rule == PRMEM_BAD_TABLE_SLOT;
}

int main(void)
{
	struct prmem_judgement before, after;
	struct prmem_space space;
	struct prmem_meta meta;

	__CPROVER_havoc_object(area);
	prmem_judge(area, &space, &before);
	if (SEQUENCE)
		GIVEN(counts(&before, !NEW, SEQUENCE));
	else
		GIVEN(before.verdict == PRMEM_BLANK);

	meta.root.magic = PRMEM_ROOT_MAGIC;
	meta.root.major = PRMEM_FORMAT_MAJOR;
	GIVEN(!(meta.root.feat_incompat & ~PRMEM_FEAT_INCOMPAT));
	meta.root.sequence = SEQUENCE;
	meta.table.magic = PRMEM_TABLE_MAGIC;
	original_root = &meta.root;
	original_table = &meta.table;
	cut = nondet_u32();
	GIVEN(cut <= 2);
	prmem_commit(area, &meta);
	PROVE(published == 2);

	PROVE(!root_version[!NEW] && !table_version[!NEW]);
	if (cut == 2) {
		PROVE(SAME_BYTES(root(NEW), &meta.root, 1984));
		PROVE(SAME_BYTES(area + PRMEM_TABLE_OFFSET(NEW), &meta.table, TABLE));
		whole = NEW;
	}
	prmem_judge(area, &space, &after);
	if (cut == 2) {
		PROVE(!is_of_commit(after.fault[NEW].rule));
		PROVE(after.fault[NEW].rule || (after.verdict == PRMEM_ADOPT &&
						counts(&after, NEW, SEQUENCE + 1)));
	} else if (SEQUENCE) {
		PROVE(counts(&after, !NEW, SEQUENCE));
		PROVE(cut == 0 || after.verdict == PRMEM_ADOPT);
	} else {
		PROVE(after.verdict == PRMEM_BLANK);
	}
	REACHED(cut == 2 && !after.fault[NEW].rule);
	REACHED(cut == 1 && before.fault[NEW].rule == PRMEM_BAD_UNFINISHED);
	REACHED(cut == 1 && (!SEQUENCE || before.verdict == PRMEM_RECOVER));
}
