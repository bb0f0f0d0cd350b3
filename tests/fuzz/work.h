/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations of the heap, each against the model. */
#ifndef WORK_H
#define WORK_H

#include "model.h"

enum work {
	CREATE, ALLOC, FREE, SET_DATA, DESTROY, FIND, LOOK, WALK, CLOSE, REOPEN, GROW, SHRINK, CUT,
	POPULATE, WORKS
};

/* What an operation is about; which one it is, the caller says. */
void work_make(struct step *step, u64 *state);
/* Begins in the memory of a shape. */
void work_begin(u8 shape);
/* Or in what the caller has put into mem. */
void work_clear(void);
/* The core's stores are to the heap from now on. */
void work_stores(void);
/* A region more, which GROW is to make a heap, or one less, which isn't one any more. */
void work_insert(u32 i, const struct prmem_region_rec *region, u8 *base);
void work_remove(u32 i);
/* Opens the heap if it isn't; where it is refused nothing is done. */
void work(const struct step *step, u32 what);
bool work_is_open(void);
/* It was open, and nobody has changed what was in it: it is found so. */
void work_open_again(void);
/* The heap isn't open any more: its memory may be changed. */
void work_stop(void);
/* Once more opened, and all that is in it looked at. */
void work_end(void);

#endif
