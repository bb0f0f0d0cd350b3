// SPDX-License-Identifier: GPL-2.0-only
/* What the host tests share: KTAP, seeded chance, reservations in user memory. */
#include "harness.h"

#include <stdarg.h>

#define MAX_REPORTS	5	/* of one test: a broken rule may fail a million cases */

static unsigned long failures_now;

void note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

void failed(const char *file, int line, const char *format, ...)
{
	const char *name = strrchr(file, '/');
	va_list args;

	if (failures_now++ >= MAX_REPORTS)
		return;
	va_start(args, format);
	printf("# %s:%d: ", name ? name + 1 : file, line);
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

void bail_out(const char *why)
{
	printf("Bail out! %s\n", why);
	exit(1);
}

void *get_memory(size_t size)
{
	void *p = malloc(size);

	if (!p)
		bail_out("no memory");
	return p;
}

unsigned long failures(void)
{
	return failures_now;
}

int run_tests(const struct test *tests, size_t count)
{
	size_t i;
	int status = 0;

	/* What was said must not be lost when a sanitizer ends the program. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%zu\n", count);
	for (i = 0; i < count; i++) {
		failures_now = 0;
		tests[i].run();
		if (failures_now > MAX_REPORTS)
			note("and %lu more", failures_now - MAX_REPORTS);
		printf("%sok %zu %s\n", failures_now ? "not " : "", i + 1, tests[i].name);
		status |= failures_now != 0;
		if (status && getenv("PRMEM_STOP"))	/* mutants need no more */
			break;
	}
	return status;
}

