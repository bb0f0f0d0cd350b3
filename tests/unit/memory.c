// SPDX-License-Identifier: GPL-2.0-only
/* What a heap does: memory given and taken, instances made and destroyed, found again. */
#include "heaps.h"

static struct heaps h;

static void make(const u32 *grains, u32 count)
{
	heaps_make(&h, grains, count);
	heaps_reopen(&h);
}

static void make_small(void)
{
	static const u32 grains[] = { 1 };

	make(grains, 1);
}

static bool is_zero(u64 ref, u64 size)
{
	return prmem_all_zero(heaps_at(&h, ref), size);
}

/* -- small and large -- */

static void sizes(void)
{
	static const struct {
		u64 size, takes;
	} cases[] = {
		{ 1, 16 }, { 15, 16 }, { 16, 16 }, { 17, 32 }, { 32, 32 }, { 33, 64 }, { 64, 64 },
		{ 65, 128 }, { 128, 128 }, { 129, 256 }, { 256, 256 }, { 257, 512 }, { 512, 512 },
		{ 513, 1024 }, { 1024, 1024 }, { 1025, 2048 }, { 2048, 2048 }, { 2049, 4096 },
		{ 4096, 4096 }, { 4097, 8192 }, { 8192, 8192 }, { 8193, 16384 },
		{ 262144, 262144 }, { 262145, 524288 },
	};
	struct prmem_owner owner;
	u32 i, pages;
	u64 number, ref;
	bool aligned;

	make_small();
	number = heaps_create_sure(&h, "sub", "name");
	prmem_owner_open(&h.heap, number, &owner);
	for (i = 0; i < COUNT(cases); i++) {
		ref = prmem_owner_alloc(&h.heap, &owner, cases[i].size);
		CHECK(ref && prmem_owner_extent(&h.heap, number, ref) == cases[i].takes,
		      "size %llu", (unsigned long long)cases[i].size);
		CHECK(is_zero(ref, cases[i].takes), "size %llu: not zero",
		      (unsigned long long)cases[i].size);
		aligned = !(ref & ((cases[i].takes < 4096 ? cases[i].takes : 4096) - 1));
		CHECK(aligned, "size %llu: at %#llx", (unsigned long long)cases[i].size,
		      (unsigned long long)ref);
	}
	/* Slabs of 1 1 1 1 1 4 8 16 pages, and the blocks. */
	pages = 5 + 4 + 8 + 16 + 1 + 1 + 2 + 2 + 4 + 64 + 128;
	CHECK(prmem_instance_tally(&h.heap, number)->pages == pages, "%u pages",
	      prmem_instance_tally(&h.heap, number)->pages);
	CHECK(prmem_heap_free(&h.heap) == (510ULL - 1 - pages) * 4096, "free");
	prmem_owner_close(&h.heap, &owner);
	heaps_free(&h);
}

static void orders(void)
{
	CHECK(prmem_size_order(1) == 0 && prmem_size_order(4096) == 0, "a page");
	CHECK(prmem_size_order(4097) == 1 && prmem_size_order(8192) == 1, "two");
	CHECK(prmem_size_order(8193) == 2 && prmem_size_order(1ULL << 38) == 26, "more");
	CHECK(prmem_size_order((1ULL << 38) + 1) == 27 && prmem_size_order(~0ULL) == 52, "most");
}

/* No size is too large to be refused. */
static void too_large(void)
{
	static const u64 large[] = {
		GRAIN, GRAIN + 1, 1ULL << 38, (1ULL << 38) + 1, 1ULL << 44, 1ULL << 63, ~0ULL,
	};
	struct prmem_owner owner;
	u32 i;

	make_small();
	prmem_owner_open(&h.heap, heaps_create_sure(&h, "sub", "name"), &owner);
	for (i = 0; i < COUNT(large); i++)
		CHECK(!prmem_owner_alloc(&h.heap, &owner, large[i]), "size %u", i);
	CHECK(prmem_heap_free(&h.heap) == 509 * 4096, "something was taken");
	prmem_owner_close(&h.heap, &owner);
	heaps_free(&h);
}

