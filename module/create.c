// SPDX-License-Identifier: GPL-2.0-only
/* The disks that disks= asks for. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/sizes.h>

#include "core/diskspec.h"
#include "disks.h"
#include "prmem.h"

static int refuse(const char *entry, const char *why)
{
	pr_err("refused: disks=: entry \"%.*s\": %s\n", (int)strcspn(entry, ",\n"), entry, why);
	return -EINVAL;
}

/* Does an earlier entry have the same name? The entries are known to be good. */
static bool is_twice(const char *disks, const char *entry, const char *name)
{
	struct prmem_diskspec spec;
	const char *why;

	while (disks < entry && prmem_diskspec_next(&disks, &spec, &why) > 0)
		if (disks <= entry && !strcmp(spec.name, name))
			return true;
	return false;
}

static int node_at(const struct prmem_space *space, u64 offset)
{
	u32 i = 0;

	while (offset >= space->offset[i + 1])
		i++;
	return phys_to_target_node(space->range[i].base);
}

/* A range never straddles nodes: ask for each that is on the disk's node. */
static int carve(struct prmem_meta *next, const struct prmem_diskspec *spec,
		 const struct prmem_space *space)
{
	int err = -ENOSPC;
	u32 i;

	if (spec->node == PRMEM_ANY_NODE)
		return prmem_region_add(next, spec->name, spec->size, 0, space->size);
	for (i = 0; err == -ENOSPC && i < space->count; i++)
		if (node_at(space, space->offset[i]) == spec->node)
			err = prmem_region_add(next, spec->name, spec->size, space->offset[i],
					       space->offset[i + 1]);
	return err;
}

static int add(struct prmem_meta *next, const struct prmem_diskspec *spec, const char *entry,
	       const struct prmem_space *space)
{
	u64 largest, free = prmem_regions_free(&next->table, &largest);
	int i = prmem_region_find(&next->table, spec->name);

	if (i >= 0) {
		u64 size = le64_to_cpu(next->table.region[i].size);

		if (spec->node != PRMEM_ANY_NODE &&
		    spec->node != node_at(space, le64_to_cpu(next->table.region[i].start)))
			pr_warn("disk %s: exists on another node and is kept: disks= asks for node %d\n",
				spec->name, spec->node);
		if (size != spec->size)
			pr_warn("disk %s: exists with %llu MiB and is kept: disks= asks for %llu MiB\n",
				spec->name, size / SZ_1M, spec->size / SZ_1M);
		return 0;
	}
	i = carve(next, spec, space);
	if (i == -E2BIG)
		return refuse(entry, "the region table is full: forget a disk first");
	if (i < 0 && spec->node != PRMEM_ANY_NODE) {
		pr_err("refused: disks=: entry \"%.*s\": node %d has no %llu MiB in one piece\n",
		       (int)strcspn(entry, ",\n"), entry, spec->node, spec->size / SZ_1M);
		return -ENOSPC;
	}
	if (i < 0) {
		pr_err("refused: disks=: entry \"%.*s\": %llu MiB wanted, %llu MiB free, at most %llu in one piece\n",
		       (int)strcspn(entry, ",\n"), entry, spec->size / SZ_1M, free / SZ_1M,
		       largest / SZ_1M);
		return -ENOSPC;
	}
	return 0;
}

/**
 * prmem_create_plan() - add the disks that are missing
 * @disks: the parameter, or NULL
 * @next: the metadata, in which they are carved out of the pool
 * @space: the reservation
 *
 * Context: Process; nothing is written to persistent memory.
 * Return: 0, -EINVAL for an entry that is malformed, named twice, or can't be
 * served by this kernel, -ENOSPC if one doesn't fit; with a message.
 */
int prmem_create_plan(const char *disks, struct prmem_meta *next, const struct prmem_space *space)
{
	const char *at = disks, *entry = disks, *why = NULL;
	struct prmem_diskspec spec;
	int more, err;

	if (!disks)
		return 0;
	while ((more = prmem_diskspec_next(&at, &spec, &why)) > 0) {
		if (is_twice(disks, entry, spec.name))
			return refuse(entry, "the name is given twice");
		if (!PRMEM_HAVE_DISKS)
			return refuse(entry, "this kernel has no libnvdimm (CONFIG_LIBNVDIMM)");
		err = add(next, &spec, entry, space);
		if (err)
			return err;
		entry = at;
	}
	return more ? refuse(entry, why) : 0;
}

/**
 * prmem_create_clear() - clear the memory of new disks
 * @p: the reservation
 * @next: the metadata, not committed yet
 * @serial: the first serial that is new
 *
 * Context: Process; takes time in proportion to the size of the new disks.
 * Return: 0 or a negative error.
 */
int prmem_create_clear(const struct prmem *p, const struct prmem_meta *next, u64 serial)
{
	u32 i, count = le32_to_cpu(next->table.count);
	int err;

	for (i = 0; i < count; i++) {
		const struct prmem_region_rec *r = &next->table.region[i];
		u64 size = le64_to_cpu(r->size);

		if (le32_to_cpu(r->type) != PRMEM_REGION_DISK || le64_to_cpu(r->serial) < serial)
			continue;
		pr_info("disk %s: new, %llu MiB, is being cleared\n", r->name, size / SZ_1M);
		err = prmem_clear(prmem_reservation_phys(&p->reservation, le64_to_cpu(r->start)),
				  size);
		if (err)
			return err;
	}
	return 0;
}
