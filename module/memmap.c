// SPDX-License-Identifier: GPL-2.0-only
/* Memory that the memory map brings as type 12, where no shim found any. */
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "memmap.h"

/* The metadata area, and a grain for a region. */
#define MIN_SIZE	(2 * PRMEM_GRAIN)

struct search {
	struct prmem_reservation *r;
	u64 adopt;
	struct prmem_range named;	/* the entry that @adopt lies in */
	u64 unstamped;			/* where the last one without a stamp is */
	int err;
};

/* The rules are those of the shim's prmem_find(). */
static int look_at(struct resource *res, void *arg)
{
	struct search *s = arg;
	struct prmem_found found = { .range = { res->start, resource_size(res) } };
	bool stamped;

	if (s->adopt - res->start < found.range.size)
		s->named = found.range;
	if ((found.range.base | found.range.size) % PRMEM_GRAIN ||
	    s->r->nr_found == PRMEM_MAX_RANGES)
		return 0;
	found.page = memremap(found.range.base, PRMEM_PAGE, MEMREMAP_WB);
	if (!found.page) {
		pr_err("refused: memory %pa-%pa of type 12 can't be mapped, and may be ours\n",
		       &res->start, &res->end);
		s->err = -ENOMEM;
		return s->err;
	}
	stamped = prmem_range_is_stamped(&found);
	memunmap((void *)found.page);
	if (stamped) {
		s->r->found[s->r->nr_found++].range = found.range;
	} else if (found.range.base != s->adopt) {
		pr_info("memory %pa-%pa of type 12 is left alone: no sound stamp\n", &res->start,
			&res->end);
		s->unstamped = found.range.base;
	}
	return 0;
}

static int check_named(const struct prmem_range *named, u64 adopt)
{
	if (!named->size) {
		if (region_intersects(adopt, 1, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
		    REGION_DISJOINT)
			pr_err("refused: adopt=%#llx: no memory of type 12 is there\n", adopt);
		else
			pr_err("refused: adopt=%#llx: System RAM is there: boot with memmap=SIZE!%#llx\n",
			       adopt, adopt);
		return -ENODEV;
	}
	if (named->base != adopt) {
		pr_err("refused: adopt=%#llx: expected %#llx, where the memory of type 12 begins\n",
		       adopt, named->base);
		return -EINVAL;
	}
	if (named->base % PRMEM_GRAIN) {
		pr_err("refused: adopt=%#llx: expected a multiple of %#llx\n", adopt, PRMEM_GRAIN);
		return -EINVAL;
	}
	if (named->size % PRMEM_GRAIN || named->size < MIN_SIZE) {
		pr_err("refused: adopt=%#llx: the memory there has %llu KiB, expected a multiple of %llu and at least %llu\n",
		       adopt, named->size / SZ_1K, PRMEM_GRAIN / SZ_1K, MIN_SIZE / SZ_1K);
		return -EINVAL;
	}
	return 0;
}

/**
 * prmem_memmap_find() - find our ranges among the memory of e820 type 12
 * @r: its source and ranges are set, if any is found
 * @adopt: the address of the range to take if none is stamped, or 0
 *
 * Nothing is claimed and nothing is written.
 *
 * Context: Process.
 * Return: 0, also if there is nothing; -ENODEV or -EINVAL if @adopt doesn't
 * name memory that could be taken, with a message; or -ENOMEM.
 */
int prmem_memmap_find(struct prmem_reservation *r, u64 adopt)
{
	struct search s = { .r = r, .adopt = adopt };
	int err;

	walk_iomem_res_desc(IORES_DESC_PERSISTENT_MEMORY_LEGACY, IORESOURCE_MEM, 0, -1, &s,
			    look_at);
	if (s.err)
		return s.err;
	r->source = "e820";
	if (!r->nr_found && !adopt && s.unstamped)
		pr_info("adopt=%#llx would take it, if nobody else needs it\n", s.unstamped);
	if (r->nr_found || !adopt)
		return 0;
	err = check_named(&s.named, adopt);
	if (err)
		return err;
	r->source = "adopt";
	r->named = true;
	r->found[r->nr_found++].range = s.named;
	return 0;
}