/* Whatever was there before, also by an earlier owner. */
static void contents(void)
{
	static const u64 sizes[] = { 16, 40, 512, 2048, 4096, 30000 };
	struct prmem_owner owner;
	u64 refs[100], takes;
	u32 round, i, n;

	make_small();
	for (round = 0; round < 2 * COUNT(sizes); round++) {
		prmem_owner_open(&h.heap, heaps_create_sure(&h, "sub", "name"), &owner);
		for (n = 0; n < COUNT(refs); n++) {
			refs[n] = prmem_owner_alloc(&h.heap, &owner, sizes[round / 2]);
			if (!refs[n])
				break;
			takes = prmem_owner_extent(&h.heap, owner.number, refs[n]);
			CHECK(is_zero(refs[n], takes), "round %u: number %u", round, n);
			memset(heaps_at(&h, refs[n]), 0xc7, takes);
		}
		CHECK(n > 10, "round %u: only %u", round, n);
		for (i = 0; i < n; i += 2)
			CHECK(!prmem_owner_free(&h.heap, &owner, refs[i]), "round %u", round);
		for (i = 0; i < n; i += 2) {
			refs[i] = prmem_owner_alloc(&h.heap, &owner, sizes[round / 2]);
			takes = prmem_owner_extent(&h.heap, owner.number, refs[i]);
			CHECK(refs[i] && is_zero(refs[i], takes), "round %u: again", round);
			memset(heaps_at(&h, refs[i]), 0xc7, takes);
		}
		prmem_instance_destroy(&h.heap, &owner);
		CHECK(prmem_heap_is_unused(&h.heap, 0), "round %u: something is left", round);
	}
	heaps_free(&h);
}

static void wrong_free(void)
{
	struct prmem_owner a, b;
	u64 object, block, other, wrong[24];
	u32 n = 0, i;
	u64 free;

	make_small();
	prmem_owner_open(&h.heap, heaps_create_sure(&h, "sub", "a"), &a);
	prmem_owner_open(&h.heap, heaps_create_sure(&h, "sub", "b"), &b);
	object = prmem_owner_alloc(&h.heap, &a, 100);
	block = prmem_owner_alloc(&h.heap, &a, 16384);
	other = prmem_owner_alloc(&h.heap, &b, 100);
	free = prmem_heap_free(&h.heap);
	wrong[n++] = 0;
	wrong[n++] = ~0ULL;
	wrong[n++] = 1ULL << 63;
	wrong[n++] = 1ULL << 43;
	wrong[n++] = (1ULL << 44) + block;	/* the page's number in 32 bits is right */
	wrong[n++] = object + 1;
	wrong[n++] = object + 16;
	wrong[n++] = object + 128;		/* not in use */
	wrong[n++] = object & ~4095ULL;		/* the slab */
	wrong[n++] = block + 1;
	wrong[n++] = block + 4096;
	wrong[n++] = block + 16384;
	wrong[n++] = block - 4096;
	wrong[n++] = other;
	wrong[n++] = other & ~4095ULL;
	wrong[n++] = a.number / 32 * 4096;	/* the records */
	wrong[n++] = h.region[0].start;		/* the header */
	wrong[n++] = h.region[0].start + 4096;	/* the map */
	wrong[n++] = heaps_first(&h, 0) * 4096ULL;	/* a free page */
	wrong[n++] = h.region[0].start + GRAIN;
	wrong[n++] = 4096;
	for (i = 0; i < n; i++)
		CHECK(prmem_owner_free(&h.heap, &a, wrong[i]) == -EINVAL, "reference %u", i);
	CHECK(prmem_heap_free(&h.heap) == free, "something was freed");
	CHECK(!prmem_owner_free(&h.heap, &a, object) && !prmem_owner_free(&h.heap, &a, block),
	      "the right ones");
	CHECK(prmem_owner_free(&h.heap, &a, object) == -EINVAL &&
	      prmem_owner_free(&h.heap, &a, block) == -EINVAL, "twice");
	prmem_owner_close(&h.heap, &a);
	prmem_owner_close(&h.heap, &b);
	heaps_free(&h);
}

static void places(void)
{
	static const u32 grains[] = { 1, 2 };
	u64 start, map_end, end;
	u32 i;

	make(grains, 2);
	for (i = 0; i < 2; i++) {
		start = h.region[i].start;
		end = start + h.region[i].size;
		map_end = heaps_first(&h, i) * 4096ULL;
		CHECK(prmem_heap_at(&h.heap, map_end, 1) == h.base[i] + (map_end - start), "first");
		CHECK(prmem_heap_at(&h.heap, end - 1, 1) == h.base[i] + grains[i] * GRAIN - 1, "last");
		CHECK(prmem_heap_at(&h.heap, map_end, end - map_end), "all");
		CHECK(!prmem_heap_at(&h.heap, map_end, end - map_end + 1), "one more");
		CHECK(!prmem_heap_at(&h.heap, map_end - 1, 1), "the map");
		CHECK(!prmem_heap_at(&h.heap, start, 1) && !prmem_heap_at(&h.heap, end, 1), "ends");
		CHECK(!prmem_heap_at(&h.heap, map_end, ~0ULL) &&
		      !prmem_heap_at(&h.heap, map_end + 8, -map_end - 8), "overflows");
		CHECK(!prmem_heap_at(&h.heap, (1ULL << 44) + map_end, 1), "where pages wrap");
		CHECK(prmem_heap_ref(&h.heap, h.base[i] + (map_end - start)) == map_end &&
		      prmem_heap_ref(&h.heap, h.base[i] + h.region[i].size - 1) == end - 1, "back");
		CHECK(!prmem_heap_ref(&h.heap, h.base[i]) &&
		      !prmem_heap_ref(&h.heap, h.base[i] + (map_end - start) - 1) &&
		      !prmem_heap_ref(&h.heap, h.base[i] + h.region[i].size), "not in a page");
	}
	CHECK(!prmem_heap_at(&h.heap, 0, 0) && !prmem_heap_at(&h.heap, ~0ULL, 1), "nothing");
	CHECK(!prmem_heap_ref(&h.heap, NULL) && !prmem_heap_ref(&h.heap, &h), "foreign");
	heaps_free(&h);
}

