// SPDX-License-Identifier: GPL-2.0-only
/* The clock, the median, numbers at random, memory. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>

#include "bench.h"

#define HUGE	(2UL << 20)

void die(const char *why)
{
	fprintf(stderr, "bench: %s\n", why);
	exit(1);
}

/* Not of the machine's time, so that it counts less that others use it as well. */
double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double median(const double *values)
{
	double sorted[ROUNDS];

	memcpy(sorted, values, sizeof(sorted));
	qsort(sorted, ROUNDS, sizeof(*sorted), compare);
	return sorted[ROUNDS / 2];
}

/* The same each time (an LCG's upper bits, mixed): what differs is the machine. */
u64 random_next(void)
{
	static u64 state = 1;
	u64 x;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	x = state ^ state >> 33;
	return (x * 0xff51afd7ed558ccdULL) >> 16;
}

u32 random_below(u32 end)
{
	return (u32)random_next() % end;
}

void *get_memory(size_t size)
{
	const size_t whole = (size + HUGE - 1) / HUGE * HUGE;
	void *p = aligned_alloc(HUGE, whole);

	if (!p)
		die("not enough memory");
	madvise(p, whole, MADV_HUGEPAGE);
	memset(p, 0, whole);
	return p;
}

void free_memory(void *p, size_t size)
{
	if (p)
		madvise(p, (size + HUGE - 1) / HUGE * HUGE, MADV_DONTNEED);
	free(p);
}
