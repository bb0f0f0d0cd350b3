/* SPDX-License-Identifier: GPL-2.0-only */
/* What subsystems are guaranteed, and what they may have at most. */
#ifndef PRMEM_QUOTA_H
#define PRMEM_QUOTA_H

#include "core/limitspec.h"

/**
 * struct prmem_limit - an entry of limits=
 * @spec: what it says
 * @used: bytes that the subsystem has: pages of its instances, and their records
 */
struct prmem_limit {
	struct prmem_limitspec spec;
	u64 used;
};

int prmem_limits_open(const char *limits);
int prmem_limits_fit(const struct prmem_table_rec *table);
void prmem_limits_close(void);
void prmem_limits_count(const struct prmem_heap *heap);
struct prmem_limit *prmem_limit_find(const char *subsystem);
const struct prmem_limit *prmem_limit_at(u32 i);
int prmem_limit_allows(const struct prmem_limit *limit, u64 bytes, u64 pages);
void prmem_limit_account(struct prmem_limit *limit, s64 bytes);

#endif