/* -- instances -- */

static void creating(void)
{
	static const char *const bad[] = { "", " ", "a b", "\t", "\x7f", "\xff",
		"1234567890123456789012345678901234567890123456789012345678901234" };
	static const char longest[] =
		"123456789012345678901234567890123456789012345678901234567890123";
	const struct prmem_instance_rec *rec;
	u64 number, other;
	u32 i;

	make_small();
	number = heaps_create_sure(&h, "sub", "name");
	rec = prmem_instance_at(&h.heap, number);
	CHECK(rec->type == 7 && rec->version == 8 && !strcmp((char *)rec->subsystem, "sub") &&
	      !strcmp((char *)rec->name, "name"), "the record");
	CHECK(heaps_create(&h, "sub", "name", &other) == -EEXIST, "twice");
	for (i = 0; i < COUNT(bad); i++) {
		CHECK(heaps_create(&h, bad[i], "x", &other) == -EINVAL, "subsystem %u", i);
		CHECK(heaps_create(&h, "x", bad[i], &other) == -EINVAL, "name %u", i);
		CHECK(!prmem_instance_find(&h.heap, bad[i], "x") &&
		      !prmem_instance_find(&h.heap, "x", bad[i]), "find %u", i);
	}
	CHECK(heaps_create(&h, "a/b", "c", &other) == -EINVAL, "a subsystem with a slash");
	CHECK(!heaps_create(&h, "a", "b/c", &other), "a name with a slash");
	CHECK(!heaps_create(&h, longest, longest, &other), "the longest");
	CHECK(prmem_instance_find(&h.heap, longest, longest) == other, "the longest");
	CHECK(prmem_instance_find(&h.heap, "sub", "name") == number, "found");
	CHECK(!prmem_instance_find(&h.heap, "su", "bname") &&
	      !prmem_instance_find(&h.heap, "sub", "nam") &&
	      !prmem_instance_find(&h.heap, "name", "sub"), "found, but another");
	CHECK(h.heap.instances == 3, "%llu", (unsigned long long)h.heap.instances);
	heaps_free(&h);
}

/* Rooms of the smallest size: each time they are too small it says so, and is as before. */
static void rooms(void)
{
	static const u32 grains[] = { 1 };
	u32 i, refused = 0, bits;
	struct prmem_owner owner;
	char name[16];
	u64 number;
	int err;

	heaps_make(&h, grains, 1);
	heaps_reopen(&h);
	CHECK(prmem_heap_tallies_room(2) == 2 * 21 * 8, "room of the tallies");
	CHECK(prmem_heap_index_room(100, &bits) == 8 << 8 && bits == 8, "room of the index");
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "%u", i);
		err = prmem_instance_create(&h.heap, "rooms", name, 0, 0, &number);
		CHECK(err == 0 || err == -ENOMEM, "%u: %d", i, err);
		if (err) {
			refused++;
			CHECK(!prmem_instance_find(&h.heap, "rooms", name), "%u: is there", i);
			heaps_create_sure(&h, "rooms", name);
		}
		CHECK(h.heap.instances == i + 1, "%u: the count", i);
	}
	CHECK(refused >= 300 / 21, "the rooms were too large");
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "%u", i);
		number = prmem_instance_find(&h.heap, "rooms", name);
		if (!CHECK(number, "%u is lost", i))
			break;
		prmem_owner_open(&h.heap, number, &owner);
		prmem_instance_destroy(&h.heap, &owner);
	}
	CHECK(!h.heap.instances && prmem_heap_is_unused(&h.heap, 0), "something is left");
	/* What is free again is room for as many. */
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "%u", i);
		err = prmem_instance_create(&h.heap, "again", name, 0, 0, &number);
		CHECK(!err, "%u: %d", i, err);
	}
	heaps_free(&h);
}

