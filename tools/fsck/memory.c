// SPDX-License-Identifier: GPL-2.0-only
/* Ranges as they were brought, mapped for reading alone. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "memory.h"
#include "report.h"

/**
 * piece_map() - see a part of a range
 * @piece: the range
 * @offset: where in it, a multiple of PRMEM_PAGE
 * @len: bytes, not 0
 *
 * Context: Any.
 * Return: The bytes, for piece_unmap(); NULL with errno if they can't be had, 0 if
 * they are not there.
 */
const u8 *piece_map(const struct piece *piece, u64 offset, u64 len)
{
	void *p;

	errno = 0;
	if (offset > piece->have || len > piece->have - offset)
		return NULL;
	p = mmap(NULL, len, PROT_READ, MAP_SHARED, piece->fd, piece->at + offset);
	return p == MAP_FAILED ? NULL : p;
}

/**
 * piece_unmap() - let go of what piece_map() returned
 * @p: the bytes
 * @len: how many
 *
 * Context: Any.
 */
void piece_unmap(const u8 *p, u64 len)
{
	munmap((void *)p, len);
}

/**
 * piece_copy() - copy the beginning of a range, as far as it is there
 * @piece: the range
 * @to: where to; what isn't there is left as it is
 * @len: bytes
 *
 * Context: Any.
 * Return: How many bytes were there.
 */
u64 piece_copy(const struct piece *piece, void *to, u64 len)
{
	const u8 *p;

	if (len > piece->have)
		len = piece->have;
	p = piece_map(piece, 0, len);
	if (!p)
		die("%s: can't be read: %s", piece->name, strerror(errno));
	memcpy(to, p, len);
	piece_unmap(p, len);
	return len;
}

/**
 * piece_add() - one more range
 * @pieces: it is added there
 * @name: of the file
 * @fd: of the file
 * @at: where in it the range begins
 * @have: bytes that are there
 *
 * Context: Any.
 * Return: The range, its first page copied.
 */
struct piece *piece_add(struct pieces *pieces, const char *name, int fd, u64 at, u64 have)
{
	struct piece *piece = get_memory(sizeof(*piece));

	if (pieces->count == MAX_PIECES)
		die("%s: more than %u ranges, and a reservation has at most %u", name, MAX_PIECES,
		    PRMEM_MAX_RANGES);
	pieces->piece[pieces->count++] = piece;
	piece->name = name;
	piece->fd = fd;
	piece->at = at;
	piece->have = have;
	piece_copy(piece, piece->page, sizeof(piece->page));
	return piece;
}
