// SPDX-License-Identifier: GPL-2.0-only
/* The reserved memory: where it is, who else wants it, its metadata mapped. */
#include <linux/crash_dump.h>
#include <linux/device.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>

#include "core/root.h"
#include "memmap.h"
#include "published.h"
#include "reservation.h"

/* NULL on a kernel without the shim. */
extern const struct prmem_shim prmem_shim __weak;

/*
 * Only to name somebody in an error message: the lock of the resource tree is
 * not exported, and drivers that come and go at this moment may be missed.
 */
static const char *holder_of(struct resource *res, phys_addr_t start, phys_addr_t end)
{
	const char *name;

	for (; res; res = res->sibling) {
		if (res->end < start || res->start > end)
			continue;
		name = holder_of(res->child, start, end);
		if (name)
			return name;
		if (res->flags & IORESOURCE_BUSY)
			return res->name;
	}
	return NULL;
}

/* nd_e820 makes a raw disk of all memory of type 12, and lets go of it when unbound. */
static bool is_of_e820(phys_addr_t start, u64 size)
{
	struct device *dev;
	bool bound;

	if (region_intersects(start, size, IORESOURCE_MEM, IORES_DESC_PERSISTENT_MEMORY_LEGACY) ==
	    REGION_DISJOINT)
		return false;
	dev = bus_find_device_by_name(&platform_bus_type, NULL, "e820_pmem");
	bound = dev && dev->driver;
	put_device(dev);
	return bound;
}

/**
 * prmem_claim() - take memory in iomem, so that nobody else does
 * @start: physical address
 * @size: bytes
 * @name: what /proc/iomem shows
 *
 * The claim is exclusive: /dev/mem doesn't reach the memory either.
 *
 * Context: Process.
 * Return: 0, and release_mem_region() gives it back; -EBUSY with a message that names
 * the holder, or -ENOMEM.
 */
int prmem_claim(phys_addr_t start, u64 size, const char *name)
{
	phys_addr_t end = start + size - 1;

	if (request_mem_region_exclusive(start, size, name))
		return 0;
	name = holder_of(iomem_resource.child, start, end);
	if (!name)
		return -ENOMEM;
	if (is_of_e820(start, size))
		pr_err("refused: memory %pa-%pa is held by \"%s\" of nd_e820: unmount it, then echo e820_pmem > /sys/bus/platform/drivers/e820_pmem/unbind\n",
		       &start, &end, name);
	else
		pr_err("refused: memory %pa-%pa is held by \"%s\": unload its driver first\n",
		       &start, &end, name);
	return -EBUSY;
}

/**
 * prmem_clear() - fill memory with zeros
 * @start: physical address, a multiple of PRMEM_GRAIN
 * @size: bytes, a multiple of PRMEM_GRAIN
 *
 * Context: Process; sleeps. Maps a piece at a time.
 * Return: 0, -ENOMEM, or -EINTR if the caller is being killed.
 */
