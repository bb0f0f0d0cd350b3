/* SPDX-License-Identifier: GPL-2.0-only */
/* The disks= parameter: name:size, separated by commas. */
#ifndef PRMEM_DISKSPEC_H
#define PRMEM_DISKSPEC_H

#include "region.h"

/**
 * struct prmem_diskspec - one entry of disks=
 * @name: the disk's name, valid
 * @size: bytes, rounded up to PRMEM_GRAIN
 */
struct prmem_diskspec {
	char name[PRMEM_NAME_LEN];
	u64 size;
};

int prmem_diskspec_next(const char **s, struct prmem_diskspec *spec, const char **why);

#endif