static void full(void)
{
	struct prmem_owner owner;
	u64 number, other, ref, last = 0;
	char name[16];
	u32 i;

	make_small();
	number = heaps_create_sure(&h, "sub", "name");
	prmem_owner_open(&h.heap, number, &owner);
	while ((ref = prmem_owner_alloc(&h.heap, &owner, 4096)) != 0)
		last = ref;
	CHECK(!prmem_heap_free(&h.heap), "not full");
	CHECK(!prmem_owner_alloc(&h.heap, &owner, 16), "a slab");
	for (i = 1; i < 21; i++) {
		snprintf(name, sizeof(name), "%u", i);
		heaps_create_sure(&h, "sub", name);
	}
	CHECK(heaps_create(&h, "sub", "21", &other) == -ENOSPC, "a page of records");
	CHECK(h.heap.instances == 21 && !prmem_instance_find(&h.heap, "sub", "21"), "is there");
	/* A new region, and it goes on. */
	heaps_add(&h, 1);
	CHECK(prmem_heap_is_unused(&h.heap, 1) && !prmem_heap_is_unused(&h.heap, 0), "unused");
	CHECK(!heaps_create(&h, "sub", "21", &other) && other / 32 >= heaps_first(&h, 1), "grown");
	CHECK(prmem_owner_alloc(&h.heap, &owner, 16) / 4096 > heaps_first(&h, 1), "grown");
	CHECK(!prmem_owner_free(&h.heap, &owner, last), "free");
	CHECK(prmem_owner_alloc(&h.heap, &owner, 4096) == last, "the first region first");
	prmem_instance_destroy(&h.heap, &owner);
	prmem_owner_open(&h.heap, other, &owner);
	prmem_instance_destroy(&h.heap, &owner);
	CHECK(prmem_heap_is_unused(&h.heap, 1), "the second is unused again");
	prmem_heap_detach(&h.heap, 1);
	CHECK(h.heap.count == 1 && prmem_instance_find(&h.heap, "sub", "20"), "detached");
	heaps_free(&h);
}

static void data(void)
{
	struct prmem_owner owner;
	u64 number, block, object, ref, size, seed = 41;
	u32 i;

	make_small();
	number = heaps_create_sure(&h, "sub", "name");
	prmem_owner_open(&h.heap, number, &owner);
	block = prmem_owner_alloc(&h.heap, &owner, 8192);
	object = prmem_owner_alloc(&h.heap, &owner, 33);
	prmem_instance_get_data(&h.heap, number, &ref, &size);
	CHECK(!ref && !size, "of a new one");
	CHECK(prmem_instance_set_data(&h.heap, number, block, 8193) == -EINVAL &&
	      prmem_instance_set_data(&h.heap, number, block, 0) == -EINVAL &&
	      prmem_instance_set_data(&h.heap, number, 0, 1) == -EINVAL &&
	      prmem_instance_set_data(&h.heap, number, block + 1, ~0ULL) == -EINVAL &&
	      prmem_instance_set_data(&h.heap, number, object, 65) == -EINVAL &&
	      prmem_instance_set_data(&h.heap, number, block - 1, 1) == -EINVAL, "refused");
	prmem_instance_get_data(&h.heap, number, &ref, &size);
	CHECK(!ref && !size, "refused, and changed");
	for (i = 0; i < 200; i++) {
		u64 at = chance_below(&seed, 8000), len = 1 + chance_below(&seed, 192);

		CHECK(!prmem_instance_set_data(&h.heap, number, block + at, len), "%u", i);
		prmem_instance_get_data(&h.heap, number, &ref, &size);
		CHECK(ref == block + at && size == len, "%u", i);
		CHECK(prmem_owner_free(&h.heap, &owner, block) == -EBUSY, "%u", i);
	}
	CHECK(!prmem_instance_set_data(&h.heap, number, object + 63, 1), "in an object");
	CHECK(prmem_owner_free(&h.heap, &owner, object) == -EBUSY, "in an object");
	CHECK(!prmem_owner_free(&h.heap, &owner, block), "not in the block any more");
	CHECK(!prmem_instance_set_data(&h.heap, number, 0, 0), "none");
	CHECK(!prmem_owner_free(&h.heap, &owner, object), "none");
	prmem_owner_close(&h.heap, &owner);

	/* The sequence wraps, and the later one counts before and after. */
	seal_data(&h, number, 1, ~0U - 1);
	heaps_record(&h, number)->data[0].word = PRMEM_DATA_WRITING;
	prmem_owner_open(&h.heap, number, &owner);
	block = prmem_owner_alloc(&h.heap, &owner, 4096);
	prmem_owner_close(&h.heap, &owner);
	for (i = 0; i < 4; i++) {
		CHECK(!prmem_instance_set_data(&h.heap, number, block + i, 1), "wrap %u", i);
		heaps_reopen(&h);
		prmem_instance_get_data(&h.heap, number, &ref, &size);
		CHECK(ref == block + i, "wrap %u: %#llx", i, (unsigned long long)ref);
		CHECK(heaps_record(&h, number)->data[i & 1].word >> 32 == (u32)(~0U + i),
		      "wrap %u: sequence", i);
	}
	heaps_free(&h);
}

