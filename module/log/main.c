// SPDX-License-Identifier: GPL-2.0-only
/*
 * prmem_log: a console that keeps what the last kernels said, each boot apart.
 *
 * A boot's log is an instance "prmem_log"/NUMBER, whose data is all of its memory:
 * see ring.h. The numbers rise by one. An instance without data is one whose making
 * was cut: it is dropped, as are the oldest beyond boots=.
 *
 * Logs of earlier boots are held open only while they are read. So an administrator
 * can forget them, and a file whose log is gone says ENOENT.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/time.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>

#include "../../include/prmem/prmem.h"
#include "../compat/console.h"
#include "ring.h"

#define SUBSYSTEM	"prmem_log"
#define TYPE		0x676f6c70	/* "plog" */
#define VERSION		1
#define TITLE		160		/* bytes, at most, of the line before a log's text */

static unsigned long size = 256 << 10;
module_param(size, ulong, 0444);
MODULE_PARM_DESC(size, "Bytes of memory for this boot's log, 16384 to 16777216 (default: 262144)");

static unsigned int boots = 8;
module_param(boots, uint, 0444);
MODULE_PARM_DESC(boots, "How many boots' logs are kept, this one's included, 1 to 64 (default: 8)");

static struct prmem_instance *instance;	/* this boot's */
static struct prmem_log ring;		/* in it */
static struct dentry *dir;

static void prmem_console_put(const char *text, unsigned int len)
{
	prmem_log_append(&ring, text, len);
}

/* -- instances -- */

static struct prmem_instance *get_log(u32 number, unsigned int flags)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", number);
	return prmem_get(SUBSYSTEM, name, TYPE, VERSION, flags);
}

/* What is there may be anything, but is read only if it is a sound log. */
static struct prmem_log_rec *log_of(struct prmem_instance *inst, u32 number)
{
	struct prmem_log_rec *rec;
	const char *fault;
	size_t bytes;

	if (prmem_version(inst) != VERSION)
		return ERR_PTR(-EOPNOTSUPP);
	rec = prmem_get_data(inst, &bytes);
	if (!rec)
		return ERR_PTR(-ENODATA);
	fault = prmem_log_fault(rec, bytes, number);
	if (fault) {
		pr_warn("log: number %u is damaged: %s\n", number, fault);
		return ERR_PTR(-EUCLEAN);
	}
	return rec;
}

/* Its number, or 0: not one of ours. */
static u32 number_of(const struct prmem_info *info)
{
	u32 number;

	if (info->type != TYPE || info->name[0] < '1' || info->name[0] > '9' ||
	    kstrtou32(info->name, 10, &number))
		return 0;
	return number;
}

/* The next instance of ours: 0, -ENOENT if there is no more, or another error. */
static int next_log(struct prmem_cursor *cursor, struct prmem_info *info, u32 *number)
{
	int err;

	do {
		err = prmem_list(SUBSYSTEM, cursor, info);
		*number = err ? 0 : number_of(info);
	} while (!err && !*number);
	return err;
}

/* 0: there is none. A list that can't be read is not an empty one. */
static int newest_log(u32 *newest)
{
	struct prmem_cursor cursor = { };
	struct prmem_info info;
	u32 number;
	int err;

	for (*newest = 0; !(err = next_log(&cursor, &info, &number));)
		*newest = max(*newest, number);
	return err == -ENOENT ? 0 : err;
}

/* A log that is not to be kept when another one comes; or 0: all are. */
static int superfluous_log(u32 *found)
{
	struct prmem_cursor cursor = { };
	unsigned int count = 0;
	struct prmem_info info;
	u32 number, oldest = 0;
	int err;

	while (!(err = next_log(&cursor, &info, &number))) {
		*found = number;
		if (!info.data_size)
			return 0;
		count++;
		if (!oldest || number < oldest)
			oldest = number;
	}
	*found = count >= boots ? oldest : 0;
	return err == -ENOENT ? 0 : err;
}

static int drop(struct prmem_instance *inst)
{
	int err = prmem_destroy(inst);

	if (err)
		prmem_put(inst);
	return err;
}

static int make_room(void)
{
	struct prmem_instance *inst;
	u32 number;
	int err;

	while (!(err = superfluous_log(&number)) && number) {
		inst = get_log(number, 0);
		err = IS_ERR(inst) ? PTR_ERR(inst) : drop(inst);
		if (err && err != -ENOENT)	/* forgotten meanwhile */
			break;
	}
	return err;
}

/* The log becomes the instance's data when it is complete, by one update. */
static int fill_log(struct prmem_instance *inst, u32 number)
{
	const u64 began = ktime_get_real_seconds() - ktime_get_boottime_seconds();
	struct prmem_log_rec *rec = prmem_alloc(inst, size);

	if (!rec)
		return -ENOSPC;
	prmem_log_make(rec, size, number, prmem_boot(), began, init_utsname()->release);
	prmem_log_open(&ring, rec);
	return prmem_set_data(inst, rec, size);
}

static int make_log(u32 number)
{
	struct prmem_instance *inst = get_log(number, PRMEM_CREATE);
	int err;

	if (IS_ERR(inst))
		return PTR_ERR(inst);
	err = fill_log(inst, number);
	if (err) {
		drop(inst);
		return err;
	}
	instance = inst;
	return 0;
}

