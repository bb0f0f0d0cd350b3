/* SPDX-License-Identifier: GPL-2.0-only */
/* Instances: their records, their names, their data. */
#ifndef PRMEM_INSTANCE_H
#define PRMEM_INSTANCE_H

#include "heap.h"
#include "label.h"

const struct prmem_instance_rec *prmem_instance_at(const struct prmem_heap *heap, u64 number);
u64 prmem_instance_find(const struct prmem_heap *heap, const char *subsystem, const char *name);
int prmem_instance_create(struct prmem_heap *heap, const char *subsystem, const char *name,
			  u32 type, u32 version, u64 *number);
void prmem_instance_destroy(struct prmem_heap *heap, struct prmem_owner *owner);
u64 prmem_instance_next(const struct prmem_heap *heap, u64 number);
int prmem_instance_set_data(struct prmem_heap *heap, u64 number, u64 ref, u64 size);
void prmem_instance_get_data(const struct prmem_heap *heap, u64 number, u64 *ref, u64 *size);
struct prmem_tally *prmem_instance_tally(const struct prmem_heap *heap, u64 number);

#endif
