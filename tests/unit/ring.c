// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log's ring: what is read is a piece of what was written, up to the last store
 * that counted, whatever is cut; and a header that somebody made up is refused.
 */
#include "harness.h"

#include <setjmp.h>

#include "../../module/log/ring.c"

#define BYTES	PRMEM_LOG_MIN
#define SIZE	(BYTES - HEAD)
#define TOTAL	(16 * BYTES)	/* of what is ever written */
#define BEGAN	1700000000ULL
#define BOOTED	0xfeedULL

static struct prmem_log log;
static u8 *memory;		/* BYTES of it */
static char said[TOTAL];	/* all that was written */
static size_t len;
static u64 luck = 3;

/* A store after which the CPU stops: 0, 1, 2 ... -1: never. Plain ones may be torn. */
static long stop_at = -1, stores;
static jmp_buf stopped;

static void on_write(void *to, const void *from, size_t n)
{
	if (stop_at < 0 || stores++ != stop_at)
		return;
	memcpy(to, from, chance_below(&luck, n + 1));
	longjmp(stopped, 1);
}

static void on_publish(__le64 *to, __le64 value)
{
	(void)to;
	(void)value;
	if (stop_at >= 0 && stores++ == stop_at)
		longjmp(stopped, 1);
}

static void new_log(void)
{
	struct prmem_log_rec *rec;

	free(memory);
	memory = get_memory(BYTES);
	memset(memory, 0, BYTES);
	rec = (struct prmem_log_rec *)memory;
	port_hooks.write = on_write;
	port_hooks.publish = on_publish;
	stop_at = -1;
	prmem_log_make(rec, BYTES, 7, BOOTED, BEGAN, "6.1.0-38-amd64");
	CHECK(!prmem_log_fault(rec, BYTES, 7), "%s", prmem_log_fault(rec, BYTES, 7));
	prmem_log_open(&log, rec);
	len = 0;
}

/* Lines that are unlike each other, of 1 to 3000 bytes. */
static size_t a_line(u64 *seed)
{
	size_t i, n = chance_below(seed, 20) ? chance_below(seed, 120) : chance_below(seed, 3000);

	for (i = 0; i < n; i++)
		said[len + i] = 33 + chance_below(seed, 90);
	said[len + n] = '\n';
	return n + 1;
}

/* @end: how much of what was said must be there. Returns how much there is. */
static size_t look(size_t min, size_t max)
{
	const struct prmem_log_rec *rec = (struct prmem_log_rec *)memory;
	char *to = get_memory(BYTES);
	size_t skip, end, n, first;
	const char *fault = prmem_log_fault(rec, BYTES, 7);

	CHECK(!fault, "%s", fault);
	end = prmem_log_read(rec, to, &skip);
	n = le64_to_cpu(rec->written) & COUNT_MASK;
	CHECK(n >= min && n <= max, "%zu bytes count, of %zu to %zu", n, min, max);
	first = n - (end - skip);
	CHECK(skip <= end && end <= SIZE && !memcmp(to + skip, said + first, end - skip),
	      "bytes that nobody wrote, of %zu", n);
	CHECK(!first || said[first - 1] == '\n', "a torn line at the beginning");
	/* Nothing is given away but a piece and a line. */
	CHECK(end - skip + PRMEM_LOG_PIECE + 3001 >= (n < SIZE ? n : SIZE) &&
	      (n >= SIZE - PRMEM_LOG_PIECE || end - skip == n), "only %zu of %zu", end - skip, n);
	free(to);
	return n;
}

static void test_text(void)
{
	u64 seed = 1;
	size_t n;

	new_log();
	look(0, 0);
	while (len < TOTAL - 3001) {
		n = a_line(&seed);
		prmem_log_append(&log, said + len, n);
		len += n;
		look(len, len);
	}
}

/* Opened again, as by a module that comes back, it goes on where it was. */
static void test_resume(void)
{
	u64 seed = 2;
	size_t n;

	new_log();
	while (len < TOTAL - 3001) {
		n = a_line(&seed);
		prmem_log_append(&log, said + len, n);
		len += n;
		memset(&log, 0, sizeof(log));
		prmem_log_open(&log, (struct prmem_log_rec *)memory);
		look(len, len);
	}
}

static void test_cuts(void)
{
	static u8 before[BYTES];
	static u64 seed, written;
	static size_t n;
	static unsigned long cuts;

	new_log();
	for (seed = 4; len < TOTAL - 3001; len += n) {
		n = a_line(&seed);
		memcpy(before, memory, BYTES);
		written = log.written;
		for (stop_at = 0;; stop_at++, cuts++) {
			memcpy(memory, before, BYTES);
			log.written = written;
			stores = 0;
			if (setjmp(stopped)) {
				look(len, len + n);
				continue;
			}
			prmem_log_append(&log, said + len, n);
			break;
		}
		look(len + n, len + n);
	}
	stop_at = -1;
	note("%lu cuts", cuts);
	CHECK(cuts > 4000, "%lu", cuts);
}

