// SPDX-License-Identifier: GPL-2.0-only
/* The core's figures: bench [alloc|lookup|opening|overhead]. Slow is no failure. */
#include <stdio.h>

#include "bench.h"

static const struct {
	const char *name;
	void (*run)(struct figures *figures);
} all[] = {
	{ "alloc", bench_alloc }, { "lookup", bench_lookup },
	{ "opening", bench_opening }, { "overhead", bench_overhead },
};

static void last_line(const struct figures *f)
{
	printf("\nfirst fit/prmem %.1f (wanted: 5), prmem/clearing a page %.2f (2), ", f->small,
	       f->page);
	printf("lookup %.2f (2), opening %.1f to %.1f (4), overhead %.3f %% (0.2)\n", f->lookup,
	       f->opening, f->opening_three, 100 * f->overhead);
}

int main(int argc, char **argv)
{
	struct figures f = { 0 };
	u32 i, runs = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("prmem's core in user space: processor time, medians of %u rounds.\n", ROUNDS);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (argc > 1 && strcmp(argv[1], all[i].name))
			continue;
		all[i].run(&f);
		runs++;
	}
	if (!runs)
		die("alloc, lookup, opening or overhead");
	if (argc == 1)
		last_line(&f);
	return 0;
}
