/* SPDX-License-Identifier: GPL-2.0-only */
/* A second reader of the metadata, from SPEC.md: whether a rule is broken, not which. */
#ifndef READER_H
#define READER_H

#include "fuzz.h"

enum slot_state { SLOT_EMPTY, SLOT_UNFINISHED, SLOT_NEWER, SLOT_VALID, SLOT_DAMAGED };

/* Do the ranges make a reservation? @space is filled then. */
bool reader_space(const struct prmem_found *found, u32 count, struct prmem_space *space);
/* Is there no sign of a reservation in a range's first page? */
bool reader_unused(const u8 *page);
enum slot_state reader_slot(const u8 *area, u32 slot, const struct prmem_space *space);
/* Do the regions partition the reservation? */
bool reader_table(const struct prmem_table_rec *table, const struct prmem_root_rec *root,
		  const struct prmem_space *space);
enum prmem_verdict reader_verdict(const u8 *area, const struct prmem_space *space, u32 *slot);

#endif
