// SPDX-License-Identifier: GPL-2.0-only
/*
 * The index's tree: against a list of pairs, cut at every store, with memory that
 * runs out, over trees that somebody made up. The instance is an array of places
 * for nodes; which of them are in use is all that its allocator knows.
 */
#include "harness.h"

#include <sanitizer/asan_interface.h>
#include <setjmp.h>

#include "../../module/index/tree.c"

#define PLACES		512
#define PLACE		512		/* bytes */
#define OFFSET		0x600000ULL	/* of the first place in the reservation */
#define MAX_ENTRIES	100

/* -- an instance -- */

static struct prmem_instance {
	u8 memory[PLACES][PLACE];
	u32 used[PLACES];	/* bytes of the piece that begins there; 0: none does */
	u64 data;		/* a reference, 0: none */
	size_t data_size;
} inst, saved;

static const u64 secret[2] = { 0x0123456789abcdefULL, 0xfedcba9876543210ULL };
static struct prmem_tree tree;
static long budget = -1;	/* pieces that can be had; -1: any number */
static u32 followed;	/* references */
static u64 luck = 1;		/* for the places of pieces, and torn stores */

/* -- cuts -- */

#define MAX_PENDING	16

static struct {
	jmp_buf back;
	long at;	/* the cut is before this store; -1: there is none */
	long stores;
	struct {
		u8 *to;
		u8 was[8];
		size_t len;
	} pending[MAX_PENDING];	/* plain stores, which may not have happened yet */
	u32 count;
	unsigned long all;
} cut = { .at = -1 };

/* Of the plain stores that are pending, any bytes may be missing. */
static void lose_pending(void)
{
	size_t i;

	while (cut.count--)
		for (i = 0; i < cut.pending[cut.count].len; i++)
			if (chance_below(&luck, 3))
				cut.pending[cut.count].to[i] = cut.pending[cut.count].was[i];
	cut.count = 0;
}

static void store(bool plain)
{
	if (cut.at >= 0 && cut.stores++ == cut.at) {
		lose_pending();
		longjmp(cut.back, 1);
	}
	if (!plain)
		cut.count = 0;
}

static void on_write(void *to, const void *from, size_t len)
{
	(void)from;
	store(true);
	if (len > 8 || cut.count == MAX_PENDING)
		bail_out("a plain store that is too wide, or too many of them");
	cut.pending[cut.count].to = to;
	cut.pending[cut.count].len = len;
	memcpy(cut.pending[cut.count++].was, to, len);
}

static void on_publish(__le64 *to, __le64 value)
{
	(void)to;
	(void)value;
	store(false);
}

/* -- prmem's calls, as the tree sees them -- */

static u32 place_of(const void *p)
{
	return ((const u8 *)p - inst.memory[0]) / PLACE;
}

static void shade(u32 place)
{
	ASAN_POISON_MEMORY_REGION(inst.memory[place], PLACE);
	ASAN_UNPOISON_MEMORY_REGION(inst.memory[place], inst.used[place]);
}

void *prmem_alloc(struct prmem_instance *i, size_t size)
{
	u32 place = chance_below(&luck, PLACES);

	store(false);
	if (!budget || size > PLACE)
		return NULL;
	budget -= budget > 0;
	while (i->used[place])
		place = (place + 1) % PLACES;
	i->used[place] = size;
	shade(place);
	memset(i->memory[place], 0, size);
	return i->memory[place];
}

int prmem_free(struct prmem_instance *i, const void *p)
{
	u32 place = place_of(p);

	store(false);
	if (p != i->memory[place] || !i->used[place])
		return -EINVAL;
	i->used[place] = 0;
	shade(place);
	return 0;
}

prmem_ref_t prmem_to_ref(const void *p)
{
	return cpu_to_le64((const u8 *)p - inst.memory[0] + OFFSET);
}

void *prmem_from_ref(struct prmem_instance *i, prmem_ref_t ref, size_t size)
{
	u64 at = le64_to_cpu(ref) - OFFSET;

	followed++;
	if (at >= sizeof(i->memory) || at % PLACE + size > i->used[at / PLACE])
		return NULL;
	return i->memory[at / PLACE] + at % PLACE;
}

