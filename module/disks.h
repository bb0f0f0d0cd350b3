/* SPDX-License-Identifier: GPL-2.0-only */
/* Disks: regions given to libnvdimm. */
#ifndef PRMEM_DISKS_H
#define PRMEM_DISKS_H

#include <linux/blkdev.h>

#include "regions.h"

/* Can this kernel make disks at all? */
#define PRMEM_HAVE_DISKS IS_ENABLED(CONFIG_LIBNVDIMM)

#if IS_ENABLED(CONFIG_LIBNVDIMM)
int prmem_disks_attach(void);
int prmem_disk_detach(struct prmem_region *region);
void prmem_disks_drop(void);
void prmem_disk_device(struct prmem_region *region, char *name);
#else
static inline int prmem_disks_attach(void)
{
	return 0;
}

static inline int prmem_disk_detach(struct prmem_region *region)
{
	return 0;
}

static inline void prmem_disks_drop(void)
{
}

static inline void prmem_disk_device(struct prmem_region *region, char *name)
{
	*name = '\0';
}
#endif
#endif
