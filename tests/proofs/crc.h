/* SPDX-License-Identifier: GPL-2.0-only */
/* The check of a heap's word, as SPEC.md has it. */
#ifndef CRC_H
#define CRC_H

#include "proof.h"

/* SPEC.md, "Checksums": of the offset (le64), and bytes 0 to 5 of the word. */
static u16 crc(u64 value, u16 salt, u64 offset)
{
	u16 state = salt;
	u32 i;

	for (i = 0; i < 64 + 48; i++) {
		u32 bit = i < 64 ? offset >> i & 1 : value >> (i - 64) & 1;

		state = (state ^ bit) & 1 ? state >> 1 ^ 0xa6bc : state >> 1;
	}
	return state;
}

#endif
