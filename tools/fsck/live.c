// SPDX-License-Identifier: GPL-2.0-only
/* The memory of this machine: where its map says that ranges may be, by /dev/mem. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory.h"
#include "report.h"

#define MAX_ENTRIES	256
#define TYPE_12		"Persistent Memory (legacy)"

/**
 * struct entries - entries of type 12 of the memory map
 * @count: how many
 * @entry: they, each once
 */
struct entries {
	u32 count;
	struct prmem_range entry[MAX_ENTRIES];
};

/* Tests set PRMEM_ROOT to a folder with a sys, a proc and a dev of their own. */
static const char *in_root(char path[512], const char *name)
{
	const char *root = getenv("PRMEM_ROOT");

	if (snprintf(path, 512, "%s%s", root ? root : "", name) >= 512)
		die("PRMEM_ROOT: too long");
	return path;
}

static bool exists(const char *name)
{
	char path[512];

	return !access(in_root(path, name), F_OK);
}

/* What a small file holds, without the newline. */
static bool read_line(const char *name, char *to, int len)
{
	char path[512];
	FILE *f = fopen(in_root(path, name), "r");
	bool ok;

	if (!f)
		return false;
	ok = fgets(to, len, f);
	fclose(f);
	if (ok)
		to[strcspn(to, "\n")] = 0;
	return ok;
}

static void entry_add(struct entries *e, u64 start, u64 end)
{
	u32 i = 0;

	while (i < e->count && e->entry[i].base != start)
		i++;
	if (i == e->count && i < MAX_ENTRIES && end > start)
		e->entry[e->count++] = (struct prmem_range) { start, end - start + 1 };
}

/* The map that kexec-tools goes by: it has our ranges on every kernel with the shim. */
static void ask_firmware(struct entries *e)
{
	char path[512], name[300], text[64], start[32], end[32];
	DIR *dir = opendir(in_root(path, "/sys/firmware/memmap"));
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		snprintf(name, sizeof(name), "/sys/firmware/memmap/%s/type", d->d_name);
		if (!read_line(name, text, sizeof(text)) || strcmp(text, TYPE_12))
			continue;
		snprintf(name, sizeof(name), "/sys/firmware/memmap/%s/start", d->d_name);
		if (!read_line(name, start, sizeof(start)))
			continue;
		snprintf(name, sizeof(name), "/sys/firmware/memmap/%s/end", d->d_name);
		if (read_line(name, end, sizeof(end)))
			entry_add(e, strtoull(start, NULL, 16), strtoull(end, NULL, 16));
	}
	if (dir)
		closedir(dir);
}

/* The kernel's own: it has what memmap= set aside, and kernels without the shim have ours. */
static void ask_iomem(struct entries *e)
{
	char path[512], line[256], *type;
	FILE *f = fopen(in_root(path, "/proc/iomem"), "r");
	unsigned long long start, end;

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		type = strstr(line, " : ");
		if (type && !strcmp(type + 3, TYPE_12) &&
		    sscanf(line, "%llx-%llx", &start, &end) == 2)
			entry_add(e, start, end);
	}
	if (f)
		fclose(f);
}

static int by_address(const void *a, const void *b)
{
	const struct prmem_range *x = a, *y = b;

	return x->base < y->base ? -1 : x->base > y->base;
}

/* Why the kernel doesn't show its memory, and what to do. */
static const char *advice(int error)
{
	char text[128];

	if (error == ENOENT)
		return "this kernel has no /dev/mem: use a capture kernel that has";
	if (error == EACCES || geteuid())
		return "only root can read it";
	if (read_line("/sys/kernel/security/lockdown", text, sizeof(text)) &&
	    !strstr(text, "[none]"))
		return "the kernel is locked down (Secure Boot): use a capture kernel";
	return "it is claimed (CONFIG_STRICT_DEVMEM): unload the driver in /proc/iomem";
}

static int open_memory(char path[512])
{
	int fd;

	if (exists("/sys/module/prmem"))
		die("the module is loaded, and may be writing: modprobe -r prmem first");
	fd = open(in_root(path, "/dev/mem"), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s: %s", path, strerror(errno), advice(errno));
	return fd;
}

static const u8 *first_page(const char *name, int fd, const struct prmem_range *r)
{
	struct piece probe = { .name = name, .fd = fd, .at = r->base, .have = r->size };
	const u8 *page = piece_map(&probe, 0, PRMEM_PAGE);

	if (!page)
		die("%s: %#llx-%#llx: %s: %s", name, r->base, r->base + r->size - 1,
		    strerror(errno), advice(errno));
	return page;
}

static void add(struct pieces *pieces, const char *name, int fd, const struct prmem_found *found)
{
	struct piece *piece = piece_add(pieces, name, fd, found->range.base, found->range.size);

	piece->range = found->range;
	piece->stamped = prmem_range_is_stamped(found);
	piece->told = true;
}

/* As the shim does: memory that is stamped; and what has remains of us is worth a look. */
static void look_at(struct pieces *pieces, const char *name, int fd, const struct prmem_range *r,
		    bool named)
{
	struct prmem_found found = { .range = *r };
	struct prmem_fault fault;

	if ((r->base | r->size) % PRMEM_GRAIN)
		return;
	found.page = first_page(name, fd, r);
	if (named || prmem_range_is_stamped(&found) || !prmem_range_is_unused(&found, &fault))
		add(pieces, name, fd, &found);
	else
		say("memory %#llx-%#llx of type 12 has no stamp: left alone", r->base,
		    r->base + r->size - 1);
	piece_unmap(found.page, PRMEM_PAGE);
}

/**
 * live_open() - find the ranges in the memory of this machine
 * @pieces: they are added there
 * @count: how many ranges were named, 0: the memory map has them
 * @ranges: those, multiples of PRMEM_GRAIN
 *
 * Context: Any; for root.
 */
void live_open(struct pieces *pieces, u32 count, const struct prmem_range *ranges)
{
	static char path[512];
	struct entries *e = get_memory(sizeof(*e));
	int fd = open_memory(path);
	u32 i;

	for (i = 0; i < count; i++)
		look_at(pieces, path, fd, &ranges[i], true);
	if (!count) {
		ask_firmware(e);
		ask_iomem(e);
		qsort(e->entry, e->count, sizeof(*e->entry), by_address);
	}
	for (i = 0; i < e->count; i++)
		look_at(pieces, path, fd, &e->entry[i], false);
	free(e);
	if (!pieces->count)
		die("no memory of prmem in the map, as in a capture kernel: name it, SIZE!START");
}
