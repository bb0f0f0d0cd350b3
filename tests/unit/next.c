// SPDX-License-Identifier: GPL-2.0-only
/* All memory of an instance, piece by piece: what was given to it, each once. */
#include "harness.h"

#include "../../module/core/instance.h"

#define SIZE		(4 * GRAIN)
#define OWNERS		3
#define MAX_PIECES	400

static struct prmem_heap heap;
static struct prmem_owner owners[OWNERS];
static struct {
	u32 count;
	u64 ref[MAX_PIECES];
	bool seen[MAX_PIECES];
} pieces[OWNERS];

static void *rooms[4];

static void make_heap(void)
{
	static const u64 key[2] = { 3, 4 };
	const struct prmem_region_rec region = { .start = GRAIN, .size = SIZE, .serial = 1,
						 .type = PRMEM_REGION_HEAP };
	struct prmem_fault fault;
	char name[8];
	u64 number;
	u32 bits, i;

	rooms[0] = get_memory(SIZE);
	rooms[1] = get_memory(prmem_heap_room(SIZE));
	rooms[2] = get_memory(prmem_heap_tallies_room(1));
	rooms[3] = get_memory(prmem_heap_index_room(OWNERS, &bits));
	prmem_heap_format(rooms[0], &region, 5);
	prmem_heap_init(&heap, 5, key);
	if (!prmem_heap_attach(&heap, rooms[0], &region, rooms[1], &fault))
		bail_out("a new heap is refused");
	prmem_heap_set_tallies(&heap, rooms[2], 1);
	prmem_heap_set_index(&heap, rooms[3], bits);
	if (!prmem_heap_check(&heap, &fault))
		bail_out("an empty heap is refused");
	for (i = 0; i < OWNERS; i++) {
		char labels[2][PRMEM_LABEL_LEN] = { "test" };

		snprintf(name, sizeof(name), "%u", i);
		memcpy(labels[1], name, sizeof(name));
		if (prmem_instance_create(&heap, labels[0], labels[1], 1, 1, &number))
			bail_out("no instance");
		prmem_owner_open(&heap, number, &owners[i]);
	}
}

static void drop_heap(void)
{
	u32 i;

	for (i = 0; i < COUNT(rooms); i++)
		free(rooms[i]);
	memset(pieces, 0, sizeof(pieces));
}

static void look(u32 o, u32 n)
{
	u32 i, found = 0;
	u64 ref = 0;

	memset(pieces[o].seen, 0, sizeof(pieces[o].seen));
	while ((ref = prmem_owner_next(&heap, &owners[o], ref))) {
		for (i = 0; i < pieces[o].count && pieces[o].ref[i] != ref;)
			i++;
		if (!CHECK(i < pieces[o].count && !pieces[o].seen[i],
			   "%u: %#llx is not there, or twice", n, (unsigned long long)ref))
			return;
		pieces[o].seen[i] = true;
		found++;
	}
	CHECK(found == pieces[o].count, "%u: %u of %u pieces", n, found, pieces[o].count);
}

static void give(u32 o, u64 size)
{
	u64 ref = prmem_owner_alloc(&heap, &owners[o], size);

	if (ref)
		pieces[o].ref[pieces[o].count++] = ref;
}

static void take(u32 o, u32 i)
{
	CHECK(!prmem_owner_free(&heap, &owners[o], pieces[o].ref[i]), "piece %u", i);
	pieces[o].ref[i] = pieces[o].ref[--pieces[o].count];
}

static void test_random(void)
{
	u64 seed = 1, largest = 0;
	u32 n, o;

	make_heap();
	for (n = 0; n < 30000; n++) {
		o = chance_below(&seed, OWNERS);
		if (pieces[o].count < MAX_PIECES && chance_below(&seed, 20) * 20 > pieces[o].count)
			give(o, chance_below(&seed, 16) ? 1ULL << chance_below(&seed, 12) :
			     chance_below(&seed, 40000) + 1);
		else if (pieces[o].count)
			take(o, chance_below(&seed, pieces[o].count));
		if (pieces[o].count > largest)
			largest = pieces[o].count;
		look(o, n);
	}
	CHECK(largest > 100, "at most %llu pieces", (unsigned long long)largest);
	drop_heap();
}

/* Slabs that are full, and each object of them in turn the only one. */
static void test_slabs(void)
{
	u32 class, n;

	for (class = 0; class < PRMEM_CLASSES; class++) {
		make_heap();
		look(0, class);
		for (n = 0; n < MAX_PIECES; n++) {
			give(0, PRMEM_CLASS_SIZE(class));
			look(0, n);
		}
		while (pieces[0].count) {
			take(0, pieces[0].count / 2);
			look(0, pieces[0].count);
		}
		drop_heap();
	}
}

int main(void)
{
	static const struct test tests[] = {
		{ "next: pieces that come and go, 30000 times", test_random },
		{ "next: slabs of every class, full and empty", test_slabs },
	};

	return run_tests(tests, COUNT(tests));
}
