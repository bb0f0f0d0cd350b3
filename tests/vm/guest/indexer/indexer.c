// SPDX-License-Identifier: GPL-2.0-only
/*
 * A user of prmem_index: stores many entries, and finds them again in another
 * kernel; and one that changes other entries until the kernel stops.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>

#include <prmem/index.h>

static unsigned int store;
module_param(store, uint, 0);
MODULE_PARM_DESC(store, "How many entries to store");

static unsigned int verify;
module_param(verify, uint, 0);
MODULE_PARM_DESC(verify, "How many entries there should be: those, and no other");

static unsigned int erase;
module_param(erase, uint, 0);
MODULE_PARM_DESC(erase, "How many entries to erase: the last of those that verify= counts");

static bool churn;
module_param(churn, bool, 0);
MODULE_PARM_DESC(churn, "Store and erase entries of other keys for ever");

static bool sweep;
module_param(sweep, bool, 0);
MODULE_PARM_DESC(sweep, "Erase what churn= left, before verify=");

#define CHURNED	(1ULL << 63)	/* and above: the keys of churn= */

static struct prmem_index *index;
static struct task_struct *thread;

/* Unlike each other: dense ones, ones in 24 bits, in 32, and in 63. */
static u64 key_of(u32 i)
{
	switch (i % 16) {
	case 0:
		return (i * 0x9e3779b97f4a7c15ULL) >> 1;
	case 1 ... 4:
		return 1ULL << 40 | (u32)(i * 0x9e3779b1U);
	case 5 ... 8:
		return 1ULL << 30 | (i * 0x9e3779b1U & 0xffffff);
	default:
		return i;
	}
}

static u64 value_of(u64 key)
{
	return (key ^ key >> 29) * 0xbf58476d1ce4e5b9ULL | 1;
}

/* A slow machine is not a silent one. */
static void progress(const char *what, u32 i)
{
	if (i % 20000 == 0)
		pr_info("indexer: %s: %u\n", what, i);
}

static int store_all(void)
{
	u64 key;
	u32 i;
	int err;

	for (i = 0; i < store; i++) {
		progress("storing", i);
		key = key_of(i);
		err = prmem_index_store(index, key, value_of(key));
		if (err) {
			pr_err("indexer: entry %u: error %d\n", i, err);
			return err;
		}
	}
	return 0;
}

static int erase_some(void)
{
	u32 i;
	int err;

	for (i = verify - erase; i < verify; i++) {
		progress("erasing", i);
		err = prmem_index_erase(index, key_of(i));
		if (err)
			return err;
	}
	verify -= erase;
	return 0;
}

static int sweep_all(void)
{
	u64 key = CHURNED, value;
	u32 count = 0;
	int err;

	while (!(err = prmem_index_find(index, &key, &value))) {
		err = prmem_index_erase(index, key);
		if (err)
			return err;
		count++;
	}
	pr_info("indexer: %u entries of churn= erased\n", count);
	return err == -ENOENT ? 0 : err;
}

/* By key, and all in their order. */
static int verify_all(void)
{
	u64 key, value, last = 0, found = 0, bad = 0;
	u32 i;
	int err;

	for (i = 0; i < verify; i++) {
		progress("looking up", i);
		key = key_of(i);
		bad += prmem_index_load(index, key, &value) || value != value_of(key);
	}
	key = 0;
	for (err = prmem_index_find(index, &key, &value); !err;
	     err = prmem_index_find_after(index, &key, &value)) {
		bad += (found && key <= last) || value != value_of(key);
		last = key;
		progress("walking", found++);
	}
	pr_info("indexer: %u verified, %llu found, %llu counted, %llu bad\n", verify, found,
		prmem_index_count(index), bad);
	return bad || found != verify || prmem_index_count(index) != verify || err != -ENOENT ?
	       -EILSEQ : 0;
}

static int churn_on(void *unused)
{
	u64 key;
	u32 i = 0;

	while (!kthread_should_stop()) {
		key = CHURNED | i % 5 << (i * 7 % 57);
		if (prmem_index_erase(index, key) == -ENOENT &&
		    prmem_index_store(index, key, value_of(key)))
			break;
		i++;
		cond_resched();
	}
	pr_err_once("indexer: churned %u times\n", i);
	return 0;
}

static int work(void)
{
	int err = 0;

	if (store)
		err = store_all();
	if (!err && erase)
		err = erase_some();
	if (!err && sweep)
		err = sweep_all();
	if (!err && verify)
		err = verify_all();
	if (!err && churn) {
		thread = kthread_run(churn_on, NULL, "indexer");
		err = PTR_ERR_OR_ZERO(thread);
	}
	return err;
}

static int __init indexer_init(void)
{
	struct prmem_index *again;
	int err;

	index = prmem_index_open("indexer", "test");
	if (IS_ERR(index))
		return PTR_ERR(index);
	again = prmem_index_open("indexer", "test");
	err = PTR_ERR_OR_ZERO(again) == -EBUSY ? work() : -EEXIST;
	if (err)
		prmem_index_close(index);
	return err;
}

static void __exit indexer_exit(void)
{
	if (thread)
		kthread_stop(thread);
	prmem_index_close(index);
}

module_init(indexer_init);
module_exit(indexer_exit);
MODULE_DESCRIPTION("Fills an index, for a test");
MODULE_LICENSE("GPL");
