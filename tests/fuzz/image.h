/* SPDX-License-Identifier: GPL-2.0-only */
/* The metadata of a reservation as the memory map brings it, and ways to damage it. */
#ifndef IMAGE_H
#define IMAGE_H

#include "fuzz.h"

/**
 * struct image - the ranges, the metadata area of each in a block of its own
 * @found: in the order of the memory map
 * @count: how many there are
 */
struct image {
	struct prmem_found found[PRMEM_MAX_RANGES];
	u32 count;
};

extern struct image image;

void image_begin(u8 shape);
/* Only so much of the metadata areas is mapped: the sanitizer sees to it. */
void image_map(const u8 *area);
u8 *image_page(u32 i);
void image_save(void);
bool image_is_as_saved(void);

enum damage { SET, WRONG, ADD_TO, FLIP, COPY, SHIFT, BORDER, NUMBER, SEAL, MAP, DAMAGES };
#define SEALED	0x80	/* with one of them: the checksum is made right again */

void image_damage(const struct step *step);
void damage_make(struct step *step, u64 *state);

#endif
