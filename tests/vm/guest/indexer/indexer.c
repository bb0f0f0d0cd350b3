// SPDX-License-Identifier: GPL-2.0-only
/*
 * A user of prmem_index: stores many entries, and finds them again in another
 * kernel; and threads that change and read other entries until the kernel stops.
 */
#include <linux/delay.h>
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

static unsigned int churn;
module_param(churn, uint, 0);
MODULE_PARM_DESC(churn, "How many threads, up to 8, store and erase other keys for ever");

static bool sweep;
module_param(sweep, bool, 0);
MODULE_PARM_DESC(sweep, "Erase what churn= left, before verify=");

#define CHURNED	(1ULL << 63)	/* and above: the keys of churn= */

static struct prmem_index *index;

static struct churner {
	struct task_struct *task;
	u32 number;
	u32 times;
	int err;
} churners[8];

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
		err = value == value_of(key) ? prmem_index_erase(index, key) : -EILSEQ;
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

/* Each thread has keys of its own, in nodes that it shares with the others. */
static int churn_once(u32 number, u32 i)
{
	u64 key = CHURNED | (u64)(i % 5) << (3 + i * 7 % 57) | number;
	u64 at = key, value;
	struct prmem_index *again;
	int err = prmem_index_load(index, key, &value);
	bool there = !err;

	if (there ? value != value_of(key) : err != -ENOENT)
		return -EILSEQ;
	err = there ? prmem_index_erase(index, key) : prmem_index_store(index, key, value_of(key));
	if (err)
		return err;
	if (prmem_index_load(index, key, &value) != (there ? -ENOENT : 0))
		return -EILSEQ;
	err = prmem_index_find(index, &at, &value);
	if (err ? !there || err != -ENOENT :
		  at < key || (at == key) == there || value != value_of(at))
		return -EILSEQ;
	if (!there && !prmem_index_count(index))
		return -EILSEQ;
	again = prmem_index_open("indexer", "test");
	return PTR_ERR_OR_ZERO(again) == -EBUSY ? 0 : -EEXIST;
}

static int churn_on(void *arg)
{
	struct churner *me = arg;

	while (!me->err && !kthread_should_stop()) {
		me->err = churn_once(me->number, me->times);
		WRITE_ONCE(me->times, me->times + 1);
		cond_resched();
	}
	if (me->err)
		pr_err("indexer: thread %u gave up: error %d\n", me->number, me->err);
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

/* May be asked for while the threads run. */
static int churned_get(char *buffer, const struct kernel_param *kp)
{
	u32 i, sum = 0;

	for (i = 0; i < ARRAY_SIZE(churners); i++) {
		if (READ_ONCE(churners[i].err))
			return scnprintf(buffer, PAGE_SIZE, "failed\n");
		sum += READ_ONCE(churners[i].times);
	}
	return scnprintf(buffer, PAGE_SIZE, "%u\n", sum);
}

static const struct kernel_param_ops churned_ops = { .get = churned_get };
module_param_cb(churned, &churned_ops, NULL, 0444);
MODULE_PARM_DESC(churned, "How often churn= did, or: failed");

static void churn_stop(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(churners); i++)
		if (churners[i].task)
			kthread_stop(churners[i].task);
}

static int churn_start(void)
{
	u32 i;

	if (churn > ARRAY_SIZE(churners))
		return -EINVAL;
	for (i = 0; i < churn; i++) {
		struct task_struct *task;

		churners[i].number = i;
		task = kthread_run(churn_on, &churners[i], "indexer/%u", i);
		if (IS_ERR(task)) {
			churn_stop();
			return PTR_ERR(task);
		}
		churners[i].task = task;
	}
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
	return err ?: churn_start();
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
	churn_stop();
	prmem_index_close(index);
}

module_init(indexer_init);
module_exit(indexer_exit);
MODULE_DESCRIPTION("Fills an index, for a test");
MODULE_LICENSE("GPL");