void *prmem_next(struct prmem_instance *i, const void *p, size_t *size)
{
	u32 place = p ? place_of(p) + 1 : 0;

	while (place < PLACES && !i->used[place])
		place++;
	if (place == PLACES)
		return NULL;
	*size = i->used[place];
	return i->memory[place];
}

void *prmem_get_data(struct prmem_instance *i, size_t *size)
{
	*size = i->data_size;
	return i->data ? (u8 *)i->memory + (i->data - OFFSET) : NULL;
}

int prmem_set_data(struct prmem_instance *i, const void *data, size_t size)
{
	store(false);
	i->data = prmem_to_ref(data);
	i->data_size = size;
	return 0;
}

/* -- the instance as a whole -- */

static void copy_instance(struct prmem_instance *to, const struct prmem_instance *from)
{
	u32 i;

	ASAN_UNPOISON_MEMORY_REGION(inst.memory, sizeof(inst.memory));
	memcpy(to, from, sizeof(*to));
	for (i = 0; i < PLACES; i++)
		shade(i);
}

static void new_instance(void)
{
	ASAN_UNPOISON_MEMORY_REGION(inst.memory, sizeof(inst.memory));
	memset(&inst, 0, sizeof(inst));
	memset(&saved, 0, sizeof(saved));
	copy_instance(&inst, &saved);
	port_hooks.write = on_write;
	port_hooks.publish = on_publish;
}

static const char *open_again(void)
{
	const char *fault;
	int err = prmem_tree_open(&tree, &inst, secret, &fault);

	CHECK(!err == !fault, "error %d, fault %s", err, fault);
	return fault ? fault : err ? "error" : "";
}

static void open_new(void)
{
	new_instance();
	CHECK(!*open_again(), "a new one");
}

static u32 pieces(void)
{
	u32 i, count = 0;

	for (i = 0; i < PLACES; i++)
		count += !!inst.used[i];
	return count;
}

/* -- the model: a list -- */

struct model {
	u32 count;
	struct {
		u64 key;
		u64 value;
	} entry[MAX_ENTRIES];
};

static u32 model_find(const struct model *m, u64 key)
{
	u32 i = 0;

	while (i < m->count && m->entry[i].key != key)
		i++;
	return i;
}

static void model_store(struct model *m, u64 key, u64 value)
{
	u32 i = model_find(m, key);

	if (i == m->count) {
		m->entry[i].key = key;
		m->count++;
	}
	m->entry[i].value = value;
}

static void model_erase(struct model *m, u64 key)
{
	u32 i = model_find(m, key);

	if (i < m->count)
		m->entry[i] = m->entry[--m->count];
}

/* The entry with the lowest key from @key on. */
static u32 model_next(const struct model *m, u64 key)
{
	u32 i, best = m->count;

	for (i = 0; i < m->count; i++)
		if (m->entry[i].key >= key &&
		    (best == m->count || m->entry[i].key < m->entry[best].key))
			best = i;
	return best;
}

static u64 prefix(u64 key, u32 level)
{
	return level == 10 ? 0 : key >> 6 * (level + 1);
}

/* As the format has it: a node for each range of keys that has an entry. */
static u32 model_nodes(const struct model *m)
{
	u32 level, i, j, nodes = 0, top = 0;

	for (i = 0; i < m->count; i++)
		while (prefix(m->entry[i].key, top))
			top++;
	for (level = 0; level <= top; level++)
		for (i = 0; i < m->count; i++) {
			for (j = 0; j < i; j++)
				if (prefix(m->entry[j].key, level) ==
				    prefix(m->entry[i].key, level))
					break;
			nodes += j == i;
		}
	return nodes;
}