/* Go on with a log if it is this boot's: the module was unloaded in between. */
static int resume_log(u32 number, bool *resumed)
{
	struct prmem_instance *inst = get_log(number, 0);
	struct prmem_log_rec *rec;

	*resumed = false;
	if (IS_ERR(inst))
		return PTR_ERR(inst) == -ENOENT ? 0 : PTR_ERR(inst);
	rec = log_of(inst, number);
	if (IS_ERR(rec) || le64_to_cpu(rec->boot) != prmem_boot()) {
		prmem_put(inst);
		return 0;
	}
	prmem_log_open(&ring, rec);
	instance = inst;
	*resumed = true;
	return 0;
}

/* -- files -- */

/* What a file held when it was opened. */
struct snapshot {
	size_t from;
	size_t end;
	char bytes[];
};

static size_t print_title(char *to, const struct prmem_log_rec *rec)
{
	struct tm tm;

	/* 40 bits: a year that fits, whatever stands there. */
	time64_to_tm(le64_to_cpu(rec->began) & GENMASK_ULL(39, 0), 0, &tm);
	return scnprintf(to, TITLE,
			 "prmem_log: number %llu, Linux %s, began %04ld-%02d-%02d %02d:%02d:%02d UTC\n",
			 le64_to_cpu(rec->number), rec->release, tm.tm_year + 1900, tm.tm_mon + 1,
			 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/*
 *	0              TITLE                                       end
 *	+------+-------+--------------------+----------------------+
 *	|      | title > stands before text | text                 |
 *	+------+-------+--------------------+----------------------+
 */
static struct snapshot *take_snapshot(const struct prmem_log_rec *rec)
{
	struct snapshot *shot = kvmalloc(sizeof(*shot) + TITLE + le64_to_cpu(rec->bytes),
					 GFP_KERNEL);
	char title[TITLE];
	size_t len;

	if (!shot)
		return ERR_PTR(-ENOMEM);
	len = print_title(title, rec);
	shot->end = TITLE + prmem_log_read(rec, shot->bytes + TITLE, &shot->from);
	shot->from += TITLE - len;
	memcpy(shot->bytes + shot->from, title, len);
	return shot;
}

static int log_open(struct inode *inode, struct file *file)
{
	const u32 number = (unsigned long)inode->i_private;
	struct prmem_instance *inst = get_log(number, 0);
	struct prmem_log_rec *rec;
	struct snapshot *shot;

	if (IS_ERR(inst))
		return PTR_ERR(inst);
	rec = log_of(inst, number);
	shot = IS_ERR(rec) ? ERR_CAST(rec) : take_snapshot(rec);
	prmem_put(inst);
	file->private_data = shot;
	return PTR_ERR_OR_ZERO(shot);
}

static ssize_t log_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	const struct snapshot *shot = file->private_data;

	return simple_read_from_buffer(to, count, pos, shot->bytes + shot->from,
				       shot->end - shot->from);
}

static int log_release(struct inode *inode, struct file *file)
{
	kvfree(file->private_data);
	return 0;
}

static const struct file_operations log_fops = {
	.owner = THIS_MODULE,
	.open = log_open,
	.read = log_read,
	.llseek = default_llseek,
	.release = log_release,
};

/* The newest is this boot's. Where there is no debugfs, logs are kept all the same. */
static void show_logs(u32 newest)
{
	struct prmem_cursor cursor = { };
	struct prmem_info info;
	u32 number, previous = 0;
	char name[16];

	dir = debugfs_create_dir(SUBSYSTEM, NULL);
	while (!next_log(&cursor, &info, &number)) {
		debugfs_create_file(info.name, 0400, dir, (void *)(unsigned long)number,
				    &log_fops);
		if (number < newest)
			previous = max(previous, number);
	}
	if (!previous)
		return;
	snprintf(name, sizeof(name), "%u", previous);
	debugfs_create_symlink("previous", dir, name);
}

/* -- */

static int check_parameters(void)
{
	if (size < PRMEM_LOG_MIN || size > PRMEM_LOG_MAX) {
		pr_err("log: refused: size=%lu: expected %u to %u\n", size, PRMEM_LOG_MIN,
		       PRMEM_LOG_MAX);
		return -EINVAL;
	}
	if (boots < 1 || boots > 64) {
		pr_err("log: refused: boots=%u: expected 1 to 64\n", boots);
		return -EINVAL;
	}
	size = roundup_pow_of_two(size);	/* it takes so much in any case */
	return 0;
}

static void close_log(void)
{
	debugfs_remove_recursive(dir);
	prmem_put(instance);
}

/* This boot's log, the newest one; @resumed: it was there. */
static int open_log(u32 *number, bool *resumed)
{
	int err;

	err = newest_log(number) ?: resume_log(*number, resumed);
	if (err || *resumed)
		return err;
	if ((*number)++ == U32_MAX)
		return -ERANGE;
	err = make_room();
	return err ? err : make_log(*number);
}

static int __init prmem_log_init(void)
{
	bool resumed;
	u32 number;
	int err;

	err = check_parameters();
	if (err)
		return err;
	err = open_log(&number, &resumed);
	if (err) {
		pr_err("log: refused: number %u, of %lu bytes: error %d\n", number, size, err);
		return err;
	}
	show_logs(number);
	err = prmem_console_register(!resumed);
	if (err) {
		close_log();
		return err;
	}
	pr_info("log: %s number %u, %u bytes\n", resumed ? "goes on with" : "is", number,
		ring.size);
	return 0;
}

static void __exit prmem_log_exit(void)
{
	prmem_console_unregister();
	close_log();
}

module_init(prmem_log_init);
module_exit(prmem_log_exit);

MODULE_DESCRIPTION("The last kernels' messages, in memory that survives kexec");
MODULE_AUTHOR("prmem developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(PRMEM_VERSION);
