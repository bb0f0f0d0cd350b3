// SPDX-License-Identifier: GPL-2.0-only
/* prmem: memory that survives kexec. */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "debugfs.h"
#include "disks.h"
#include "heap.h"
#include "instance.h"
#include "prmem.h"
#include "quota.h"

static char *disks;
module_param(disks, charp, 0444);
MODULE_PARM_DESC(disks, "Disks to create where missing: NAME:SIZE[KMG][@NODE],... (default: none)");

static char *limits;
module_param(limits, charp, 0444);
MODULE_PARM_DESC(limits, "What instances of subsystems may have: SUBSYSTEM:[MIN]:[MAX],... each with [KMG] (default: none)");

static unsigned long long adopt;
module_param(adopt, ullong, 0400);
MODULE_PARM_DESC(adopt, "Address of memory of e820 type 12 to take where none carries a stamp (default: none)");

static bool reset;
module_param(reset, bool, 0);
MODULE_PARM_DESC(reset, "Where the memory is refused, start anew and lose its contents (default: no)");

static bool reset_heap;
module_param(reset_heap, bool, 0);
MODULE_PARM_DESC(reset_heap, "Where the instances' memory is refused, drop all instances (default: no)");

struct prmem prmem = { .lock = __MUTEX_INITIALIZER(prmem.lock) };

/*
 * Decide and plan; only then write: the stamps, the new disks, the root. After
 * a recovery no disk is made: one that disks= misses may be in the slot that
 * was lost, with its contents still in the memory.
 */
static int take_over(struct prmem *p, struct prmem_meta *next)
{
	u64 serial;
	bool changed;
	int err;

	err = prmem_adopt(p, next, reset, &changed);
	if (err)
		return err;
	serial = le64_to_cpu(next->root.next_serial);
	err = prmem_create_plan(disks, next, &p->reservation.space);
	if (err)
		return err;
	if (serial != le64_to_cpu(next->root.next_serial)) {
		if (!strcmp(p->state, "recovered")) {
			pr_err("refused: disks=: a disk is missing after a recovery, and its contents may be there: load once with disks= empty\n");
			return -EUCLEAN;
		}
		changed = true;
	}
	err = prmem_limits_fit(&next->table);
	if (err)
		return err;

	prmem_reservation_mend(&p->reservation);
	if (!strcmp(p->state, "reset"))
		prmem_wipe(p->reservation.area);
	err = prmem_create_clear(p, next, serial);
	if (err)
		return err;
	if (changed)
		prmem_commit(p->reservation.area, next);
	return 0;
}

static void announce(struct prmem *p)
{
	const struct prmem_root_rec *root;
	u64 largest, free;

	mutex_lock(&p->lock);
	root = &p->meta->root;
	free = prmem_regions_free(&p->meta->table, &largest);
	pr_info("%s: %llu MiB in %u range(s), %llu MiB free, boot %llu, generation %llu, kernel before: %s\n",
		p->state, p->reservation.space.size / SZ_1M, p->reservation.space.count,
		free / SZ_1M, le64_to_cpu(root->boots), le64_to_cpu(root->sequence),
		root->previous[0] ? (const char *)root->previous : "none");
	mutex_unlock(&p->lock);
	if (!p->reservation.kexec_load_safe)
		pr_warn("kexec -c would lose the memory, which /sys/firmware/memmap does not list as persistent: use kexec -s, with the same memmap= for the next kernel\n");
}

static int __init prmem_init(void)
{
	struct prmem *p = &prmem;
	int err;

	p->meta = kvmalloc(sizeof(*p->meta), GFP_KERNEL);
	if (!p->meta)
		return -ENOMEM;
	err = prmem_limits_open(limits);
	if (err)
		goto err_meta;
	err = prmem_reservation_open(&p->reservation, adopt, reset);
	if (err)
		goto err_limits;
	err = prmem_sysfs_open(p);
	if (err)
		goto err_reservation;
	err = take_over(p, p->meta);
	if (err)
		goto err_sysfs;
	err = prmem_regions_sync(p->regions_dir, &p->meta->table, &p->reservation);
	if (err)
		goto err_regions;
	err = reset_heap ? prmem_heap_reset() : 0;
	if (err)
		goto err_heap;
	err = prmem_disks_attach();
	if (err)
		goto err_disks;
	err = prmem_sysfs_show(p);
	if (err)
		goto err_show;
	prmem_debugfs_open();
	announce(p);
	return 0;

err_show:
	prmem_sysfs_hide(p);
err_disks:
	prmem_disks_drop();
err_heap:
	prmem_heap_close();
err_regions:
	prmem_regions_drop();
err_sysfs:
	prmem_sysfs_close(p);
err_reservation:
	prmem_reservation_close(&p->reservation);
err_limits:
	prmem_limits_close();
err_meta:
	kvfree(p->meta);
	return err;
}

static void __exit prmem_exit(void)
{
	struct prmem *p = &prmem;

	prmem_debugfs_close();
	prmem_sysfs_hide(p);
	prmem_disks_drop();
	prmem_instances_close();
	prmem_heap_close();
	prmem_regions_drop();
	prmem_sysfs_close(p);
	prmem_reservation_close(&p->reservation);
	prmem_limits_close();
	kvfree(p->meta);
}

module_init(prmem_init);
module_exit(prmem_exit);

MODULE_DESCRIPTION("Memory that survives kexec");
MODULE_AUTHOR("prmem developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(PRMEM_VERSION);
