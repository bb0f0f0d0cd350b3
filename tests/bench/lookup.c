// SPDX-License-Identifier: GPL-2.0-only
/* Instances found by name: of few and of many. */
#include <stdio.h>

#include "bench.h"

#define LOOKUPS	200000	/* a round */
#define FEW	1000
#define MANY	1000000

static char (*names)[PRMEM_LABEL_LEN];

/* In the order in which they are looked for, so that to have them costs nothing. */
static void choose(u32 instances)
{
	u32 i;

	for (i = 0; i < LOOKUPS; i++)
		bench_name(names[i], random_below(instances));
}

/* ns for one. */
static double look_up(const struct bench_heap *h)
{
	double start = now();
	u32 i;

	for (i = 0; i < LOOKUPS; i++)
		if (!prmem_instance_find(&h->heap, "bench", names[i]))
			die("an instance isn't found");
	return (now() - start) / LOOKUPS;
}

static void measure(const struct bench_heap *h, u32 instances, double *rounds)
{
	choose(instances);
	look_up(h);
	*rounds = look_up(h);
}

static volatile u64 sink;

/*
 * What no lookup of so many can do without: a read of the index and one of the record
 * that it names, each at a place that is in no cache. ns for both.
 */
static double two_reads(const u8 *slots, size_t slots_size, const u8 *records, size_t records_size)
{
	double start = now();
	u64 got = 0;
	u32 i;

	for (i = 0; i < LOOKUPS; i++) {
		got = *(const u64 *)(slots + (random_next() + got) % slots_size / 8 * 8);
		got = *(const u64 *)(records + (random_next() + got) % records_size / 8 * 8);
	}
	sink = got;
	return (now() - start) / LOOKUPS;
}

void bench_lookup(struct figures *figures)
{
	double few_rounds[ROUNDS], many_rounds[ROUNDS], read_rounds[ROUNDS], few, many;
	struct bench_heap small, large;
	u32 round;

	names = get_memory(LOOKUPS * sizeof(*names));
	bench_heap_make(&small, PRMEM_GRAIN, FEW);
	bench_heap_make(&large, 256ULL << 20, MANY);
	bench_heap_fill(&small, FEW);
	bench_heap_fill(&large, MANY);
	for (round = 0; round < ROUNDS; round++) {
		measure(&small, FEW, &few_rounds[round]);
		measure(&large, MANY, &many_rounds[round]);
		read_rounds[round] = two_reads(large.index, sizeof(u64) << large.bits, large.base,
					       MANY * sizeof(struct prmem_instance_rec));
	}
	few = median(few_rounds);
	many = median(many_rounds);
	figures->lookup = many / few;
	puts("\nLookup by name, ns. Names at random; and what memory takes alone: two reads, one\n"
	     "after the other, at random places of a million's index and records.\n");
	printf("%10s %9s %9s\n", "instances", "prmem", "ratio");
	printf("%10u %9.0f %9.2f\n", FEW, few, 1.0);
	printf("%10u %9.0f %9.2f\n", MANY, many, figures->lookup);
	printf("%10s %9.0f\n", "two reads", median(read_rounds));
	bench_heap_free(&small);
	bench_heap_free(&large);
	free_memory(names, LOOKUPS * sizeof(*names));
}
