/* SPDX-License-Identifier: GPL-2.0-only */
/* A block device opened for one user alone: as a file, or by its device (up to 6.8). */
#ifndef PRMEM_COMPAT_EXCLUSIVE_H
#define PRMEM_COMPAT_EXCLUSIVE_H

#include <linux/blkdev.h>

#ifdef PRMEM_HAVE_BDEV_FILE
typedef struct file prmem_exclusive;

static inline prmem_exclusive *prmem_exclusive_open(dev_t dev, void *holder)
{
	return bdev_file_open_by_dev(dev, BLK_OPEN_READ, holder, NULL);
}

static inline struct block_device *prmem_exclusive_bdev(prmem_exclusive *open)
{
	return file_bdev(open);
}

static inline void prmem_exclusive_close(prmem_exclusive *open)
{
	bdev_fput(open);
}
#else
typedef struct block_device prmem_exclusive;

static inline prmem_exclusive *prmem_exclusive_open(dev_t dev, void *holder)
{
	return blkdev_get_by_dev(dev, FMODE_READ | FMODE_EXCL, holder);
}

static inline struct block_device *prmem_exclusive_bdev(prmem_exclusive *open)
{
	return open;
}

static inline void prmem_exclusive_close(prmem_exclusive *open)
{
	blkdev_put(open, FMODE_READ | FMODE_EXCL);
}
#endif

/* How often it is open, this time included. */
static inline unsigned int prmem_exclusive_openers(prmem_exclusive *open)
{
#ifdef PRMEM_HAVE_DISK_OPENERS
	return disk_openers(prmem_exclusive_bdev(open)->bd_disk);
#else
	return open->bd_openers;
#endif
}

#endif
