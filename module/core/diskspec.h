/* SPDX-License-Identifier: GPL-2.0-only */
/* The disks= parameter: name:size[@node], separated by commas. */
#ifndef PRMEM_DISKSPEC_H
#define PRMEM_DISKSPEC_H

#include "region.h"

/**
 * struct prmem_diskspec - one entry of disks=
 * @name: the disk's name, valid
 * @size: bytes, rounded up to PRMEM_GRAIN
 * @node: the NUMA node it shall be on, or PRMEM_ANY_NODE
 */
struct prmem_diskspec {
	char name[PRMEM_NAME_LEN];
	u64 size;
	int node;
};

#define PRMEM_ANY_NODE	(-1)

bool prmem_size_parse(const char *s, size_t len, u64 *size);
int prmem_diskspec_next(const char **s, struct prmem_diskspec *spec, const char **why);

#endif
