// SPDX-License-Identifier: GPL-2.0-only
/* What is printed, and what it amounts to: fsck's exit status. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "report.h"

struct report report;

static void print(const char *head, const char *format, va_list args)
{
	fputs(head, stdout);
	vprintf(format, args);
}

/**
 * say() - print, unless only faults are wanted
 * @format: as printf's, without a newline at the end
 *
 * Context: Any.
 */
void say(const char *format, ...)
{
	va_list args;

	if (report.quiet)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/**
 * say_more() - print, if every detail is wanted
 * @format: as printf's, without a newline at the end
 *
 * Context: Any.
 */
void say_more(const char *format, ...)
{
	va_list args;

	if (!report.verbose)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/**
 * note_later() - print what a later prmem wrote, and remember that there is such
 * @format: as printf's, without a newline at the end
 *
 * Context: Any.
 */
void note_later(const char *format, ...)
{
	va_list args;

	report.later = true;
	va_start(args, format);
	print("later: ", format, args);
	va_end(args);
	putchar('\n');
}

/**
 * note_fault() - print and count a fault that no rule of the core names
 * @format: as printf's, without a newline at the end
 *
 * Context: Any.
 */
void note_fault(const char *format, ...)
{
	va_list args;

	report.faults++;
	va_start(args, format);
	print("fault: ", format, args);
	va_end(args);
	putchar('\n');
}

/**
 * note_broken() - print and count a broken rule
 * @fault: the rule, and its numbers
 * @format: what breaks it, as printf's
 *
 * Context: Any.
 */
void note_broken(const struct prmem_fault *fault, const char *format, ...)
{
	va_list args;

	report.faults++;
	va_start(args, format);
	print("fault: ", format, args);
	va_end(args);
	printf(": %s", prmem_fault_text(fault->rule));
	if (fault->rule != PRMEM_BAD_EMPTY && fault->rule != PRMEM_BAD_UNFINISHED)
		printf(" %#llx expected %#llx", fault->got, fault->want);
	putchar('\n');
}

/**
 * die() - say why the check can't go on, and end
 * @format: as printf's, without a newline at the end
 *
 * Context: Any; doesn't return.
 */
void die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("prmem-fsck: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(FSCK_ERROR | (report.faults ? FSCK_FAULTS : 0));
}

/**
 * get_memory() - allocate, or die
 * @size: bytes
 *
 * Context: Any.
 * Return: Memory that is zero.
 */
void *get_memory(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		die("no memory for %zu bytes", size);
	return p;
}

/**
 * printable() - a string of old memory, fit for a terminal
 * @bytes: any bytes; the string ends at a zero
 * @len: how many bytes there are at most
 * @to: room for @len + 1 bytes
 *
 * Context: Any.
 * Return: @to.
 */
const char *printable(const u8 *bytes, size_t len, char *to)
{
	size_t i;

	for (i = 0; i < len && bytes[i]; i++)
		to[i] = bytes[i] > ' ' && bytes[i] <= '~' ? bytes[i] : '?';
	to[i] = 0;
	return to;
}

/**
 * last_line() - sum up
 *
 * Context: Any.
 * Return: The exit status.
 */
int last_line(void)
{
	if (report.faults)
		printf("prmem-fsck: %lu fault%s\n", report.faults, report.faults == 1 ? "" : "s");
	else if (report.later)
		printf("prmem-fsck: not judged: a later prmem wrote it: install that version\n");
	else
		printf("prmem-fsck: sound\n");
	if (fflush(stdout) || ferror(stdout))
		die("what was found could not be written");
	return (report.faults ? FSCK_FAULTS : FSCK_SOUND) | (report.later ? FSCK_ERROR : 0);
}
