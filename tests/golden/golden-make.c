// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a new golden image, of the format that the core writes now. Those that are
 * there are never made again: see README.md.
 *
 *	golden-make KIND > IMAGE
 *
 * On standard error it says the ranges.
 */
#include "../../module/core/record.h"
#include "../crash/recorder.h"
#include "consumers.h"

static struct reservation r;
static u8 *image;
static struct prmem_heap heap;
static struct recording stores;

/* -- the region list -- */

static void ranges(const u32 *grains, u32 count)
{
	u32 i, sum = 0;

	for (i = 0; i < count; i++)
		sum += grains[i];
	image = get_memory(sum * GRAIN);
	memset(image, 0x5a, sum * GRAIN);
	reservation_make(&r, grains, count);
}

static void newest(struct prmem_meta *meta)
{
	prmem_meta_read(r.area, reservation_open(&r).judgement.slot, meta);
}

/* What is in the disks: their names, over and over. */
static void fill_disks(void)
{
	struct prmem_meta meta;
	u64 i, at;

	newest(&meta);
	for (i = 0; i < meta.table.count; i++) {
		const struct prmem_region_rec *region = &meta.table.region[i];

		for (at = 0; region->type == PRMEM_REGION_DISK && at < region->size; at += 8)
			memcpy(image + region->start + at, region->name, 8);
	}
}

static void blank(void)
{
	static const u32 grains[] = { 4 };

	ranges(grains, 1);
}

static void first(void)
{
	blank();
	reservation_load(&r, 1, 1);
	fill_disks();
}

static void disks(void)
{
	static const u32 grains[] = { 8, 4 };

	ranges(grains, 2);
	reservation_load(&r, 1, 2);
	reservation_load(&r, 2, 1);
	fill_disks();
}

/* The stores of @act up to one in the middle. */
static void cut(void (*act)(void), u32 made)
{
	u32 i;

	recorder_start(&stores);
	act();
	recorder_stop();
	recorder_undo(&stores);
	for (i = 0; i < made; i++)
		store_make(&stores.stores[i]);
}

static void third_load(void)
{
	reservation_load(&r, 3, 1);
}

static void unfinished(void)
{
	disks();
	cut(third_load, 1000);
}

static void recover(void)
{
	disks();
	table_at(r.area, 1)->region[1].name[2] ^= 4;
}

static void damaged(void)
{
	recover();
	root_at(r.area, 0)->release[5] ^= 1;
}

static void stamp(void)
{
	disks();
	stamp_at(&r, 1, 1)->base ^= 1;
}

static void missing(void)
{
	disks();
	r.count = 1;
}

static void later(void)
{
	disks();
	root_at(r.area, 1)->major = 2;
	root_at(r.area, 1)->next_serial = ~0ULL;
	seal_root(r.area, 1);
}

static void feature(void)
{
	disks();
	root_at(r.area, 1)->feat_incompat = 1ULL << 63;
	seal_root(r.area, 1);
}

static void minor(void)
{
	disks();
	root_at(r.area, 1)->minor = 1;
	root_at(r.area, 1)->feat_compat = 1ULL << 5;
	root_at(r.area, 1)->zero0 = 77;
	root_at(r.area, 1)->zero[1700] = 78;
	seal_root(r.area, 1);
}

/* -- the heap -- */

static void add_region(void)
{
	struct prmem_meta meta;
	int i;

	newest(&meta);
	i = prmem_region_add_heap(&meta, GRAIN, 0, -1);
	if (i < 0)
		bail_out("no room for a region");
	prmem_heap_format(image + meta.table.region[i].start, &meta.table.region[i], BOOT | 1);
	prmem_commit(r.area, &meta);
}

static void open_heap(void)
{
	static const u64 key[2] = { 3, 4 };
	struct prmem_fault fault;
	struct prmem_meta meta;
	u32 i, bits;
	void *index;

	newest(&meta);
	prmem_heap_init(&heap, BOOT | 1, key);
	for (i = 0; i < meta.table.count; i++)
		if (meta.table.region[i].type == PRMEM_REGION_HEAP &&
		    !prmem_heap_attach(&heap, image + meta.table.region[i].start,
				       &meta.table.region[i], get_memory(prmem_heap_room(GRAIN)),
				       &fault))
			bail_out("a new region is not sound");
	prmem_heap_set_tallies(&heap, get_memory(prmem_heap_tallies_room(8)), 8);
	index = get_memory(prmem_heap_index_room(8 * PRMEM_INSTANCES, &bits));
	prmem_heap_set_index(&heap, index, bits);
	if (!prmem_heap_check(&heap, &fault))
		bail_out("a new heap is not sound");
}

