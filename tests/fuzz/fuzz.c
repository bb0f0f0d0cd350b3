// SPDX-License-Identifier: GPL-2.0-only
/* A demand that isn't met, said in one line. */
#include <stdarg.h>

#include "fuzz.h"

void fuzz_fail(const char *file, int line, const char *what, const char *format, ...)
{
	const char *name = strrchr(file, '/');
	va_list args;

	va_start(args, format);
	fprintf(stderr, "FOUND: %s:%d: %s: ", name ? name + 1 : file, line, what);
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	abort();
}
