// SPDX-License-Identifier: GPL-2.0-only
/* The regions at run time: their claims in iomem and their sysfs folders. */
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "disks.h"
#include "regions.h"

/* Changed under prmem.lock, or while the module comes and goes. */
LIST_HEAD(prmem_regions);

/* By type; also the beginning of a nameless one's folder, and of the claim. */
static const char *const type_names[] = {
	[PRMEM_REGION_POOL] = "pool",
	[PRMEM_REGION_DISK] = "disk",
	[PRMEM_REGION_HEAP] = "heap",
};

static const char *const claim_names[] = {
	[PRMEM_REGION_POOL] = "prmem pool",
	[PRMEM_REGION_DISK] = "prmem disk",
	[PRMEM_REGION_HEAP] = "prmem heap",
};

static u64 size_of(const struct prmem_region *region)
{
	return le64_to_cpu(region->rec.size);
}

/* What stays the same for a region's life needs no lock. */
static ssize_t start_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct prmem_region *region = container_of(kobj, struct prmem_region, kobj);

	return sysfs_emit(buf, "%llu\n", le64_to_cpu(region->rec.start));
}

static ssize_t size_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", size_of(container_of(kobj, struct prmem_region, kobj)));
}

static ssize_t type_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct prmem_region *region = container_of(kobj, struct prmem_region, kobj);

	return sysfs_emit(buf, "%s\n", type_names[le32_to_cpu(region->rec.type)]);
}

static ssize_t node_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct prmem_region *region = container_of(kobj, struct prmem_region, kobj);

	return sysfs_emit(buf, "%d\n", phys_to_target_node(region->phys));
}

static ssize_t device_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	char name[DISK_NAME_LEN];

	prmem_disk_device(container_of(kobj, struct prmem_region, kobj), name);
	return sysfs_emit(buf, "%s\n", name);
}

static struct kobj_attribute start_attr = __ATTR_RO(start);
static struct kobj_attribute size_attr = __ATTR_RO(size);
static struct kobj_attribute type_attr = __ATTR_RO(type);
static struct kobj_attribute node_attr = __ATTR_RO(node);
static struct kobj_attribute device_attr = __ATTR_RO(device);

static struct attribute *region_attrs[] = {
	&start_attr.attr,
	&size_attr.attr,
	&type_attr.attr,
	&node_attr.attr,
	&device_attr.attr,
	NULL
};

/* Only a disk leads to a device. */
static umode_t region_attr_mode(struct kobject *kobj, struct attribute *attr, int n)
{
	struct prmem_region *region = container_of(kobj, struct prmem_region, kobj);

	if (attr == &device_attr.attr && le32_to_cpu(region->rec.type) != PRMEM_REGION_DISK)
		return 0;
	return attr->mode;
}

static const struct attribute_group region_group = {
	.attrs = region_attrs,
	.is_visible = region_attr_mode,
};
__ATTRIBUTE_GROUPS(region);

static void region_release(struct kobject *kobj)
{
	struct prmem_region *region = container_of(kobj, struct prmem_region, kobj);

	put_device(region->nd_dev);
	kfree(region);
}

static struct kobj_type region_ktype = {
	.release = region_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = region_groups,
};

static void region_drop(struct prmem_region *region)
{
	list_del(&region->node);
	if (region->claimed)
		release_mem_region(region->phys, size_of(region));
	if (region->kobj.state_in_sysfs)
		kobject_del(&region->kobj);
	kobject_put(&region->kobj);
}

/* Pool and heap have no name of their own: their folders are called after their offsets. */
static int region_create(struct kobject *dir, const struct prmem_region_rec *rec,
			 const struct prmem_reservation *reservation, struct list_head *before)
{
	struct prmem_region *region = kzalloc(sizeof(*region), GFP_KERNEL);
	u32 type = le32_to_cpu(rec->type);
	bool disk = type == PRMEM_REGION_DISK;
	u64 start = le64_to_cpu(rec->start);
	int err;

	if (!region)
		return -ENOMEM;
	region->rec = *rec;
	region->phys = prmem_reservation_phys(reservation, start);
	region->seen = true;
	list_add_tail(&region->node, before);
	if (disk)
		err = kobject_init_and_add(&region->kobj, &region_ktype, dir, "%s", rec->name);
	else
		err = kobject_init_and_add(&region->kobj, &region_ktype, dir, "%s@%llx",
					   type_names[type], start);
	if (!err && (!disk || !PRMEM_HAVE_DISKS)) {
		err = prmem_claim(region->phys, size_of(region), claim_names[type]);
		region->claimed = !err;
	}
	if (err)
		region_drop(region);
	return err;
}

static struct prmem_region *find_same(const struct prmem_region_rec *rec)
{
	struct prmem_region *region;

	list_for_each_entry(region, &prmem_regions, node)
		if (!memcmp(&region->rec, rec, sizeof(*rec)))
			return region;
	return NULL;
}

/**
 * prmem_regions_sync() - make the run-time regions those of a table
 * @dir: the folder for theirs
 * @table: a committed table
 * @reservation: where it is
 *
 * Regions that are in the table as they are stay; a disk that isn't must have
 * been detached.
 *
 * Context: Process; one caller at a time.
 * Return: 0, -ENOMEM, or -EBUSY if somebody holds the memory of a pool or heap. What
 * could be set up is.
 */
int prmem_regions_sync(struct kobject *dir, const struct prmem_table_rec *table,
		       const struct prmem_reservation *reservation)
{
	u32 i, count = le32_to_cpu(table->count);
	struct prmem_region *region, *next;
	struct list_head *at;
	int err = 0, one;

	for (i = 0; i < count; i++) {
		region = find_same(&table->region[i]);
		if (region)
			region->seen = true;
	}
	list_for_each_entry_safe(region, next, &prmem_regions, node) {
		if (!region->seen)
			region_drop(region);
		else
			region->seen = false;
	}

	at = prmem_regions.next;
	for (i = 0; i < count; i++) {
		region = list_entry(at, struct prmem_region, node);
		if (at != &prmem_regions &&
		    !memcmp(&region->rec, &table->region[i], sizeof(region->rec))) {
			at = at->next;
			continue;
		}
		one = region_create(dir, &table->region[i], reservation, at);
		if (one)
			err = one;
	}
	list_for_each_entry(region, &prmem_regions, node)
		region->seen = false;
	return err;
}

/**
 * prmem_regions_drop() - forget all run-time regions; the memory stays
 *
 * Context: Process; the disks are gone.
 */
void prmem_regions_drop(void)
{
	struct prmem_region *region, *next;

	list_for_each_entry_safe(region, next, &prmem_regions, node)
		region_drop(region);
}

/**
 * prmem_region_lookup() - find a run-time region by its name
 * @name: the name
 *
 * Context: Under prmem.lock.
 * Return: The region, or NULL.
 */
struct prmem_region *prmem_region_lookup(const char *name)
{
	struct prmem_region *region;

	list_for_each_entry(region, &prmem_regions, node)
		if (*name && !strcmp((const char *)region->rec.name, name))
			return region;
	return NULL;
}
