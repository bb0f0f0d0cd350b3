/* SPDX-License-Identifier: GPL-2.0-only */
/* The heap at run time: opened when first used, grown and trimmed, under one lock. */
#ifndef PRMEM_HEAP_RUN_H
#define PRMEM_HEAP_RUN_H

#include "core/instance.h"

u64 prmem_heap_size(const struct prmem_table_rec *table);
struct prmem_heap *prmem_heap_lock(void);
void prmem_heap_unlock(void);
int prmem_heap_grow(u64 bytes);
int prmem_heap_make_room(void);
void prmem_heap_trim(void);
u64 prmem_heap_available(void);
int prmem_heap_reset(void);
void prmem_heap_close(void);
const char *prmem_heap_state(void);

#endif
