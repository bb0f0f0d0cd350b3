/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/kernel/debug/prmem: lists that may be long. */
#ifndef PRMEM_DEBUGFS_H
#define PRMEM_DEBUGFS_H

void prmem_debugfs_open(void);
void prmem_debugfs_close(void);

#endif
