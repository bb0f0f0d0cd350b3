/* SPDX-License-Identifier: GPL-2.0-only */
/* The region list: checked as found, changed in a copy. */
#ifndef PRMEM_REGION_H
#define PRMEM_REGION_H

#include "space.h"

/**
 * struct prmem_meta - a root and its region table, in ordinary memory
 * @root: the root
 * @table: the table
 *
 * Changes are made here, and prmem_commit() writes the whole.
 */
struct prmem_meta {
	struct prmem_root_rec root;
	struct prmem_table_rec table;
};

bool prmem_name_valid(const u8 *name);
bool prmem_regions_check(const struct prmem_table_rec *table, u64 next_serial, u64 features,
			 const struct prmem_space *space, struct prmem_fault *fault);
void prmem_regions_init(struct prmem_table_rec *table, const struct prmem_space *space);
int prmem_region_find(const struct prmem_table_rec *table, const char *name);
int prmem_region_add(struct prmem_meta *meta, const char *name, u64 size, u64 from, u64 to);
int prmem_region_add_heap(struct prmem_meta *meta, u64 size, u64 from, u64 to);
bool prmem_regions_have_heap(const struct prmem_table_rec *table);
void prmem_region_remove(struct prmem_table_rec *table, u32 i);
u64 prmem_regions_free(const struct prmem_table_rec *table, u64 *largest);

#endif
