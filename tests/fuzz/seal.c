// SPDX-License-Identifier: GPL-2.0-only
/* The heap's checks, from what format.h says of them and not by the core's tables. */
#include "seal.h"

static u16 remainders[256];	/* of each byte */

static void __attribute__((constructor)) fill_remainders(void)
{
	u32 b, i, crc;

	for (b = 0; b < 256; b++) {
		for (i = 0, crc = b; i < 8; i++)
			crc = crc & 1 ? crc >> 1 ^ PRMEM_WORD_POLYNOMIAL : crc >> 1;
		remainders[b] = crc;
	}
}

static u32 crc16(u32 crc, const void *p, u32 len)
{
	const u8 *byte = p;

	while (len--)
		crc = remainders[(crc ^ *byte++) & 0xff] ^ crc >> 8;
	return crc;
}

u64 seal_word(u64 word, u32 salt, u64 offset)
{
	word &= (1ULL << PRMEM_WORD_CHECK_SHIFT) - 1;
	return word | (u64)crc16(crc16(salt, &offset, 8), &word, 6) << PRMEM_WORD_CHECK_SHIFT;
}

u64 seal_record(const struct prmem_instance_rec *rec, u32 state, u64 number)
{
	u32 head[2] = { state, 0 };
	u32 crc = prmem_port_crc32c(PRMEM_INSTANCE_SALT, head, 8);

	crc = prmem_port_crc32c(crc, &number, 8);
	if (state != PRMEM_INSTANCE_FREE)
		crc = prmem_port_crc32c(crc, &rec->type, 4 + 4 + 64 + 64);
	return (u64)state << 32 | crc;
}

u64 seal_data(const struct prmem_data_rec *data, u32 slot, u64 number, u32 sequence)
{
	u32 head[2] = { sequence, slot };
	u32 crc = prmem_port_crc32c(PRMEM_DATA_SALT, head, 8);

	crc = prmem_port_crc32c(crc, &number, 8);
	crc = prmem_port_crc32c(crc, &data->ref, 16);
	return (u64)sequence << 32 | crc;
}
