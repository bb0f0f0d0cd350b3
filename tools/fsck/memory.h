/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranges as they were brought: in files, or in the memory of this machine. */
#ifndef FSCK_MEMORY_H
#define FSCK_MEMORY_H

#include "../../module/core/space.h"

/* More than a reservation has, so that ranges too many are seen. */
#define MAX_PIECES	64

/**
 * struct piece - what seems to be a range
 * @name: of the file
 * @fd: of the file
 * @at: where in the file the range begins
 * @have: bytes that are there
 * @range: where it was in memory: base and size, as far as they are known
 * @stamped: a sound stamp says so
 * @told: the base is known from elsewhere
 * @page: a copy of its first page, zero where there is nothing
 */
struct piece {
	const char *name;
	int fd;
	u64 at;
	u64 have;
	struct prmem_range range;
	bool stamped;
	bool told;
	u8 page[PRMEM_PAGE] __attribute__((aligned(8)));
};

/**
 * struct pieces - all of them, in the order in which they were found
 * @count: how many
 * @piece: they
 */
struct pieces {
	u32 count;
	struct piece *piece[MAX_PIECES];
};

struct piece *piece_add(struct pieces *pieces, const char *name, int fd, u64 at, u64 have);
const u8 *piece_map(const struct piece *piece, u64 offset, u64 len);
void piece_unmap(const u8 *p, u64 len);
u64 piece_copy(const struct piece *piece, void *to, u64 len);
void image_open(struct pieces *pieces, const char *name, const u64 *base);
void live_open(struct pieces *pieces, u32 count, const struct prmem_range *ranges);
void copy_piece(const struct piece *piece, const char *directory);

#endif