/* Every entry, in order, nothing else, and no piece of memory too many. */
static bool same(const struct model *m)
{
	u64 key = 0, value = 0;
	u32 i, n = 0;

	if (tree.entries != m->count || pieces() != 1 + model_nodes(m) || tree.rec->changing)
		return false;
	while (!prmem_tree_find(&tree, &key, &value)) {
		i = model_next(m, n ? key : 0);
		if (n == m->count || i == m->count || m->entry[i].key != key ||
		    m->entry[i].value != value)
			return false;
		n++;
		if (!++key)
			break;
	}
	return n == m->count;
}

/* -- operations at random -- */

static u64 a_key(u64 *seed)
{
	u64 key;

	switch (chance_below(seed, 4)) {
	case 0:
		return chance_below(seed, 200);
	case 1:
		return chance(seed) >> chance_below(seed, 64);
	case 2:
		return ~chance_below(seed, 200);
	default:
		key = chance_below(seed, 3) << 6 * chance_below(seed, 11);
		return key - chance_below(seed, 2);
	}
}

struct operation {
	bool erase;
	u64 key;
	u64 value;
};

static struct operation an_operation(u64 *seed, const struct model *m)
{
	bool full = m->count >= 18;

	if (m->count && chance_below(seed, full ? 2 : 5) == 0)
		return (struct operation) { true, m->entry[chance_below(seed, m->count)].key, 0 };
	if (m->count && (full || chance_below(seed, 6) == 0))
		return (struct operation) { false, m->entry[chance_below(seed, m->count)].key,
					    chance(seed) | 1 };
	return (struct operation) { false, a_key(seed), chance(seed) | 1 };
}

static int do_it(const struct operation *op)
{
	return op->erase ? prmem_tree_erase(&tree, op->key) :
			   prmem_tree_store(&tree, op->key, op->value);
}

static void model_do(struct model *m, const struct operation *op)
{
	if (op->erase)
		model_erase(m, op->key);
	else
		model_store(m, op->key, op->value);
}

static void test_model(void)
{
	struct model m = { };
	struct operation op;
	u64 seed = 5, value;
	u32 n, i;

	open_new();
	for (n = 0; n < 20000; n++) {
		op = an_operation(&seed, &m);
		CHECK(!do_it(&op), "operation %u", n);
		model_do(&m, &op);
		CHECK(same(&m), "operation %u", n);
		i = model_find(&m, op.key);
		CHECK(prmem_tree_load(&tree, op.key, &value) == (i < m.count ? 0 : -ENOENT) &&
		      (i == m.count || value == m.entry[i].value), "operation %u", n);
		if (n % 16 == 0)
			CHECK(!*open_again() && same(&m), "operation %u, opened again", n);
	}
}

static void test_edges(void)
{
	static const u64 keys[] = { 0, 63, 64, 4095, 4096, 1ULL << 59, 1ULL << 60, ~0ULL - 64,
				    ~0ULL - 1, ~0ULL };
	struct model m = { };
	u32 i, turn;
	u64 key, value;

	open_new();
	for (turn = 0; turn < 2; turn++) {
		for (i = 0; i < COUNT(keys); i++) {
			CHECK(prmem_tree_load(&tree, keys[i], &value) == -ENOENT, "key %u", i);
			CHECK(prmem_tree_erase(&tree, keys[i]) == -ENOENT, "key %u", i);
			CHECK(!prmem_tree_store(&tree, keys[i], i + 1), "key %u", i);
			model_store(&m, keys[i], i + 1);
			CHECK(same(&m), "key %u", i);
		}
		for (i = 0; i < COUNT(keys); i++) {
			key = keys[turn ? i : COUNT(keys) - 1 - i];
			CHECK(!prmem_tree_erase(&tree, key), "key %u", i);
			model_erase(&m, key);
			CHECK(same(&m), "key %u", i);
		}
		CHECK(pieces() == 1 && !tree.rec->root, "nothing is left");
	}
	key = 0;
	CHECK(prmem_tree_find(&tree, &key, &value) == -ENOENT, "an empty one");
	prmem_tree_store(&tree, 3, 3);
	prmem_tree_store(&tree, ~0ULL - 200, 4);
	for (key = ~0ULL; key > ~0ULL - 200; key--)
		CHECK(prmem_tree_find(&tree, &key, &value) == -ENOENT, "behind the last");
	CHECK(!prmem_tree_find(&tree, &key, &value) && value == 4, "the last");
	prmem_tree_erase(&tree, 3);
	prmem_tree_erase(&tree, ~0ULL - 200);
	CHECK(prmem_tree_store(&tree, 1, 0) == -EINVAL && pieces() == 1, "no value");
}

