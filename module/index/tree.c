// SPDX-License-Identifier: GPL-2.0-only
/*
 * The index's tree. What is needed is built where nothing leads to, and then linked
 * by one store; a new node comes into the tree empty, so that at any time at most
 * one piece of the instance's memory is reached by nothing: the one between its
 * allocation and its link, or between the end of its link and its release. Before
 * nodes come or go that is noted in the header, and where the note still stands when
 * the tree is opened, that piece is found and freed.
 */
#include "tree.h"

#define BITS	6			/* of a key, to a level */
#define TOP	(PRMEM_TREE_LEVELS - 1)

static_assert(sizeof(struct prmem_tree_node) == 512, "a node has another size");
static_assert(sizeof(struct prmem_tree_rec) == 64, "the header has another size");

/* -- keys -- */

static u32 slot_of(u64 key, u32 level)
{
	return key >> (BITS * level) & (PRMEM_TREE_SLOTS - 1);
}

/* How far the last key of a node is from its first one. */
static u64 span_of(u32 level)
{
	return level == TOP ? ~0ULL : (1ULL << BITS * (level + 1)) - 1;
}

static u64 first_of(u64 key, u32 level)
{
	return key & ~span_of(level);
}

static u32 level_of(u64 key)
{
	u32 level = 0;

	while (key > span_of(level))
		level++;
	return level;
}

/* -- links -- */

static __le64 make_link(prmem_ref_t ref, u32 level, u64 first)
{
	const __le64 words[2] = { cpu_to_le64(le64_to_cpu(ref) | level), cpu_to_le64(first) };
	u64 check = prmem_port_crc32c(PRMEM_TREE_SALT, words, sizeof(words));

	return words[0] | cpu_to_le64(check << PRMEM_LINK_CHECK_SHIFT);
}

/* The node of @level whose first key is @first, or NULL with the broken rule. */
static struct prmem_tree_node *follow(const struct prmem_tree *tree, __le64 link, u32 level,
				      u64 first, const char **fault)
{
	const u64 word = le64_to_cpu(link);
	const prmem_ref_t ref = cpu_to_le64(PRMEM_LINK_REF(word));
	struct prmem_tree_node *node;

	if (PRMEM_LINK_LEVEL(word) != level) {
		*fault = "link: level";
		return NULL;
	}
	if (link != make_link(ref, level, first)) {
		*fault = "link: check";
		return NULL;
	}
	node = prmem_from_ref(tree->inst, ref, sizeof(*node));
	if (!node)
		*fault = "link: reference";
	return node;
}

static u32 next_used(const struct prmem_tree_node *node, u32 slot)
{
	while (slot < PRMEM_TREE_SLOTS && !node->slot[slot])
		slot++;
	return slot;
}

/* Nothing but, perhaps, this slot is used. */
static bool is_bare(const struct prmem_tree_node *node, u32 slot)
{
	u32 used = next_used(node, 0);

	return used == PRMEM_TREE_SLOTS ||
	       (used == slot && next_used(node, slot + 1) == PRMEM_TREE_SLOTS);
}

/* -- paths -- */

/**
 * struct path - the nodes on the way to a key
 * @top: the root's level; -1 if there is no root
 * @node: by level; NULL below the lowest one that exists, or if the root doesn't
 *	reach as far as the key
 */
struct path {
	int top;
	struct prmem_tree_node *node[PRMEM_TREE_LEVELS];
};

/* -ENOENT: the path isn't complete. */
static int descend(const struct prmem_tree *tree, u64 key, struct path *path)
{
	const char *fault;
	__le64 link = tree->rec->root;
	u32 level = PRMEM_LINK_LEVEL(le64_to_cpu(link));

	*path = (struct path) { .top = link ? (int)level : -1 };
	if (level > TOP)
		return -EUCLEAN;
	if (key > span_of(level))
		return -ENOENT;
	for (; link; level--) {
		path->node[level] = follow(tree, link, level, first_of(key, level), &fault);
		if (!path->node[level])
			return -EUCLEAN;
		if (!level)
			return 0;
		link = path->node[level]->slot[slot_of(key, level)];
	}
	return -ENOENT;
}

