/* SPDX-License-Identifier: GPL-2.0-only */
/* The reserved memory: where it is, who else wants it, its metadata mapped. */
#ifndef PRMEM_RESERVATION_H
#define PRMEM_RESERVATION_H

#include "core/space.h"

/**
 * struct prmem_reservation - the memory that this module holds
 * @space: its ranges
 * @source: who told us of them
 * @boot: this boot's number
 * @kexec_load_safe: kexec_load(2) hands the memory over too
 * @area: PRMEM_META_MAPPED bytes of the first range, mapped
 * @named: adopt= names the only range, which no stamp speaks of
 * @fresh: and there is nothing of ours in it
 * @renewed: the stamps are written anew: @fresh, or they could not be trusted
 *	and reset=1 was given
 * @found: the ranges as the source lists them, first pages mapped
 * @nr_found: how many
 */
struct prmem_reservation {
	struct prmem_space space;
	const char *source;
	u64 boot;
	bool kexec_load_safe;
	u8 *area;
	bool named;
	bool fresh;
	bool renewed;
	struct prmem_found found[PRMEM_MAX_RANGES];
	u32 nr_found;
};

int prmem_reservation_open(struct prmem_reservation *r, u64 adopt, bool reset);
void prmem_reservation_mend(struct prmem_reservation *r);
void prmem_reservation_close(struct prmem_reservation *r);
phys_addr_t prmem_reservation_phys(const struct prmem_reservation *r, u64 offset);
int prmem_claim(phys_addr_t start, u64 size, const char *name);
int prmem_clear(phys_addr_t start, u64 size);

#endif