int prmem_clear(phys_addr_t start, u64 size)
{
	while (size) {
		size_t piece = min_t(u64, size, SZ_32M);
		void *p = memremap(start, piece, MEMREMAP_WB);

		if (!p)
			return -ENOMEM;
		memset(p, 0, piece);
		memunmap(p);
		start += piece;
		size -= piece;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

/* What the shim found, if there is one. */
static int ask_shim(struct prmem_reservation *r, bool *there)
{
	/* The compiler must not take the address of a weak symbol as non-zero. */
	const struct prmem_shim *shim = &prmem_shim;
	u32 i;

	OPTIMIZER_HIDE_VAR(shim);
	*there = shim;
	if (!shim)
		return 0;
	if (shim->abi != PRMEM_SHIM_ABI) {
		pr_err("this kernel's shim has ABI %u, the module needs %u: install matching versions\n",
		       shim->abi, PRMEM_SHIM_ABI);
		return -ENODEV;
	}
	r->source = "shim";
	r->boot = shim->boot;
	r->nr_found = shim->count;
	for (i = 0; i < r->nr_found; i++)
		r->found[i].range = shim->range[i];
	return 0;
}

static bool is_found(const struct prmem_reservation *r, u64 base)
{
	u32 i = 0;

	while (i < r->nr_found && r->found[i].range.base != base)
		i++;
	return i < r->nr_found;
}

static int find_ranges(struct prmem_reservation *r, u64 adopt)
{
	bool shim;
	int err;

	if (is_kdump_kernel()) {
		pr_notice("this is a kdump kernel: the memory is left alone\n");
		return -ENODEV;
	}
	err = ask_shim(r, &shim);
	if (!err && !shim)
		err = prmem_boot_number(&r->boot);
	if (!err && !r->nr_found)
		err = prmem_memmap_find(r, adopt);
	if (err)
		return err;
	if (!r->nr_found) {
		if (shim)
			pr_notice("no memory is reserved: boot with prmem=SIZE, for instance prmem=512M\n");
		else
			pr_notice("this kernel has no prmem shim: boot one built with CONFIG_PRMEM=y\n");
		return -ENODEV;
	}
	if (adopt && !is_found(r, adopt))
		pr_warn("adopt=%#llx ignored: there is stamped memory, at %#llx\n", adopt,
			r->found[0].range.base);
	return 0;
}

static void drop_range(struct prmem_found *f)
{
	memunmap((void *)f->page);
	release_mem_region(f->range.base, PRMEM_META_SIZE);
}

/*
 * See that nobody holds any of the range, and take its metadata area. The rest
 * is claimed by the pools and by nd_pmem, which fail by themselves if somebody
 * comes in between.
 */
static int take_range(struct prmem_found *f)
{
	int err = prmem_claim(f->range.base, f->range.size, "prmem");

	if (err)
		return err;
	release_mem_region(f->range.base, f->range.size);
	err = prmem_claim(f->range.base, PRMEM_META_SIZE, "prmem metadata");
	if (err)
		return err;
	f->page = memremap(f->range.base, PRMEM_PAGE, MEMREMAP_WB);
	if (!f->page) {
		release_mem_region(f->range.base, PRMEM_META_SIZE);
		return -ENOMEM;
	}
	return 0;
}

/* A stamp's message names the range; a missing range has no place. */
static void report(const struct prmem_reservation *r, const struct prmem_fault *fault, bool reset)
{
	const char *head = reset ? "reset: dropped" : "refused";
	const char *hint = reset ? "" : "; reset=1 starts anew and loses the contents";
	const struct prmem_range *range = &r->found[fault->at].range;

	if (fault->rule == PRMEM_BAD_MISSING)
		pr_err("%s: range %u of %llu is missing: the memory map did not bring it%s\n",
		       head, fault->at, fault->want, hint);
	else
		pr_err("%s: range %#llx-%#llx: %s: %#llx expected %#llx%s\n", head, range->base,
		       range->base + range->size - 1, prmem_fault_text(fault->rule), fault->got,
		       fault->want, hint);
}

/* Put the ranges together, with their stamps or with new ones. */
static int build(struct prmem_reservation *r, bool reset)
{
	struct prmem_fault fault;

	if (prmem_space_build(&r->space, r->found, r->nr_found, &fault))
		return 0;
	r->fresh = r->named && prmem_range_is_unused(&r->found[0], &fault);
	if (!r->fresh) {
		report(r, &fault, reset);
		if (!reset)
			return -EUCLEAN;
	}
	prmem_space_renew(&r->space, r->found, r->nr_found, get_random_u64() | 1);
	r->renewed = true;
	return 0;
}

/**
 * prmem_reservation_open() - find, claim and map the reserved memory
 * @r: is filled
 * @adopt: address of memory of type 12 to begin a reservation in, if there is
 *	none; or 0
 * @reset: if the stamps can't be trusted, go on with new ones
 *
 * Nothing is written to the memory.
 *
 * Context: Process.
 * Return: 0, -ENODEV without a reservation, -EINVAL if @adopt can't be one,
 * -EBUSY if somebody holds it, -EUCLEAN if its ranges don't belong together,
 * or -ENOMEM; all with a message.
 */
int prmem_reservation_open(struct prmem_reservation *r, u64 adopt, bool reset)
{
	u32 taken;
	int err;

	err = find_ranges(r, adopt);
	if (err)
		return err;
	for (taken = 0; taken < r->nr_found; taken++) {
		err = take_range(&r->found[taken]);
		if (err)
			goto err_ranges;
	}
	err = build(r, reset);
	if (err)
		goto err_ranges;
	r->area = memremap(r->space.range[0].base, PRMEM_META_MAPPED, MEMREMAP_WB);
	err = -ENOMEM;
	if (!r->area)
		goto err_ranges;
	err = prmem_kexec_load_safe(&r->space, &r->kexec_load_safe);
	if (err)
		goto err_area;
	return 0;

err_area:
	memunmap(r->area);
err_ranges:
	while (taken--)
		drop_range(&r->found[taken]);
	return err;
}

/**
 * prmem_reservation_mend() - write the stamps that are damaged, or new ones
 * @r: the reservation, whose fate has been decided
 *
 * Before new stamps the places of the root slots are cleared.
 *
 * Context: Process; writes persistent memory.
 */
void prmem_reservation_mend(struct prmem_reservation *r)
{
	struct prmem_stamp stamp;
	u32 i, copy;

	for (i = 0; i < r->space.count; i++) {
		u8 *page = (u8 *)r->found[r->space.found[i]].page;

		if (r->renewed)
			prmem_wipe(page);
		if (r->fresh)
			pr_info("memory %#llx-%#llx: nothing of prmem is there: stamped, as adopt= asks\n",
				r->space.range[i].base,
				r->space.range[i].base + r->space.range[i].size - 1);
		prmem_stamp_make(&stamp, &r->space, i);
		for (copy = 0; copy < 2; copy++) {
			if (!(r->space.mend & BIT(2 * i + copy)))
				continue;
			prmem_stamp_write(page, copy, &stamp);
			if (!r->renewed)
				pr_warn("range %u: stamp %c was damaged and is mended\n", i,
					'A' + copy);
		}
	}
	r->space.mend = 0;
}

/**
 * prmem_reservation_close() - let go of the memory, which stays as it is
 * @r: the reservation
 *
 * Context: Process.
 */
void prmem_reservation_close(struct prmem_reservation *r)
{
	u32 i;

	memunmap(r->area);
	for (i = 0; i < r->nr_found; i++)
		drop_range(&r->found[i]);
}

/**
 * prmem_reservation_phys() - the address of a place in the reservation
 * @r: the reservation
 * @offset: below its size
 *
 * Context: Any.
 * Return: The physical address.
 */
phys_addr_t prmem_reservation_phys(const struct prmem_reservation *r, u64 offset)
{
	u32 i = 0;

	while (offset >= r->space.offset[i + 1])
		i++;
	return r->space.range[i].base + (offset - r->space.offset[i]);
}