static u64 create_as(const char *subsystem, const char *name, u32 type, u32 version)
{
	u64 number;

	if (prmem_instance_create(&heap, subsystem, name, type, version, &number))
		bail_out("an instance can't be created");
	return number;
}

static u64 create(const char *subsystem, const char *name)
{
	return create_as(subsystem, name, 0x31415926, 3);
}

/* Memory, filled with something of its own. */
static u64 alloc(struct prmem_owner *owner, u64 size)
{
	u64 ref = prmem_owner_alloc(&heap, owner, size);

	if (!ref)
		bail_out("no memory");
	memset(image + ref, 1 + ref / 16 % 251, size);
	return ref;
}

static void many_instances(void)
{
	struct prmem_owner owner;
	char name[64];
	u32 i;

	for (i = 0; i < 45; i++) {
		snprintf(name, sizeof(name), i % 2 ? "n%u" : "%063u", i);
		prmem_owner_open(&heap, create("many", name), &owner);
		if (i % 3 == 0)
			prmem_instance_set_data(&heap, owner.number, alloc(&owner, 100), 100);
		if (i % 5 == 0)
			prmem_instance_destroy(&heap, &owner);
	}
}

static void all_sizes(void)
{
	struct prmem_owner owner;
	u64 size;
	u32 i;

	prmem_owner_open(&heap, create("all", "sizes"), &owner);
	for (size = 16; size <= 64 * PRMEM_PAGE; size *= 2)
		for (i = 0; i < 3; i++) {
			u64 ref = alloc(&owner, size - i);

			if (i == 1)
				prmem_owner_free(&heap, &owner, ref);
		}
	for (i = 0; i < 300; i++)
		alloc(&owner, 16);
}

static u64 some_data(const char *name, u32 times)
{
	struct prmem_owner owner;
	u64 ref, number = create("data", name);

	prmem_owner_open(&heap, number, &owner);
	ref = alloc(&owner, 5000);
	while (times--)
		prmem_instance_set_data(&heap, number, ref + 10 * times, 4000 - times);
	return number;
}

static u64 writing;

static void set_again(void)
{
	prmem_instance_set_data(&heap, writing, 0, 0);
}

static struct prmem_instance_rec *record_at(u64 number)
{
	return (struct prmem_instance_rec *)prmem_instance_at(&heap, number);
}

static void all_data(void)
{
	struct prmem_instance_rec *rec;
	u64 number;

	some_data("none", 0);
	some_data("once", 1);
	some_data("twice", 2);
	writing = some_data("again", 2);
	set_again();
	recorder_reset(&stores);
	writing = some_data("writing", 2);
	cut(set_again, 2);
	/* After 2^32 - 1 changes: the last sequence, and the one before it. */
	number = some_data("wrapped", 2);
	rec = record_at(number);
	rec->data[0].word = prmem_data_seal(&rec->data[0], 0, number, ~0U);
	rec->data[1].word = prmem_data_seal(&rec->data[1], 1, number, ~0U - 1);
	prmem_instance_set_data(&heap, number, 0, 0);
}

static struct prmem_owner going;

static void destroy(void)
{
	prmem_instance_destroy(&heap, &going);
}

static void dying(void)
{
	u32 i;

	prmem_owner_open(&heap, create("gone", "with/its/memory"), &going);
	for (i = 0; i < 4; i++)
		alloc(&going, 3 * PRMEM_PAGE);
	for (i = 0; i < 10; i++)
		alloc(&going, 1000);
	recorder_reset(&stores);
	cut(destroy, 3);
}

static void sound_heap(void)
{
	disks();
	add_region();
	add_region();
	open_heap();
	many_instances();
	all_sizes();
	all_data();
	dying();
}

