/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core makes of a reservation, in words. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "../unit/harness.h"

#define DESCRIPTION_SIZE	(PRMEM_MAX_REGIONS * 100)

/* Ranges, slots, verdict and regions; the value is the length of @text. */
size_t describe(const struct reservation *r, char text[DESCRIPTION_SIZE]);

#endif
