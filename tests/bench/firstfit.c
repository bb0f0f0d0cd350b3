// SPDX-License-Identifier: GPL-2.0-only
/*
 * First fit by a bitmap: a model of what the kernel's gen_pool does, not its code. A
 * bit a granule; a search begins at the first bit each time, goes over full words
 * whole, and ends at the first gap that is long enough. As with gen_pool, who frees
 * says how much, and nothing is cleared. It has no locks and no second chunk, which
 * gen_pool has: it is rather faster than that.
 */
#include "bench.h"

#define WORD	(8 * sizeof(unsigned long))

void first_fit_make(struct first_fit *pool, u8 *base, size_t size, u32 shift)
{
	pool->base = base;
	pool->count = size >> shift;
	pool->shift = shift;
	pool->bits = get_memory(pool->count / 8);
}

void first_fit_free(struct first_fit *pool)
{
	free_memory(pool->bits, pool->count / 8);
}

/* The first bit from @i on that is @set, or @end. */
static size_t find_bit(const unsigned long *bits, size_t i, size_t end, bool set)
{
	const unsigned long other = set ? 0 : ~0UL;
	unsigned long word;

	if (i >= end)
		return end;
	word = (bits[i / WORD] ^ other) >> i % WORD;
	if (word) {
		i += __builtin_ctzl(word);
		return i < end ? i : end;
	}
	for (i = (i / WORD + 1) * WORD; i < end; i += WORD) {
		word = bits[i / WORD] ^ other;
		if (word) {
			i += __builtin_ctzl(word);
			return i < end ? i : end;
		}
	}
	return end;
}

static size_t granules(const struct first_fit *pool, size_t size)
{
	return (size + ((size_t)1 << pool->shift) - 1) >> pool->shift;
}

void *first_fit_get(struct first_fit *pool, size_t size)
{
	size_t n = granules(pool, size), start = 0, used, i;

	for (;;) {
		start = find_bit(pool->bits, start, pool->count, false);
		if (n > pool->count - start)
			return NULL;
		used = find_bit(pool->bits, start, start + n, true);
		if (used == start + n)
			break;
		start = used + 1;
	}
	for (i = start; i < start + n; i++)
		pool->bits[i / WORD] |= 1UL << i % WORD;
	return pool->base + (start << pool->shift);
}

void first_fit_put(struct first_fit *pool, void *p, size_t size)
{
	size_t start = ((u8 *)p - pool->base) >> pool->shift, i;

	for (i = start; i < start + granules(pool, size); i++)
		pool->bits[i / WORD] &= ~(1UL << i % WORD);
}
