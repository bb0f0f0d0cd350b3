/* SPDX-License-Identifier: GPL-2.0-only */
/* The tests have one thread, and know which stores publish. */
#ifndef STUB_BARRIER_H
#define STUB_BARRIER_H

#define smp_rmb()	((void)0)
#define smp_wmb()	((void)0)

#endif
