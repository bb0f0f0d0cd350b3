/* SPDX-License-Identifier: GPL-2.0-only */
/* What one structure of a heap breaks, for those who go on behind a fault. */
#ifndef PRMEM_CHECK_H
#define PRMEM_CHECK_H

#include "heap.h"

bool prmem_check_header(const struct prmem_heap_rec *r, const struct prmem_region_rec *region,
			u64 id, struct prmem_fault *fault);
bool prmem_check_word(const struct prmem_heap_part *part, u32 i, __le64 word,
		      struct prmem_fault *fault);
bool prmem_check_record(const struct prmem_instance_rec *rec, u64 number,
			struct prmem_fault *fault);
bool prmem_check_slots(const struct prmem_data_rec data[2], u64 number,
		       struct prmem_fault *fault);
bool prmem_check_slab(const __le64 *slab, u64 offset, u32 class, u32 *used,
		      struct prmem_fault *fault);

#endif
