/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The core's only door to the world: integers, strings, checksums, keyed hashes,
 * and the three ways to write persistent memory. In user space the includer's program
 * provides prmem_port_*(): a test records the stores there.
 */
#ifndef PRMEM_PORT_H
#define PRMEM_PORT_H

#ifdef __KERNEL__

#include <linux/crc32.h>
#include <linux/crc32c.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/siphash.h>
#include <linux/sizes.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>

static inline u32 prmem_port_crc32(const void *p, size_t len)
{
	return ~crc32_le(~0, p, len);
}

static inline u32 prmem_port_crc32c(u32 seed, const void *p, size_t len)
{
	return crc32c(seed, p, len);
}

/* Only the high half is a hash: the kernel's for tables, SipHash-1-3, has no more. */
static inline u64 prmem_port_hash(const u64 key[2], const void *p, size_t len)
{
	const hsiphash_key_t k = { { key[0], key[1] } };

	return (u64)hsiphash(p, len, &k) << 32;
}

/* All 64 bits of it count. */
static inline u64 prmem_port_hash_pair(const u64 key[2], u64 a, u64 b)
{
	const siphash_key_t k = { { key[0], key[1] } };

	return siphash_2u64(a, b, &k);
}

/* Now and then in what takes long: whoever waits may run. May sleep. */
static inline void prmem_port_resched(void)
{
	cond_resched();
}

/* Plain stores, in any order and width; all before a later publish. */
static inline void prmem_port_write(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
}

/* Plain stores of zero. May sleep. */
static inline void prmem_port_clear(void *to, size_t len)
{
	size_t piece;

	for (; len; to += piece, len -= piece) {
		piece = min_t(size_t, len, SZ_2M);
		memset(to, 0, piece);
		if (len > piece)
			cond_resched();
	}
}

/* One aligned store that is seen after all before it and before all after it. */
static inline void prmem_port_publish(__le64 *to, __le64 value)
{
	smp_wmb();	/* what was written before is seen before */
	WRITE_ONCE(*to, value);
	smp_wmb();	/* what is written after is seen after */
}

#else /* user space */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the core's user-space build needs a little-endian machine"
#endif
#define le16_to_cpu(x) ((u16)(x))
#define le32_to_cpu(x) ((u32)(x))
#define le64_to_cpu(x) ((u64)(x))
#define cpu_to_le16(x) ((__le16)(x))
#define cpu_to_le32(x) ((__le32)(x))
#define cpu_to_le64(x) ((__le64)(x))

u32 prmem_port_crc32(const void *p, size_t len);
u32 prmem_port_crc32c(u32 seed, const void *p, size_t len);
u64 prmem_port_hash(const u64 key[2], const void *p, size_t len);
u64 prmem_port_hash_pair(const u64 key[2], u64 a, u64 b);
void prmem_port_write(void *to, const void *from, size_t len);
void prmem_port_clear(void *to, size_t len);
void prmem_port_publish(__le64 *to, __le64 value);
static inline void prmem_port_resched(void) { }

#endif
#endif
