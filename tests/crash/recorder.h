/* SPDX-License-Identifier: GPL-2.0-only */
/* Every persistent store of the core recorded, undone, and made again up to a cut. */
#ifndef RECORDER_H
#define RECORDER_H

#include "../unit/harness.h"

/**
 * struct store - one store, of at most 8 bytes of one aligned word
 * @to: where
 * @bytes: what is stored
 * @old: what was there
 * @len: how many bytes
 * @publish: it is a publishing store
 * @number: its place in the order in which the core made them
 * @epoch: number of changes from plain to publishing stores and back, before it
 */
struct store {
	u8 *to;
	u8 bytes[8];
	u8 old[8];
	u8 len;
	bool publish;
	u32 number;
	u32 epoch;
};

/**
 * struct recording - stores in the order in which the core made them
 * @stores: the stores
 * @count: how many
 * @room: for how many there is room
 * @epoch: the next store's
 */
struct recording {
	struct store *stores;
	u32 count;
	u32 room;
	u32 epoch;
};

/* From now on the core's stores are added; they are made as well. */
void recorder_start(struct recording *r);
void recorder_stop(void);
/* Empties it; the room is kept. */
void recorder_reset(struct recording *r);
/* The memory as it was before the first store; to be called before the order is changed. */
void recorder_undo(const struct recording *r);
/* Plain stores of one epoch may happen in any order: 0: forward, 1: backward, 2: mixed. */
void recorder_order(struct recording *r, u32 order, u64 *state);

void store_make(const struct store *s);
/* Some of its bytes: never none, never all. */
void store_tear(const struct store *s, u64 *state);

#endif