/* A listing goes on, whatever is made or destroyed meanwhile. */
static void listing(void)
{
	static bool listed[3000], there[3000];
	struct prmem_owner owner;
	u64 seed = 42, number = 0, other;
	u32 i, made = 0, n = 0;
	char name[16];

	make_small();
	memset(listed, 0, sizeof(listed));
	memset(there, 0, sizeof(there));
	CHECK(!prmem_instance_next(&h.heap, 0), "none");
	for (; made < 500; made++) {
		snprintf(name, sizeof(name), "%u", made);
		heaps_create_sure(&h, "list", name);
		there[made] = true;
	}
	while ((other = prmem_instance_next(&h.heap, number)) != 0) {
		CHECK(other > number, "back from %llu", (unsigned long long)number);
		number = other;
		i = atoi((char *)prmem_instance_at(&h.heap, number)->name);
		CHECK(!listed[i] && there[i], "%u: twice, or gone", i);
		listed[i] = true;
		n++;
		/* One goes, this one now and then; another comes. */
		i = n % 5 ? chance_below(&seed, made) : i;
		snprintf(name, sizeof(name), "%u", i);
		other = prmem_instance_find(&h.heap, "list", name);
		CHECK(!other == !there[i], "%u", i);
		if (other) {
			prmem_owner_open(&h.heap, other, &owner);
			prmem_instance_destroy(&h.heap, &owner);
			there[i] = false;
		}
		if (n % 3 == 0) {
			snprintf(name, sizeof(name), "%u", made);
			heaps_create_sure(&h, "list", name);
			there[made++] = true;
		}
	}
	for (i = 0; i < 500; i++)
		CHECK(listed[i] || !there[i], "%u was there all the time", i);
	CHECK(n > 250, "%u", n);
	CHECK(!prmem_instance_next(&h.heap, ~0ULL >> 28) && !prmem_instance_next(&h.heap, ~0ULL),
	      "behind all");
	heaps_free(&h);
}

/* What a cut can't leave, but others might: slabs and records with nothing in use. */
static void finishing(void)
{
	struct prmem_owner owner;
	u64 numbers[30], object;
	struct prmem_fault fault;
	char name[16];
	u32 i;

	make_small();
	for (i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "%u", i);
		numbers[i] = heaps_create_sure(&h, "sub", name);
	}
	prmem_owner_open(&h.heap, numbers[0], &owner);
	object = prmem_owner_alloc(&h.heap, &owner, 16);
	prmem_owner_alloc(&h.heap, &owner, 9999);
	prmem_owner_close(&h.heap, &owner);
	heaps_close(&h);
	for (i = 1; i < 21; i++)
		seal_record(&h, numbers[i], PRMEM_INSTANCE_FREE);
	seal_record(&h, numbers[0], PRMEM_INSTANCE_DYING);
	for (i = 21; i < 30; i++)
		seal_record(&h, numbers[i], i % 2 ? PRMEM_INSTANCE_FREE : PRMEM_INSTANCE_DYING);
	for (i = 0; i < 6; i++)
		seal_bits(&h, object / 4096, i, 0);
	CHECK(heaps_open(&h, &fault), "\"%s\"", prmem_fault_text(fault.rule));
	CHECK(h.heap.dying == 5 && !h.heap.instances, "counts");
	CHECK(!prmem_instance_find(&h.heap, "sub", "0") && !prmem_instance_next(&h.heap, 0),
	      "what is dying is found");
	prmem_heap_finish(&h.heap);
	CHECK(prmem_heap_is_unused(&h.heap, 0) && !h.heap.dying, "something is left");
	heaps_create_sure(&h, "sub", "0");
	heaps_reopen(&h);
	CHECK(h.heap.instances == 1 && prmem_heap_free(&h.heap) == 509 * 4096, "and goes on");
	heaps_free(&h);
}

static struct {
	u32 after;	/* so many publishing stores */
	bool made;
	u8 memory[PRMEM_GRAIN];
} cut;

static void cut_here(__le64 *to, __le64 value)
{
	(void)to;
	(void)value;
	if (cut.after--)
		return;
	cut.made = true;
	memcpy(cut.memory, h.base[0], PRMEM_GRAIN);
}

