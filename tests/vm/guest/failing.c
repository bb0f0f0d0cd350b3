// SPDX-License-Identifier: GPL-2.0-only
/*
 * failing.c - makes a call in which an allocation of memory fails, by fault injection
 * of the kernel: /proc/self/fail-nth counts this task's allocations down, and where it
 * comes to zero one fails. With /proc/self/make-it-fail, and a probability of 100 for
 * such tasks, so do all after it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char usage[] =
"failing once|on N CALL...\n"
"  once                     the Nth allocation fails\n"
"  on                       and all after it\n"
"  load FILE [PARAMETER]... a module\n"
"  unload NAME\n"
"  write FILE TEXT\n"
"  read FILE\n"
"The first line that it prints is: how many allocations before the Nth were not asked for\n"
"(0: it failed), and the error's number, or 0. Then comes what was read.\n";

static int countdown, persist;
static char buffer[1 << 20];
static size_t filled;

static void die(const char *format, ...)
{
	va_list args;

	fputs("failing: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(errno));
	exit(2);
}

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		die("%s", path);
	return fd;
}

/* Neither takes any memory: they may be called while all of it fails. */
static void put(int fd, unsigned int value)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", value);

	if (pwrite(fd, text, len, 0) != len)
		die("fault injection");
}

static unsigned int get(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		die("fault injection");
	return strtoul(text, NULL, 10);
}

/* -- the calls; each returns 0 or an error's number -- */

static char *joined(char **words)
{
	static char text[4096];

	for (; *words; words++) {
		strncat(text, *words, sizeof(text) - strlen(text) - 2);
		strcat(text, " ");
	}
	return text;
}

static int load(int fd, const char *parameters)
{
	return syscall(SYS_finit_module, fd, parameters, 0) ? errno : 0;
}

static int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = errno;
	close(fd);
	return err;
}

static int read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = 1;
	int err = 0;

	if (fd < 0)
		return errno;
	while (len > 0 && filled < sizeof(buffer)) {
		len = read(fd, buffer + filled, sizeof(buffer) - filled);
		filled += len > 0 ? len : 0;
	}
	if (len < 0)
		err = errno;
	close(fd);
	return err;
}

static int call(char **words, int module, const char *parameters)
{
	if (module >= 0)
		return load(module, parameters);
	if (!strcmp(words[0], "unload"))
		return unload(words[1]);
	if (!strcmp(words[0], "write"))
		return write_file(words[1], words[2]);
	return read_file(words[1]);
}

static bool is_call(int words, char **word)
{
	if (!strcmp(word[0], "load"))
		return words >= 2;
	if (!strcmp(word[0], "write"))
		return words == 3;
	return words == 2 && (!strcmp(word[0], "unload") || !strcmp(word[0], "read"));
}

int main(int argc, char **argv)
{
	const char *parameters = "";
	unsigned int nth, left;
	int module = -1, err;
	bool on;

	if (argc < 5 || !is_call(argc - 3, argv + 3)) {
		fputs(usage, stderr);
		return 2;
	}
	on = !strcmp(argv[1], "on");
	nth = strtoul(argv[2], NULL, 0);
	countdown = open_or_die("/proc/self/fail-nth", O_RDWR);
	persist = open_or_die("/proc/self/make-it-fail", O_RDWR);
	if (!strcmp(argv[3], "load")) {
		module = open_or_die(argv[4], O_RDONLY);
		parameters = joined(argv + 5);
	}
	/* A page that isn't there yet would be asked for as well. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall");

	put(persist, on);
	put(countdown, nth);
	err = call(argv + 3, module, parameters);
	put(persist, 0);
	left = get(countdown);
	put(countdown, 0);

	printf("%u %d\n", left, err);
	return fwrite(buffer, 1, filled, stdout) == filled ? 0 : 2;
}
