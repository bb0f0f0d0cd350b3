/* SPDX-License-Identifier: GPL-2.0-only */
/* The log and the index, as they ship, over a heap of the core. */
#ifndef CONSUMERS_H
#define CONSUMERS_H

#include "../../module/core/instance.h"
#include "../../module/index/tree.h"
#include "../../module/log/ring.h"

#define LOG_TYPE	0x676f6c70	/* "plog" */
#define INDEX_TYPE	0x78646970	/* "pidx" */

/* An open instance. */
struct prmem_instance {
	struct prmem_owner owner;
};

/* The heap that all calls are about from now on. */
void consumers_use(struct prmem_heap *with);
void consumer_open(struct prmem_instance *inst, u64 number);

/* What is in a live instance, in words, if it is a log or an index of a known version. */
void consumer_describe(u64 number);

#endif
