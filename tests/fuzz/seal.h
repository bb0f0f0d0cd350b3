/* SPDX-License-Identifier: GPL-2.0-only */
/* The heap's checks, from what format.h says of them and not by the core's tables. */
#ifndef SEAL_H
#define SEAL_H

#include "fuzz.h"

/* The low 48 bits of @word with their check, for a place at @offset. */
u64 seal_word(u64 word, u32 salt, u64 offset);
u64 seal_record(const struct prmem_instance_rec *rec, u32 state, u64 number);
u64 seal_data(const struct prmem_data_rec *data, u32 slot, u64 number, u32 sequence);

#endif
