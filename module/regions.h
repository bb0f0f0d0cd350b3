/* SPDX-License-Identifier: GPL-2.0-only */
/* The regions at run time: their claims in iomem and their sysfs folders. */
#ifndef PRMEM_REGIONS_H
#define PRMEM_REGIONS_H

#include <linux/kobject.h>
#include <linux/list.h>

#include "core/region.h"
#include "reservation.h"

/**
 * struct prmem_region - a region at run time
 * @kobj: its folder in /sys/kernel/prmem/regions; owns the structure
 * @node: in the list of all, in the order of the region list
 * @rec: its record, as committed
 * @phys: where it is
 * @claimed: in iomem; not a disk, which nd_pmem claims
 * @given: a disk, to libnvdimm
 * @nd_dev: its region there, with a reference until the region goes
 * @seen: for prmem_regions_sync()
 */
struct prmem_region {
	struct kobject kobj;
	struct list_head node;
	struct prmem_region_rec rec;
	phys_addr_t phys;
	struct device *nd_dev;
	bool given;
	bool claimed;
	bool seen;
};

extern struct list_head prmem_regions;

int prmem_regions_sync(struct kobject *dir, const struct prmem_table_rec *table,
		       const struct prmem_reservation *reservation);
void prmem_regions_drop(void);
struct prmem_region *prmem_region_lookup(const char *name);

#endif
