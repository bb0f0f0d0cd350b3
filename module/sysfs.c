// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/prmem; Documentation/ABI describes every file. */
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "heap.h"
#include "prmem.h"

static ssize_t version_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", PRMEM_VERSION);
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", prmem.state);
}

static ssize_t source_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", prmem.reservation.source);
}

static ssize_t size_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", prmem.reservation.space.size);
}

static ssize_t kexec_load_safe_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", prmem.reservation.kexec_load_safe);
}

static ssize_t metadata_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%#llx\n", prmem.reservation.space.range[0].base);
}

/* What a commit changes is read under the lock. */
#define PRMEM_ROOT_SHOW(name, format, value)						\
static ssize_t name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)	\
{											\
	ssize_t len;									\
											\
	if (mutex_lock_interruptible(&prmem.lock))					\
		return -EINTR;								\
	len = sysfs_emit(buf, format "\n", value);					\
	mutex_unlock(&prmem.lock);							\
	return len;									\
}

PRMEM_ROOT_SHOW(boots, "%llu", le64_to_cpu(prmem.meta->root.boots))
PRMEM_ROOT_SHOW(previous, "%s", prmem.meta->root.previous)
PRMEM_ROOT_SHOW(generation, "%llu", le64_to_cpu(prmem.meta->root.sequence))

static ssize_t format_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	ssize_t len;

	if (mutex_lock_interruptible(&prmem.lock))
		return -EINTR;
	len = sysfs_emit(buf, "%u.%u\n", le16_to_cpu(prmem.meta->root.major),
			 le16_to_cpu(prmem.meta->root.minor));
	mutex_unlock(&prmem.lock);
	return len;
}

static ssize_t free_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	u64 free, largest;

	if (mutex_lock_interruptible(&prmem.lock))
		return -EINTR;
	free = prmem_regions_free(&prmem.meta->table, &largest);
	mutex_unlock(&prmem.lock);
	return sysfs_emit(buf, "%llu\n", free);
}

static ssize_t heap_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	u64 size;

	if (mutex_lock_interruptible(&prmem.lock))
		return -EINTR;
	size = prmem_heap_size(&prmem.meta->table);
	mutex_unlock(&prmem.lock);
	return sysfs_emit(buf, "%llu\n", size);
}

static ssize_t heap_state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", prmem_heap_state());
}

static ssize_t forget_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			    size_t len)
{
	char name[2 * PRMEM_LABEL_LEN + 1];	/* subsystem, '/', name; echo's newline */
	int err;

	if (strscpy(name, buf, sizeof(name)) < 0)
		return -ENOENT;
	err = prmem_forget(&prmem, strim(name));
	return err ?: len;
}

static struct kobj_attribute version_attr = __ATTR_RO(version);
static struct kobj_attribute format_attr = __ATTR_RO(format);
static struct kobj_attribute state_attr = __ATTR_RO(state);
static struct kobj_attribute source_attr = __ATTR_RO(source);
static struct kobj_attribute boots_attr = __ATTR_RO(boots);
static struct kobj_attribute previous_attr = __ATTR_RO(previous);
static struct kobj_attribute generation_attr = __ATTR_RO(generation);
static struct kobj_attribute size_attr = __ATTR_RO(size);
static struct kobj_attribute free_attr = __ATTR_RO(free);
static struct kobj_attribute heap_attr = __ATTR_RO(heap);
static struct kobj_attribute heap_state_attr = __ATTR_RO(heap_state);
static struct kobj_attribute kexec_load_safe_attr = __ATTR_RO(kexec_load_safe);
static struct kobj_attribute metadata_attr = __ATTR_RO_MODE(metadata, 0400);
static struct kobj_attribute forget_attr = __ATTR_WO(forget);