/* The level of the path's last node, or the one above the root's if it has none. */
static int lowest_of(const struct path *path)
{
	int level = 0;

	while (level <= path->top && !path->node[level])
		level++;
	return level;
}

/* -- changes -- */

static void begin(struct prmem_tree *tree, u64 key)
{
	const __le64 to = cpu_to_le64(key);

	prmem_port_write(&tree->rec->key, &to, sizeof(to));
	prmem_publish(&tree->rec->changing, cpu_to_le64(PRMEM_TREE_CHANGING));
}

static void end(struct prmem_tree *tree)
{
	prmem_publish(&tree->rec->changing, 0);
}

/* A new node at @where, over @child if that isn't 0. */
static int add_node(struct prmem_tree *tree, __le64 *where, u32 level, u64 first, __le64 child)
{
	struct prmem_tree_node *node = prmem_alloc(tree->inst, sizeof(*node));

	if (!node)
		return -ENOSPC;
	if (child)
		prmem_port_write(&node->slot[0], &child, sizeof(child));
	prmem_publish(where, make_link(prmem_to_ref(node), level, first));
	return 0;
}

/* Add the node that a path lacks next: a root, one above the root, one below. */
static int lengthen(struct prmem_tree *tree, u64 key, const struct path *path)
{
	__le64 *const root = &tree->rec->root;
	const int level = lowest_of(path);

	if (path->top < 0)
		return add_node(tree, root, level_of(key), 0, 0);
	if (level > path->top)
		return add_node(tree, root, level, 0, *root);
	return add_node(tree, &path->node[level]->slot[slot_of(key, level)], level - 1,
			first_of(key, level - 1), 0);
}

static int drop_node(struct prmem_tree *tree, __le64 *where, __le64 link,
		     struct prmem_tree_node *node)
{
	prmem_publish(where, link);
	return prmem_free(tree->inst, node);
}

/* While the root has but one child, its first, that can be the root. */
static int shrink(struct prmem_tree *tree)
{
	__le64 *const root = &tree->rec->root;
	struct prmem_tree_node *node;
	const char *fault;
	u32 level;
	int err = 0;

	for (level = PRMEM_LINK_LEVEL(le64_to_cpu(*root)); !err && level; level--) {
		node = follow(tree, *root, level, 0, &fault);
		if (!node)
			return -EUCLEAN;
		if (!is_bare(node, 0))
			break;
		err = drop_node(tree, root, node->slot[0], node);
	}
	return err;
}

/* Drop the nodes on the way to a key that are of no use. */
static int tidy(struct prmem_tree *tree, u64 key)
{
	struct path path;
	int level, err;
	__le64 *where;

	err = descend(tree, key, &path);
	if (err == -EUCLEAN)
		return err;
	for (level = lowest_of(&path); level <= path.top; level++) {
		if (next_used(path.node[level], 0) < PRMEM_TREE_SLOTS)
			break;
		where = level == path.top ? &tree->rec->root :
			&path.node[level + 1]->slot[slot_of(key, level + 1)];
		err = drop_node(tree, where, 0, path.node[level]);
		if (err)
			return err;
	}
	return shrink(tree);
}

static int build(struct prmem_tree *tree, u64 key, struct path *path)
{
	int err;

	do {
		err = lengthen(tree, key, path);
		if (!err)
			err = descend(tree, key, path);
	} while (err == -ENOENT);
	return err;
}

/**
 * prmem_tree_store() - set a key's value
 * @tree: the tree
 * @key: any
 * @value: not 0
 *
 * Context: As prmem_alloc(); alone.
 * Return: 0, -EINVAL if @value is 0, -ENOSPC: all is as before, or -EUCLEAN: the
 * memory was overwritten since the tree was opened.
 */