static void test_no_memory(void)
{
	struct model m = { };
	struct operation op;
	u64 seed = 6;
	u32 n, had, refused = 0;
	int err;

	open_new();
	for (n = 0; n < 3000; n++) {
		op = an_operation(&seed, &m);
		for (had = 0;; had++) {
			budget = had;
			err = do_it(&op);
			budget = -1;
			if (!err)
				break;
			refused++;
			if (!CHECK(err == -ENOSPC && same(&m), "operation %u, %u pieces", n, had))
				return;
		}
		model_do(&m, &op);
		CHECK(same(&m), "operation %u", n);
	}
	CHECK(refused > 1000, "%u", refused);
}

/* -- cuts -- */

static const struct operation *act;	/* NULL: open */

/* Whether the end was reached. */
static bool cut_before(long at)
{
	cut.stores = 0;
	cut.count = 0;
	cut.at = at;
	if (setjmp(cut.back)) {
		cut.at = -1;
		cut.all++;
		return false;
	}
	if (act)
		do_it(act);
	else
		open_again();
	cut.at = -1;
	return true;
}

/* A next kernel, and one after that if the first is cut as well. */
static void recover_cut(const char *what, u32 seed, u32 n, long at)
{
	act = NULL;
	if (chance_below(&luck, 2))
		cut_before(chance_below(&luck, 12));
	CHECK(!*open_again(), "%s %u:%u:%ld: %s", what, seed, n, at, open_again());
}

static void cut_one(const struct model *before, const struct model *after,
		    const struct operation *op, u32 seed, u32 n)
{
	long at;

	copy_instance(&saved, &inst);
	for (at = 0;; at++) {
		copy_instance(&inst, &saved);
		CHECK(!*open_again(), "%u:%u:%ld", seed, n, at);
		act = op;
		if (cut_before(at))
			break;
		recover_cut("operation", seed, n, at);
		CHECK(same(before) || same(after), "operation %u:%u:%ld", seed, n, at);
	}
	CHECK(same(after), "operation %u:%u", seed, n);
}

static void test_cuts(void)
{
	struct model before, after;
	struct operation op;
	u32 seed, n;
	u64 chances;

	cut.all = 0;
	for (seed = 0; seed < 60; seed++) {
		chances = seed;
		after.count = 0;
		open_new();
		for (n = 0; n < 50; n++) {
			before = after;
			op = an_operation(&chances, &before);
			model_do(&after, &op);
			cut_one(&before, &after, &op, seed, n);
		}
	}
	note("%lu cuts", cut.all);
	CHECK(cut.all > 10000, "%lu", cut.all);
}

static void test_cut_creation(void)
{
	struct model none = { };
	u32 turn;
	long at;

	for (turn = 0; turn < 100; turn++)
		for (at = 0;; at++) {
			new_instance();
			act = NULL;
			if (cut_before(at))
				break;
			recover_cut("creation", turn, 0, at);
			CHECK(same(&none), "turn %u, cut %ld", turn, at);
		}
	CHECK(at >= 3, "%ld", at);
}

/* -- trees that somebody made up, with checks made right -- */

static const u64 sample_keys[] = { 3, 64 * 2 + 5, 4096 + 7, 4096 + 8, 3 << 18, 1ULL << 62 };

static void open_sample(void)
{
	u32 i;

	open_new();
	for (i = 0; i < COUNT(sample_keys); i++)
		prmem_tree_store(&tree, sample_keys[i], ~0ULL - i);
}

/* The word that leads to the node of @level on the way to a key. */
static __le64 *link_to(u64 key, u32 level)
{
	struct path path;

	if (descend(&tree, key, &path) == -EUCLEAN)
		bail_out("no way to a key");
	return level == (u32)path.top ? &tree.rec->root :
	       &path.node[level + 1]->slot[slot_of(key, level + 1)];
}