/* Sound, with a slab that holds nothing and is that of an instance which is dying. */
static void finishing_is_cut(void)
{
	static u8 before[PRMEM_GRAIN];
	struct prmem_owner owner;
	struct prmem_fault fault;
	u64 number, object;
	u32 after;

	make_small();
	number = heaps_create_sure(&h, "sub", "name");
	prmem_owner_open(&h.heap, number, &owner);
	object = prmem_owner_alloc(&h.heap, &owner, 2048);
	prmem_owner_alloc(&h.heap, &owner, 9999);
	heaps_close(&h);
	seal_bits(&h, object / 4096, 0, 0);
	seal_record(&h, number, PRMEM_INSTANCE_DYING);
	memcpy(before, h.base[0], PRMEM_GRAIN);
	for (after = 0, cut.made = true; cut.made; after++) {
		memcpy(h.base[0], before, PRMEM_GRAIN);
		CHECK(heaps_open(&h, &fault), "\"%s\"", prmem_fault_text(fault.rule));
		cut.after = after;
		cut.made = false;
		port_hooks.publish = cut_here;
		prmem_heap_finish(&h.heap);
		port_hooks.publish = NULL;
		heaps_close(&h);
		if (cut.made)
			memcpy(h.base[0], cut.memory, PRMEM_GRAIN);
		if (!CHECK(heaps_open(&h, &fault), "after %u stores: page %u: \"%s\"", after,
			   fault.at, prmem_fault_text(fault.rule)))
			break;
		prmem_heap_finish(&h.heap);
		CHECK(prmem_heap_is_unused(&h.heap, 0), "after %u stores", after);
		heaps_close(&h);
	}
	CHECK(after == 4, "%u stores", after - 1);
	heaps_free(&h);
}

/* -- the whole of it against a list of what there is -- */

#define INSTANCES	60
#define BLOCKS		400

static struct model {
	struct {
		bool there;
		u64 number, ref, size;	/* ref, size: the data */
		struct prmem_owner owner;
		u32 pages;		/* of blocks, not of slabs */
	} instance[INSTANCES];
	struct {
		u64 ref, size, asked;	/* 0: unused */
		u32 instance;
	} block[BLOCKS];
} model;

static u64 stamp_of(u64 ref, u32 instance)
{
	return ref * 0x9e3779b97f4a7c15ULL + instance;
}

static void stamp(u32 b)
{
	u64 value = stamp_of(model.block[b].ref, model.block[b].instance);
	u8 *p = heaps_at(&h, model.block[b].ref);

	memcpy(p, &value, 8);
	memcpy(p + model.block[b].size - 8, &value, 8);
}

static u32 order_of(u64 size)
{
	u32 order = 0;

	while (4096ULL << order < size)
		order++;
	return order;
}

static u64 rounded(u64 size)
{
	u64 takes = 16;

	while (takes < size)
		takes *= 2;
	return takes;
}

static void check_block(u32 b, u32 step)
{
	u32 i = model.block[b].instance, other;
	u64 ref = model.block[b].ref, size = model.block[b].size, value = stamp_of(ref, i);

	CHECK(prmem_owner_extent(&h.heap, model.instance[i].number, ref) == size &&
	      prmem_owner_extent(&h.heap, model.instance[i].number, ref + size - 1) == 1,
	      "step %u: block %#llx of %llu", step, (unsigned long long)ref,
	      (unsigned long long)size);
	CHECK(!memcmp(heaps_at(&h, ref), &value, 8) &&
	      !memcmp(heaps_at(&h, ref + size - 8), &value, 8), "step %u: contents", step);
	for (other = 0; other < b; other++)
		CHECK(!model.block[other].ref || ref + size <= model.block[other].ref ||
		      model.block[other].ref + model.block[other].size <= ref,
		      "step %u: blocks overlap", step);
}

/* Free pages by the words alone, and the tallies. */
static void check_pages(u32 step)
{
	u32 part, i, page, free = 0, records = 0, slabs[INSTANCES] = { 0 }, live = 0;

	for (part = 0; part < h.count; part++) {
		for (page = heaps_first(&h, part); page < heaps_first(&h, part) +
		     heaps_pages(&h, part); page += 1U << PRMEM_WORD_ORDER(*heaps_word(&h, page))) {
			u64 word = *heaps_word(&h, page);

			free += PRMEM_WORD_KIND(word) == PRMEM_PAGE_FREE;
			records += PRMEM_WORD_KIND(word) == PRMEM_PAGE_INSTANCES;
			for (i = 0; i < INSTANCES; i++)
				if (PRMEM_WORD_KIND(word) == PRMEM_PAGE_SLAB &&
				    model.instance[i].there &&
				    PRMEM_WORD_OWNER(word) == model.instance[i].number)
					slabs[i] += 1U << PRMEM_WORD_ORDER(word);
		}
	}
	CHECK(prmem_heap_free(&h.heap) == free * 4096ULL, "step %u: %u free pages", step, free);
	for (i = 0; i < INSTANCES; i++) {
		if (!model.instance[i].there)
			continue;
		live++;
		CHECK(prmem_instance_tally(&h.heap, model.instance[i].number)->pages ==
		      model.instance[i].pages + slabs[i], "step %u: tally of %u", step, i);
	}
	CHECK(h.heap.instances == live && prmem_heap_records(&h.heap) == records &&
	      records <= live && records * 21 >= live, "step %u: %u live, %u pages of records",
	      step, live, records);
}

