/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that the memory map brings as type 12, where no shim found any. */
#ifndef PRMEM_MEMMAP_H
#define PRMEM_MEMMAP_H

#include "reservation.h"

int prmem_memmap_find(struct prmem_reservation *r, u64 adopt);

#endif
