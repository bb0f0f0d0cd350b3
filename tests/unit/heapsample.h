/* SPDX-License-Identifier: GPL-2.0-only */
/* A heap to be damaged: its contents, and what is expected of it. For one program each. */
#ifndef HEAPSAMPLE_H
#define HEAPSAMPLE_H

#include "heaps.h"

/*
 * The heap under test: two regions, records in two pages, every kind of block.
 *
 *	one	a slab of 64-byte objects, its data in one; a page
 *	two	8 pages, its data in the middle of them; 512 pages, in the second region
 *	three	slabs of 16, 32 and 2048 bytes
 *	dying	a page and a slab, being destroyed
 *	20 more, of which one is gone again: a free record
 */
static struct heaps h;
static u8 *saved[MAX_PARTS];
static u64 one, two, three, dying, gone, more[20];
static u64 page_of_one, object_of_one, eight, large;
static u64 tiny[60], small, huge;
static u32 data_at, free_page;

static u64 give(u64 number, u64 size)
{
	struct prmem_owner owner;
	u64 ref;

	prmem_owner_open(&h.heap, number, &owner);
	ref = prmem_owner_alloc(&h.heap, &owner, size);
	prmem_owner_close(&h.heap, &owner);
	if (!ref)
		bail_out("no room in the heap under test");
	return ref;
}

static void fill(void)
{
	struct prmem_owner owner;
	char name[16];
	u32 i;

	one = heaps_create_sure(&h, "sub", "one");
	two = heaps_create_sure(&h, "sub", "two");
	three = heaps_create_sure(&h, "other", "one");
	dying = heaps_create_sure(&h, "sub", "dying");
	for (i = 0; i < COUNT(more); i++) {
		snprintf(name, sizeof(name), "more/%u", i);
		more[i] = heaps_create_sure(&h, "sub", name);
	}
	gone = more[3];
	prmem_owner_open(&h.heap, gone, &owner);
	prmem_instance_destroy(&h.heap, &owner);

	page_of_one = give(one, 4096);
	give(one, 64);
	object_of_one = give(one, 50);
	prmem_instance_set_data(&h.heap, one, object_of_one + 4, 46);
	eight = give(two, 5 * 4096);
	large = give(two, 512 * 4096);
	prmem_instance_set_data(&h.heap, two, page_of_one, 1);	/* refused */
	prmem_instance_set_data(&h.heap, two, eight, 1);
	prmem_instance_set_data(&h.heap, two, eight + 2 * 4096 + 5, 9000);
	for (i = 0; i < COUNT(tiny); i++)
		tiny[i] = give(three, 1 + i % 16);
	small = give(three, 32);
	huge = give(three, 2048);
	give(dying, 3000);
	give(dying, 100);
	seal_record(&h, dying, PRMEM_INSTANCE_DYING);
	data_at = 0;	/* set twice */
	free_page = heaps_first(&h, 1) + 1019;
}

static void save(void)
{
	u32 i;

	for (i = 0; i < h.count; i++) {
		saved[i] = get_memory(h.region[i].size);
		memcpy(saved[i], h.base[i], h.region[i].size);
	}
}

static void put_back(void)
{
	u32 i;

	for (i = 0; i < h.count; i++)
		memcpy(h.base[i], saved[i], h.region[i].size);
}

static void make(void)
{
	static const u32 grains[] = { 1, 2 };

	heaps_make(&h, grains, COUNT(grains));
	heaps_reopen(&h);
	fill();
	heaps_close(&h);
	save();
}

static void drop(void)
{
	u32 i;

	for (i = 0; i < h.count; i++)
		free(saved[i]);
	heaps_free(&h);
}

/* And all is put back. A check doesn't write. */
static void expect(enum prmem_rule rule, u32 at, const char *what, u64 value)
{
	struct prmem_fault fault = { PRMEM_RULES, 0, 0, 0 };
	unsigned long long v = value;
	bool sound = heaps_open(&h, &fault);

	CHECK(sound == (fault.rule == PRMEM_SOUND), "%s %#llx", what, v);
	CHECK(fault.rule == rule, "%s %#llx: \"%s\", expected \"%s\"", what, v,
	      prmem_fault_text(fault.rule), prmem_fault_text(rule));
	CHECK(fault.at == (rule == PRMEM_SOUND ? 0 : at), "%s %#llx: at %u, expected %u", what, v,
	      fault.at, at);
	heaps_close(&h);
	put_back();
}

static u32 page(u64 ref)
{
	return ref / 4096;
}

#endif
