// SPDX-License-Identifier: GPL-2.0-only
/* A heap of one region in user memory, which lies in huge pages as the kernel maps it. */
#include <stdio.h>

#include "bench.h"

#define ID	0x1234567

void bench_heap_make(struct bench_heap *h, u64 size, u64 instances)
{
	memset(h, 0, sizeof(*h));
	h->region = (struct prmem_region_rec) {
		.start = PRMEM_GRAIN, .size = size, .serial = 1, .type = PRMEM_REGION_HEAP,
	};
	h->pages = (instances + PRMEM_INSTANCES - 1) / PRMEM_INSTANCES;
	h->base = get_memory(size);
	h->room = get_memory(prmem_heap_room(size));
	h->tallies = get_memory(prmem_heap_tallies_room(h->pages));
	h->index = get_memory(prmem_heap_index_room(instances, &h->bits));
	prmem_heap_format(h->base, &h->region, ID);
	bench_heap_open(h);
}

void bench_heap_open(struct bench_heap *h)
{
	static const u64 key[2] = { 0x1111, 0x2222 };
	struct prmem_fault fault;

	prmem_heap_init(&h->heap, ID, key);
	if (!prmem_heap_attach(&h->heap, h->base, &h->region, h->room, &fault))
		die(prmem_fault_text(fault.rule));
	prmem_heap_set_tallies(&h->heap, h->tallies, h->pages);
	prmem_heap_set_index(&h->heap, h->index, h->bits);
	if (!prmem_heap_check(&h->heap, &fault))
		die(prmem_fault_text(fault.rule));
}

void bench_heap_free(struct bench_heap *h)
{
	free_memory(h->base, h->region.size);
	free_memory(h->room, prmem_heap_room(h->region.size));
	free_memory(h->tallies, prmem_heap_tallies_room(h->pages));
	free_memory(h->index, sizeof(u64) << h->bits);
}

u64 bench_heap_create(struct bench_heap *h, const char *name)
{
	u64 number;

	if (prmem_instance_create(&h->heap, "bench", name, 1, 1, &number))
		die("an instance can't be created");
	return number;
}

/* As long as many are: a device and what of it. */
void bench_name(char *name, u32 i)
{
	snprintf(name, PRMEM_LABEL_LEN, "device-%08x/queue", i * 2654435761U);
}

void bench_heap_fill(struct bench_heap *h, u32 instances)
{
	char name[PRMEM_LABEL_LEN];
	u32 i;

	for (i = 0; i < instances; i++) {
		bench_name(name, i);
		bench_heap_create(h, name);
	}
}
