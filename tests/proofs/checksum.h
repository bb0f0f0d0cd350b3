/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checksums of which only this is known: the same bytes have the same. So what is
 * proved holds for any function in the place of the CRC: also for memory whose
 * checksums were made to fit, or do so by chance.
 */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include "proof.h"

struct bytes_16 { u8 byte[16]; };
struct bytes_32 { u8 byte[32]; };
struct bytes_60 { u8 byte[60]; };
struct bytes_152 { u8 byte[152]; };

u32 __CPROVER_uninterpreted_crc32(struct bytes_60 b);
u32 __CPROVER_uninterpreted_crc32c_16(u32 seed, struct bytes_16 b);
u32 __CPROVER_uninterpreted_crc32c_32(u32 seed, struct bytes_32 b);
u32 __CPROVER_uninterpreted_crc32c_60(u32 seed, struct bytes_60 b);
u32 __CPROVER_uninterpreted_crc32c_152(u32 seed, struct bytes_152 b);

/* Of a stamp. */
u32 prmem_port_crc32(const void *p, size_t len)
{
	PROVE(len == 60);
	return __CPROVER_uninterpreted_crc32(*(const struct bytes_60 *)p);
}

/* Of an instance's state, free or not; of a data slot; of a heap's header. */
u32 prmem_port_crc32c(u32 seed, const void *p, size_t len)
{
	PROVE(len == 16 || len == 32 || len == 60 || len == 152);
	return len == 16 ? __CPROVER_uninterpreted_crc32c_16(seed, *(const struct bytes_16 *)p) :
	       len == 32 ? __CPROVER_uninterpreted_crc32c_32(seed, *(const struct bytes_32 *)p) :
	       len == 60 ? __CPROVER_uninterpreted_crc32c_60(seed, *(const struct bytes_60 *)p) :
	       __CPROVER_uninterpreted_crc32c_152(seed, *(const struct bytes_152 *)p);
}

#endif
