/* SPDX-License-Identifier: GPL-2.0-only */
/* The metadata opened as the module does, and changed, with both readers' eyes on it. */
#ifndef LOAD_H
#define LOAD_H

#include "image.h"

/**
 * struct loaded - what the module has in ordinary memory
 * @open: it is loaded
 * @space: the reservation
 * @area: its metadata
 * @meta: as it is to be committed
 * @committed: as it was committed last
 */
extern struct loaded {
	bool open;
	struct prmem_space space;
	u8 *area;
	struct prmem_meta meta;
	struct prmem_meta committed;
} loaded;

/* Nothing is loaded, of a new image. */
void load_begin(void);
/* The core's stores are to the metadata from now on. */
void load_stores(void);
void load_module(bool reset, bool named, u64 boot);

/* A disk, or a heap, which has no name: its number, or -1 where there is no place. */
int load_add(const struct step *step, u64 size, bool heap);
/* Not if it is the pool's, or none. */
void load_remove(u32 i);
/* It isn't loaded any more after the last sequence. */
void load_commit(bool anew);
/* What is left is what was before the commit or what is after it; it isn't loaded then. */
void load_cut(const struct step *step);

#endif
