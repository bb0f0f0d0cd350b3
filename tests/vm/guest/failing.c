// SPDX-License-Identifier: GPL-2.0-only
/*
 * failing.c - makes calls in which an allocation of memory fails, by fault injection
 * of the kernel: /proc/self/fail-nth counts this task's allocations down, and where it
 * comes to zero one fails. With /proc/self/make-it-fail, and a probability of 100 for
 * such tasks, so do all after it.
 */
#include <dirent.h>
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
"failing once|on FIRST COUNT CALL [-- CALL]...\n"
"  once                     the FIRST-th allocation fails\n"
"  on                       and all after it\n"
"Then the one after that, COUNT in all, or until none fails three times. The calls behind -- undo the first one without a\n"
"fault, where it succeeded. A CALL is:\n"
"  load FILE [PARAMETER]... a module\n"
"  unload NAME\n"
"  write FILE TEXT\n"
"  read FILE                the same bytes each time, if it succeeds\n"
"  expect FILE TEXT         the file's only line\n"
"  unbind DRIVER            a folder in /sys/bus, from all its devices\n"
"Each line that it prints is: the allocation's number; how many before it were not asked\n"
"for (0: it failed); the error's number, or 0.\n";

static int countdown, persist;
static char buffer[1 << 20], before[1 << 20];
static size_t filled, wanted;

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
	char *text = calloc(1, 4096);

	for (; *words; words++) {
		strncat(text, *words, 4000 - strlen(text));
		strcat(text, " ");
	}
	return text;
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

	filled = 0;
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

static int expect(const char *path, const char *line)
{
	int err = read_file(path);

	if (!err && (filled != strlen(line) + 1 || memcmp(buffer, line, filled - 1)))
		err = EBADE;
	return err;
}

/* Who holds a device makes it come back under another name: so, all of them. */
static int let_go(const char *driver)
{
	DIR *dir = opendir(driver);
	struct dirent *entry;
	char path[256];
	int err = 0;

	if (!dir)
		return errno;
	snprintf(path, sizeof(path), "%s/unbind", driver);
	while (!err && (entry = readdir(dir)))
		if (entry->d_type == DT_LNK && strcmp(entry->d_name, "module"))
			err = write_file(path, entry->d_name);
	closedir(dir);
	return err;
}

struct call {
	char **words;
	int module;		/* what is loaded, open */
	const char *parameters;
};

static int call(const struct call *c)
{
	const char *what = c->words[0];

	if (!strcmp(what, "load"))
		return syscall(SYS_finit_module, c->module, c->parameters, 0) ? errno : 0;
	if (!strcmp(what, "unload"))
		return unload(c->words[1]);
	if (!strcmp(what, "write"))
		return write_file(c->words[1], c->words[2]);
	if (!strcmp(what, "unbind"))
		return let_go(c->words[1]);
	if (!strcmp(what, "expect"))
		return expect(c->words[1], c->words[2]);
	return read_file(c->words[1]);
}

/* Others may look at a device that has just come: its module is in use for a moment. */
static void undo(const struct call *c)
{
	int tries = 500, err;

	while ((err = call(c)) && (err == EBUSY || err == EAGAIN) && --tries)
		usleep(10000);
	errno = err;
	if (err)
		die("%s %s", c->words[0], c->words[1]);
}

static bool is_call(char **words)
{
	static const char *const all[] = {
		"load", "unload", "read", "unbind", "write", "expect"
	};
	size_t i;

	for (i = 0; words[0] && i < 6; i++)
		if (!strcmp(words[0], all[i]))
			return words[1] && (i < 4 || words[2]);
	return false;
}

/* Ends each call's words by NULL in the place of its "--". */
static int take_calls(char **words, struct call *calls, int max)
{
	char **next = words;
	int n = 0;

	while (next && n < max) {
		words = next;
		for (next = words; *next && strcmp(*next, "--"); next++)
			;
		if (*next)
			*next++ = NULL;
		else
			next = NULL;
		if (!is_call(words))
			return 0;
		calls[n].words = words;
		if (!strcmp(words[0], "load")) {
			calls[n].module = open_or_die(words[1], O_RDONLY);
			calls[n].parameters = joined(words + 2);
		}
		n++;
	}
	return next ? 0 : n;
}

static int with_fault(const struct call *c, unsigned int nth, bool on, unsigned int *left)
{
	int err;

	put(persist, on);
	put(countdown, nth);
	err = call(c);
	put(persist, 0);
	*left = get(countdown);
	put(countdown, 0);
	return err;
}

/* A read that is cut short without an error would be a lie. */
static void compare(void)
{
	if (filled != wanted || memcmp(buffer, before, filled))
		die("read: other bytes than before");
}

int main(int argc, char **argv)
{
	struct call calls[10];
	unsigned int nth, end, left;
	bool on, reads;
	int n, i, err, ended = 0;

	n = argc > 4 ? take_calls(argv + 4, calls, 10) : 0;
	if (!n) {
		fputs(usage, stderr);
		return 2;
	}
	on = !strcmp(argv[1], "on");
	nth = strtoul(argv[2], NULL, 0);
	end = nth + strtoul(argv[3], NULL, 0);
	countdown = open_or_die("/proc/self/fail-nth", O_RDWR);
	persist = open_or_die("/proc/self/make-it-fail", O_RDWR);
	/* A page that isn't there yet would be asked for as well. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall");

	reads = !strcmp(calls[0].words[0], "read");
	if (reads) {
		undo(&calls[0]);
		memcpy(before, buffer, filled);
		wanted = filled;
		for (i = 1; i < n; i++)
			undo(&calls[i]);
	}
	for (; nth < end && ended < 3; nth++) {
		err = with_fault(&calls[0], nth, on, &left);
		ended += left != 0;
		printf("%u %u %d\n", nth, left, err);
		fflush(stdout);
		if (!err && reads)
			compare();
		for (i = 1; !err && i < n; i++)
			undo(&calls[i]);
	}
	return 0;
}