/* An NMI stops the CPU in the middle of a line, and says its own. */
static void test_nmi(void)
{
	static u64 seed;
	static size_t n, kept;

	for (seed = 0; seed < 3000; seed++) {
		u64 text = seed;

		new_log();
		n = a_line(&text);
		stop_at = chance_below(&text, 9);
		stores = 0;
		if (!setjmp(stopped))
			prmem_log_append(&log, said, n);
		stop_at = -1;
		kept = log.written;
		len = kept;
		n = a_line(&text);
		prmem_log_append(&log, said + len, n);
		look(len + n, len + n);
	}
}

/* A header's own text: the fields and what a wrong one is called. */
static const struct {
	const char *fault;
	size_t offset;
	u32 width;
	bool sealed;	/* the checksum covers it */
} fields[] = {
	{ "checksum", 0, 4, false },
	{ "byte that must be zero", 4, 4, true },
	{ "magic", 8, 8, true },
	{ "number", 16, 8, true },
	{ NULL, 24, 8, true },		/* boot: any */
	{ NULL, 32, 8, true },		/* began: any */
	{ "size", 40, 8, true },
	{ "count", 120, 8, false },
};

static void seal(u8 *rec)
{
	field_set(rec, 0, 4, prmem_port_crc32c(0x20676f6c, rec + 4, 116));
}

static void expect(const char *fault, const char *what, u32 detail)
{
	const char *got = prmem_log_fault((struct prmem_log_rec *)memory, BYTES, 7);

	CHECK(!fault == !got && (!fault || !strcmp(fault, got)), "%s %u: %s, expected %s", what,
	      detail, got ? got : "sound", fault ? fault : "sound");
}

static void test_hostile(void)
{
	u32 i, which;
	u64 right, wrong;

	for (i = 0; i < COUNT(fields); i++)
		for (which = 0; which < WRONG_VALUES; which++) {
			new_log();
			right = field_get(memory, fields[i].offset, fields[i].width);
			wrong = wrong_value(right, fields[i].width, which);
			if (wrong == right)
				continue;
			field_set(memory, fields[i].offset, fields[i].width, wrong);
			if (fields[i].sealed) {
				if (fields[i].offset != 8)
					expect("checksum", "unsealed, field", i);
				seal(memory);
			}
			expect(fields[i].fault, "field", i * 100 + which);
			if (!fields[i].fault)
				look(0, 0);
		}
	for (i = 0; i < 64; i++) {
		new_log();
		prmem_log_append(&log, "text", 4);
		memory[120 + i / 8] ^= 1 << i % 8;
		expect("count", "bit of the count", i);
	}
	new_log();
	CHECK(prmem_log_fault((void *)memory, BYTES - 1, 7) &&
	      prmem_log_fault((void *)memory, 127, 7) &&
	      prmem_log_fault((void *)memory, PRMEM_LOG_MAX + 1, 7), "sizes of memory");
	CHECK(!strcmp(prmem_log_fault((void *)memory, BYTES, 8), "number"), "another's number");
}

static void test_hostile_release(void)
{
	static const struct {
		u32 at;
		u8 byte;
	} wrong[] = {
		{ 0, 0 }, { 3, ' ' }, { 3, 127 }, { 3, '\n' }, { 3, 200 }, { 14, 1 }, { 71, 'x' },
	};
	u32 i;

	for (i = 0; i < COUNT(wrong); i++) {
		new_log();
		memory[48 + wrong[i].at] = wrong[i].byte;
		seal(memory);
		if (wrong[i].at == 14)
			memory[48 + 15] = 0;
		expect("release", "byte", i);
	}
	new_log();
	memset(memory + 48, 'x', 72);
	seal(memory);
	expect("release", "no end", 72);
	memory[48 + 71] = 0;
	seal(memory);
	expect(NULL, "the longest", 71);
}

/* Any count that holds, over any text: nothing outside is read. */
static void test_garbage(void)
{
	struct prmem_log_rec *rec;
	char *to = get_memory(BYTES);
	size_t skip, end;
	u64 seed = 8;
	u32 i, n;

	for (n = 0; n < 2000; n++) {
		new_log();
		rec = (struct prmem_log_rec *)memory;
		for (i = 0; i < 100; i++)
			rec->text[chance_below(&seed, SIZE)] = chance(&seed);
		rec->written = seal_count(chance(&seed) >> chance_below(&seed, 64));
		expect(NULL, "count", n);
		end = prmem_log_read(rec, to, &skip);
		CHECK(skip <= end && end <= SIZE - PRMEM_LOG_PIECE, "%zu to %zu", skip, end);
		prmem_log_open(&log, rec);
		prmem_log_append(&log, said, 3000);
		expect(NULL, "count, and more", n);
	}
	free(to);
}

int main(void)
{
	static const struct test tests[] = {
		{ "log: what was written is read, round and round", test_text },
		{ "log: it goes on where it was", test_resume },
		{ "log: cut at every store: no byte that nobody wrote", test_cuts },
		{ "log: an NMI in the middle of a line", test_nmi },
		{ "log: hostile headers", test_hostile },
		{ "log: hostile releases", test_hostile_release },
		{ "log: hostile counts and text", test_garbage },
	};

	return run_tests(tests, COUNT(tests));
}