int prmem_tree_store(struct prmem_tree *tree, u64 key, u64 value)
{
	struct path path;
	__le64 *slot;
	bool missing;
	int err;

	if (!value)
		return -EINVAL;
	err = descend(tree, key, &path);
	missing = err == -ENOENT;
	if (missing) {
		begin(tree, key);
		err = build(tree, key, &path);
	}
	if (!err) {
		slot = &path.node[0]->slot[slot_of(key, 0)];
		tree->entries += !*slot;
		prmem_publish(slot, cpu_to_le64(value));
	} else if (err == -ENOSPC && tidy(tree, key)) {
		err = -EUCLEAN;
	}
	if (missing && err != -EUCLEAN)
		end(tree);
	return err;
}

/**
 * prmem_tree_erase() - remove a key
 * @tree: the tree
 * @key: any
 *
 * Context: As prmem_free(); alone.
 * Return: 0, -ENOENT if it isn't there, or -EUCLEAN: the memory was overwritten
 * since the tree was opened.
 */
int prmem_tree_erase(struct prmem_tree *tree, u64 key)
{
	const u32 slot = slot_of(key, 0);
	struct path path;
	int err;

	err = descend(tree, key, &path);
	if (err)
		return err;
	if (!path.node[0]->slot[slot])
		return -ENOENT;
	tree->entries--;
	if (!is_bare(path.node[0], slot)) {
		prmem_publish(&path.node[0]->slot[slot], 0);
		return 0;
	}
	begin(tree, key);
	prmem_publish(&path.node[0]->slot[slot], 0);
	if (tidy(tree, key))
		return -EUCLEAN;
	end(tree);
	return 0;
}

/* -- reading -- */

/**
 * prmem_tree_load() - look a key up
 * @tree: the tree
 * @key: any
 * @value: is set
 *
 * Context: As prmem_from_ref(); beside other readers.
 * Return: 0, -ENOENT, or -EUCLEAN: the memory was overwritten since the tree was
 * opened.
 */
int prmem_tree_load(const struct prmem_tree *tree, u64 key, u64 *value)
{
	struct path path;
	int err;

	err = descend(tree, key, &path);
	if (err)
		return err;
	*value = le64_to_cpu(path.node[0]->slot[slot_of(key, 0)]);
	return *value ? 0 : -ENOENT;
}

/*
 * One descent to the first entry at or behind a key. -EAGAIN: the node that the
 * key is in has none; go on behind it.
 */
static int seek(const struct prmem_tree *tree, u64 *key, u64 *value)
{
	__le64 link = tree->rec->root;
	u32 level = PRMEM_LINK_LEVEL(le64_to_cpu(link)), slot;
	struct prmem_tree_node *node;
	const char *fault;
	u64 first;

	if (level > TOP)
		return -EUCLEAN;
	if (!link || *key > span_of(level))
		return -ENOENT;
	for (;; level--) {
		first = first_of(*key, level);
		node = follow(tree, link, level, first, &fault);
		if (!node)
			return -EUCLEAN;
		slot = next_used(node, slot_of(*key, level));
		if (slot == PRMEM_TREE_SLOTS) {
			*key = first + span_of(level) + 1;
			return *key ? -EAGAIN : -ENOENT;
		}
		if (slot != slot_of(*key, level))
			*key = first + ((u64)slot << BITS * level);
		link = node->slot[slot];
		if (!level)
			break;
	}
	*value = le64_to_cpu(link);
	return 0;
}

/**
 * prmem_tree_find() - the first entry at or behind a key
 * @tree: the tree
 * @key: where to begin; is set to the entry's
 * @value: is set to the entry's
 *
 * Context: As prmem_from_ref(); beside other readers.
 * Return: 0, -ENOENT, or -EUCLEAN: the memory was overwritten since the tree was
 * opened.
 */
