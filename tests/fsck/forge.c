// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images for tests/fsck.sh, and damage to them.
 *
 *	forge make KIND FILE...		sound images, a file a range
 *	forge set FILE AT BYTES VALUE	a field
 *	forge flip FILE AT BIT		a bit
 *	forge seal FILE WHAT AT		a checksum made right again: stamp, root, table, heap
 *	forge word FILE AT VALUE OF	a word of a map or bitmap, sealed: of the place OF
 *	forge bits FILE AT VALUE OF
 *	forge record FILE AT NUMBER STATE	a record's state, sealed
 *	forge data FILE AT NUMBER SLOT SEQUENCE	a data slot's word, sealed
 *
 * AT counts from the start of the file, which in the first range is the offset into
 * the reservation. KIND: blank, one, three, cut; heap: two ranges, each with a heap, and
 * a line NAME=PLACE for what is in the first of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../module/core/pages.h"
#include "../../module/core/record.h"
#include "../../module/core/records.h"
#include "../../module/core/word.h"
#include "../unit/harness.h"

static void die(const char *what)
{
	fprintf(stderr, "forge: %s: %s\n", what, strerror(errno));
	exit(1);
}

static u64 number(const char *text)
{
	char *end;
	u64 value = strtoull(text, &end, 0);

	if (!*text || *end) {
		errno = EINVAL;
		die(text);
	}
	return value;
}

static void store(const char *name, u64 at, const void *from, size_t len)
{
	int fd = open(name, O_WRONLY);

	if (fd < 0 || pwrite(fd, from, len, at) != (ssize_t)len || close(fd))
		die(name);
}

static void load(const char *name, u64 at, void *to, size_t len)
{
	int fd = open(name, O_RDONLY);

	if (fd < 0 || pread(fd, to, len, at) != (ssize_t)len || close(fd))
		die(name);
}

/* Sparse: what isn't metadata is zero. */
static void save_range(const struct reservation *r, u32 i, const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || ftruncate(fd, r->found[i].range.size) || close(fd))
		die(name);
	store(name, 0, r->page[i], i ? PRMEM_PAGE : PRMEM_META_MAPPED);
}

/**
 * struct heaps - the heaps of a reservation, and the instances in them
 * @heap: both
 * @meta: what is committed
 * @base: their memory
 * @owner: the instance that allocates
 */
struct heaps {
	struct prmem_heap heap;
	struct prmem_meta meta;
	u8 *base[2];
	struct prmem_owner owner;
};

static void sure(bool ok, const char *what)
{
	errno = EIO;
	if (!ok)
		die(what);
}

static void *zero_memory(size_t size)
{
	return memset(get_memory(size), 0, size);
}

static void heap_add(struct heaps *h, const struct prmem_space *space, u32 range, u64 size)
{
	int i = prmem_region_add_heap(&h->meta, size, space->offset[range],
				      space->offset[range + 1]);
	struct prmem_fault fault;

	sure(i >= 0, "region");
	h->base[range] = zero_memory(size);
	prmem_heap_format(h->base[range], &h->meta.table.region[i], space->id);
	sure(prmem_heap_attach(&h->heap, h->base[range], &h->meta.table.region[i],
			       zero_memory(prmem_heap_room(size)), &fault), "attach");
}

static u64 create(struct heaps *h, const char *subsystem, const char *name, u32 type, u32 version)
{
	u64 number;

	sure(!prmem_instance_create(&h->heap, subsystem, name, type, version, &number), name);
	return number;
}

static u64 alloc(struct heaps *h, u64 size)
{
	u64 ref = prmem_owner_alloc(&h->heap, &h->owner, size);

	sure(ref, "alloc");
	return ref;
}

/* Words of a map are behind the header. */
static u64 word_of(const struct heaps *h, u64 ref)
{
	const struct prmem_heap_part *part = prmem_part_of(&h->heap, ref / PRMEM_PAGE);

	return part->start + 64 + (ref / PRMEM_PAGE - part->first) * 8;
}

static u64 record_at(const struct heaps *h, u64 number)
{
	return prmem_heap_ref(&h->heap, prmem_record_at(&h->heap, number));
}

static void populate(struct heaps *h)
{
	u64 console, number, block, slab, object;
	char name[8];
	u32 i;

	console = create(h, "log", "console", 7, 2);
	printf("console=%llu\nrecord=%#llx\n", console, record_at(h, console));
	prmem_owner_open(&h->heap, console, &h->owner);
	block = alloc(h, 20000);
	object = alloc(h, 100);
	slab = object / PRMEM_PAGE * PRMEM_PAGE;
	printf("block=%#llx\nword=%#llx\nslab=%#llx\nslab_word=%#llx\nobject=%#llx\n", block,
	       word_of(h, block), slab, word_of(h, slab), object);
	sure(!prmem_instance_set_data(&h->heap, console, block, 20000), "data");
	sure(!prmem_instance_set_data(&h->heap, console, object, 100), "data");
	for (i = 0; i < 3; i++)
		printf("large=%#llx\n", alloc(h, 1 << 20));
	prmem_owner_close(&h->heap, &h->owner);
	number = create(h, "db", "index", 1, 1);
	printf("index=%llu\nindex_record=%#llx\n", number, record_at(h, number));
	prmem_owner_open(&h->heap, number, &h->owner);
	for (i = 16; i <= 4096; i *= 2)
		alloc(h, i);
	prmem_owner_close(&h->heap, &h->owner);
	number = create(h, "gone", "soon", 1, 1);
	prmem_record_at(&h->heap, number)->state =
		prmem_record_seal(prmem_record_at(&h->heap, number), PRMEM_INSTANCE_DYING, number);
	for (i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "%u", i);
		number = create(h, "many", name, i, i);
	}
	printf("last=%llu\nlast_record=%#llx\n", number, record_at(h, number));
	printf("records=%#llx\n", console / 32 * PRMEM_PAGE);
	printf("records_word=%#llx\n", word_of(h, console / 32 * PRMEM_PAGE));
}

