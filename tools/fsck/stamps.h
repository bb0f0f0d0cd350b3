/* SPDX-License-Identifier: GPL-2.0-only */
/* From ranges to a reservation, also to one that isn't whole. */
#ifndef FSCK_STAMPS_H
#define FSCK_STAMPS_H

#include "memory.h"

/**
 * struct reservation - what the ranges amount to
 * @space: the reservation
 * @piece: its ranges by number; where have is 0, the range is missing
 * @refused: a module would refuse it for its stamps: what follows goes by what can
 *	be made of them
 */
struct reservation {
	struct prmem_space space;
	struct piece *piece[PRMEM_MAX_RANGES];
	bool refused;
};

bool stamps_check(struct pieces *pieces, struct reservation *r);

#endif
