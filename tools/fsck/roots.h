/* SPDX-License-Identifier: GPL-2.0-only */
/* The root slots and their region tables. */
#ifndef FSCK_ROOTS_H
#define FSCK_ROOTS_H

#include "../../module/core/root.h"
#include "stamps.h"

bool roots_check(const struct reservation *r, struct prmem_meta *meta);

#endif