static void check_instances(u32 step)
{
	u64 ref, size, number = 0;
	char name[16];
	u32 i, n = 0;

	for (i = 0; i < INSTANCES; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		number = prmem_instance_find(&h.heap, i % 2 ? "odd" : "even", name);
		CHECK(number == (model.instance[i].there ? model.instance[i].number : 0),
		      "step %u: instance %u", step, i);
		if (!number)
			continue;
		prmem_instance_get_data(&h.heap, number, &ref, &size);
		CHECK(ref == model.instance[i].ref && size == model.instance[i].size,
		      "step %u: data of %u", step, i);
	}
	for (number = 0; (number = prmem_instance_next(&h.heap, number)) != 0;)
		n++;
	CHECK(n == h.heap.instances, "step %u: %u listed", step, n);
}

static void check_all(u32 step)
{
	u32 b;

	for (b = 0; b < BLOCKS; b++)
		if (model.block[b].ref)
			check_block(b, step);
	check_pages(step);
	check_instances(step);
}

static void open_all(void)
{
	u32 i;

	for (i = 0; i < INSTANCES; i++)
		if (model.instance[i].there)
			prmem_owner_open(&h.heap, model.instance[i].number,
					 &model.instance[i].owner);
}

static void close_all(void)
{
	u32 i;

	for (i = 0; i < INSTANCES; i++)
		if (model.instance[i].there)
			prmem_owner_close(&h.heap, &model.instance[i].owner);
}

/* What is derived anew is what was there. */
static void reopen(u32 step)
{
	static struct prmem_heap before;
	u32 part, order, first;

	close_all();
	before = h.heap;
	for (part = 0; part < h.count; part++)
		h.room[part] = NULL;	/* kept for the comparison */
	heaps_reopen(&h);
	for (part = 0; part < h.count; part++) {
		struct prmem_buddy *a = &before.part[part].buddy, *b = &h.heap.part[part].buddy;

		CHECK(a->free == b->free && a->orders == b->orders, "step %u: free blocks", step);
		for (order = 0; order <= PRMEM_MAX_ORDER; order++)
			for (first = 0; first < a->blocks[order].bits; first++)
				CHECK(prmem_bitmap_has(&a->blocks[order], first) ==
				      prmem_bitmap_has(&b->blocks[order], first),
				      "step %u: order %u block %u", step, order, first);
		free(a->blocks[0].level[0]);	/* where the room began */
	}
	CHECK(before.instances == h.heap.instances, "step %u: instances", step);
	open_all();
}

static void toggle(u32 i, u32 step)
{
	char name[16];
	int err;
	u32 b;

	if (model.instance[i].there) {
		prmem_instance_destroy(&h.heap, &model.instance[i].owner);
		for (b = 0; b < BLOCKS; b++)
			if (model.block[b].instance == i)
				model.block[b].ref = 0;
		memset(&model.instance[i], 0, sizeof(model.instance[i]));
		return;
	}
	snprintf(name, sizeof(name), "n%u", i);
	err = heaps_create(&h, i % 2 ? "odd" : "even", name, &model.instance[i].number);
	CHECK(!err || (err == -ENOSPC && !prmem_heap_free(&h.heap)), "step %u: %d", step, err);
	if (err)
		return;
	model.instance[i].there = true;
	prmem_owner_open(&h.heap, model.instance[i].number, &model.instance[i].owner);
}

static void alloc(u32 i, u32 b, u64 asked, u32 step)
{
	u64 size = asked <= 2048 ? rounded(asked) : 4096ULL << order_of(asked), ref;
	/* Slabs of less than 512 bytes have a page, others 32 objects' pages. */
	u32 part, order = asked > 2048 ? order_of(asked) :
			  size < 512 ? 0 : order_of(size * 32);

	ref = prmem_owner_alloc(&h.heap, &model.instance[i].owner, asked);
	if (!ref) {
		for (part = 0; part < h.count; part++)
			CHECK(!prmem_buddy_has(&h.heap.part[part].buddy, order),
			      "step %u: there is room for %llu", step, (unsigned long long)asked);
		return;
	}
	CHECK(is_zero(ref, size), "step %u: not zero", step);
	model.block[b].ref = ref;
	model.block[b].size = size;
	model.block[b].instance = i;
	if (asked > 2048)
		model.instance[i].pages += size / 4096;
	stamp(b);
}

