/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A radix tree of u64 to u64 in the memory of one instance.
 *
 * The instance's data is struct prmem_tree_rec, and all its other memory is nodes:
 * 64 words each. A node of level 0 holds values, of 64 keys in a row; one of level
 * L holds links to nodes of level L - 1, and so speaks of 64^(L + 1) keys in a row.
 * The root is of the lowest level that reaches the highest key; no node is empty:
 * so the entries alone determine the nodes.
 *
 *	root ---> +--+--+--+--+ ... +--+	level 1: keys 0 to 4095
 *	          |0 |  |2 |  |     |63|
 *	          +--+--+--+--+     +--+
 *	           |     `------------------.
 *	           v                         v
 *	          +-+-+-+-+ ... +--+        +---+---+ ... +---+	level 0
 *	          |0|1|2|3|     |63|        |128|129|     |191|
 *	          +-+-+-+-+     +--+        +---+---+     +---+
 *
 * A word of a node, or the root, is 0: nothing, or is a value, or a link:
 *
 *	63        48 47                                 9 8  4 3     0
 *	+-----------+------------------------------------+----+-------+
 *	| check     | reference, a multiple of 512       | 0  | level |
 *	+-----------+------------------------------------+----+-------+
 *
 * check: the low 16 bits of the CRC-32C, from PRMEM_TREE_SALT on, of 16 bytes: the
 * word with check 0, and the first key that its node speaks of. So a link holds in
 * no other place of the tree but this: as that of a first child it holds for the
 * root, with which the tree grows and shrinks by one store.
 */
#ifndef PRMEM_INDEX_TREE_H
#define PRMEM_INDEX_TREE_H

#include "../core/port.h"
#include "../../include/prmem/prmem.h"

#define PRMEM_TREE_MAGIC	0x31656572746d7270ULL	/* "prmtree1" */
#define PRMEM_TREE_CHANGING	0x676e69676e616863ULL	/* "changing" */
#define PRMEM_TREE_SALT		0x65657274		/* "tree" */
#define PRMEM_TREE_SLOTS	64
#define PRMEM_TREE_LEVELS	11	/* 6 bits each; the topmost has 16 slots in use */

#define PRMEM_LINK_LEVEL(w)	((w) & 15)
#define PRMEM_LINK_REF(w)	((w) & 0xfffffffffe00ULL)
#define PRMEM_LINK_CHECK_SHIFT	48

struct prmem_tree_rec {
	__le64 magic;
	__le64 root;		/* a link, or 0: there is no entry */
	__le64 changing;	/* PRMEM_TREE_CHANGING while nodes come or go, else 0 */
	__le64 key;		/* meanwhile: on the way to this key */
	__le64 zero[4];
};

struct prmem_tree_node {
	__le64 slot[PRMEM_TREE_SLOTS];
};

/**
 * struct prmem_tree - an open tree
 * @inst: whose memory it is
 * @rec: its data
 * @entries: how many there are
 */
struct prmem_tree {
	struct prmem_instance *inst;
	struct prmem_tree_rec *rec;
	u64 entries;
};

int prmem_tree_open(struct prmem_tree *tree, struct prmem_instance *inst, const u64 secret[2],
		    const char **fault);
int prmem_tree_store(struct prmem_tree *tree, u64 key, u64 value);
int prmem_tree_erase(struct prmem_tree *tree, u64 key);
int prmem_tree_load(const struct prmem_tree *tree, u64 key, u64 *value);
int prmem_tree_find(const struct prmem_tree *tree, u64 *key, u64 *value);

#endif
