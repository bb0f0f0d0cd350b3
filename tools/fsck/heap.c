// SPDX-License-Identifier: GPL-2.0-only
/* The regions of type heap: headers and maps, and the whole by the core. */
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "heap.h"
#include "report.h"

#define MAX_REPORTS	16	/* words of a map: a map that is lost has a million */

static const u8 *region_map(const struct reservation *r, u64 start, u64 size)
{
	const struct piece *piece;
	const u8 *base;
	u32 i = 0;

	while (start >= r->space.offset[i + 1])
		i++;
	piece = r->piece[i];
	if (!piece->have)
		return NULL;
	base = piece_map(piece, start - r->space.offset[i], size);
	if (!base && errno)
		die("%s: can't be mapped: %s", piece->name, strerror(errno));
	return base;
}

/* Enough of a part for those who only ask where something is. */
static void raw_add(struct heaps *h, const struct prmem_region_rec *region, const u8 *base)
{
	struct prmem_heap_part *part = &h->raw.part[h->raw.count];

	h->region[h->raw.count++] = region;
	part->start = le64_to_cpu(region->start);
	part->size = le64_to_cpu(region->size);
	part->base = (u8 *)base;
	part->first = part->start / PRMEM_PAGE + PRMEM_HEAP_MAP(part->size);
	part->pages = part->size / PRMEM_PAGE - PRMEM_HEAP_MAP(part->size);
}

static void say_map(const struct prmem_heap_part *part, const u32 pages[5], u64 faulty)
{
	u32 used = pages[PRMEM_PAGE_DATA] + pages[PRMEM_PAGE_SLAB] + pages[PRMEM_PAGE_INSTANCES];

	say("  map: %s: %u pages: %llu free, %u of data, %u of slabs, %u of instances",
	    faulty ? "not sound" : "sound", part->pages, part->pages - used - faulty,
	    pages[PRMEM_PAGE_DATA], pages[PRMEM_PAGE_SLAB], pages[PRMEM_PAGE_INSTANCES]);
}

static bool check_map(const struct prmem_heap_part *part)
{
	struct block block = { 0 };
	u32 pages[5] = { 0 };
	u64 faulty = 0;

	while (block_next(part, &block)) {
		if (block_kind(&block))
			pages[block_kind(&block)] += block.next - block.i;
		if (block.fault.rule != PRMEM_SOUND && faulty++ < MAX_REPORTS)
			note_broken(&block.fault, "heap: word of page %u", block.at);
	}
	if (faulty > MAX_REPORTS)
		note_fault("heap: %llu more words of this map break a rule", faulty - MAX_REPORTS);
	say_map(part, pages, faulty);
	return !faulty;
}

static bool check_part(const struct heaps *h, u32 i)
{
	const struct prmem_heap_part *part = &h->raw.part[i];
	struct prmem_fault fault;
	bool header = prmem_check_header((const struct prmem_heap_rec *)part->base, h->region[i],
					 h->raw.id, &fault);

	say("heap %u: %#llx, %llu KiB, pages from %u on", i, part->start, part->size >> 10,
	    part->first);
	if (header)
		say("  header: sound");
	else
		note_broken(&fault, "heap %u", i);
	return check_map(part) && header;
}

/* All that is there; each header and map by itself. */
static void find_parts(const struct reservation *r, const struct prmem_table_rec *table,
		       struct heaps *h)
{
	u32 i;

	for (i = 0; i < le32_to_cpu(table->count); i++) {
		const struct prmem_region_rec *region = &table->region[i];
		u64 start = le64_to_cpu(region->start), size = le64_to_cpu(region->size);
		const u8 *base;

		if (le32_to_cpu(region->type) != PRMEM_REGION_HEAP)
			continue;
		base = start + size <= PRMEM_MAX_HEAP_END ? region_map(r, start, size) : NULL;
		if (base) {
			raw_add(h, region, base);
			continue;
		}
		say("heap in region %u: not judged: it is not in what was given", i);
		h->incomplete = true;
	}
	for (i = 0; i < h->raw.count; i++)
		h->holds[i] = check_part(h, i);
}

static void give_rooms(struct prmem_heap *heap, u64 records)
{
	u64 pages = prmem_heap_records(heap);
	u32 bits;
	size_t room = prmem_heap_index_room(records, &bits);

	if (pages > PRMEM_MAX_RECORDS)
		die("more than %u pages of instances: too many to be judged", PRMEM_MAX_RECORDS);
	prmem_heap_set_tallies(heap, get_memory(prmem_heap_tallies_room(pages)), pages);
	prmem_heap_set_index(heap, get_memory(room), bits);
}

/**
 * heaps_open() - have the core judge the whole
 * @h: the heap; opened and fault are set
 *
 * Context: Any; only if all headers and maps are sound.
 */
void heaps_open(struct heaps *h)
{
	struct prmem_heap *heap = get_memory(sizeof(*heap));
	u64 key[2];
	u32 i;

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		die("no random numbers: %s", strerror(errno));
	prmem_heap_init(heap, h->raw.id, key);
	for (i = 0; i < h->raw.count; i++)
		if (!prmem_heap_attach(heap, h->raw.part[i].base, h->region[i],
				       get_memory(prmem_heap_room(h->raw.part[i].size)),
				       &h->fault))
			return;
	give_rooms(heap, h->records);
	if (prmem_heap_check(heap, &h->fault))
		h->opened = heap;
}

static void say_verdict(const struct heaps *h, bool faults)
{
	if (h->opened)
		say("heap: sound: %llu instances, %llu more being destroyed, %llu KiB free",
		    h->opened->instances, h->opened->dying, prmem_heap_free(h->opened) >> 10);
	else if (h->incomplete && !faults)
		say("heap: not judged as a whole: a part of it is not in what was given");
	else
		say("heap: a module refuses its instances (EUCLEAN), not its disks");
}

/**
 * heaps_check() - check the regions of type heap, and print what is in them
 * @r: the reservation
 * @table: the region table that counts
 *
 * Context: Any; prints.
 */
void heaps_check(const struct reservation *r, const struct prmem_table_rec *table)
{
	struct heaps *h = get_memory(sizeof(*h));
	unsigned long before = report.faults;
	bool whole = true;
	u32 i;

	if (!prmem_regions_have_heap(table))
		return;
	h->raw.id = r->space.id;
	find_parts(r, table, h);
	h->records = records_count(h);
	for (i = 0; i < h->raw.count; i++)
		whole = whole && h->holds[i];
	if (whole && !h->incomplete)
		heaps_open(h);
	records_check(h);
	blocks_check(h);
	/* What only shows in the whole: names used twice, where data lies. */
	if (h->fault.rule != PRMEM_SOUND && before == report.faults)
		note_broken(&h->fault, "heap: page %u", h->fault.at);
	say_verdict(h, before != report.faults);
}
