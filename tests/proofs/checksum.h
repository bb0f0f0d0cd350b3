/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checksums of which only this is known: the same bytes have the same, and they can be
 * computed in pieces. So what is proved holds for any function in the place of the
 * CRC: also for memory whose checksums were made to fit, or do so by chance.
 */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include "proof.h"

struct stamp_body { u8 byte[60]; };	/* what the checksum of a stamp covers */
struct root_body { u8 byte[1976]; };	/* of a root: 4 bytes, and these */
struct table_body { u8 byte[16380]; };

u32 __CPROVER_uninterpreted_crc32(struct stamp_body body);
u32 __CPROVER_uninterpreted_crc32c_4(u32 seed, u32 word);
u32 __CPROVER_uninterpreted_crc32c_root(u32 seed, struct root_body body);
u32 __CPROVER_uninterpreted_crc32c_table(u32 seed, struct table_body body);

static inline u32 any_crc32(const void *p, size_t len)
{
	PROVE(len == sizeof(struct stamp_body));
	return __CPROVER_uninterpreted_crc32(*(const struct stamp_body *)p);
}

static inline u32 any_crc32c(u32 seed, const void *p, size_t len)
{
	const u8 *byte = p;

	if (len == sizeof(struct table_body))
		return __CPROVER_uninterpreted_crc32c_table(seed, *(const struct table_body *)p);
	PROVE(len == 4 || len == 1976 || len == 1980);
	if (len != 1976) {
		seed = __CPROVER_uninterpreted_crc32c_4(seed, *(const u32 *)p);
		byte += 4;
	}
	return len == 4 ? seed :
	       __CPROVER_uninterpreted_crc32c_root(seed, *(const struct root_body *)byte);
}

#endif
