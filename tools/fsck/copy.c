// SPDX-License-Identifier: GPL-2.0-only
/* A range copied to a file: dd can't, where a kernel has the memory beyond its RAM. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "memory.h"
#include "report.h"

/* Zero pages stay holes. */
static void copy_part(const struct piece *piece, u64 offset, u64 len, int fd, const char *path)
{
	const u8 *p = piece_map(piece, offset, len);
	u64 i;

	if (!p)
		die("%s: can't be read: %s", piece->name, strerror(errno));
	for (i = 0; i < len; i += PRMEM_PAGE) {
		if (prmem_all_zero(p + i, PRMEM_PAGE))
			continue;
		if (pwrite(fd, p + i, PRMEM_PAGE, offset + i) != PRMEM_PAGE)
			die("%s: %s", path, strerror(errno ? errno : ENOSPC));
	}
	piece_unmap(p, len);
}

/**
 * copy_piece() - copy a range to a new file that is called by its address
 * @piece: the range
 * @directory: where to
 *
 * Context: Any.
 */
void copy_piece(const struct piece *piece, const char *directory)
{
	char path[512];
	u64 done;
	int fd;

	if (snprintf(path, sizeof(path), "%s/prmem-%#llx.img", directory, piece->range.base) >=
	    (int)sizeof(path))
		die("--copy: too long");
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, piece->have))
		die("%s: %s", path, strerror(errno));
	for (done = 0; done < piece->have; done += PRMEM_GRAIN)
		copy_part(piece, done, PRMEM_GRAIN, fd, path);
	if (fsync(fd) || close(fd))
		die("%s: %s", path, strerror(errno));
	say("copied to %s", path);
}
