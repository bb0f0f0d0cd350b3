/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A persistent index: from u64 to u64, in the order of the keys. What was stored is
 * there after a kexec; cut at any store, an operation is as before or as after.
 *
 *	index = prmem_index_open("mydriver", "blocks");
 *	if (IS_ERR(index))
 *		return PTR_ERR(index);
 *	err = prmem_index_store(index, key, le64_to_cpu(prmem_to_ref(object)));
 *	...
 *	prmem_index_close(index);
 *
 * All entries, which may change meanwhile, and be changed by the loop:
 *
 *	key = 0;
 *	for (err = prmem_index_find(index, &key, &value); !err;
 *	     err = prmem_index_find_after(index, &key, &value))
 *		...
 *	if (err != -ENOENT)
 *		return err;
 *
 * A value is any number but 0, or a reference (prmem_ref_t) into an instance of
 * the caller's. The index is an instance of its own, by the two names, and holds
 * nothing else. It is a radix tree with 64 slots to a node: where keys are dense, an
 * entry takes 8 bytes; a key that is far from all others, up to 5632.
 *
 * All functions may be called from process context only, by any number of threads
 * at once, and sleep. Readers run side by side, a writer runs alone.
 */
#ifndef PRMEM_PUBLIC_INDEX_H
#define PRMEM_PUBLIC_INDEX_H

#include <linux/types.h>

struct prmem_index;

struct prmem_index *prmem_index_open(const char *subsystem, const char *name);
void prmem_index_close(struct prmem_index *index);
int prmem_index_destroy(struct prmem_index *index);
int prmem_index_store(struct prmem_index *index, u64 key, u64 value);
int prmem_index_erase(struct prmem_index *index, u64 key);
int prmem_index_load(struct prmem_index *index, u64 key, u64 *value);
int prmem_index_find(struct prmem_index *index, u64 *key, u64 *value);
int prmem_index_find_after(struct prmem_index *index, u64 *key, u64 *value);
u64 prmem_index_count(struct prmem_index *index);

#endif