static struct prmem_tree_node *node_at(u64 key, u32 level)
{
	return prmem_from_ref(&inst, PRMEM_LINK_REF(*link_to(key, level)), PLACE);
}

static void expect(const char *fault, const char *what, u64 detail)
{
	const char *got;
	u32 before = pieces();

	copy_instance(&saved, &inst);
	got = open_again();
	CHECK(!strcmp(got, fault), "%s %llu: '%s', expected '%s'", what,
	      (unsigned long long)detail, got, fault);
	CHECK(!*fault || (before == pieces() &&
			  !memcmp(inst.used, saved.used, sizeof(saved.used))),
	      "%s %llu: was refused, and has changed", what, (unsigned long long)detail);
}

static void test_hostile_header(void)
{
	static const struct {
		const char *fault;
		size_t offset;
	} fields[] = {
		{ "header: magic", 0 },
		{ "header: note of a change", 16 },
		{ "header: byte that must be zero", 32 },
		{ "header: byte that must be zero", 56 },
	};
	static const size_t sizes[] = { 1, 63, 65, 512 };
	u64 right, wrong;
	u32 i, which;

	for (i = 0; i < COUNT(fields); i++)
		for (which = 0; which < WRONG_VALUES; which++) {
			open_sample();
			right = field_get(tree.rec, fields[i].offset, 8);
			wrong = wrong_value(right, 8, which);
			if (wrong == right)
				continue;
			field_set(tree.rec, fields[i].offset, 8, wrong);
			expect(fields[i].fault, fields[i].fault, which);
		}
	for (i = 0; i < COUNT(sizes); i++) {
		open_sample();
		inst.data_size = sizes[i];
		expect("header: place", "size", i);
	}
	open_sample();
	inst.data += 8;
	expect("header: place", "unaligned", 8);
	open_sample();
	tree.rec->key = 77;
	expect("", "the key of a change long ago", 77);
}

/* Overwritten since it was opened: what is read says so. */
static void test_overwritten(void)
{
	u64 key, value, root;
	u32 level;

	for (level = 0; level < 16; level++) {
		open_sample();
		root = le64_to_cpu(tree.rec->root);
		if (level == PRMEM_LINK_LEVEL(root))
			continue;
		tree.rec->root = cpu_to_le64(root - PRMEM_LINK_LEVEL(root) + level);
		key = 3;
		CHECK(prmem_tree_find(&tree, &key, &value) == -EUCLEAN, "find, level %u", level);
		CHECK(prmem_tree_load(&tree, 3, &value) == -EUCLEAN, "load, level %u", level);
	}
}

static void test_hostile_links(void)
{
	u32 level, which, bit;
	__le64 *link;
	u64 refs[4] = { 0, OFFSET - PLACE, OFFSET + sizeof(inst.memory) };

	for (level = 0; level <= 10; level++) {
		for (bit = 0; bit < 64; bit++) {
			open_sample();
			link = link_to(3, level);
			*link ^= 1ULL << bit;
			/* A root's level is what it says, as long as there is such a one. */
			expect(bit >= 4 || (level == 10 && PRMEM_LINK_LEVEL(*link) <= 10) ?
			       "link: check" : "link: level", "bit", level * 100 + bit);
		}
		for (which = 0; which < 4; which++) {
			open_sample();
			refs[3] = inst.data;
			link = link_to(3, level);
			*link = make_link(refs[which], level, 0);
			expect("link: reference", "reference", level * 100 + which);
		}
		open_sample();
		link = link_to(3, level);
		prmem_free(&inst, node_at(3, level));
		expect("link: reference", "freed", level);
	}
}

