// SPDX-License-Identifier: GPL-2.0-only
/*
 * One is allocated and a random one of those that live is freed, over and over. So
 * the gaps are where they are after a long time, and not at the end.
 */
#include <stdio.h>

#include "bench.h"

#define TURNS		20000	/* a round */
#define REGION		(512ULL << 20)
#define MAX_LIVE	100000

/* The last one only with small objects: with pages a search takes 160 us. */
enum contestant { CORE, FIRST_FIT, CLEAR, FIRST_FIT_16, CONTESTANTS };

static struct bench_heap bench;
static struct prmem_owner owner;
static struct first_fit fit, fit_16;
static u8 *memory;	/* first fit's, and what is cleared for comparison */
static void *live[CONTESTANTS][MAX_LIVE + 1];
static u32 victims[TURNS];
static u32 contestants;

static void *get(enum contestant who, size_t size)
{
	u64 ref;
	void *p;

	switch (who) {
	case CORE:
		ref = prmem_owner_alloc(&bench.heap, &owner, size);
		p = ref ? prmem_heap_at(&bench.heap, ref, size) : NULL;
		break;
	case FIRST_FIT:
		p = first_fit_get(&fit, size);
		break;
	case FIRST_FIT_16:
		p = first_fit_get(&fit_16, size);
		break;
	default:
		p = memory + random_next() % (REGION / size) * size;
		memset(p, 0, size);
	}
	if (!p)
		die("a region is too small");
	return p;
}

static void put(enum contestant who, void *p, size_t size)
{
	switch (who) {
	case CORE:
		if (prmem_owner_free(&bench.heap, &owner, prmem_heap_ref(&bench.heap, p)))
			die("an object can't be freed");
		break;
	case FIRST_FIT:
		first_fit_put(&fit, p, size);
		break;
	case FIRST_FIT_16:
		first_fit_put(&fit_16, p, size);
		break;
	default:
		break;
	}
}

/* ns for one allocation and one free. */
static double turns(enum contestant who, size_t size)
{
	void **mine = live[who];
	double start = now();
	u32 i;

	for (i = 0; i < TURNS; i++) {
		void *p = get(who, size);

		put(who, mine[victims[i]], size);
		mine[victims[i]] = p;
	}
	return (now() - start) / TURNS;
}

/* As many as @from is live; and then @count, besides the one that comes and goes. */
static void fill(size_t size, u32 from, u32 count)
{
	enum contestant who;
	u32 i;

	for (who = 0; who < contestants; who++)
		for (i = from; i < count; i++)
			live[who][i] = get(who, size);
}

static void measure(size_t size, u32 count, double result[CONTESTANTS])
{
	double rounds[CONTESTANTS][ROUNDS];
	enum contestant who;
	u32 round, i;

	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < TURNS; i++)
			victims[i] = random_below(count);
		for (who = 0; who < contestants; who++)
			rounds[who][round] = turns(who, size);
	}
	for (who = 0; who < contestants; who++)
		result[who] = median(rounds[who]);
}

static void begin(size_t size)
{
	bench_heap_make(&bench, REGION, 1);
	prmem_owner_open(&bench.heap, bench_heap_create(&bench, "alloc"), &owner);
	first_fit_make(&fit, memory, REGION, __builtin_ctzl(size));
	first_fit_make(&fit_16, memory, REGION, 4);
	contestants = size < PRMEM_PAGE ? CONTESTANTS : FIRST_FIT_16;
}

static void end(void)
{
	first_fit_free(&fit);
	first_fit_free(&fit_16);
	bench_heap_free(&bench);
}

/* The last line's figures. */
static void table(size_t size, double result[CONTESTANTS])
{
	static const u32 counts[] = { 1, 1000, MAX_LIVE };
	double first = 0;
	u32 i;

	begin(size);
	for (i = 0; i < 3; i++) {
		fill(size, i ? counts[i - 1] : 0, counts[i]);
		measure(size, counts[i], result);
		if (!i)
			first = result[CORE];
		printf("%6zu %10u %9.0f %9.2f %9.0f %9.1f %9.0f %9.2f", size, counts[i],
		       result[CORE], result[CORE] / first, result[FIRST_FIT],
		       result[FIRST_FIT] / result[CORE], result[CLEAR],
		       result[CORE] / result[CLEAR]);
		if (contestants == CONTESTANTS)
			printf(" %9.0f %9.1f", result[FIRST_FIT_16],
			       result[FIRST_FIT_16] / result[CORE]);
		puts("");
	}
	end();
}

void bench_alloc(struct figures *figures)
{
	double result[CONTESTANTS];

	puts("\nAllocation and free, ns for both, and ratios: to prmem's with one live, of first\n"
	     "fit to prmem, of prmem to clearing as much at random places and nothing else. First\n"
	     "fit has granules of the object's size, the best it can have, and of 16 bytes.\n");
	printf("%6s %10s %9s %9s %9s %9s %9s %9s %9s %9s\n", "bytes", "live", "prmem", "to one",
	       "first fit", "to prmem", "clearing", "prmem to", "fit of 16", "to prmem");
	memory = get_memory(REGION);
	table(64, result);
	figures->small = result[FIRST_FIT] / result[CORE];
	table(PRMEM_PAGE, result);
	figures->page = result[CORE] / result[CLEAR];
	free_memory(memory, REGION);
}
