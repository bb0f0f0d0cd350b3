/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages of instances' records, each with tallies in ordinary memory. */
#ifndef PRMEM_RECORDS_H
#define PRMEM_RECORDS_H

#include "pages.h"
#include "record.h"

bool prmem_records_have_tallies(const struct prmem_heap *heap);
struct prmem_link *prmem_records_add(struct prmem_heap *heap, u32 page);
void prmem_records_drop(struct prmem_heap *heap, u32 page);
struct prmem_instance_rec *prmem_record_at(const struct prmem_heap *heap, u64 number);
u32 prmem_records_next(const struct prmem_heap *heap, u32 from);
void prmem_tally_use(struct prmem_heap *heap, struct prmem_link *link, u64 number);
void prmem_tally_unuse(struct prmem_heap *heap, u64 number);

#endif