static struct attribute *prmem_attrs[] = {
	&version_attr.attr,
	&format_attr.attr,
	&state_attr.attr,
	&source_attr.attr,
	&boots_attr.attr,
	&previous_attr.attr,
	&generation_attr.attr,
	&size_attr.attr,
	&free_attr.attr,
	&heap_attr.attr,
	&heap_state_attr.attr,
	&kexec_load_safe_attr.attr,
	&metadata_attr.attr,
	&forget_attr.attr,
	NULL
};

static const struct attribute_group prmem_group = { .attrs = prmem_attrs };

/* A folder N in ranges. */
struct range_dir {
	struct kobject kobj;
	struct prmem_range range;
};

static struct range_dir *range_dirs[PRMEM_MAX_RANGES];

static ssize_t range_base_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%#llx\n", container_of(kobj, struct range_dir, kobj)->range.base);
}

static ssize_t range_size_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", container_of(kobj, struct range_dir, kobj)->range.size);
}

static ssize_t node_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	u64 base = container_of(kobj, struct range_dir, kobj)->range.base;

	return sysfs_emit(buf, "%d\n", phys_to_target_node(base));
}

static struct kobj_attribute range_base_attr = __ATTR(base, 0400, range_base_show, NULL);
static struct kobj_attribute range_size_attr = __ATTR(size, 0400, range_size_show, NULL);
static struct kobj_attribute node_attr = __ATTR_RO(node);

static struct attribute *range_attrs[] = {
	&range_base_attr.attr,
	&range_size_attr.attr,
	&node_attr.attr,
	NULL
};
ATTRIBUTE_GROUPS(range);

static void range_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct range_dir, kobj));
}

static struct kobj_type range_ktype = {
	.release = range_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = range_groups,
};

static int range_dir_add(struct prmem *p, u32 i)
{
	struct range_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	int err;

	if (!dir)
		return -ENOMEM;
	dir->range = p->reservation.space.range[i];
	err = kobject_init_and_add(&dir->kobj, &range_ktype, p->ranges_dir, "%u", i);
	if (err)
		kobject_put(&dir->kobj);
	else
		range_dirs[i] = dir;
	return err;
}

/**
 * prmem_sysfs_open() - make the folders
 * @p: its folders are set
 *
 * The files follow with prmem_sysfs_show(), when there is something to show.
 *
 * Context: Process.
 * Return: 0 or -ENOMEM.
 */
int prmem_sysfs_open(struct prmem *p)
{
	p->dir = kobject_create_and_add("prmem", kernel_kobj);
	p->ranges_dir = p->dir ? kobject_create_and_add("ranges", p->dir) : NULL;
	p->regions_dir = p->dir ? kobject_create_and_add("regions", p->dir) : NULL;
	if (p->ranges_dir && p->regions_dir)
		return 0;
	prmem_sysfs_close(p);
	return -ENOMEM;
}

/**
 * prmem_sysfs_show() - make the files
 * @p: the memory, adopted
 *
 * Context: Process.
 * Return: 0 or a negative error; then prmem_sysfs_hide() undoes what was done.
 */
int prmem_sysfs_show(struct prmem *p)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < p->reservation.space.count; i++)
		err = range_dir_add(p, i);
	return err ?: sysfs_create_group(p->dir, &prmem_group);
}

/**
 * prmem_sysfs_hide() - remove the files; waits for those who use them
 * @p: the memory
 *
 * Context: Process; without p->lock.
 */
void prmem_sysfs_hide(struct prmem *p)
{
	u32 i;

	sysfs_remove_group(p->dir, &prmem_group);
	for (i = 0; i < PRMEM_MAX_RANGES; i++) {
		if (range_dirs[i]) {
			kobject_del(&range_dirs[i]->kobj);
			kobject_put(&range_dirs[i]->kobj);
		}
		range_dirs[i] = NULL;
	}
}

/**
 * prmem_sysfs_close() - remove the folders
 * @p: the memory
 *
 * Context: Process.
 */
void prmem_sysfs_close(struct prmem *p)
{
	kobject_put(p->regions_dir);
	kobject_put(p->ranges_dir);
	kobject_put(p->dir);
}
