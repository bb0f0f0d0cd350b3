/* SPDX-License-Identifier: GPL-2.0-only */
/* What an instance is called: a subsystem's name and its own. */
#ifndef PRMEM_LABEL_H
#define PRMEM_LABEL_H

#include "../../include/prmem/format.h"
#include "port.h"

/**
 * struct prmem_label - the two names, zero-padded, as they stand in a record
 * @subsystem: its subsystem's
 * @name: its own
 */
struct prmem_label {
	u8 subsystem[PRMEM_LABEL_LEN];
	u8 name[PRMEM_LABEL_LEN];
};

bool prmem_label_valid(const u8 *label, bool subsystem);
bool prmem_label_make(struct prmem_label *label, const char *subsystem, const char *name);
u64 prmem_label_hash(const struct prmem_label *label, const u64 key[2]);

#endif
