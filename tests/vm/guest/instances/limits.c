// SPDX-License-Identifier: GPL-2.0-only
/* Subsystems at their maximum, and one that others must leave something to. */
#include "instances.h"

#define TYPE		0x11
#define RECORD		192	/* what counts for an instance beside its pages */

static void make_label(char *label, size_t size, u32 i)
{
	snprintf(label, size, "%u", i);
}

/* Whole pages until there are no more. */
static u64 take_all(struct prmem_instance *inst)
{
	u64 taken = 0;

	while (prmem_alloc_pages(inst, 0))
		taken += SZ_4K;
	return taken;
}

/* The subsystem "limited" gets so many bytes as limits= allows, and not one page more. */
static int maximum(void)
{
	struct prmem_instance *inst = prmem_get("limited", "x", TYPE, 1, PRMEM_CREATE);
	char label[8];
	u32 i = 0;
	void *p;

	expect(!IS_ERR(inst), "%ld", PTR_ERR(inst));
	expect(!prmem_alloc(inst, bytes + 1), "more than the maximum");
	expect(take_all(inst) == rounddown(bytes - RECORD, SZ_4K), "%llu", bytes);
	expect(!prmem_alloc(inst, 16), "a slab more");
	/* What is left of the last page is for records. */
	for (;; i++) {
		struct prmem_instance *more;

		make_label(label, sizeof(label), i);
		more = prmem_get("limited", label, TYPE, 1, PRMEM_CREATE);
		if (IS_ERR(more)) {
			expect(PTR_ERR(more) == -EDQUOT, "%ld", PTR_ERR(more));
			break;
		}
		expect(!prmem_destroy(more), "%u", i);
		more = prmem_get("limited", label, TYPE, 1, PRMEM_CREATE);
		expect(!IS_ERR(more), "%u again: %ld", i, PTR_ERR(more));
		prmem_put(more);
	}
	expect(i == (SZ_4K - RECORD) / RECORD, "%u", i);
	while (i--) {
		make_label(label, sizeof(label), i);
		expect(!prmem_destroy(prmem_get("limited", label, TYPE, 1, 0)), "%u", i);
	}
	expect(!prmem_destroy(inst), "the end");
	inst = prmem_get("limited", "x", TYPE, 1, PRMEM_CREATE);
	expect(!IS_ERR(inst), "%ld", PTR_ERR(inst));
	p = prmem_alloc(inst, rounddown_pow_of_two(bytes - SZ_4K));
	expect(p && !prmem_destroy(inst), "what was given back can be had again");
	return 0;
}

/* The subsystem "guaranteed" still gets what limits= says, in pages. */
static int take_guaranteed(void)
{
	struct prmem_instance *inst = prmem_get("guaranteed", "x", TYPE, 1, PRMEM_CREATE);
	u64 got = RECORD;

	if (IS_ERR(inst))
		return PTR_ERR(inst);
	while (got + SZ_4K <= bytes && prmem_alloc_pages(inst, 0))
		got += SZ_4K;
	expect(!prmem_destroy(inst), "guaranteed");
	pr_info("guaranteed took %llu of %llu\n", got, bytes);
	return got + SZ_4K <= bytes ? -ENOSPC : 0;
}

/* After "greedy" has taken all. */
static int minimum(void)
{
	struct prmem_instance *greedy = prmem_get("greedy", "x", TYPE, 1, PRMEM_CREATE);
	int err;

	expect(!IS_ERR(greedy), "%ld", PTR_ERR(greedy));
	pr_info("greedy took %llu\n", take_all(greedy));
	err = take_guaranteed();
	expect(!prmem_destroy(greedy), "greedy");
	return err;
}

int limits(void)
{
	int err = strcmp(name, "max") ? minimum() : maximum();

	if (!err)
		pr_info("limits hold\n");
	return err;
}
