/* SPDX-License-Identifier: GPL-2.0-only */
/* The two root slots: which one counts, and how the other is written. */
#ifndef PRMEM_ROOT_H
#define PRMEM_ROOT_H

#include "region.h"

/* What the root slots amount to; DESIGN.md has the table. */
enum prmem_verdict {
	PRMEM_BLANK,		/* both slots are zero */
	PRMEM_ADOPT,		/* the newest is valid */
	PRMEM_RECOVER,		/* one is valid, the other is damaged */
	PRMEM_DAMAGED,		/* none can be trusted */
	PRMEM_NEWER,		/* a later format */
};

/**
 * struct prmem_judgement - what prmem_judge() found
 * @verdict: what the slots amount to
 * @slot: the slot to adopt, or the one that decided
 * @fault: what is wrong with each slot
 */
struct prmem_judgement {
	enum prmem_verdict verdict;
	u32 slot;
	struct prmem_fault fault[2];
};

void prmem_judge(const u8 *area, const struct prmem_space *space,
		 struct prmem_judgement *judgement);
void prmem_meta_read(const u8 *area, u32 slot, struct prmem_meta *meta);
void prmem_meta_init(struct prmem_meta *meta, const struct prmem_space *space);
void prmem_meta_boot(struct prmem_meta *meta, u64 boot, const char *release);
void prmem_wipe(u8 *area);
void prmem_commit(u8 *area, struct prmem_meta *meta);

#endif
