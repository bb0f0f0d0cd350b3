/* SPDX-License-Identifier: GPL-2.0-only */
/* The one reservation of this kernel, once the module has adopted it. */
#ifndef PRMEM_H
#define PRMEM_H

#include <linux/kobject.h>
#include <linux/mutex.h>

#include "core/root.h"
#include "reservation.h"

/**
 * struct prmem - what the module holds
 * @lock: serialises changes of the metadata and of the regions
 * @reservation: the memory
 * @meta: the metadata as last committed; changes under @lock
 * @state: how the memory was taken over: a word for sysfs
 * @dir: /sys/kernel/prmem
 * @ranges_dir: and the folder ranges in it
 * @regions_dir: and the folder regions in it
 */
struct prmem {
	struct mutex lock;	/* meta and the list of regions */
	struct prmem_reservation reservation;
	struct prmem_meta *meta;
	const char *state;
	struct kobject *dir;
	struct kobject *ranges_dir;
	struct kobject *regions_dir;
};

extern struct prmem prmem;

int prmem_adopt(struct prmem *p, struct prmem_meta *next, bool reset, bool *changed);
int prmem_create_plan(const char *disks, struct prmem_meta *next, const struct prmem_space *space);
int prmem_create_clear(const struct prmem *p, const struct prmem_meta *next, u64 serial);
int prmem_forget(struct prmem *p, char *name);
int prmem_sysfs_open(struct prmem *p);
int prmem_sysfs_show(struct prmem *p);
void prmem_sysfs_hide(struct prmem *p);
void prmem_sysfs_close(struct prmem *p);

#endif
