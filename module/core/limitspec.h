/* SPDX-License-Identifier: GPL-2.0-only */
/* The limits= parameter: subsystem:[min]:[max], separated by commas. */
#ifndef PRMEM_LIMITSPEC_H
#define PRMEM_LIMITSPEC_H

#include "instance.h"

/**
 * struct prmem_limitspec - one entry of limits=
 * @subsystem: its name, valid
 * @min: bytes that others must leave to it; 0: none
 * @max: bytes that it may have; PRMEM_NO_MAX: as many as there are
 */
struct prmem_limitspec {
	char subsystem[PRMEM_LABEL_LEN];
	u64 min;
	u64 max;
};

#define PRMEM_NO_MAX	(~0ULL)

int prmem_limitspec_next(const char **s, struct prmem_limitspec *spec, const char **why);

#endif
