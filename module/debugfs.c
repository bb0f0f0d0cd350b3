// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/debug/prmem: lists that may be long. */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/rbtree.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "../include/prmem/prmem.h"
#include "debugfs.h"
#include "quota.h"

static struct dentry *dir;

/* -- instances -- */

/**
 * struct listing - where a reader of instances is
 * @cursor: behind the last line that was found
 * @info: that line
 * @lines: how many there were, with it
 */
struct listing {
	struct prmem_cursor cursor;
	struct prmem_info info;
	loff_t lines;
};

/* A reader's buffer that was too small asks for the same line again. */
static void *instances_start(struct seq_file *m, loff_t *pos)
{
	struct listing *at = m->private;
	int err;

	if (*pos + 1 < at->lines)
		memset(at, 0, sizeof(*at));
	for (; at->lines <= *pos; at->lines++) {
		err = prmem_list(NULL, &at->cursor, &at->info);
		if (err)
			return err == -ENOENT ? NULL : ERR_PTR(err);
	}
	return at;
}

static void *instances_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return instances_start(m, pos);
}

static void instances_stop(struct seq_file *m, void *v)
{
}

static int instances_show(struct seq_file *m, void *v)
{
	const struct prmem_info *info = &((struct listing *)m->private)->info;

	seq_printf(m, "%s/%s %u %u %llu %llu %u\n", info->subsystem, info->name, info->type,
		   info->version, info->size, info->data_size, info->users);
	return 0;
}

static const struct seq_operations instances_ops = {
	.start = instances_start,
	.next = instances_next,
	.stop = instances_stop,
	.show = instances_show,
};

static int instances_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &instances_ops, sizeof(struct listing));
}

static const struct file_operations instances_fops = {
	.owner = THIS_MODULE,
	.open = instances_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

/* -- subsystems -- */

/**
 * struct subsystem - what all instances of a subsystem have
 * @node: in the tree of all, by name
 * @name: its name
 * @instances: how many
 * @size: bytes, as limits= counts them
 */
struct subsystem {
	struct rb_node node;
	char name[PRMEM_LABEL_MAX + 1];
	u64 instances;
	u64 size;
};

static struct subsystem *find_or_add(struct rb_root *all, const char *name)
{
	struct rb_node **link = &all->rb_node, *parent = NULL;
	struct subsystem *s;

	while (*link) {
		int order;

		parent = *link;
		s = rb_entry(parent, struct subsystem, node);
		order = strcmp(name, s->name);
		if (!order)
			return s;
		link = order < 0 ? &parent->rb_left : &parent->rb_right;
	}
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return NULL;
	strscpy(s->name, name, sizeof(s->name));
	rb_link_node(&s->node, parent, link);
	rb_insert_color(&s->node, all);
	return s;
}

static int add_instances(struct rb_root *all)
{
	struct prmem_cursor cursor = {};
	struct prmem_info info;
	struct subsystem *s;
	int err;

	while (!(err = prmem_list(NULL, &cursor, &info))) {
		s = find_or_add(all, info.subsystem);
		if (!s)
			return -ENOMEM;
		s->instances++;
		s->size += info.size + sizeof(struct prmem_instance_rec);
	}
	return err == -ENOENT ? 0 : err;
}

/* One that has a limit and no instance is shown too. */
static int add_limited(struct rb_root *all)
{
	const struct prmem_limit *limit;
	u32 i;

	for (i = 0; (limit = prmem_limit_at(i)); i++)
		if (!find_or_add(all, limit->spec.subsystem))
			return -ENOMEM;
	return 0;
}

static void show_one(struct seq_file *m, const struct subsystem *s)
{
	const struct prmem_limit *limit = prmem_limit_find(s->name);

	seq_printf(m, "%s %llu %llu %llu ", s->name, s->instances, s->size,
		   limit ? limit->spec.min : 0);
	if (limit && limit->spec.max != PRMEM_NO_MAX)
		seq_printf(m, "%llu\n", limit->spec.max);
	else
		seq_puts(m, "-\n");
}

static int subsystems_show(struct seq_file *m, void *v)
{
	struct rb_root all = RB_ROOT;
	struct subsystem *s, *next;
	struct rb_node *node;
	int err;

	err = add_instances(&all) ?: add_limited(&all);
	for (node = rb_first(&all); node && !err; node = rb_next(node))
		show_one(m, rb_entry(node, struct subsystem, node));
	rbtree_postorder_for_each_entry_safe(s, next, &all, node)
		kfree(s);
	return err;
}
DEFINE_SHOW_ATTRIBUTE(subsystems);

/**
 * prmem_debugfs_open() - make the files
 *
 * Without debugfs, or if they can't be made, the rest works.
 *
 * Context: Process, when the memory has been taken over.
 */
void prmem_debugfs_open(void)
{
	dir = debugfs_create_dir("prmem", NULL);
	debugfs_create_file("instances", 0400, dir, NULL, &instances_fops);
	debugfs_create_file("subsystems", 0400, dir, NULL, &subsystems_fops);
}

/**
 * prmem_debugfs_close() - remove the files; waits for those who read them
 *
 * Context: Process.
 */
void prmem_debugfs_close(void)
{
	debugfs_remove_recursive(dir);
}
