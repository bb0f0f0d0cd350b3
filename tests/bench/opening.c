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

/*
 * The checksums that the format has: two for a record, of which the second is its data's,
 * and each of them too short for more than one at a time. Nothing is compared.
 */
static double records_once(const struct bench_heap *h)
{
	const struct prmem_instances_rec *page = (const void *)(h->base +
		PRMEM_HEAP_MAP(h->region.size) * PRMEM_PAGE);
	double start = now();
	u32 sum = 0, i, n;

	for (n = 0; n < h->heap.part[0].nr_records; n++, page++) {
		for (i = 0; i < PRMEM_INSTANCES; i++) {
			const struct prmem_instance_rec *rec = &page->instance[i];

			sum += crc32c_stream(0, rec, offsetof(struct prmem_instance_rec, data) + 8);
			sum += crc32c_stream(0, rec->data, 32);
		}
	}
	sink = sum;
	return (now() - start) / 1e6;
}

static void row(const char *what, const double *rounds, double opening)
{
	const double ms = median(rounds);

	printf("%-36s %8.1f %8.2f\n", what, ms, opening / ms);
}

void bench_opening(struct figures *figures)
{
	double rounds[4][ROUNDS], opening;
	struct bench_heap h;
	size_t bytes;
	u32 round;

	bench_heap_make(&h, 256ULL << 20, MANY);
	bench_heap_fill(&h, MANY);
	bytes = bytes_of(&h, MANY);
	for (round = 0; round < ROUNDS; round++) {
		rounds[0][round] = open_once(&h);
		rounds[1][round] = records_once(&h);
		rounds[2][round] = read_once(h.base, bytes, true);
		rounds[3][round] = read_once(h.base, bytes, false);
	}
	opening = median(rounds[0]);
	figures->opening = opening / median(rounds[2]);
	figures->opening_three = opening / median(rounds[3]);
	printf("\nOpening %u instances, ms, beside CRC-32C over the same %zu MiB, read once.\n\n",
	       MANY, bytes >> 20);
	printf("%-36s %8s %8s\n", "", "ms", "ratio");
	row("prmem", rounds[0], opening);
	row("CRC-32C, record by record", rounds[1], opening);
	row("CRC-32C, all in one", rounds[2], opening);
	row("CRC-32C, three pages at a time", rounds[3], opening);
	bench_heap_free(&h);
}
