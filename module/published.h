/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel tells user space and no module. */
#ifndef PRMEM_PUBLISHED_H
#define PRMEM_PUBLISHED_H

#include "core/space.h"

int prmem_boot_number(u64 *number);
int prmem_kexec_load_safe(const struct prmem_space *space, bool *is_safe);

#endif
