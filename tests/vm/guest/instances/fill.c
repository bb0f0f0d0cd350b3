// SPDX-License-Identifier: GPL-2.0-only
/* Instances whose every byte is known beforehand: made, changed, and found again. */
#include "instances.h"

/* The data of an instance: a table of its pieces, each of which is a pattern. */
struct entry {
	prmem_ref_t ref;
	__le64 size;
};

#define MAX_PIECES	24
#define TYPE(i)		(0x1000 + (i) % 3)
#define VERSION(i)	((u32)mix(seed, (i)))

static u32 verified;
static u64 verified_bytes;

/* Four subsystems; names of all lengths and with all that is allowed in them. */
static const char *subsystem_of(u32 i)
{
	static const char *const subsystems[] = {
		"a", "driver", "!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~",
		"sixty-three-bytes-of-a-name-that-is-as-long-as-one-may-ever-be."
	};

	return subsystems[i % 4];
}

static const char *name_of(u32 i, char *buffer)
{
	static const char filler[] = "/0123456789/0123456789/0123456789/0123456789/012345678";

	snprintf(buffer, PRMEM_LABEL_MAX + 1, "%u%.*s", i, (int)(i * 7 % 54), filler);
	return buffer;
}

/* In the second round every second one is gone, every fourth one changed. */
static bool is_gone(u32 i)
{
	return stage > 1 && i % 2;
}

static u64 key_of(u32 i, u32 piece)
{
	u32 generation = stage > 1 && i % 4 == 0 && piece % 2 == 0 ? 2 : 1;

	return mix(mix(seed, i), mix(piece, generation));
}

static u32 pieces_of(u32 i)
{
	return 1 + mix(seed, ~i) % MAX_PIECES;
}

static size_t size_of(u32 i, u32 piece)
{
	return !i && !piece ? SZ_4M + 1 : random_size(key_of(i, piece));
}

/* A new piece, which must be zero, with its pattern. */
static int make_piece(struct prmem_instance *inst, struct entry *entry, u32 i, u32 piece)
{
	size_t size = size_of(i, piece);
	void *p = prmem_alloc(inst, size);

	expect(p, "instance %u, piece %u of %zu bytes", i, piece, size);
	expect(!memchr_inv(p, 0, size), "instance %u, piece %u of %zu bytes", i, piece, size);
	expect(IS_ALIGNED((unsigned long)p, size > SZ_2K ? SZ_4K : 16), "%p, %zu bytes", p, size);
	pattern_fill(p, size, key_of(i, piece));
	entry->size = cpu_to_le64(size);
	prmem_publish(&entry->ref, prmem_to_ref(p));
	return 0;
}

static int fill_one(struct prmem_instance *inst, u32 i)
{
	u32 piece, pieces = pieces_of(i);
	struct entry *table = prmem_alloc(inst, pieces * sizeof(*table));
	int err;

	expect(table, "instance %u, %u pieces", i, pieces);
	for (piece = 0; piece < pieces; piece++) {
		err = make_piece(inst, &table[piece], i, piece);
		if (err)
			return err;
	}
	expect(!prmem_get_data(inst, NULL), "instance %u", i);
	err = prmem_set_data(inst, table, pieces * sizeof(*table));
	expect(!err, "instance %u: %d", i, err);
	return 0;
}

int fill(void)
{
	char buffer[PRMEM_LABEL_MAX + 1];
	struct prmem_instance *inst;
	u32 i;
	int err;

	stage = 1;
	for (i = 0; i < count; i++) {
		inst = prmem_get(subsystem_of(i), name_of(i, buffer), TYPE(i), VERSION(i),
				 PRMEM_CREATE);
		expect(!IS_ERR(inst), "instance %u: %ld", i, PTR_ERR(inst));
		err = fill_one(inst, i);
		prmem_put(inst);
		if (err)
			return err;
	}
	pr_info("filled %u\n", count);
	return 0;
}

static int verify_one(struct prmem_instance *inst, u32 i)
{
	u32 piece, pieces = pieces_of(i);
	struct entry *table;
	size_t size;
	void *p;

	table = prmem_get_data(inst, &size);
	expect(table && size == pieces * sizeof(*table), "instance %u: %zu bytes", i, size);
	expect(prmem_version(inst) == VERSION(i), "instance %u", i);
	for (piece = 0; piece < pieces; piece++) {
		size = size_of(i, piece);
		expect(le64_to_cpu(table[piece].size) == size, "instance %u, piece %u", i, piece);
		p = prmem_from_ref(inst, table[piece].ref, size);
		expect(p, "instance %u, piece %u of %zu bytes", i, piece, size);
		expect(prmem_to_ref(p) == table[piece].ref, "instance %u, piece %u", i, piece);
		expect(pattern_holds(p, size, key_of(i, piece)),
		       "instance %u, piece %u of %zu bytes", i, piece, size);
		verified_bytes += size;
	}
	verified++;
	return 0;
}

