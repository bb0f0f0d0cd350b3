// SPDX-License-Identifier: GPL-2.0-only
/* The core's door: checksums, a hash, and no way to write. */
#include "report.h"

static u32 ieee[256], castagnoli[8][256];

static u32 remainder_of(u32 byte, u32 polynomial)
{
	u32 bit;

	for (bit = 0; bit < 8; bit++)
		byte = byte & 1 ? byte >> 1 ^ polynomial : byte >> 1;
	return byte;
}

/* castagnoli[k][b] is the remainder of byte b, k bytes before the end. */
static void __attribute__((constructor)) fill_tables(void)
{
	u32 b, k;

	for (b = 0; b < 256; b++) {
		ieee[b] = remainder_of(b, 0xedb88320);
		castagnoli[0][b] = remainder_of(b, 0x82f63b78);
	}
	for (k = 1; k < 8; k++)
		for (b = 0; b < 256; b++)
			castagnoli[k][b] = castagnoli[k - 1][b] >> 8 ^
					   castagnoli[0][castagnoli[k - 1][b] & 0xff];
}

/**
 * prmem_port_crc32() - the stamps' checksum
 * @p: bytes
 * @len: how many
 *
 * Context: Any.
 * Return: Their CRC-32.
 */
u32 prmem_port_crc32(const void *p, size_t len)
{
	const u8 *byte = p;
	u32 crc = ~0U;

	while (len--)
		crc = ieee[(crc ^ *byte++) & 0xff] ^ crc >> 8;
	return ~crc;
}

/**
 * prmem_port_crc32c() - the checksum of everything else
 * @seed: where it begins
 * @p: bytes
 * @len: how many
 *
 * Context: Any.
 * Return: Their CRC-32C, not inverted.
 */
u32 prmem_port_crc32c(u32 seed, const void *p, size_t len)
{
	const u8 *byte = p;
	u32 crc = seed, k;
	u64 word;

	for (; len >= 8; byte += 8, len -= 8) {
		memcpy(&word, byte, 8);
		word ^= crc;
		for (crc = 0, k = 0; k < 8; k++)
			crc ^= castagnoli[7 - k][word >> 8 * k & 0xff];
	}
	while (len--)
		crc = castagnoli[0][(crc ^ *byte++) & 0xff] ^ crc >> 8;
	return crc;
}

static u64 rotate(u64 x, u32 by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(u64 v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void sip_word(u64 v[4], u64 word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

/**
 * prmem_port_hash() - a keyed hash, SipHash-2-4
 * @key: a secret
 * @p: bytes
 * @len: how many
 *
 * Context: Any.
 * Return: Their hash.
 */
u64 prmem_port_hash(const u64 key[2], const void *p, size_t len)
{
	u64 v[4] = {
		key[0] ^ 0x736f6d6570736575ULL, key[1] ^ 0x646f72616e646f6dULL,
		key[0] ^ 0x6c7967656e657261ULL, key[1] ^ 0x7465646279746573ULL,
	};
	u64 word, last = (u64)len << 56;
	const u8 *byte = p;
	u32 i;

	for (; len >= 8; byte += 8, len -= 8) {
		memcpy(&word, byte, 8);
		sip_word(v, word);
	}
	for (i = 0; i < len; i++)
		last |= (u64)byte[i] << 8 * i;
	sip_word(v, last);
	v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/**
 * prmem_port_write() - is never asked for by what only checks
 * @to: where to
 * @from: what
 * @len: bytes
 *
 * Context: Any; doesn't return.
 */
void prmem_port_write(void *to, const void *from, size_t len)
{
	die("a store of %zu bytes from %p to %p was asked for: a mistake of this program", len,
	    from, to);
}

/**
 * prmem_port_clear() - is never asked for by what only checks
 * @to: where to
 * @len: bytes
 *
 * Context: Any; doesn't return.
 */
void prmem_port_clear(void *to, size_t len)
{
	prmem_port_write(to, NULL, len);
}

/**
 * prmem_port_publish() - is never asked for by what only checks
 * @to: where to
 * @value: what
 *
 * Context: Any; doesn't return.
 */
void prmem_port_publish(__le64 *to, __le64 value)
{
	prmem_port_write(to, &value, sizeof(value));
}
