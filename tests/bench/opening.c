// SPDX-License-Identifier: GPL-2.0-only
/* How long an old heap takes to open, beside a checksum of the bytes that it looks at. */
#include <stdio.h>

#include "bench.h"

#define MANY	1000000

static volatile u32 sink;	/* so that no checksum is left out */

/* Map and records, which lie one behind the other as they were made in turn. */
static size_t bytes_of(const struct bench_heap *h, u32 instances)
{
	const struct prmem_heap_part *part = &h->heap.part[0];
	u32 records = (instances + PRMEM_INSTANCES - 1) / PRMEM_INSTANCES;

	if (part->nr_records != records || prmem_bitmap_next(&part->records, 0) != 0 ||
	    !prmem_bitmap_has(&part->records, records - 1))
		die("records aren't where they should be");
	return (size_t)(PRMEM_HEAP_MAP(h->region.size) + records) * PRMEM_PAGE;
}

static double open_once(struct bench_heap *h)
{
	double start = now();

	bench_heap_open(h);
	return (now() - start) / 1e6;
}

static double read_once(const u8 *p, size_t bytes, bool stream)
{
	double start = now();

	sink = stream ? crc32c_stream(0, p, bytes) : crc32c_pages(p, bytes / PRMEM_PAGE);
	return (now() - start) / 1e6;
}

void bench_opening(struct figures *figures)
{
	double rounds[3][ROUNDS], opening, pages, stream;
	struct bench_heap h;
	size_t bytes;
	u32 round;

	bench_heap_make(&h, 256ULL << 20, MANY);
	bench_heap_fill(&h, MANY);
	bytes = bytes_of(&h, MANY);
	for (round = 0; round < ROUNDS; round++) {
		rounds[0][round] = open_once(&h);
		rounds[1][round] = read_once(h.base, bytes, false);
		rounds[2][round] = read_once(h.base, bytes, true);
	}
	opening = median(rounds[0]);
	pages = median(rounds[1]);
	stream = median(rounds[2]);
	figures->opening = opening / pages;
	printf("\nOpening %u instances, ms, beside CRC-32C over the same %zu MiB: three pages\n"
	       "at a time, as fast as the instruction can be, and one byte after the other.\n\n",
	       MANY, bytes >> 20);
	printf("%10s %12s %10s %14s %10s\n", "prmem", "three pages", "ratio", "one stream",
	       "ratio");
	printf("%10.1f %12.1f %10.2f %14.1f %10.2f\n", opening, pages, opening / pages, stream,
	       opening / stream);
	bench_heap_free(&h);
}