/* One leaf for all slots: that is noticed as soon as there are more nodes than memory. */
static void test_many_paths(void)
{
	struct prmem_tree_node *leaf, *above;
	u64 i, k;

	open_new();
	for (i = 0; i < 64; i++)
		prmem_tree_store(&tree, i << 12, 1);
	leaf = node_at(0, 0);
	for (i = 0; i < 64; i++) {
		above = node_at(i << 12, 1);
		for (k = 1; k < 64; k++)
			above->slot[k] = make_link(prmem_to_ref(leaf), 0, i << 12 | k << 6);
	}
	followed = 0;
	expect("memory: not just what is reached, each once", "a leaf in 4096 places", 0);
	CHECK(followed <= pieces(), "%u links for %u pieces", followed, pieces());
}

/* A note of a change excuses what the change can have left, and nothing else. */
static void test_hostile_changes(void)
{
	struct prmem_tree_node *node;

	open_sample();
	node_at(3 << 18, 0)->slot[0] = 0;
	tree.rec->changing = PRMEM_TREE_CHANGING;
	prmem_alloc(&inst, PLACE);
	tree.rec->key = 5;
	expect("node: empty", "a leaf where nothing was changed", 0);
	tree.rec->key = 3 << 18;
	expect("", "a leaf that was about to go", 0);

	open_new();
	node = prmem_alloc(&inst, PLACE);
	tree.rec->root = make_link(prmem_to_ref(node), 2, 0);
	tree.rec->changing = PRMEM_TREE_CHANGING;
	tree.rec->key = 1ULL << 40;
	expect("node: empty", "a root, of a key that it doesn't reach", 0);
	tree.rec->key = 7;
	expect("", "a root", 0);
	CHECK(pieces() == 1 && !tree.rec->root, "%u", pieces());
}

static void test_hostile_shape(void)
{
	static const char unreached[] = "memory: not just what is reached, each once";
	struct prmem_tree_node *node;
	__le64 *link;

	open_sample();
	*link_to(3 << 18, 2) = 0;
	expect(unreached, "a subtree that is cut off", 0);

	open_sample();
	link = link_to(4096 + 7, 1);
	link[2] = link[0];
	expect("link: check", "a link in another slot", 0);

	open_sample();
	link = link_to(3, 0);
	link[7] = make_link(PRMEM_LINK_REF(link[0]), 0, 7 * 64);
	expect(unreached, "a leaf in two places", 0);

	open_sample();
	node = node_at(3, 1);
	node->slot[9] = make_link(prmem_to_ref(node), 0, 9 * 64);
	expect(unreached, "a node under itself", 0);

	open_sample();
	node = node_at(3, 2);
	node->slot[9] = make_link(prmem_to_ref(node), 1, 9 * 4096);
	expect("link: level", "an inner node under itself", 0);

	test_many_paths();

	open_sample();
	*link_to(4096 + 7, 1) = make_link(PRMEM_LINK_REF(*link_to(3, 1)), 1, 4096);
	expect("link: check", "one subtree for another", 0);

	open_sample();
	node = node_at(3, 10);
	node->slot[16] = make_link(PRMEM_LINK_REF(node->slot[4]), 9, 0);
	expect("node: slot behind the last key", "the topmost node", 16);

	open_sample();
	node_at(3 << 18, 0)->slot[0] = 0;
	expect("node: empty", "a leaf", 0);

	open_sample();
	inst.used[place_of(prmem_alloc(&inst, PLACE))] = 64;
	expect(unreached, "memory of another size", 0);

	open_sample();
	node = prmem_alloc(&inst, PLACE);
	expect(unreached, "memory that nothing leads to", 0);

	open_sample();
	tree.rec->changing = PRMEM_TREE_CHANGING;
	prmem_alloc(&inst, PLACE);
	prmem_alloc(&inst, PLACE);
	expect(unreached, "two pieces, during a change", 0);

	open_new();
	prmem_tree_store(&tree, 5, 5);
	node = prmem_alloc(&inst, PLACE);
	node->slot[0] = tree.rec->root;
	tree.rec->root = make_link(prmem_to_ref(node), 1, 0);
	expect("root: higher than its keys", "a root of one child", 0);
	tree.rec->changing = PRMEM_TREE_CHANGING;
	expect("", "the same, during a change", 0);
	CHECK(pieces() == 2, "%u", pieces());
	test_hostile_changes();
}

