/* SPDX-License-Identifier: GPL-2.0-only */
/* A reservation as the memory map brings it, and ways to damage its metadata. */
#ifndef IMAGE_H
#define IMAGE_H

#include "fuzz.h"

/**
 * struct image - the ranges, the beginning of each in a block of its own
 * @found: in the order of the memory map
 * @count: how many there are
 */
struct image {
	struct prmem_found found[PRMEM_MAX_RANGES];
	u32 count;
};

extern struct image image;

#define IMAGE_GRAINS	16	/* of each range there is memory for so many */

void image_begin(u8 shape);
bool image_has_heaps(u8 shape);
/* Only so much of the metadata areas is mapped: the sanitizer sees to it. */
void image_map(const u8 *area);
u8 *image_page(u32 i);
/*
 * The memory of a region, which from now on may be used: there is rubbish in it at
 * first. NULL: there is none so far behind.
 */
u8 *image_use(const struct prmem_space *space, u64 offset, u64 size);
/* It may not be used any more, but its contents stay. */
void image_leave(const u8 *base, u64 size);
void image_save(void);
bool image_is_as_saved(void);

enum damage { SET, WRONG, ADD_TO, FLIP, COPY, SHIFT, BORDER, NUMBER, SEAL, MAP, DAMAGES };
#define SEALED	0x80	/* with one of them: the checksum is made right again */

void image_damage(const struct step *step);
void damage_make(struct step *step, u64 *state);

#endif
