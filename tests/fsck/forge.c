// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images for tests/fsck.sh, and damage to them.
 *
 *	forge make KIND FILE...		sound images, a file a range
 *	forge set FILE AT BYTES VALUE	a field
 *	forge flip FILE AT BIT		a bit
 *	forge seal FILE WHAT AT		a checksum made right again: stamp, root or table
 *	forge sum FILE...		a line for all bytes of each
 *
 * AT counts from the start of the file. KIND: blank, one, three, cut.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/harness.h"

static void die(const char *what)
{
	fprintf(stderr, "forge: %s: %s\n", what, strerror(errno));
	exit(1);
}

static u64 number(const char *text)
{
	char *end;
	u64 value = strtoull(text, &end, 0);

	if (!*text || *end) {
		errno = EINVAL;
		die(text);
	}
	return value;
}

static void store(const char *name, u64 at, const void *from, size_t len)
{
	int fd = open(name, O_WRONLY);

	if (fd < 0 || pwrite(fd, from, len, at) != (ssize_t)len || close(fd))
		die(name);
}

static void load(const char *name, u64 at, void *to, size_t len)
{
	int fd = open(name, O_RDONLY);

	if (fd < 0 || pread(fd, to, len, at) != (ssize_t)len || close(fd))
		die(name);
}

/* Sparse: what isn't metadata is zero. */
static void save_range(const struct reservation *r, u32 i, const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || ftruncate(fd, r->found[i].range.size) || close(fd))
		die(name);
	store(name, 0, r->page[i], i ? PRMEM_PAGE : PRMEM_META_MAPPED);
}

static void make(const char *kind, char **names)
{
	static const u32 eight = 8;
	struct reservation r;
	u32 i;

	if (!strcmp(kind, "three")) {
		reservation_usual(&r);
	} else {
		reservation_make(&r, &eight, 1);
		if (strcmp(kind, "blank"))
			reservation_load(&r, 1, 1);
		if (!strcmp(kind, "one"))
			reservation_load(&r, 2, 1);
		if (!strcmp(kind, "cut"))
			root_at(r.area, 1)->magic = PRMEM_ROOT_WRITING;
	}
	for (i = 0; i < r.count; i++)
		save_range(&r, i, names[i]);
	reservation_free(&r);
}

static void seal(const char *name, const char *what, u64 at)
{
	u32 salt = !strcmp(what, "root") ? PRMEM_ROOT_SALT : PRMEM_TABLE_SALT;
	size_t len = !strcmp(what, "stamp") ? 64 : !strcmp(what, "root") ? 1984 : 16384;
	u8 bytes[16384];
	u32 sum;

	load(name, at, bytes, len);
	sum = len == 64 ? prmem_port_crc32(bytes + 4, 60) :
	      prmem_port_crc32c(salt, bytes + 4, len - 4);
	store(name, at, &sum, sizeof(sum));
}

static void flip(const char *name, u64 at, u32 bit)
{
	u8 byte;

	load(name, at, &byte, 1);
	byte ^= 1 << bit;
	store(name, at, &byte, 1);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 3 ? argv[1] : "";
	u64 value;

	if (!strcmp(verb, "make")) {
		make(argv[2], argv + 3);
	} else if (!strcmp(verb, "set") && argc == 6) {
		value = number(argv[5]);
		store(argv[2], number(argv[3]), &value, number(argv[4]) & 15);
	} else if (!strcmp(verb, "flip") && argc == 5) {
		flip(argv[2], number(argv[3]), number(argv[4]) & 7);
	} else if (!strcmp(verb, "seal") && argc == 5) {
		seal(argv[2], argv[3], number(argv[4]));
	} else {
		fputs("forge: see its first lines\n", stderr);
		return 2;
	}
	return 0;
}
