// SPDX-License-Identifier: GPL-2.0-only
/* A region is filled with objects of one size; what isn't theirs is counted. */
#include <stdio.h>

#include "bench.h"
#include "../../module/core/pages.h"

static const size_t sizes[] = {
	16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 16384, 65536, 1 << 20,
};
static const u64 regions[] = { 2ULL << 20, 64ULL << 20, 1ULL << 30 };

#define SIZES	(sizeof(sizes) / sizeof(*sizes))
#define REGIONS	(sizeof(regions) / sizeof(*regions))

/* Of header, map, records and slabs' heads; what is free at last is no overhead. */
static double overhead(u64 region, size_t size)
{
	struct bench_heap h;
	struct prmem_owner owner;
	u64 objects = 0, used;

	bench_heap_make(&h, region, 1);
	prmem_owner_open(&h.heap, bench_heap_create(&h, "overhead"), &owner);
	while (prmem_owner_alloc(&h.heap, &owner, size))
		objects++;
	used = region - prmem_heap_free(&h.heap);
	bench_heap_free(&h);
	return (double)(used - objects * size) / region;
}

void bench_overhead(struct figures *figures)
{
	double part = 0;
	u32 i, j;

	puts("\nOverhead, counted: header, map, a page of records and slabs' heads of a region\n"
	     "that is filled with objects of one size, in % of it.\n");
	printf("%10s", "bytes");
	for (j = 0; j < REGIONS; j++)
		printf(" %8llu MiB", regions[j] >> 20);
	puts("");
	for (i = 0; i < SIZES; i++) {
		printf("%10zu", sizes[i]);
		for (j = 0; j < REGIONS; j++) {
			part = overhead(regions[j], sizes[i]);
			printf(" %12.3f", 100 * part);
			if (sizes[i] >= PRMEM_PAGE && j == REGIONS - 1 && part > figures->overhead)
				figures->overhead = part;
		}
		puts("");
	}
}
