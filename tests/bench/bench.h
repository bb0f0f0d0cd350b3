/* SPDX-License-Identifier: GPL-2.0-only */
/* Measures the core in user space: the clock, memory, a heap, and what is measured. */
#ifndef BENCH_H
#define BENCH_H

#include <stdlib.h>

#include "../../module/core/instance.h"

#define ROUNDS	9	/* of which the median counts */

/* -- tools.c -- */
void die(const char *why);
double now(void);	/* processor time of this program, ns */
double median(const double *values);	/* of ROUNDS */
u64 random_next(void);
u32 random_below(u32 end);
void *get_memory(size_t size);	/* in huge pages where there are, and touched */
void free_memory(void *p, size_t size);

/* -- crc.c -- */
u32 crc32c_stream(u32 crc, const void *p, size_t len);
u32 crc32c_pages(const u8 *p, size_t pages);

/* -- firstfit.c -- */
struct first_fit {
	unsigned long *bits;
	u8 *base;
	size_t count;	/* of granules, each a bit */
	u32 shift;	/* a granule has 2^shift bytes */
};

void first_fit_make(struct first_fit *pool, u8 *base, size_t size, u32 shift);
void first_fit_free(struct first_fit *pool);
void *first_fit_get(struct first_fit *pool, size_t size);
void first_fit_put(struct first_fit *pool, void *p, size_t size);

/* -- heap.c -- */

/**
 * struct bench_heap - a heap of one region
 * @heap: the heap
 * @region: what the region list says of the region
 * @base: its memory
 * @room: what the heap uses for it
 * @tallies: the same for the instances
 * @index: the same for their names
 * @pages: of records, that @tallies is for
 * @bits: of @index
 */
struct bench_heap {
	struct prmem_heap heap;
	struct prmem_region_rec region;
	u8 *base;
	void *room;
	void *tallies;
	void *index;
	u32 pages;
	u32 bits;
};

void bench_heap_make(struct bench_heap *h, u64 size, u64 instances);
void bench_heap_open(struct bench_heap *h);	/* a timed part: it allocates nothing */
void bench_heap_free(struct bench_heap *h);
u64 bench_heap_create(struct bench_heap *h, const char *name);
void bench_heap_fill(struct bench_heap *h, u32 instances);
void bench_name(char *name, u32 i);	/* of the i-th of bench_heap_fill() */

/* -- what is measured; each returns what is compared with a target -- */
struct figures {
	double small;	/* first fit's time by the core's, 64 bytes, 100,000 live */
	double page;	/* the core's time by clearing's, pages, 100,000 live */
	double lookup;	/* at a million by at a thousand */
	double opening;	/* by reading and checksumming the same bytes, all in one */
	double opening_three;	/* three pages at a time */
	double overhead;	/* part of 1 GiB, whole pages */
};

void bench_alloc(struct figures *figures);
void bench_lookup(struct figures *figures);
void bench_opening(struct figures *figures);
void bench_overhead(struct figures *figures);

#endif
