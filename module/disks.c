// SPDX-License-Identifier: GPL-2.0-only
/* Disks: regions given to libnvdimm. */
#include <linux/kmod.h>
#include <linux/libnvdimm.h>
#include <linux/module.h>
#include <linux/nd.h>
#include <linux/numa.h>
#include <linux/platform_device.h>

#include "compat/exclusive.h"
#include "compat/region_delete.h"
#include "disks.h"

/* There while there are disks. */
static struct platform_device *platform;
static struct nvdimm_bus *bus;

/* The udev rule makes /dev/prmem/NAME of this one. */
static ssize_t prmem_name_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct prmem_region *region = nd_region_provider_data(to_nd_region(dev));

	return sysfs_emit(buf, "%s\n", region->rec.name);
}
static DEVICE_ATTR_RO(prmem_name);

static struct attribute *nd_region_attrs[] = {
	&dev_attr_prmem_name.attr,
	NULL
};
ATTRIBUTE_GROUPS(nd_region);

static int bus_open(void)
{
	static struct nvdimm_bus_descriptor desc;

	desc.provider_name = "prmem";
	desc.module = THIS_MODULE;
	platform = platform_device_register_simple("prmem", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(platform))
		return PTR_ERR(platform);
	bus = nvdimm_bus_register(&platform->dev, &desc);
	if (!bus) {
		platform_device_unregister(platform);
		return -ENXIO;
	}
	return 0;
}

static int not_taken(const struct prmem_region *region)
{
	pr_err("disk %s: libnvdimm does not take it\n", region->rec.name);
	return -ENXIO;
}

/*
 * A kexec keeps what is in the caches, so nobody has to flush them:
 * ND_REGION_PERSIST_CACHE.
 */
static int attach(struct prmem_region *region)
{
	struct resource res = {
		.start = region->phys,
		.end = region->phys + le64_to_cpu(region->rec.size) - 1,
		.flags = IORESOURCE_MEM,
	};
	int node = phys_to_target_node(region->phys);
	struct nd_region_desc desc = {
		.res = &res,
		.attr_groups = nd_region_groups,
		.provider_data = region,
		.numa_node = numa_map_to_online_node(node),
		.target_node = node,
		.flags = BIT(ND_REGION_PAGEMAP) | BIT(ND_REGION_PERSIST_CACHE),
	};

	/* What it returns may be gone already, if the device can't be made. */
	region->given = nvdimm_pmem_region_create(bus, &desc);
	return region->given ? 0 : not_taken(region);
}

/* The bus has its control device besides, which is on no bus. */
static int note_region(struct device *dev, void *unused)
{
	struct prmem_region *region;

	if (dev->bus) {
		region = nd_region_provider_data(to_nd_region(dev));
		region->nd_dev = get_device(dev);
	}
	return 0;
}

/* The oldest disk that is not attached, so that /dev/pmemN stay the same. */
static struct prmem_region *next_disk(void)
{
	struct prmem_region *region, *next = NULL;

	list_for_each_entry(region, &prmem_regions, node)
		if (le32_to_cpu(region->rec.type) == PRMEM_REGION_DISK && !region->given &&
		    (!next || le64_to_cpu(region->rec.serial) < le64_to_cpu(next->rec.serial)))
			next = region;
	return next;
}

/**
 * prmem_disks_attach() - make devices of all disks, in the order of creation
 *
 * Context: Process; waits until the devices are there.
 * Return: 0, or a negative error; then prmem_disks_drop() undoes what was done.
 */
int prmem_disks_attach(void)
{
	struct prmem_region *region;
	char name[DISK_NAME_LEN];
	int err;

	if (!next_disk())
		return 0;
	/* The driver of the devices; where it is built in or there, that is well. */
	request_module("nd_pmem");
	err = bus ? 0 : bus_open();
	while (!err && (region = next_disk()))
		err = attach(region);
	if (err)
		return err;

	/* There are no DIMMs; what counts is that this waits for the regions. */
	nvdimm_bus_check_dimm_count(bus, 0);
	device_for_each_child(to_nvdimm_bus_dev(bus), NULL, note_region);
	list_for_each_entry(region, &prmem_regions, node) {
		if (!region->given)
			continue;
		if (!region->nd_dev)
			return not_taken(region);
		prmem_disk_device(region, name);
		if (!*name)
			pr_warn("disk %s: no driver took it: is nd_pmem there?\n",
				region->rec.name);
	}
	return 0;
}

/* Is this the device that users open, and not a seed or a namespace? */
static bool is_leaf(struct device *dev)
{
	return (dev->class && !strcmp(dev->class->name, "block")) ||
	       (dev->bus && !strcmp(dev->bus->name, "dax"));
}

static int find_leaf(struct device *dev, void *leaf)
{
	if (!is_leaf(dev))
		return device_for_each_child(dev, leaf, find_leaf);
	*(struct device **)leaf = get_device(dev);
	return 1;
}

/* The disk's device, with a reference, or NULL. */
static struct device *device_of(struct prmem_region *region)
{
	struct device *leaf = NULL;

	if (region->nd_dev)
		device_for_each_child(region->nd_dev, &leaf, find_leaf);
	return leaf;
}

/**
 * prmem_disk_device() - name the device that a disk is
 * @region: the disk
 * @name: DISK_NAME_LEN bytes; is set to pmem0, say, or to nothing
 *
 * Context: Process; no lock.
 */
void prmem_disk_device(struct prmem_region *region, char *name)
{
	struct device *leaf = device_of(region);

	strscpy(name, leaf ? dev_name(leaf) : "", DISK_NAME_LEN);
	put_device(leaf);
}

/**
 * prmem_disk_detach() - take a disk's device away, if nobody uses it
 * @region: the disk
 *
 * Nobody does if it can be opened exclusively and is open nowhere else. In the
 * devdax mode of ndctl there is nothing to ask: it counts as used.
 *
 * Context: Process.
 * Return: 0, -EBUSY or -ENOMEM.
 */
int prmem_disk_detach(struct prmem_region *region)
{
	struct device *leaf = device_of(region);
	prmem_exclusive *open = NULL;
	int err = 0;

	if (leaf && leaf->class) {
		open = prmem_exclusive_open(leaf->devt, region);
		if (open == ERR_PTR(-ENOMEM))
			err = -ENOMEM;
		else if (IS_ERR(open) || prmem_exclusive_openers(open) != 1)
			err = -EBUSY;
	} else if (leaf) {
		err = -EBUSY;
	}
	if (!err) {
		nvdimm_region_delete(to_nd_region(region->nd_dev));
		region->given = false;
	}
	if (!IS_ERR_OR_NULL(open))
		prmem_exclusive_close(open);
	put_device(leaf);
	return err;
}

/**
 * prmem_disks_drop() - take all devices away; the memory stays
 *
 * Context: Process; nobody uses them.
 */
void prmem_disks_drop(void)
{
	struct prmem_region *region;

	if (!bus)
		return;
	nvdimm_bus_unregister(bus);
	platform_device_unregister(platform);
	bus = NULL;
	list_for_each_entry(region, &prmem_regions, node)
		region->given = false;
}
