// SPDX-License-Identifier: GPL-2.0-only
/* Some other driver: holds memory that the module wants. */
#include <linux/ioport.h>
#include <linux/module.h>

static unsigned long start;
module_param(start, ulong, 0);
MODULE_PARM_DESC(start, "Physical address of what is held");

static unsigned long size = PAGE_SIZE;
module_param(size, ulong, 0);
MODULE_PARM_DESC(size, "How much of it, bytes");

static int __init holder_init(void)
{
	return request_mem_region(start, size, "somebody else") ? 0 : -EBUSY;
}

static void __exit holder_exit(void)
{
	release_mem_region(start, size);
}

module_init(holder_init);
module_exit(holder_exit);
MODULE_DESCRIPTION("Holds memory, for a test");
MODULE_LICENSE("GPL");