/* Each once in the list, as it is, and no other. */
static int verify_list(void)
{
	char buffer[PRMEM_LABEL_MAX + 1];
	struct prmem_cursor cursor = {};
	struct prmem_info info;
	u32 i, found = 0, expected = 0;
	int err;

	for (i = 0; i < count; i++)
		expected += !is_gone(i);
	while (!(err = prmem_list(NULL, &cursor, &info))) {
		if (sscanf(info.name, "%u", &i) != 1 || i >= count ||
		    strcmp(info.subsystem, subsystem_of(i)))
			continue;
		expect(!is_gone(i), "instance %u", i);
		expect(!strcmp(info.name, name_of(i, buffer)), "instance %u: %s", i, info.name);
		expect(info.type == TYPE(i) && info.version == VERSION(i) && !info.users,
		       "instance %u: %u %u %u", i, info.type, info.version, info.users);
		expect(info.data_size == pieces_of(i) * sizeof(struct entry), "instance %u: %llu",
		       i, info.data_size);
		expect(info.size && IS_ALIGNED(info.size, SZ_4K), "instance %u: %llu", i,
		       info.size);
		found++;
	}
	expect(err == -ENOENT, "%d", err);
	expect(found == expected, "%u of %u", found, expected);
	return 0;
}

int verify(void)
{
	char buffer[PRMEM_LABEL_MAX + 1];
	struct prmem_instance *inst;
	u32 i;
	int err;

	for (i = 0; i < count; i++) {
		name_of(i, buffer);
		inst = prmem_get(subsystem_of(i), buffer, TYPE(i), 0, 0);
		if (is_gone(i)) {
			expect(PTR_ERR(inst) == -ENOENT, "instance %u: %ld", i, PTR_ERR(inst));
			continue;
		}
		expect(!IS_ERR(inst), "instance %u: %ld", i, PTR_ERR(inst));
		expect(prmem_get(subsystem_of(i), buffer, TYPE(i) + 1, 0, PRMEM_CREATE) ==
		       ERR_PTR(-EPROTOTYPE), "instance %u", i);
		err = verify_one(inst, i);
		prmem_put(inst);
		if (err)
			return err;
	}
	err = verify_list();
	if (!err)
		pr_info("verified %u, %llu bytes\n", verified, verified_bytes);
	return err;
}

/* Every second piece goes, and another comes into its place in the table. */
static int change_one(struct prmem_instance *inst, u32 i)
{
	struct entry *table = prmem_get_data(inst, NULL);
	u32 piece, pieces = pieces_of(i);
	int err = 0;
	void *p;

	expect(table, "instance %u", i);
	for (piece = 0; piece < pieces && !err; piece += 2) {
		p = prmem_from_ref(inst, table[piece].ref, 1);
		expect(p, "instance %u, piece %u", i, piece);
		prmem_publish(&table[piece].ref, 0);
		err = prmem_free(inst, p);
		expect(!err, "instance %u, piece %u: %d", i, piece, err);
		expect(prmem_free(inst, p) == -EINVAL, "instance %u, piece %u twice", i, piece);
		err = make_piece(inst, &table[piece], i, piece);
	}
	return err;
}

int change(void)
{
	char buffer[PRMEM_LABEL_MAX + 1];
	struct prmem_instance *inst;
	int err = 0;
	u32 i;

	stage = 2;
	for (i = 0; i < count && !err; i++) {
		inst = prmem_get(subsystem_of(i), name_of(i, buffer), TYPE(i), 0, 0);
		expect(!IS_ERR(inst), "instance %u: %ld", i, PTR_ERR(inst));
		if (is_gone(i)) {
			err = prmem_destroy(inst);
			expect(!err, "instance %u: %d", i, err);
			continue;
		}
		if (i % 4 == 0)
			err = change_one(inst, i);
		prmem_put(inst);
	}
	if (!err)
		pr_info("changed %u\n", count);
	return err;
}

/* All that there are, while they are listed. */
int destroy_all(void)
{
	struct prmem_cursor cursor = {};
	struct prmem_instance *inst;
	struct prmem_info info;
	u32 destroyed = 0;
	int err;

	while (!(err = prmem_list(NULL, &cursor, &info))) {
		inst = prmem_get(info.subsystem, info.name, info.type, 0, 0);
		expect(!IS_ERR(inst), "%s/%s: %ld", info.subsystem, info.name, PTR_ERR(inst));
		err = prmem_destroy(inst);
		expect(!err, "%s/%s: %d", info.subsystem, info.name, err);
		destroyed++;
	}
	expect(err == -ENOENT, "%d", err);
	pr_info("destroyed %u\n", destroyed);
	return 0;
}
