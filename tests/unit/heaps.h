/* SPDX-License-Identifier: GPL-2.0-only */
/* Heaps in user memory, for the host tests. */
#ifndef HEAPS_H
#define HEAPS_H

#include "harness.h"

#define MAX_PARTS	4

/**
 * struct heaps - regions of type heap, and a heap of them
 * @heap: the heap, while it is open
 * @count: how many regions
 * @region: what the region list says of them
 * @base: their memory
 * @room: what the heap uses while it is open
 * @tallies: the same
 * @index: the same
 */
struct heaps {
	struct prmem_heap heap;
	u32 count;
	struct prmem_region_rec region[MAX_PARTS];
	u8 *base[MAX_PARTS];
	void *room[MAX_PARTS];
	void *tallies;
	void *index;
};

/* New regions, with one between each two that isn't of them, in memory full of rubbish. */
void heaps_make(struct heaps *h, const u32 *grains, u32 count);
void heaps_add(struct heaps *h, u32 grains);	/* one more, at the end; of an open heap too */
void heaps_free(struct heaps *h);

/* Attach and check; false: with a fault, and closed again. */
bool heaps_open(struct heaps *h, struct prmem_fault *fault);
void heaps_close(struct heaps *h);
void heaps_reopen(struct heaps *h);	/* close, open, finish; or bail out */

/* As the core's, with more room where it is needed. */
int heaps_create(struct heaps *h, const char *subsystem, const char *name, u64 *number);
u64 heaps_create_sure(struct heaps *h, const char *subsystem, const char *name);

/* The memory behind an offset, by the region list alone. */
void *heaps_at(struct heaps *h, u64 offset);
__le64 *heaps_word(struct heaps *h, u32 page);
void heaps_set_word(struct heaps *h, u32 page, u64 value);	/* sealed */
struct prmem_instance_rec *heaps_record(struct heaps *h, u64 number);
u32 heaps_first(const struct heaps *h, u32 part);	/* the first page of its map */
u32 heaps_pages(const struct heaps *h, u32 part);

/* Seals by the letter of the format, not by the core's code. */
u16 word_check(u64 value, u32 salt, u64 offset);
void seal_header(struct heaps *h, u32 part);
void seal_record(struct heaps *h, u64 number, u32 state);
void seal_data(struct heaps *h, u64 number, u32 slot, u32 sequence);
void seal_bits(struct heaps *h, u32 page, u32 at, u64 bits);

#endif