/* splitmix64: any seed will do, the next one too. */
u64 chance(u64 *state)
{
	u64 x = *state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

u64 chance_below(u64 *state, u64 n)
{
	return chance(state) % n;
}

struct prmem_root_rec *root_at(u8 *area, u32 slot)
{
	return (struct prmem_root_rec *)(area + PRMEM_ROOT_OFFSET(slot));
}

struct prmem_table_rec *table_at(u8 *area, u32 slot)
{
	return (struct prmem_table_rec *)(area + PRMEM_TABLE_OFFSET(slot));
}

struct prmem_stamp *stamp_at(const struct reservation *r, u32 index, u32 copy)
{
	return (struct prmem_stamp *)(r->page[index] + PRMEM_STAMP_OFFSET(copy));
}

void seal_stamp(struct prmem_stamp *stamp)
{
	stamp->checksum = prmem_port_crc32((u8 *)stamp + 4, 60);
}

void seal_root(u8 *area, u32 slot)
{
	struct prmem_root_rec *r = root_at(area, slot);

	r->checksum = prmem_port_crc32c(PRMEM_ROOT_SALT, (u8 *)r + 4, 1980);
}

void seal_table(u8 *area, u32 slot)
{
	struct prmem_table_rec *t = table_at(area, slot);

	t->checksum = prmem_port_crc32c(PRMEM_TABLE_SALT, (u8 *)t + 4, 16380);
}

void reservation_make(struct reservation *r, const u32 *grains, u32 count)
{
	static const u64 garbage = 0x5a5a5a5a5a5a5a5aULL;
	struct prmem_space space;
	u64 base = 1ULL << 32;
	u32 i, copy;

	memset(r, 0, sizeof(*r));
	r->count = count;
	for (i = 0; i < count; i++) {
		size_t size = i ? PRMEM_PAGE : PRMEM_META_MAPPED;

		r->page[i] = get_memory(size);
		/* The shim clears the first page, and no more. */
		memset(r->page[i], garbage & 0xff, size);
		memset(r->page[i], 0, PRMEM_PAGE);
		r->found[i].page = r->page[i];
		r->found[i].range = (struct prmem_range) { base, grains[i] * GRAIN };
		base += (grains[i] + i % 2) * GRAIN;	/* some touch, some don't */
	}
	r->area = r->page[0];
	prmem_space_renew(&space, r->found, count, BOOT | 1);
	for (i = 0; i < count; i++)
		for (copy = 0; copy < 2; copy++)
			prmem_stamp_make(stamp_at(r, i, copy), &space, i);
}

void reservation_free(struct reservation *r)
{
	u32 i;

	for (i = 0; i < r->count; i++)
		free(r->page[i]);
}

struct opened reservation_open(const struct reservation *r)
{
	struct opened o;

	memset(&o, 0, sizeof(o));
	o.together = prmem_space_build(&o.space, r->found, r->count, &o.fault);
	if (o.together)
		prmem_judge(r->area, &o.space, &o.judgement);
	return o;
}

void reservation_mend(const struct reservation *r, const struct prmem_space *space)
{
	struct prmem_stamp stamp;
	u32 i, copy;

	for (i = 0; i < space->count; i++) {
		u8 *page = (u8 *)r->found[space->found[i]].page;

		prmem_stamp_make(&stamp, space, i);
		for (copy = 0; copy < 2; copy++)
			if (space->mend & 1U << (2 * i + copy))
				prmem_stamp_write(page, copy, &stamp);
	}
}

void reservation_load(const struct reservation *r, u64 boot, u32 disks)
{
	struct opened o = reservation_open(r);
	struct prmem_meta *meta = get_memory(sizeof(*meta));
	char name[PRMEM_NAME_LEN], release[32];

	if (!o.together || o.judgement.verdict > PRMEM_RECOVER)
		bail_out("a reservation that should load is refused");
	if (o.judgement.verdict == PRMEM_BLANK)
		prmem_meta_init(meta, &o.space);
	else
		prmem_meta_read(r->area, o.judgement.slot, meta);
	snprintf(release, sizeof(release), "6.1.0-%llu-amd64", (unsigned long long)boot);
	prmem_meta_boot(meta, boot, release);
	while (disks--) {
		u64 serial = meta->root.next_serial;

		snprintf(name, sizeof(name), "disk%llu", (unsigned long long)serial);
		if (prmem_region_add(meta, name, (serial % 3 + 1) * GRAIN, 0, -1) < 0)
			bail_out("a disk that should fit does not");
	}
	reservation_mend(r, &o.space);
	prmem_commit(r->area, meta);
	free(meta);
}

/*
 *	range		0			1		2
 *	grains		8			2		6
 *	commit 1	meta pool(7)		meta pool(1)	meta disk1(2) disk2(3)
 *	commit 2	meta disk4(2) pool(5)	meta disk3(1)	meta disk1(2) disk2(3)
 */
void reservation_usual(struct reservation *r)
{
	static const u32 grains[] = { 8, 2, 6 };

	reservation_make(r, grains, COUNT(grains));
	reservation_load(r, 1, 2);
	reservation_load(r, 2, 2);
}

u64 field_get(const void *base, size_t offset, u32 width)
{
	u64 value = 0;

	memcpy(&value, (const u8 *)base + offset, width);
	return value;
}

void field_set(void *base, size_t offset, u32 width, u64 value)
{
	memcpy((u8 *)base + offset, &value, width);
}

u64 wrong_value(u64 right, u32 width, u32 which)
{
	u64 ones = ~0ULL >> (64 - 8 * width);
	u64 values[WRONG_VALUES] = {
		0, ones, right + 1, right - 1, right ^ (ones ^ ones >> 1), ~right, ones >> 1,
		__builtin_bswap64(right) >> (64 - 8 * width), right << 1 | 1,
	};

	return values[which] & ones;
}

/* Copies the entry out, and reckons in 128 bits. */
int disks_read_slowly(const char *s, char *name, u64 *size, int *node, size_t *len)
{
	static const char inner[] =
		".-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const char *letters = inner + 3;
	unsigned __int128 n = 0, limit = (unsigned __int128)1 << 52;
	char entry[512], *colon, *digit;

	if (!strcmp(s, "") || !strcmp(s, "\n"))
		return 0;
	for (*len = 0; s[*len] && s[*len] != ',' && s[*len] != '\n'; (*len)++)
		entry[*len] = s[*len];
	entry[*len] = 0;
	if (s[*len] == ',' && (!s[*len + 1] || s[*len + 1] == '\n'))
		return -EINVAL;
	colon = strchr(entry, ':');
	if (!colon)
		return -EINVAL;
	*colon = 0;
	if (strlen(entry) < 1 || strlen(entry) > 31 || !strchr(letters, entry[0]) ||
	    strspn(entry, inner) != strlen(entry))
		return -EINVAL;
	strcpy(name, entry);
	digit = colon + 1;
	if (*digit < '0' || *digit > '9')
		return -EINVAL;
	for (; *digit >= '0' && *digit <= '9'; digit++)
		if (n <= limit)
			n = n * 10 + *digit - '0';
	switch (*digit) {
	case 'g': case 'G': n *= 1024;	/* fall through */
	case 'm': case 'M': n *= 1024;	/* fall through */
	case 'k': case 'K': n *= 1024;
		digit++;
	}
	if ((*digit && *digit != '@') || n == 0 || n > limit)
		return -EINVAL;
	*node = -1;
	if (*digit == '@') {
		if (!digit[1] || strspn(digit + 1, "0123456789") != strlen(digit + 1) ||
		    strtoul(digit + 1, NULL, 10) > 1023)
			return -EINVAL;
		*node = strtoul(digit + 1, NULL, 10);
	}
	*size = (n + GRAIN - 1) / GRAIN * GRAIN;
	return 1;
}

/* number[KMG] or nothing, in 128 bits; moves @s behind it. */
static bool read_number(const char **s, u64 *value, u64 empty)
{
	unsigned __int128 n = 0, limit = (unsigned __int128)1 << 52;
	const char *begin = *s;

	*value = empty;
	for (; **s >= '0' && **s <= '9'; ++*s)
		if (n <= limit)
			n = n * 10 + (unsigned int)(**s - '0');
	if (*s == begin)
		return true;
	switch (**s) {
	case 'g': case 'G': n *= 1024;	/* fall through */
	case 'm': case 'M': n *= 1024;	/* fall through */
	case 'k': case 'K': n *= 1024;
		++*s;
	}
	*value = n;
	return n && n <= limit;
}

int limits_read_slowly(const char *s, char *name, u64 *min, u64 *max, size_t *len)
{
	char entry[512], *colon;
	const char *at;
	size_t i;

	if (!strcmp(s, "") || !strcmp(s, "\n"))
		return 0;
	for (*len = 0; s[*len] && s[*len] != ',' && s[*len] != '\n'; (*len)++)
		entry[*len] = s[*len];
	entry[*len] = 0;
	if (s[*len] == ',' && (!s[*len + 1] || s[*len + 1] == '\n'))
		return -EINVAL;
	colon = strchr(entry, ':');
	if (!colon)
		return -EINVAL;
	*colon = 0;
	if (strlen(entry) < 1 || strlen(entry) > 63)
		return -EINVAL;
	for (i = 0; entry[i]; i++)
		if ((u8)entry[i] < 0x21 || (u8)entry[i] > 0x7e || entry[i] == '/')
			return -EINVAL;
	strcpy(name, entry);
	at = colon + 1;
	if (!read_number(&at, min, 0) || *at++ != ':' || !read_number(&at, max, PRMEM_NO_MAX) || *at)
		return -EINVAL;
	return *min > *max || (!*min && *max == PRMEM_NO_MAX) ? -EINVAL : 1;
}
