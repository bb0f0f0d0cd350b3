// SPDX-License-Identifier: GPL-2.0-only
/* The core's door in user space: checksums from tables, stores that can be hooked. */
#include "harness.h"

#include <sanitizer/asan_interface.h>

struct port_hooks port_hooks;

/* Slicing by 8: table[k][b] is the remainder of byte b, k bytes before the end. */
static u32 ieee[8][256], castagnoli[8][256];

static void fill(u32 table[8][256], u32 polynomial)
{
	u32 b, k, crc;

	for (b = 0; b < 256; b++) {
		crc = b;
		for (k = 0; k < 8; k++)
			crc = crc & 1 ? crc >> 1 ^ polynomial : crc >> 1;
		table[0][b] = crc;
	}
	for (b = 0; b < 256; b++)
		for (k = 1; k < 8; k++)
			table[k][b] = table[k - 1][b] >> 8 ^ table[0][table[k - 1][b] & 0xff];
}

static void __attribute__((constructor)) fill_tables(void)
{
	fill(ieee, 0xedb88320);
	fill(castagnoli, 0x82f63b78);
}

/* Uninstrumented for speed: what it reads is checked once, by the callers. */
static u32 __attribute__((no_sanitize("address", "undefined")))
crc(u32 table[8][256], u32 crc, const u8 *p, size_t len)
{
	u64 word;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		word ^= crc;
		crc = table[7][word & 0xff] ^ table[6][word >> 8 & 0xff] ^
		      table[5][word >> 16 & 0xff] ^ table[4][word >> 24 & 0xff] ^
		      table[3][word >> 32 & 0xff] ^ table[2][word >> 40 & 0xff] ^
		      table[1][word >> 48 & 0xff] ^ table[0][word >> 56];
	}
	while (len--)
		crc = table[0][(crc ^ *p++) & 0xff] ^ crc >> 8;
	return crc;
}

static void may_touch(const void *p, size_t len)
{
#if defined(__SANITIZE_ADDRESS__) || defined(ADDRESS_SANITIZER)
	volatile u8 sink;
	u8 *bad = __asan_region_is_poisoned((void *)p, len);

	if (bad)
		sink = *bad;	/* lets the sanitizer report it */
	(void)sink;
#else
	(void)p;
	(void)len;
#endif
}

u32 prmem_port_crc32(const void *p, size_t len)
{
	may_touch(p, len);
	return port_hooks.blind ? 0 : ~crc(ieee, ~0U, p, len);
}

u32 prmem_port_crc32c(u32 seed, const void *p, size_t len)
{
	may_touch(p, len);
	return port_hooks.blind ? 0 : crc(castagnoli, seed, p, len);
}

/*
 * Each word in turn mixed in: a secret is not needed here, an even spread is. Only the
 * high half, as in the kernel.
 */
u64 prmem_port_hash(const u64 key[2], const void *p, size_t len)
{
	u64 hash = key[0], word;
	size_t i;

	may_touch(p, len);
	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, (const u8 *)p + i, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 29;
	}
	word = 0;
	memcpy(&word, (const u8 *)p + i, len - i);
	hash = (hash ^ word ^ key[1] ^ len) * 0xbf58476d1ce4e5b9ULL;
	return (hash ^ hash >> 32) << 32;
}

u64 prmem_port_hash_pair(const u64 key[2], u64 a, u64 b)
{
	const u64 pair[2] = { a, b }, other[2] = { key[1], key[0] };

	return prmem_port_hash(key, pair, sizeof(pair)) |
	       prmem_port_hash(other, pair, sizeof(pair)) >> 32;
}

void prmem_port_write(void *to, const void *from, size_t len)
{
	if (port_hooks.write)
		port_hooks.write(to, from, len);
	memcpy(to, from, len);
}

void prmem_port_clear(void *to, size_t len)
{
	if (port_hooks.clear)
		port_hooks.clear(to, len);
	memset(to, 0, len);
}

void prmem_port_publish(__le64 *to, __le64 value)
{
	if (port_hooks.publish)
		port_hooks.publish(to, value);
	*to = value;
}
