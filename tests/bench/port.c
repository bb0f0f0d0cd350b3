// SPDX-License-Identifier: GPL-2.0-only
/* The core's door, as the kernel has it: CRC-32C by the processor, SipHash-1-3, stores. */
#include "bench.h"

/* Not used by what is measured: the metadata page's. */
u32 prmem_port_crc32(const void *p, size_t len)
{
	const u8 *byte = p;
	u32 crc = ~0U, bit;

	while (len--) {
		crc ^= *byte++;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

u32 prmem_port_crc32c(u32 seed, const void *p, size_t len)
{
	return crc32c_stream(seed, p, len);
}

static inline u64 rotate(u64 x, u32 by)
{
	return x << by | x >> (64 - by);
}

/* Inline, as in the kernel: a call for each would be half of its time. */
static inline __attribute__((always_inline)) void sip_round(u64 v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3, which hsiphash() is where long has 64 bits; of whole words. */
u64 prmem_port_hash(const u64 key[2], const void *p, size_t len)
{
	u64 v[4] = {
		key[0] ^ 0x736f6d6570736575ULL, key[1] ^ 0x646f72616e646f6dULL,
		key[0] ^ 0x6c7967656e657261ULL, key[1] ^ 0x7465646279746573ULL,
	};
	const u64 *word = p;
	size_t i;

	if (len % sizeof(*word))
		die("the hash is of whole words");
	for (i = 0; i <= len / sizeof(*word); i++) {
		u64 m = i < len / sizeof(*word) ? word[i] : (u64)len << 56;

		v[3] ^= m;
		sip_round(v);
		v[0] ^= m;
	}
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return (v[0] ^ v[1] ^ v[2] ^ v[3]) << 32;
}

void prmem_port_write(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
}

void prmem_port_clear(void *to, size_t len)
{
	memset(to, 0, len);
}

/* On x86 stores stay in their order, so the barriers are the compiler's. */
void prmem_port_publish(__le64 *to, __le64 value)
{
	__asm__ __volatile__("" ::: "memory");
	*(volatile __le64 *)to = value;
	__asm__ __volatile__("" ::: "memory");
}
