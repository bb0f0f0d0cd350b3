// SPDX-License-Identifier: GPL-2.0-only
/* Files that hold ranges, one or several: how many and how large, the stamps say. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "report.h"

#define MAX_ADDRESS	(1ULL << 52)	/* of an x86-64 machine, and no file is as large */

/* What a copy of the stamp says of its own range; true if it may be believed. */
static bool says(const struct prmem_stamp *stamp, struct prmem_range *range)
{
	struct prmem_fault fault;

	range->base = le64_to_cpu(stamp->base);
	range->size = le64_to_cpu(stamp->size);
	return range->size && range->size % PRMEM_GRAIN == 0 && range->size <= MAX_ADDRESS &&
	       prmem_stamp_check(stamp, range, &fault);
}

/*
 * Where the range was and how large: as a sound copy says, the one that agrees with the
 * file if they don't agree with each other; without one, all that is left of the file.
 */
static void find_range(struct piece *piece)
{
	const struct prmem_stamp *a = (const void *)(piece->page + PRMEM_STAMP_OFFSET(0));
	const struct prmem_stamp *b = (const void *)(piece->page + PRMEM_STAMP_OFFSET(1));
	struct prmem_range range_a, range_b;
	bool sound_a = says(a, &range_a), sound_b = says(b, &range_b);

	piece->stamped = sound_a || sound_b;
	if (sound_a && (!sound_b || range_a.size == piece->have || range_b.size != piece->have))
		piece->range = range_a;
	else if (sound_b)
		piece->range = range_b;
	else
		piece->range = (struct prmem_range) { range_a.base, piece->have };
}

static u64 size_of(const char *name, int fd)
{
	struct stat st;
	off_t size;

	if (fstat(fd, &st))
		die("%s: %s", name, strerror(errno));
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		die("%s: not an image: neither a file nor a block device%s", name,
		    S_ISCHR(st.st_mode) ? "; --live reads the memory of this machine" : "");
	size = lseek(fd, 0, SEEK_END);
	if (size < 0)
		die("%s: %s", name, strerror(errno));
	if (!size)
		die("%s: not an image: it is empty", name);
	return size;
}

/**
 * image_open() - find the ranges in a file
 * @pieces: they are added there
 * @name: of the file
 * @base: physical address of the first of them, or NULL: as their stamps say
 *
 * A range ends where its stamp says, and the next one begins there. Sizes are only
 * compared and added here: nothing is allocated by them.
 *
 * Context: Any.
 */
void image_open(struct pieces *pieces, const char *name, const u64 *base)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	u64 at = 0, size;

	if (fd < 0)
		die("%s: %s", name, strerror(errno));
	size = size_of(name, fd);
	while (at < size) {
		struct piece *piece = piece_add(pieces, name, fd, at, size - at);

		find_range(piece);
		piece->told = base;
		if (base)
			piece->range.base = *base;
		base = NULL;
		if (piece->range.size < piece->have)
			piece->have = piece->range.size;
		at += piece->have;
	}
}