static __le64 *map_of(u32 region)
{
	return (__le64 *)(heap.part[region].base + sizeof(struct prmem_heap_rec));
}

/* A block's second page is taken. */
static void broken_heap(void)
{
	__le64 *map;
	u32 i;

	sound_heap();
	map = map_of(0);
	for (i = 0; PRMEM_WORD_KIND(map[i]) != PRMEM_PAGE_DATA || !PRMEM_WORD_ORDER(map[i]);)
		i++;
	map[i + 1] = map[i];
}

static void broken_region(void)
{
	sound_heap();
	heap.part[1].base[40] ^= 1;
}

static void two_of_one_name(void)
{
	struct prmem_instance_rec *rec;
	u64 number;

	sound_heap();
	number = prmem_instance_find(&heap, "data", "twice");
	rec = record_at(number);
	memcpy(rec->name, "once\0", 5);
	rec->state = prmem_record_seal(rec, PRMEM_INSTANCE_LIVE, number);
}

static void making_heap(void)
{
	disks();
	cut(add_region, 2000);
}

/* -- the consumers, of version 1 -- */

static struct prmem_instance inst;
static u64 words = 1;	/* for what is logged */

static void one_heap(void)
{
	blank();
	reservation_load(&r, 1, 0);
	add_region();
	open_heap();
	consumers_use(&heap);
}

static void new_consumer(const char *subsystem, const char *name, u32 type)
{
	consumer_open(&inst, create_as(subsystem, name, type, 1));
}

/* The stores of @act up to the @publishes-th that publishes, and @more. Were there as many? */
static bool cut_behind(void (*act)(void), u32 publishes, u32 more)
{
	u32 i;

	recorder_reset(&stores);
	recorder_start(&stores);
	act();
	recorder_stop();
	recorder_undo(&stores);
	for (i = 0; i < stores.count && (publishes || more--); i++) {
		store_make(&stores.stores[i]);
		publishes -= publishes && stores.stores[i].publish;
	}
	open_heap();
	return !publishes && i < stores.count;
}

static struct prmem_log writing_log;

static struct prmem_log_rec *new_log(const char *name, const char *release)
{
	const u64 number = strtoull(name, NULL, 10);
	struct prmem_log_rec *rec;

	new_consumer("prmem_log", name, LOG_TYPE);
	rec = prmem_alloc(&inst, PRMEM_LOG_MIN);
	if (!rec)
		bail_out("no memory for a log");
	prmem_log_make(rec, PRMEM_LOG_MIN, number, BOOT + number, 1700000000 + number, release);
	prmem_set_data(&inst, rec, PRMEM_LOG_MIN);
	prmem_log_open(&writing_log, rec);
	return rec;
}

static void log_lines(u32 count)
{
	u32 i, len, width, micros;
	char line[128];
	u64 text;

	for (i = 0; i < count; i++) {
		text = chance(&words);
		width = chance_below(&words, 80);
		micros = chance_below(&words, 1000000);
		len = snprintf(line, sizeof(line), "[%5u.%06u] line %u: %0*llx\n", i / 7, micros, i,
			       width, (unsigned long long)text);
		prmem_log_append(&writing_log, line, len);
	}
}

/* In two pieces. */
static void log_long_line(void)
{
	char line[1500];

	memset(line, 'x', sizeof(line));
	prmem_log_append(&writing_log, line, sizeof(line));
}

static void new_log_without_data(void)
{
	new_log("7", "6.1.0-7-amd64");
}

static void logs(void)
{
	char release[PRMEM_LOG_RELEASE] = "6.12.41+a-release-as-long-as-one-can-be-";

	one_heap();
	memset(release + strlen(release), 'z', sizeof(release) - 1 - strlen(release));
	new_log("1", "5.10.0-30-amd64");
	log_lines(20);
	prmem_log_append(&writing_log, "no end of a line", 16);
	new_log("2", "6.1.0-38-amd64");
	log_lines(700);
	new_log("3", release);
	new_log("4", "6.1.0-4-amd64")->began ^= 16;
	new_log("5", "6.1.0-5-amd64")->written ^= 1ULL << 50;
	new_log("6", "6.1.0-6-amd64");
	log_lines(500);
	if (!cut_behind(log_long_line, 1, 40) || !cut_behind(new_log_without_data, 3, 1))
		bail_out("a log is written by other stores");
}

