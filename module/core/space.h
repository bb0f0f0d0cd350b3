/* SPDX-License-Identifier: GPL-2.0-only */
/* The reservation as one space of offsets, put together from stamped ranges. */
#ifndef PRMEM_SPACE_H
#define PRMEM_SPACE_H

#include "../../include/prmem/format.h"
#include "fault.h"

/**
 * struct prmem_found - a range as it was found in the memory map
 * @range: where it is
 * @page: its first page, mapped
 */
struct prmem_found {
	struct prmem_range range;
	const u8 *page;
};

/**
 * struct prmem_space - the ranges of a reservation, one after the other
 * @id: the reservation's
 * @size: the sum of the ranges, bytes
 * @count: number of ranges
 * @range: where they are, in the order of the stamps' index
 * @offset: where each of them begins in the space, and the end of the last
 * @found: which of the found ranges each of them is
 * @mend: bit 2 * index + copy: this copy of the stamp is damaged
 */
struct prmem_space {
	u64 id;
	u64 size;
	u32 count;
	struct prmem_range range[PRMEM_MAX_RANGES];
	u64 offset[PRMEM_MAX_RANGES + 1];
	u32 found[PRMEM_MAX_RANGES];
	u32 mend;
};

bool prmem_all_zero(const void *p, size_t len);
bool prmem_stamp_check(const struct prmem_stamp *s, const struct prmem_range *r,
		       struct prmem_fault *fault);
void prmem_stamp_make(struct prmem_stamp *s, const struct prmem_space *space, u32 index);
void prmem_stamp_write(u8 *page, u32 copy, const struct prmem_stamp *stamp);
bool prmem_range_is_stamped(const struct prmem_found *found);
bool prmem_range_is_unused(const struct prmem_found *found, struct prmem_fault *fault);
bool prmem_space_build(struct prmem_space *space, const struct prmem_found *found,
		       u32 count, struct prmem_fault *fault);
void prmem_space_renew(struct prmem_space *space, const struct prmem_found *found,
		       u32 count, u64 id);

#endif