/* The format does not move: a tree of one key, byte by byte. */
static void test_bytes(void)
{
	__le64 words[2] = { OFFSET | 0, 0 };
	u64 check;

	open_new();
	prmem_tree_store(&tree, 9, 0x1122334455667788ULL);
	words[0] = prmem_to_ref(node_at(9, 0));
	check = prmem_port_crc32c(0x65657274, words, 16) & 0xffff;
	CHECK(tree.rec->root == (words[0] | check << 48), "the root");
	CHECK(field_get(node_at(9, 0), 9 * 8, 8) == 0x1122334455667788ULL, "the value");
	CHECK(!memcmp(tree.rec, "prmtree1", 8), "the magic");
	prmem_tree_store(&tree, 64, 1);
	words[0] = prmem_to_ref(node_at(64, 0));
	words[1] = 64;
	check = prmem_port_crc32c(0x65657274, words, 16) & 0xffff;
	CHECK(field_get(node_at(64, 1), 8, 8) == (words[0] | check << 48), "a child");
	CHECK((tree.rec->root & 0x1ff) == 1, "the root's level");
}

static u8 *a_piece(u64 *seed)
{
	u32 place;

	do
		place = chance_below(seed, PLACES);
	while (!inst.used[place]);
	return inst.memory[place];
}

static void spoil(u64 *seed)
{
	u8 *p = a_piece(seed);
	__le64 *word = (__le64 *)p + chance_below(seed, inst.used[place_of(p)] / 8);
	const u32 level = chance_below(seed, 12);

	switch (chance_below(seed, 5)) {
	case 0:
		*word = chance(seed);
		break;
	case 1:
		*word = 0;
		break;
	case 2:
		*word = make_link(prmem_to_ref(a_piece(seed)), level,
				  first_of(a_key(seed), level % 11));
		break;
	case 3:
		tree.rec->root = make_link(prmem_to_ref(a_piece(seed)), level, 0);
		break;
	case 4:
		tree.rec->changing = PRMEM_TREE_CHANGING;
		tree.rec->key = a_key(seed);
		break;
	}
}

/* Whatever is there: a verdict, and what passes can be worked with. */
static void test_garbage(void)
{
	u32 n, i, sound = 0, refused = 0;
	u64 seed = 9, key, value;
	struct operation op;
	struct model none = { };

	for (n = 0; n < 20000; n++) {
		open_sample();
		for (i = chance_below(&seed, 4) + 1; i; i--)
			spoil(&seed);
		if (*open_again()) {
			refused++;
			continue;
		}
		sound++;
		for (i = 0; i < 10; i++) {
			op = an_operation(&seed, &none);
			CHECK(!do_it(&op), "run %u", n);
			CHECK(!prmem_tree_load(&tree, op.key, &value) && value == op.value,
			      "run %u", n);
			op.erase = chance_below(&seed, 2);
			CHECK(!do_it(&op), "run %u", n);
		}
		for (key = 0, i = 0; !prmem_tree_find(&tree, &key, &value) && ++key;)
			i++;
		CHECK(i <= 64 * PLACES && !*open_again(), "run %u", n);
	}
	note("%u sound, %u refused", sound, refused);
	CHECK(sound > 1000 && refused > 1000, "%u sound, %u refused", sound, refused);
}

int main(void)
{
	static const struct test tests[] = {
		{ "tree: a list says the same, 20000 operations", test_model },
		{ "tree: the borders of levels, in both orders", test_edges },
		{ "tree: without memory all is as before", test_no_memory },
		{ "tree: cut before every store: before or after, and nothing is lost", test_cuts },
		{ "tree: cut while it is made", test_cut_creation },
		{ "tree: the bytes", test_bytes },
		{ "tree: hostile headers", test_hostile_header },
		{ "tree: hostile links", test_hostile_links },
		{ "tree: overwritten after it was opened", test_overwritten },
		{ "tree: hostile shapes", test_hostile_shape },
		{ "tree: garbage", test_garbage },
	};

	return run_tests(tests, COUNT(tests));
}
