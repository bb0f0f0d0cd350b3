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

#define ROTATE(x, by)	((x) << (by) | (x) >> (64 - (by)))

#define SIP_ROUND(a, b, c, d)	\
do {				\
	a += b;			\
	b = ROTATE(b, 13) ^ a;	\
	a = ROTATE(a, 32);	\
	c += d;			\
	d = ROTATE(d, 16) ^ c;	\
	a += d;			\
	d = ROTATE(d, 21) ^ a;	\
	c += b;			\
	b = ROTATE(b, 17) ^ c;	\
	c = ROTATE(c, 32);	\
} while (0)

/* SipHash-1-3, which hsiphash() is where long has 64 bits; of whole words. */
u64 prmem_port_hash(const u64 key[2], const void *p, size_t len)
{
	u64 a = key[0] ^ 0x736f6d6570736575ULL, b = key[1] ^ 0x646f72616e646f6dULL;
	u64 c = key[0] ^ 0x6c7967656e657261ULL, d = key[1] ^ 0x7465646279746573ULL;
	const u64 *word = p;
	size_t i;

	if (len % sizeof(*word))
		die("the hash is of whole words");
	for (i = 0; i <= len / sizeof(*word); i++) {
		u64 m = i < len / sizeof(*word) ? word[i] : (u64)len << 56;

		d ^= m;
		SIP_ROUND(a, b, c, d);
		a ^= m;
	}
	c ^= 0xff;
	SIP_ROUND(a, b, c, d);
	SIP_ROUND(a, b, c, d);
	SIP_ROUND(a, b, c, d);
	return (a ^ b ^ c ^ d) << 32;
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
