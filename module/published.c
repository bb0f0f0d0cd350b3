// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel tells user space and no module. */
#include <linux/fs.h>
#include <linux/timekeeping.h>

#include "published.h"

/* The first line of a file in /proc or /sys, which are read in one go. */
static int read_line(const char *path, char *line, size_t size)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	loff_t pos = 0;
	ssize_t len;

	if (IS_ERR(file))
		return PTR_ERR(file);
	len = kernel_read(file, line, size - 1, &pos);
	filp_close(file, NULL);
	if (len <= 0)
		return len ?: -ENODATA;
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return 0;
}

/**
 * prmem_boot_number() - a number unlike other boots', where there is no shim
 * @number: is set: the same as long as this kernel runs
 *
 * The beginning of the boot id. Without /proc it is the time of the boot,
 * which changes when somebody sets the clock.
 *
 * Context: Process.
 * Return: 0, or -ENOMEM: a second load must not come to another number.
 */
int prmem_boot_number(u64 *number)
{
	unsigned int high, middle, low;
	struct timespec64 time;
	char line[64];
	int err;

	err = read_line("/proc/sys/kernel/random/boot_id", line, sizeof(line));
	if (err == -ENOMEM)
		return err;
	if (!err && sscanf(line, "%8x-%4x-%4x-", &high, &middle, &low) == 3) {
		*number = (u64)high << 32 | middle << 16 | low;
		return 0;
	}
	getboottime64(&time);
	*number = timespec64_to_ns(&time);
	return 0;
}

/* Of entry @i of /sys/firmware/memmap. */
static int read_part(u32 i, const char *name, char *line, size_t size)
{
	char path[48];

	snprintf(path, sizeof(path), "/sys/firmware/memmap/%u/%s", i, name);
	return read_line(path, line, size);
}

static int read_entry(u32 i, u64 *start, u64 *end, char *type, size_t size)
{
	char line[64];

	return read_part(i, "start", line, sizeof(line)) ?: kstrtoull(line, 0, start) ?:
	       read_part(i, "end", line, sizeof(line)) ?: kstrtoull(line, 0, end) ?:
	       read_part(i, "type", type, size);
}

/**
 * prmem_kexec_load_safe() - does kexec_load(2) hand the memory over?
 * @space: the reservation
 * @is_safe: is set, if every range is there as it is, as type 12
 *
 * kexec-tools places what it loads, and makes the memory map of the next
 * kernel, by /sys/firmware/memmap. Which of the kernel's tables stands there
 * differs, so look at what kexec-tools sees.
 *
 * Context: Process.
 * Return: 0 or -ENOMEM: it isn't known.
 */
int prmem_kexec_load_safe(const struct prmem_space *space, bool *is_safe)
{
	u64 start, end;
	u32 i, k, safe = 0;
	char line[64];
	int err;

	for (i = 0; !(err = read_entry(i, &start, &end, line, sizeof(line))); i++)
		for (k = 0; k < space->count; k++)
			if (space->range[k].base == start &&
			    space->range[k].base + space->range[k].size - 1 == end &&
			    !strcmp(line, "Persistent Memory (legacy)"))
				safe++;
	*is_safe = safe == space->count;
	return err == -ENOMEM ? err : 0;
}
