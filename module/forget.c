// SPDX-License-Identifier: GPL-2.0-only
/* What an administrator forgets: a disk, or an instance. */
#include <linux/mm.h>
#include <linux/slab.h>

#include "disks.h"
#include "instance.h"
#include "prmem.h"

/*
 * First the disk leaves the region list, then its memory is cleared: a cut
 * between the two leaves it in the pool, from where no disk is made without
 * being cleared.
 */
static int forget_disk(struct prmem *p, const char *name)
{
	struct prmem_meta *next;
	struct prmem_region *region;
	phys_addr_t phys;
	int i, err;
	u64 size;

	if (mutex_lock_interruptible(&p->lock))
		return -EINTR;
	next = kvmalloc(sizeof(*next), GFP_KERNEL);
	err = -ENOMEM;
	if (!next)
		goto out;
	*next = *p->meta;
	i = prmem_region_find(&next->table, name);
	region = prmem_region_lookup(name);
	err = -ENOENT;
	if (i < 0 || !region)
		goto out;
	err = prmem_disk_detach(region);
	if (err == -EBUSY)
		pr_warn("disk %s: in use, not forgotten\n", name);
	if (err)
		goto out;

	phys = region->phys;
	size = le64_to_cpu(region->rec.size);
	prmem_region_remove(&next->table, i);
	prmem_commit(p->reservation.area, next);
	swap(p->meta, next);
	err = prmem_regions_sync(p->regions_dir, &p->meta->table, &p->reservation);
	if (err != -EBUSY)
		err = prmem_clear(phys, size) ?: err;
	if (err)
		pr_warn("disk %s: forgotten, but its memory is not cleared or not in use again: error %d\n",
			name, -err);
	else
		pr_info("disk %s: forgotten, %llu MiB cleared and back in the pool\n", name,
			size >> 20);
out:
	kvfree(next);
	mutex_unlock(&p->lock);
	return err;
}

/**
 * prmem_forget() - give a disk's or an instance's memory back
 * @p: the reservation
 * @name: the disk's name, or subsystem/name of an instance; is changed
 *
 * A disk's memory is cleared. An instance's is cleared when it is taken again.
 *
 * Context: Process; takes p->lock, or the heap's.
 * Return: 0, -ENOENT, -EBUSY if it is in use, -ENOMEM, -EINTR if the caller was killed
 * before a disk was all cleared, or -EUCLEAN if the heap is damaged.
 */
int prmem_forget(struct prmem *p, char *name)
{
	char *slash = strchr(name, '/');

	if (!slash)
		return forget_disk(p, name);
	*slash = '\0';
	return prmem_instance_forget(name, slash + 1);
}
