// SPDX-License-Identifier: GPL-2.0-only
/* What subsystems are guaranteed, and what they may have at most. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "heap.h"
#include "quota.h"

/* Set while the module is loaded; what is used changes under the heap's lock. */
static struct prmem_limit *limits;
static u32 nr_limits;

/* Maps and records want their share, at most 1.8 %: 8 of 4096 bytes, a page for 21 instances. */
static u64 with_overhead(u64 bytes)
{
	return bytes + DIV_ROUND_UP_ULL(bytes, 50);
}

static int refuse(const char *entry, const char *why)
{
	pr_err("refused: limits=: entry \"%.*s\": %s\n", (int)strcspn(entry, ",\n"), entry, why);
	return -EINVAL;
}

/* An entry has a comma behind it, or is the last. */
static u32 entries_at_most(const char *text)
{
	u32 n = 1;

	while ((text = strchr(text, ','))) {
		text++;
		n++;
	}
	return n;
}

static int read_all(const char *text)
{
	const char *at = text, *entry = text, *why = NULL;
	struct prmem_limitspec spec;
	int more;

	while ((more = prmem_limitspec_next(&at, &spec, &why)) > 0) {
		if (prmem_limit_find(spec.subsystem))
			return refuse(entry, "the subsystem is given twice");
		limits[nr_limits++].spec = spec;
		entry = at;
	}
	return more ? refuse(entry, why) : 0;
}

/**
 * prmem_limits_open() - read the parameter
 * @text: limits=, or NULL
 *
 * Context: Process, while the module is loaded.
 * Return: 0, -EINVAL for an entry that is malformed or given twice, with a message,
 * or -ENOMEM; prmem_limits_close() undoes it.
 */
int prmem_limits_open(const char *text)
{
	int err;

	if (!text || !*text)
		return 0;
	limits = kvcalloc(entries_at_most(text), sizeof(*limits), GFP_KERNEL);
	if (!limits)
		return -ENOMEM;
	err = read_all(text);
	if (err)
		prmem_limits_close();
	return err;
}

/**
 * prmem_limits_fit() - is there as much memory as is guaranteed?
 * @table: the region list
 *
 * Which other instances have some of it isn't known yet.
 *
 * Context: Process, while the module is loaded.
 * Return: 0 or -ENOSPC, with a message that names the entry that is too much.
 */
int prmem_limits_fit(const struct prmem_table_rec *table)
{
	u64 largest, size = prmem_regions_free(table, &largest) + prmem_heap_size(table);
	u64 sum = 0;
	u32 i;

	for (i = 0; i < nr_limits; i++) {
		const struct prmem_limitspec *spec = &limits[i].spec;
		u64 need = with_overhead(spec->min);

		if (need > size - sum) {
			pr_err("refused: limits=: entry \"%s\": the minimum takes %llu KiB, and %llu KiB are left for it\n",
			       spec->subsystem, need / SZ_1K, (size - sum) / SZ_1K);
			return -ENOSPC;
		}
		sum += need;
	}
	return 0;
}

/**
 * prmem_limits_close() - forget the parameter
 *
 * Context: Process; nobody uses the heap any more.
 */
void prmem_limits_close(void)
{
	kvfree(limits);
	limits = NULL;
	nr_limits = 0;
}

/**
 * prmem_limits_count() - see what the limited subsystems have
 * @heap: the heap, just opened
 *
 * Looks at every instance, if there are limits at all.
 *
 * Context: Process, with the heap's lock.
 */
void prmem_limits_count(const struct prmem_heap *heap)
{
	struct prmem_limit *limit;
	u64 number = 0;
	u32 i;

	for (i = 0; i < nr_limits; i++)
		limits[i].used = 0;
	while (nr_limits && (number = prmem_instance_next(heap, number))) {
		const struct prmem_instance_rec *rec = prmem_instance_at(heap, number);

		limit = prmem_limit_find((const char *)rec->subsystem);
		prmem_limit_account(limit, sizeof(*rec));
		prmem_limit_account(limit, (u64)prmem_instance_tally(heap, number)->pages *
					   PRMEM_PAGE);
		cond_resched();
	}
}

/**
 * prmem_limit_find() - the limit of a subsystem
 * @subsystem: its name
 *
 * Context: Any.
 * Return: The limit, or NULL if it has none.
 */
struct prmem_limit *prmem_limit_find(const char *subsystem)
{
	u32 i;

	for (i = 0; i < nr_limits; i++)
		if (!strcmp(limits[i].spec.subsystem, subsystem))
			return &limits[i];
	return NULL;
}

/**
 * prmem_limit_at() - the limits one by one
 * @i: 0, 1...
 *
 * Context: Any.
 * Return: The limit, or NULL if there is no more.
 */
const struct prmem_limit *prmem_limit_at(u32 i)
{
	return i < nr_limits ? &limits[i] : NULL;
}

/* What is guaranteed to others and not theirs yet. */
static u64 guaranteed_to_others(const struct prmem_limit *limit)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < nr_limits; i++)
		if (&limits[i] != limit && limits[i].used < limits[i].spec.min)
			sum += limits[i].spec.min - limits[i].used;
	return with_overhead(sum);
}

/**
 * prmem_limit_allows() - may a subsystem have more?
 * @limit: its limit, or NULL if it has none
 * @bytes: what would be accounted to it
 * @pages: bytes of whole pages that would be taken
 *
 * Context: Process, with the heap's lock.
 * Return: 0, -EDQUOT if it would have more than its maximum, or -ENOSPC if others
 * would not get what is guaranteed to them.
 */
int prmem_limit_allows(const struct prmem_limit *limit, u64 bytes, u64 pages)
{
	u64 guaranteed;

	if (limit && (limit->used > limit->spec.max || bytes > limit->spec.max - limit->used))
		return -EDQUOT;
	guaranteed = pages ? guaranteed_to_others(limit) : 0;
	if (guaranteed && prmem_heap_available() < guaranteed + pages)
		return -ENOSPC;
	return 0;
}

/**
 * prmem_limit_account() - note what a subsystem has got or given back
 * @limit: its limit, or NULL if it has none
 * @bytes: how much more it has
 *
 * Context: Process, with the heap's lock.
 */
void prmem_limit_account(struct prmem_limit *limit, s64 bytes)
{
	if (limit)
		limit->used += bytes;
}