static struct prmem_tree tree;

static void open_index(void)
{
	static const u64 secret[2] = { 5, 6 };
	const char *fault;

	if (prmem_tree_open(&tree, &inst, secret, &fault))
		bail_out("a new index is not sound");
}

static void store(u64 key, u64 value)
{
	if (prmem_tree_store(&tree, key, value))
		bail_out("no entry can be stored");
}

static void new_index(const char *name)
{
	new_consumer("golden", name, INDEX_TYPE);
	open_index();
}

/* The borders of all levels, and a row of keys. */
static void all_keys(const char *name)
{
	u64 key;
	u32 bit;

	new_index(name);
	for (bit = 0; bit < 64; bit += 3) {
		store(1ULL << bit, ~(u64)bit);
		store((1ULL << bit) - 1, 0x1000 + bit);
	}
	for (key = 0x123456789a0; key < 0x123456789a0 + 70; key++)
		store(key, key << 20 | 1);
	store(~0ULL, 1);
}

/* Three levels where there was one, and the way back. */
static void add_key(void)
{
	store(5 << 12, 2);
}

static void drop_key(void)
{
	if (prmem_tree_erase(&tree, 5 << 12))
		bail_out("an entry can't be removed");
}

static bool cut_index(const char *name, u32 publishes)
{
	char numbered[32];

	snprintf(numbered, sizeof(numbered), "%s/%u", name, publishes);
	new_consumer("golden", numbered, INDEX_TYPE);
	if (!strcmp(name, "making"))
		return cut_behind(open_index, publishes, 1);
	open_index();
	store(3, 1);
	if (!strcmp(name, "adding"))
		return cut_behind(add_key, publishes, 0);
	add_key();
	return cut_behind(drop_key, publishes, 0);
}

static void cut_indexes(const char *name, u32 least)
{
	u32 n = 0;

	while (cut_index(name, n))
		n++;
	if (n < least)
		bail_out("an index is changed by other stores");
}

static void indexes(void)
{
	one_heap();
	new_index("empty");
	all_keys("keys");
	all_keys("link");
	*(u8 *)prmem_from_ref(&inst, PRMEM_LINK_REF(tree.rec->root), 512) ^= 1 << 4;
	new_index("note");
	tree.rec->changing = 1;
	new_index("lost");
	store(3, 1);
	prmem_alloc(&inst, sizeof(struct prmem_tree_node));
	cut_indexes("making", 3);
	cut_indexes("adding", 8);
	cut_indexes("dropping", 8);
}

static const struct kind {
	const char *name;
	void (*make)(void);
} kinds[] = {
	{ "blank", blank },
	{ "first", first },
	{ "disks", disks },
	{ "unfinished", unfinished },
	{ "recover", recover },
	{ "damaged", damaged },
	{ "stamp", stamp },
	{ "missing", missing },
	{ "later", later },
	{ "feature", feature },
	{ "minor", minor },
	{ "heap", sound_heap },
	{ "heap-making", making_heap },
	{ "heap-block", broken_heap },
	{ "heap-header", broken_region },
	{ "heap-names", two_of_one_name },
	{ "log", logs },
	{ "index", indexes },
};

static void write_image(void)
{
	u64 size, offset = 0;
	u32 i;

	for (i = 0; i < r.count; i++) {
		size = r.found[i].range.size;
		memcpy(image + offset, r.page[i], i ? PRMEM_PAGE : PRMEM_META_MAPPED);
		fwrite(image + offset, size, 1, stdout);
		fprintf(stderr, "range %#llx:%#llx\n", (unsigned long long)r.found[i].range.base,
			(unsigned long long)size);
		offset += size;
	}
}

int main(int argc, char **argv)
{
	u32 i;

	for (i = 0; argc == 2 && i < COUNT(kinds); i++)
		if (!strcmp(kinds[i].name, argv[1])) {
			kinds[i].make();
			write_image();
			return 0;
		}
	fprintf(stderr, "usage: golden-make KIND > IMAGE\n");
	return 2;
}