int prmem_tree_find(const struct prmem_tree *tree, u64 *key, u64 *value)
{
	u64 at = *key;
	int err;

	do {
		err = seek(tree, &at, value);
	} while (err == -EAGAIN);
	if (!err)
		*key = at;
	return err;
}

/* -- opening -- */

/**
 * struct survey - what a look at the whole tree finds
 * @tree: the tree
 * @secret: of this boot, so that no old memory is made for it
 * @strict: no change was cut: nothing is superfluous
 * @more: nodes that it may still come to: as many as there are pieces of memory
 * @entries: how many there are
 * @sum: of the hashes of all pieces of memory that are reached
 * @fault: the broken rule
 */
struct survey {
	const struct prmem_tree *tree;
	const u64 *secret;
	bool strict;
	u64 more;
	u64 entries;
	u64 sum;
	const char *fault;
};

static const char not_each_once[] = "memory: not just what is reached, each once";

static u64 hash_piece(const u64 secret[2], const void *p, u64 size)
{
	return prmem_port_hash_pair(secret, le64_to_cpu(prmem_to_ref(p)), size);
}

/* The node of a link, if there can be one more. */
static const struct prmem_tree_node *visit(struct survey *s, __le64 link, u32 level, u64 first)
{
	const struct prmem_tree_node *node;

	if (!s->more) {
		s->fault = not_each_once;
		return NULL;
	}
	s->more--;
	prmem_port_resched();
	node = follow(s->tree, link, level, first, &s->fault);
	if (node)
		s->sum += hash_piece(s->secret, node, sizeof(*node));
	return node;
}

/* Where a change was cut, the last node on the way to its key may be. */
static bool may_be_empty(const struct survey *s, u32 level, u64 first)
{
	return !s->strict && first_of(le64_to_cpu(s->tree->rec->key), level) == first;
}

/* Calls itself at most PRMEM_TREE_LEVELS deep: each link leads one level down. */
static bool survey_node(struct survey *s, __le64 link, u32 level, u64 first)
{
	const struct prmem_tree_node *node = visit(s, link, level, first);
	u32 slot;

	if (!node)
		return false;
	slot = next_used(node, 0);
	if (slot == PRMEM_TREE_SLOTS && !may_be_empty(s, level, first)) {
		s->fault = "node: empty";
		return false;
	}
	for (; slot < PRMEM_TREE_SLOTS; slot = next_used(node, slot + 1)) {
		if (slot_of(span_of(TOP), level) < slot) {
			s->fault = "node: slot behind the last key";
			return false;
		}
		s->entries += !level;
		if (level && !survey_node(s, node->slot[slot], level - 1,
					  first + ((u64)slot << BITS * level)))
			return false;
	}
	return true;
}

static bool survey_root(struct survey *s)
{
	const struct prmem_tree_rec *rec = s->tree->rec;
	const u32 level = PRMEM_LINK_LEVEL(le64_to_cpu(rec->root));
	const struct prmem_tree_node *node;

	s->sum = hash_piece(s->secret, rec, sizeof(*rec));
	s->entries = 0;
	if (!rec->root)
		return true;
	if (level > TOP) {
		s->fault = "link: level";
		return false;
	}
	if (!survey_node(s, rec->root, level, 0))
		return false;
	node = follow(s->tree, rec->root, level, 0, &s->fault);
	if (s->strict && level && is_bare(node, 0)) {
		s->fault = "root: higher than its keys";
		return false;
	}
	return true;
}

/* All that the instance has: how many pieces, and the sum of their hashes. */
static u64 count_pieces(const struct prmem_tree *tree, const u64 secret[2], u64 *sum)
{
	u64 count = 0;
	void *p = NULL;
	size_t size;

	*sum = 0;
	while ((p = prmem_next(tree->inst, p, &size))) {
		prmem_port_resched();
		*sum += hash_piece(secret, p, size);
		count++;
	}
	return count;
}

