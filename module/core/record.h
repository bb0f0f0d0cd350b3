/* SPDX-License-Identifier: GPL-2.0-only */
/* Instances' records in persistent memory: what they say, and its checksums. */
#ifndef PRMEM_RECORD_H
#define PRMEM_RECORD_H

#include "label.h"

/* The names in a record. */
static inline const struct prmem_label *prmem_record_label(const struct prmem_instance_rec *rec)
{
	return (const struct prmem_label *)rec->subsystem;
}

/* What the state says, a value of enum prmem_instance_state or anything. */
static inline u32 prmem_record_state(const struct prmem_instance_rec *rec)
{
	return le64_to_cpu(rec->state) >> 32;
}

__le64 prmem_record_seal(const struct prmem_instance_rec *rec, u32 state, u64 number);
__le64 prmem_data_seal(const struct prmem_data_rec *data, u32 slot, u64 number, u32 sequence);
u32 prmem_data_current(const struct prmem_data_rec data[2]);

#endif