/* A heap in the first range, a disk and a heap in the second. */
static void make_heaps(struct reservation *r, struct heaps *h)
{
	static const u32 grains[] = { 10, 4 };
	static const u64 key[2] = { 1, 2 };
	struct opened o;
	size_t room;
	u32 bits;

	reservation_make(r, grains, COUNT(grains));
	reservation_load(r, 1, 1);
	o = reservation_open(r);
	prmem_meta_read(r->area, o.judgement.slot, &h->meta);
	prmem_heap_init(&h->heap, o.space.id, key);
	heap_add(h, &o.space, 0, 2 * GRAIN);
	heap_add(h, &o.space, 1, GRAIN);
	prmem_heap_set_tallies(&h->heap, zero_memory(prmem_heap_tallies_room(8)), 8);
	room = prmem_heap_index_room(100, &bits);
	prmem_heap_set_index(&h->heap, zero_memory(room), bits);
	populate(h);
	prmem_commit(r->area, &h->meta);
	printf("heap=%#llx\nfirst=%u\n", h->heap.part[0].start, h->heap.part[0].first);
	printf("heap_region=%d\n", (int)((h->heap.part[0].start - PRMEM_META_SIZE) / GRAIN));
}

static void save_heaps(const struct reservation *r, const struct heaps *h, char **names)
{
	u32 i;

	for (i = 0; i < h->heap.count; i++) {
		const struct prmem_heap_part *part = &h->heap.part[i];
		u64 before = i ? r->found[0].range.size : 0;

		store(names[i], part->start - before, part->base, part->size);
	}
}

static void make(const char *kind, char **names)
{
	static const u32 eight = 8;
	static struct heaps h;
	struct reservation r;
	u32 i;

	if (!strcmp(kind, "three")) {
		reservation_usual(&r);
	} else if (!strcmp(kind, "heap")) {
		make_heaps(&r, &h);
	} else {
		reservation_make(&r, &eight, 1);
		if (strcmp(kind, "blank"))
			reservation_load(&r, 1, 1);
		if (!strcmp(kind, "one"))
			reservation_load(&r, 2, 1);
		if (!strcmp(kind, "cut"))
			root_at(r.area, 1)->magic = PRMEM_ROOT_WRITING;
	}
	for (i = 0; i < r.count; i++)
		save_range(&r, i, names[i]);
	save_heaps(&r, &h, names);
	reservation_free(&r);
}

static void set_word(const char *name, u64 at, u64 value, u32 salt, u64 of)
{
	__le64 word = prmem_word_seal(value, salt, of);

	store(name, at, &word, sizeof(word));
}

static void set_record(const char *name, u64 at, u64 number, u32 state)
{
	struct prmem_instance_rec rec;

	load(name, at, &rec, sizeof(rec));
	rec.state = prmem_record_seal(&rec, state, number);
	store(name, at, &rec, sizeof(rec));
}

static void set_data(const char *name, u64 at, u64 number, u32 slot, u32 sequence)
{
	struct prmem_data_rec data;

	load(name, at, &data, sizeof(data));
	data.word = prmem_data_seal(&data, slot, number, sequence);
	store(name, at, &data, sizeof(data));
}

static void seal(const char *name, const char *what, u64 at)
{
	static const struct {
		const char *name;
		size_t len;
		u32 salt;
	} kinds[] = {
		{ "stamp", 64, 0 }, { "root", 1984, PRMEM_ROOT_SALT },
		{ "table", 16384, PRMEM_TABLE_SALT }, { "heap", 64, PRMEM_HEAP_SALT },
	};
	u8 bytes[16384];
	u32 i = 0, sum;

	while (i < COUNT(kinds) && strcmp(kinds[i].name, what))
		i++;
	sure(i < COUNT(kinds), what);
	load(name, at, bytes, kinds[i].len);
	sum = i ? prmem_port_crc32c(kinds[i].salt, bytes + 4, kinds[i].len - 4) :
	      prmem_port_crc32(bytes + 4, 60);
	store(name, at, &sum, sizeof(sum));
}

static void flip(const char *name, u64 at, u32 bit)
{
	u8 byte;

	load(name, at, &byte, 1);
	byte ^= 1 << bit;
	store(name, at, &byte, 1);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 3 ? argv[1] : "";
	u64 value;

	if (!strcmp(verb, "make")) {
		make(argv[2], argv + 3);
	} else if (!strcmp(verb, "set") && argc == 6) {
		value = number(argv[5]);
		store(argv[2], number(argv[3]), &value, number(argv[4]) & 15);
	} else if (!strcmp(verb, "flip") && argc == 5) {
		flip(argv[2], number(argv[3]), number(argv[4]) & 7);
	} else if ((!strcmp(verb, "word") || !strcmp(verb, "bits")) && argc == 6) {
		set_word(argv[2], number(argv[3]), number(argv[4]),
			 *verb == 'w' ? PRMEM_WORD_SALT : PRMEM_BITS_SALT, number(argv[5]));
	} else if (!strcmp(verb, "record") && argc == 6) {
		set_record(argv[2], number(argv[3]), number(argv[4]), number(argv[5]));
	} else if (!strcmp(verb, "data") && argc == 7) {
		set_data(argv[2], number(argv[3]), number(argv[4]), number(argv[5]),
			 number(argv[6]));
	} else if (!strcmp(verb, "seal") && argc == 5) {
		seal(argv[2], argv[3], number(argv[4]));
	} else {
		fputs("forge: see its first lines\n", stderr);
		return 2;
	}
	return 0;
}
