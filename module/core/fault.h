/* SPDX-License-Identifier: GPL-2.0-only */
/* Which rule a piece of old memory breaks, and with which numbers. */
#ifndef PRMEM_FAULT_H
#define PRMEM_FAULT_H

#include "port.h"

enum prmem_rule {
	PRMEM_SOUND,		/* no rule is broken */
	PRMEM_BAD_EMPTY,
	PRMEM_BAD_UNFINISHED,
	PRMEM_BAD_MAGIC,
	PRMEM_BAD_CHECKSUM,
	PRMEM_BAD_ABI,
	PRMEM_BAD_MAJOR,
	PRMEM_BAD_FEATURES,
	PRMEM_BAD_SEQUENCE,
	PRMEM_BAD_SLOT,
	PRMEM_BAD_ID,
	PRMEM_BAD_BASE,
	PRMEM_BAD_SIZE,
	PRMEM_BAD_INDEX,
	PRMEM_BAD_COUNT,
	PRMEM_BAD_TWINS,
	PRMEM_BAD_MISSING,
	PRMEM_BAD_REMAINS,
	PRMEM_BAD_STRING,
	PRMEM_BAD_SERIAL,
	PRMEM_BAD_ZERO,
	PRMEM_BAD_TABLE_MAGIC,
	PRMEM_BAD_TABLE_CHECKSUM,
	PRMEM_BAD_TABLE_SEQUENCE,
	PRMEM_BAD_TABLE_SLOT,
	PRMEM_BAD_TABLE_COUNT,
	PRMEM_BAD_TABLE_ZERO,
	PRMEM_BAD_REGION_START,
	PRMEM_BAD_REGION_SIZE,
	PRMEM_BAD_REGION_TYPE,
	PRMEM_BAD_REGION_NAME,
	PRMEM_BAD_REGION_SERIAL,
	PRMEM_BAD_REGION_ZERO,
	PRMEM_BAD_REGION_END,
	PRMEM_BAD_TABLE_FEATURES,
	PRMEM_BAD_HEAP_MAGIC,
	PRMEM_BAD_HEAP_CHECKSUM,
	PRMEM_BAD_HEAP_ID,
	PRMEM_BAD_HEAP_PLACE,
	PRMEM_BAD_HEAP_SERIAL,
	PRMEM_BAD_HEAP_ZERO,
	PRMEM_BAD_PAGE_CHECK,
	PRMEM_BAD_PAGE_KIND,
	PRMEM_BAD_PAGE_CLASS,
	PRMEM_BAD_PAGE_ORDER,
	PRMEM_BAD_PAGE_OWNER,
	PRMEM_BAD_PAGE_INSIDE,
	PRMEM_BAD_INSTANCES_ZERO,
	PRMEM_BAD_INSTANCE_STATE,
	PRMEM_BAD_INSTANCE_CHECKSUM,
	PRMEM_BAD_INSTANCE_SUBSYSTEM,
	PRMEM_BAD_INSTANCE_NAME,
	PRMEM_BAD_INSTANCE_TWICE,
	PRMEM_BAD_INSTANCE_DATA,
	PRMEM_BAD_SLAB_CHECK,
	PRMEM_BAD_SLAB_BIT,
	PRMEM_BAD_SLAB_ZERO,
	PRMEM_BAD_INSTANCE_PLACE,
	PRMEM_RULES
};

/**
 * struct prmem_fault - the first broken rule of a ladder of checks
 * @rule: the rule, PRMEM_SOUND if all hold
 * @got: what the memory says
 * @want: what it should say
 * @at: number of the range, region or page that the rule is about, where it is one
 */
struct prmem_fault {
	enum prmem_rule rule;
	u64 got;
	u64 want;
	u32 at;
};

const char *prmem_fault_text(enum prmem_rule rule);

/* Note the first broken rule; the value is that of the check. */
static inline bool prmem_holds(struct prmem_fault *fault, bool ok,
			       enum prmem_rule rule, u64 got, u64 want)
{
	if (!ok)
		*fault = (struct prmem_fault) { rule, got, want, 0 };
	return ok;
}

static inline bool prmem_equal(struct prmem_fault *fault, enum prmem_rule rule,
			       u64 got, u64 want)
{
	return prmem_holds(fault, got == want, rule, got, want);
}

#endif