static void *find_piece(const struct prmem_tree *tree, const u64 secret[2], u64 hash)
{
	void *p = NULL;
	size_t size;

	do {
		prmem_port_resched();
		p = prmem_next(tree->inst, p, &size);
	} while (p && hash_piece(secret, p, size) != hash);
	return p;
}

/*
 * All that the instance has is reached, and only once: then the sums are the same. A
 * cut change may have left one piece: then its hash is the difference.
 */
static int check(struct survey *s, void **left)
{
	u64 sum;

	*left = NULL;
	s->more = count_pieces(s->tree, s->secret, &sum);
	if (!survey_root(s))
		return -EUCLEAN;
	if (sum == s->sum)
		return 0;
	if (!s->strict)
		*left = find_piece(s->tree, s->secret, sum - s->sum);
	if (*left)
		return 0;
	s->fault = not_each_once;
	return -EUCLEAN;
}

/* What is dropped is reached by nothing, or leads to nothing. */
static int complete(struct prmem_tree *tree, void *left)
{
	int err = left ? prmem_free(tree->inst, left) : 0;

	if (!err)
		err = tidy(tree, le64_to_cpu(tree->rec->key));
	if (!err)
		end(tree);
	return err;
}

/* A cut may have left a header that isn't the instance's data. */
static int create(struct prmem_tree *tree)
{
	const __le64 magic = cpu_to_le64(PRMEM_TREE_MAGIC);
	size_t size;
	void *left;
	int err;

	while ((left = prmem_next(tree->inst, NULL, &size))) {
		err = prmem_free(tree->inst, left);
		if (err)
			return err;
	}
	tree->rec = prmem_alloc(tree->inst, sizeof(*tree->rec));
	if (!tree->rec)
		return -ENOSPC;
	prmem_port_write(&tree->rec->magic, &magic, sizeof(magic));
	return prmem_set_data(tree->inst, tree->rec, sizeof(*tree->rec));
}

static const char *header_fault(const struct prmem_tree_rec *rec, size_t size)
{
	if (size != sizeof(*rec) || le64_to_cpu(prmem_to_ref(rec)) % sizeof(*rec))
		return "header: place";
	if (rec->magic != cpu_to_le64(PRMEM_TREE_MAGIC))
		return "header: magic";
	if (rec->changing && rec->changing != cpu_to_le64(PRMEM_TREE_CHANGING))
		return "header: note of a change";
	if (rec->zero[0] | rec->zero[1] | rec->zero[2] | rec->zero[3])
		return "header: byte that must be zero";
	return NULL;
}

/**
 * prmem_tree_open() - check a tree, and complete what was cut; or make a new one
 * @tree: is filled
 * @inst: whose data is the tree's header, or which has none: then all its memory is
 *	freed
 * @secret: two random numbers of this boot
 * @fault: is set to the broken rule, or NULL
 *
 * Reads no more nodes than the instance has pieces of memory. Writes nothing before
 * all of it is known to be sound.
 *
 * Context: As prmem_alloc().
 * Return: 0, -EUCLEAN with a fault if the memory isn't a sound tree, or -ENOSPC.
 */
int prmem_tree_open(struct prmem_tree *tree, struct prmem_instance *inst, const u64 secret[2],
		    const char **fault)
{
	struct survey s = { .tree = tree, .secret = secret };
	void *left;
	size_t size;
	int err;

	*tree = (struct prmem_tree) { .inst = inst };
	tree->rec = prmem_get_data(inst, &size);
	*fault = NULL;
	if (!tree->rec)
		return create(tree);
	*fault = header_fault(tree->rec, size);
	if (*fault)
		return -EUCLEAN;
	s.strict = !tree->rec->changing;
	err = check(&s, &left);
	if (!err && !s.strict)
		err = complete(tree, left);
	tree->entries = s.entries;
	*fault = s.fault;
	return err;
}
