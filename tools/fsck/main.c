// SPDX-License-Identifier: GPL-2.0-only
/* prmem-fsck: is this memory sound? Nothing is ever written to it. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "heap.h"
#include "report.h"
#include "roots.h"

static const char usage_text[] =
	"Usage: prmem-fsck [-v|-q] [--base ADDRESS] IMAGE...\n"
	"       prmem-fsck [-v|-q] [--copy DIRECTORY] --live [SIZE!START]...\n"
	"Checks memory that survives kexec, in images of its ranges or in this machine.\n"
	"  -v, --verbose    print every block of memory as well\n"
	"  -q, --quiet      print nothing but faults and the last line\n"
	"  -b, --base=ADDRESS    where the next image was in memory; default: as its stamp says\n"
	"  -l, --live       check the memory of this machine; the module must not be loaded\n"
	"  -c, --copy=DIRECTORY  copy the memory into files there before it is checked\n"
	"  -h, --help       print this\n"
	"  -V, --version    print the version\n"
	"Status: 0 sound, 4 faults, 8 it could not be judged, 12 both, 16 usage.\n";

static const struct option options[] = {
	{ "verbose", no_argument, NULL, 'v' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "base", required_argument, NULL, 'b' },
	{ "live", no_argument, NULL, 'l' },
	{ "copy", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};

static noreturn void usage(void)
{
	fputs(usage_text, stderr);
	exit(FSCK_USAGE);
}

static u64 address_of(const char *text)
{
	char *end;
	u64 value = strtoull(text, &end, 0);

	if (*end || *text < '0' || *text > '9') {
		fprintf(stderr, "prmem-fsck: --base: \"%s\" is not an address\n", text);
		usage();
	}
	return value;
}

/* A file that becomes shorter under our eyes. Only what a signal handler may call. */
static void cut_short(int signal)
{
	static const char text[] = "prmem-fsck: what is read was cut short meanwhile\n";
	ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)signal;
	(void)written;
	_exit(FSCK_ERROR);
}

/**
 * struct request - what is to be checked
 * @live: this machine
 * @copy: where to copy it before, or NULL
 * @images: number of images, or of ranges of this machine
 * @name: of each
 * @base: of each; where @based says that it was given
 * @based: for each
 */
struct request {
	bool live;
	const char *copy;
	u32 images;
	const char *name[MAX_PIECES];
	u64 base[MAX_PIECES];
	bool based[MAX_PIECES];
};

static void request_image(struct request *r, const char *name)
{
	if (r->images == MAX_PIECES - 1)
		usage();
	r->name[r->images++] = name;
}

static bool take_option(int c, struct request *r)
{
	switch (c) {
	case 'v':
		report.verbose = true;
		return true;
	case 'q':
		report.quiet = true;
		return true;
	case 'l':
		r->live = true;
		return true;
	case 'c':
		r->copy = optarg;
		return true;
	case 'b':
		r->base[r->images] = address_of(optarg);
		r->based[r->images] = true;
		return true;
	case 1:
		request_image(r, optarg);
		return true;
	case 'h':
		fputs(usage_text, stdout);
		exit(FSCK_SOUND);
	case 'V':
		puts("prmem-fsck " PRMEM_VERSION);
		exit(FSCK_SOUND);
	}
	return false;
}

/* Options and images in their order: --base is for the image that follows. */
static void read_arguments(int argc, char **argv, struct request *r)
{
	int c;

	while ((c = getopt_long(argc, argv, "-vqb:lc:hV", options, NULL)) != -1)
		if (!take_option(c, r))
			usage();
	while (optind < argc)
		request_image(r, argv[optind++]);
	if (r->based[r->images] || (!r->live && (!r->images || r->copy)) ||
	    (report.quiet && report.verbose))
		usage();
}

/* SIZE!START, or memmap=SIZE!START as "prmem memmap" prints it. */
static struct prmem_range range_of(const char *text)
{
	static const char word[] = "memmap=";
	const size_t skip = strncmp(text, word, strlen(word)) ? 0 : strlen(word);
	struct prmem_range range;
	char *end;

	range.size = strtoull(text + skip, &end, 0);
	range.base = *end == '!' && end[1] ? strtoull(end + 1, &end, 0) : 1;
	if (*end || !range.size || (range.base | range.size) % PRMEM_GRAIN ||
	    range.base + range.size < range.base) {
		fprintf(stderr, "prmem-fsck: \"%s\" is not SIZE!START, multiples of 2 MiB\n", text);
		usage();
	}
	return range;
}

static void open_live(const struct request *request, struct pieces *pieces)
{
	struct prmem_range ranges[MAX_PIECES];
	u32 i;

	for (i = 0; i < request->images; i++) {
		if (request->based[i])
			usage();
		ranges[i] = range_of(request->name[i]);
	}
	live_open(pieces, request->images, ranges);
	for (i = 0; i < pieces->count && request->copy; i++)
		copy_piece(pieces->piece[i], request->copy);
}

static void open_images(const struct request *request, struct pieces *pieces)
{
	u32 i;

	for (i = 0; i < request->images; i++)
		image_open(pieces, request->name[i],
			   request->based[i] ? &request->base[i] : NULL);
}

int main(int argc, char **argv)
{
	struct pieces *pieces = get_memory(sizeof(*pieces));
	struct reservation *r = get_memory(sizeof(*r));
	struct prmem_meta *meta = get_memory(sizeof(*meta));
	struct request *request = get_memory(sizeof(*request));

	read_arguments(argc, argv, request);
	signal(SIGBUS, cut_short);
	if (request->live)
		open_live(request, pieces);
	else
		open_images(request, pieces);
	if (!stamps_check(pieces, r))
		say("verdict: a module refuses the ranges (EUCLEAN)");
	else if (roots_check(r, meta))
		heaps_check(r, &meta->table);
	return last_line();
}
