// SPDX-License-Identifier: GPL-2.0-only
/* The reserved memory: where it is, who else wants it, its metadata mapped. */
#include <linux/crash_dump.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>

#include "core/root.h"
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

/**
 * prmem_claim() - take memory in iomem, so that nobody else does
 * @start: physical address
 * @size: bytes
 * @name: what /proc/iomem shows
 *
 * The claim is exclusive: /dev/mem doesn't reach the memory either.
 *
 * Context: Process.
 * Return: The claim, to be given to release_mem_region() by its address and
 * size, or NULL with a message that names the holder.
 */
struct resource *prmem_claim(phys_addr_t start, u64 size, const char *name)
{
	struct resource *res = request_mem_region_exclusive(start, size, name);
	phys_addr_t end = start + size - 1;

	if (!res)
		pr_err("refused: memory %pa-%pa is held by \"%s\": unload its driver first\n",
		       &start, &end, holder_of(iomem_resource.child, start, end) ?: "?");
	return res;
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

static int find_ranges(struct prmem_reservation *r)
{
	/* The compiler must not take the address of a weak symbol as non-zero. */
	const struct prmem_shim *shim = &prmem_shim;
	u32 i;

	OPTIMIZER_HIDE_VAR(shim);
	if (!shim) {
		pr_err("this kernel has no prmem shim: boot one built with CONFIG_PRMEM=y\n");
		return -ENODEV;
	}
	if (shim->abi != PRMEM_SHIM_ABI) {
		pr_err("this kernel's shim has ABI %u, the module needs %u: install matching versions\n",
		       shim->abi, PRMEM_SHIM_ABI);
		return -ENODEV;
	}
	if (is_kdump_kernel()) {
		pr_err("this is a kdump kernel: the memory is left alone\n");
		return -ENODEV;
	}
	if (!shim->count) {
		pr_err("no memory is reserved: boot with prmem=SIZE, for instance prmem=512M\n");
		return -ENODEV;
	}
	r->source = "shim";
	r->boot = shim->boot;
	r->nr_found = shim->count;
	for (i = 0; i < r->nr_found; i++)
		r->found[i].range = shim->range[i];
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
	if (!prmem_claim(f->range.base, f->range.size, "prmem"))
		return -EBUSY;
	release_mem_region(f->range.base, f->range.size);
	if (!prmem_claim(f->range.base, PRMEM_META_SIZE, "prmem metadata"))
		return -EBUSY;
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

/**
 * prmem_reservation_open() - find, claim and map the reserved memory
 * @r: is filled
 * @reset: if the stamps can't be trusted, go on with new ones
 *
 * Nothing is written to the memory.
 *
 * Context: Process.
 * Return: 0, -ENODEV without a reservation, -EBUSY if somebody holds it,
 * -EUCLEAN if its ranges don't belong together, or -ENOMEM; all with a message.
 */
int prmem_reservation_open(struct prmem_reservation *r, bool reset)
{
	struct prmem_fault fault;
	u32 taken;
	int err;

	err = find_ranges(r);
	if (err)
		return err;
	for (taken = 0; taken < r->nr_found; taken++) {
		err = take_range(&r->found[taken]);
		if (err)
			goto err_ranges;
	}
	if (!prmem_space_build(&r->space, r->found, r->nr_found, &fault)) {
		report(r, &fault, reset);
		err = -EUCLEAN;
		if (!reset)
			goto err_ranges;
		prmem_space_renew(&r->space, r->found, r->nr_found, get_random_u64() | 1);
		r->renewed = true;
	}
	r->area = memremap(r->space.range[0].base, PRMEM_META_MAPPED, MEMREMAP_WB);
	err = -ENOMEM;
	if (!r->area)
		goto err_ranges;
	return 0;

err_ranges:
	while (taken--)
		drop_range(&r->found[taken]);
	return err;
}

/**
 * prmem_reservation_mend() - write the stamps that are damaged
 * @r: the reservation, whose fate has been decided
 *
 * Where reset=1 dropped the stamps, the root slots go first.
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
		prmem_stamp_make(&stamp, &r->space, i);
		for (copy = 0; copy < 2; copy++) {
			if (!(r->space.mend & BIT(2 * i + copy)))
				continue;
			prmem_port_write(page + PRMEM_STAMP_OFFSET(copy), &stamp, sizeof(stamp));
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
