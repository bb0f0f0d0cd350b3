// SPDX-License-Identifier: GPL-2.0-only
/* prmem_index: persistent indexes for kernel code, each an instance. */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/rwsem.h>
#include <linux/slab.h>

#include "../../include/prmem/index.h"
#include "tree.h"

#define TYPE	0x78646970	/* "pidx" */
#define VERSION	1

/**
 * struct prmem_index - an open index
 * @list: in the list of those that are open
 * @sem: readers of the tree share it, a writer has it alone; prmem's own locks are
 *	taken under it
 * @tree: the tree
 */
struct prmem_index {
	struct list_head list;
	struct rw_semaphore sem;	/* the tree */
	struct prmem_tree tree;
};

static LIST_HEAD(open_ones);
static DEFINE_MUTEX(lock);	/* the list; a tree is opened under it */

static bool is_open(const struct prmem_instance *inst)
{
	struct prmem_index *index;

	list_for_each_entry(index, &open_ones, list)
		if (index->tree.inst == inst)
			return true;
	return false;
}

static void forget_open(struct prmem_index *index)
{
	mutex_lock(&lock);
	list_del(&index->list);
	mutex_unlock(&lock);
}

static int open_tree(struct prmem_tree *tree, struct prmem_instance *inst, const char *subsystem,
		     const char *name)
{
	const char *fault;
	u64 secret[2];
	int err;

	if (prmem_version(inst) != VERSION) {
		pr_err("index %s/%s: refused: of version %u, expected %u\n", subsystem, name,
		       prmem_version(inst), VERSION);
		return -EOPNOTSUPP;
	}
	if (is_open(inst))
		return -EBUSY;
	get_random_bytes(secret, sizeof(secret));
	err = prmem_tree_open(tree, inst, secret, &fault);
	if (fault)
		pr_err("index %s/%s: refused: %s\n", subsystem, name, fault);
	return err;
}

/**
 * prmem_index_open() - open an index, or make it
 * @subsystem: the names of its instance
 * @name: and its own
 *
 * Reads all of it, and completes an operation that was cut.
 *
 * Context: Process.
 * Return: The index, until prmem_index_close() or prmem_index_destroy(), or an error:
 * -EBUSY if it is open already, -EUCLEAN if the memory isn't a sound index, then it
 * is left as it is, -EOPNOTSUPP if it is of another version, -ENOSPC, -ENOMEM, or
 * what prmem_get() has.
 */
struct prmem_index *prmem_index_open(const char *subsystem, const char *name)
{
	struct prmem_index *index;
	struct prmem_instance *inst;
	int err;

	index = kzalloc(sizeof(*index), GFP_KERNEL);
	if (!index)
		return ERR_PTR(-ENOMEM);
	init_rwsem(&index->sem);
	inst = prmem_get(subsystem, name, TYPE, VERSION, PRMEM_CREATE);
	if (IS_ERR(inst)) {
		err = PTR_ERR(inst);
		goto err_index;
	}
	mutex_lock(&lock);
	err = open_tree(&index->tree, inst, subsystem, name);
	if (!err)
		list_add(&index->list, &open_ones);
	mutex_unlock(&lock);
	if (err)
		goto err_inst;
	return index;

err_inst:
	prmem_put(inst);
err_index:
	kfree(index);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(prmem_index_open);

/**
 * prmem_index_close() - close an index
 * @index: nobody uses it any more
 *
 * Context: Process.
 */
void prmem_index_close(struct prmem_index *index)
{
	forget_open(index);
	prmem_put(index->tree.inst);
	kfree(index);
}
EXPORT_SYMBOL_GPL(prmem_index_close);

/**
 * prmem_index_destroy() - close an index, and free its memory
 * @index: nobody uses it any more
 *
 * Context: Process.
 * Return: 0, or -EBUSY if somebody else holds the instance: it is only closed.
 */
int prmem_index_destroy(struct prmem_index *index)
{
	int err;

	forget_open(index);
	err = prmem_destroy(index->tree.inst);
	if (err)
		prmem_put(index->tree.inst);
	kfree(index);
	return err;
}
EXPORT_SYMBOL_GPL(prmem_index_destroy);

/**
 * prmem_index_store() - set a key's value
 * @index: the index
 * @key: any
 * @value: not 0
 *
 * Context: Process.
 * Return: 0, -EINVAL if @value is 0, -ENOSPC: all is as before, or -EUCLEAN: the
 * memory was overwritten since the index was opened.
 */
int prmem_index_store(struct prmem_index *index, u64 key, u64 value)
{
	int err;

	down_write(&index->sem);
	err = prmem_tree_store(&index->tree, key, value);
	up_write(&index->sem);
	return err;
}
EXPORT_SYMBOL_GPL(prmem_index_store);

/**
 * prmem_index_erase() - remove a key
 * @index: the index
 * @key: any
 *
 * Context: Process.
 * Return: 0, -ENOENT if it isn't there, or -EUCLEAN as prmem_index_store().
 */
int prmem_index_erase(struct prmem_index *index, u64 key)
{
	int err;

	down_write(&index->sem);
	err = prmem_tree_erase(&index->tree, key);
	up_write(&index->sem);
	return err;
}
EXPORT_SYMBOL_GPL(prmem_index_erase);

/**
 * prmem_index_load() - look a key up
 * @index: the index
 * @key: any
 * @value: is set, if the key is there
 *
 * Context: Process.
 * Return: 0, -ENOENT if it isn't there, or -EUCLEAN as prmem_index_store().
 */
int prmem_index_load(struct prmem_index *index, u64 key, u64 *value)
{
	int err;

	down_read(&index->sem);
	err = prmem_tree_load(&index->tree, key, value);
	up_read(&index->sem);
	return err;
}
EXPORT_SYMBOL_GPL(prmem_index_load);

/**
 * prmem_index_find() - the first entry at or behind a key
 * @index: the index
 * @key: where to begin; is set to the entry's
 * @value: is set to the entry's
 *
 * Context: Process.
 * Return: 0, -ENOENT if there is none, or -EUCLEAN as prmem_index_store().
 */
int prmem_index_find(struct prmem_index *index, u64 *key, u64 *value)
{
	int err;

	down_read(&index->sem);
	err = prmem_tree_find(&index->tree, key, value);
	up_read(&index->sem);
	return err;
}
EXPORT_SYMBOL_GPL(prmem_index_find);

/**
 * prmem_index_find_after() - the first entry behind a key
 * @index: the index
 * @key: where it was; is set to the entry's
 * @value: is set to the entry's
 *
 * Context: Process.
 * Return: As prmem_index_find().
 */
int prmem_index_find_after(struct prmem_index *index, u64 *key, u64 *value)
{
	u64 next = *key + 1;
	int err;

	if (!next)
		return -ENOENT;
	err = prmem_index_find(index, &next, value);
	if (!err)
		*key = next;
	return err;
}
EXPORT_SYMBOL_GPL(prmem_index_find_after);

/**
 * prmem_index_count() - how many entries there are
 * @index: the index
 *
 * Context: Process.
 * Return: Their number.
 */
u64 prmem_index_count(struct prmem_index *index)
{
	u64 count;

	down_read(&index->sem);
	count = index->tree.entries;
	up_read(&index->sem);
	return count;
}
EXPORT_SYMBOL_GPL(prmem_index_count);

MODULE_DESCRIPTION("Persistent indexes, in memory that survives kexec");
MODULE_AUTHOR("prmem developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(PRMEM_VERSION);