static void free_some(u32 b, u32 step)
{
	u32 i = model.block[b].instance;
	u64 ref = model.block[b].ref, data = model.instance[i].ref;
	bool busy = data >= ref && data < ref + model.block[b].size;
	int err = prmem_owner_free(&h.heap, &model.instance[i].owner, ref);

	CHECK(err == (busy ? -EBUSY : 0), "step %u: free: %d", step, err);
	if (err)
		return;
	if (model.block[b].size > 2048)
		model.instance[i].pages -= model.block[b].size / 4096;
	model.block[b].ref = 0;
}

static void point(u32 b, u64 *seed, u32 step)
{
	u32 i = model.block[b].instance;
	u64 at = chance_below(seed, model.block[b].size);
	u64 size = 1 + chance_below(seed, model.block[b].size - at);
	u64 ref = model.block[b].ref + at;

	if (chance_below(seed, 4) == 0)
		ref = size = 0;
	CHECK(!prmem_instance_set_data(&h.heap, model.instance[i].number, ref, size), "step %u",
	      step);
	model.instance[i].ref = ref;
	model.instance[i].size = size;
}

static void step_of(u64 *seed, u32 step)
{
	u32 i = chance_below(seed, INSTANCES), b = chance_below(seed, BLOCKS);

	switch (chance_below(seed, 16)) {
	case 0:
		toggle(i, step);
		break;
	case 1:
		if (model.block[b].ref)
			point(b, seed, step);
		break;
	default:
		if (model.block[b].ref)
			free_some(b, step);
		else if (model.instance[i].there)
			alloc(i, b, 1 + (chance(seed) % (16 << chance_below(seed, 15))), step);
		break;
	}
}

static void random_work(void)
{
	static const u32 grains[3][3] = { { 1, 2, 1 }, { 1, 1, 1 }, { 3, 1, 1 } };
	u32 round, step;
	u64 seed;

	for (round = 0; round < 12; round++) {
		seed = 43 + round;
		memset(&model, 0, sizeof(model));
		make(grains[round % 3], 1 + round % 3);
		for (step = 1; step <= 3000 && !failures(); step++) {
			step_of(&seed, step);
			if (step == 1500 && round % 2)
				heaps_add(&h, 1);
			if (step % 250 == 0)
				reopen(step);
			if (step % 50 == 0)
				check_all(step);
		}
		for (step = 0; step < INSTANCES; step++)
			if (model.instance[step].there)
				toggle(step, 9999);
		for (step = 0; step < h.count; step++)
			CHECK(prmem_heap_is_unused(&h.heap, step), "round %u: part %u", round, step);
		heaps_free(&h);
	}
}

/* A new heap's stores are all to its header and map, which are written whole. */
static void format(void)
{
	static const u32 grains[] = { 1, 2, 5 };
	u32 i;

	heaps_make(&h, grains, COUNT(grains));
	for (i = 0; i < COUNT(grains); i++) {
		u32 map = heaps_first(&h, i) - h.region[i].start / 4096, n;
		const u8 *pages = h.base[i] + map * 4096;

		CHECK(map == PRMEM_HEAP_MAP(h.region[i].size), "%u pages of map", map);
		CHECK(prmem_all_zero(h.base[i] + 64 + heaps_pages(&h, i) * 8,
				     map * 4096 - 64 - heaps_pages(&h, i) * 8), "behind the map");
		for (n = 0; n < heaps_pages(&h, i) * 4096; n++)
			if (pages[n] != 0xa5)
				break;
		CHECK(n == heaps_pages(&h, i) * 4096, "byte %u of the pages was written", n);
	}
	heaps_free(&h);
}

static const struct test tests[] = {
	{ "memory: a new heap", format },
	{ "memory: sizes at the borders of the classes", sizes },
	{ "memory: orders", orders },
	{ "memory: sizes that are too large", too_large },
	{ "memory: zero, whoever had it before", contents },
	{ "memory: wrong references are not freed", wrong_free },
	{ "memory: references and addresses", places },
	{ "instance: created, found, refused", creating },
	{ "instance: rooms grow", rooms },
	{ "instance: no page left, and a region more", full },
	{ "instance: data", data },
	{ "instance: a listing stands changes", listing },
	{ "instance: what was cut or is empty is completed", finishing },
	{ "instance: and that is cut in turn", finishing_is_cut },
	{ "memory: 36,000 random operations against a list", random_work },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
