/* SPDX-License-Identifier: GPL-2.0-only */
/* What the host tests share: KTAP, seeded chance, reservations in user memory. */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdio.h>
#include <stdlib.h>

#include "../../module/core/diskspec.h"
#include "../../module/core/limitspec.h"
#include "../../module/core/root.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define GRAIN		PRMEM_GRAIN
#define BOOT		0x1234567890abcdefULL

/* -- KTAP -- */

struct test {
	const char *name;
	void (*run)(void);
};

/* A program's whole main(): the value is its exit status. */
int run_tests(const struct test *tests, size_t count);

void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void failed(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
unsigned long failures(void);	/* of the test that runs */
void bail_out(const char *why) __attribute__((noreturn));	/* no test can go on */
void *get_memory(size_t size);	/* or bail out */

/* CHECK(what must hold, printf arguments that say which case it is) */
#define CHECK(ok, ...) \
	((ok) ? true : (failed(__FILE__, __LINE__, #ok ": " __VA_ARGS__), false))

/* -- chance -- */

u64 chance(u64 *state);
u64 chance_below(u64 *state, u64 n);

/* -- the core's door -- */

/**
 * struct port_hooks - what sees the core's stores
 * @write: is called before the plain stores
 * @clear: is called before the plain stores of zero
 * @publish: is called before a publishing store
 * @blind: every checksum is 0, and so holds: what is left is the order of stores
 */
extern struct port_hooks {
	void (*write)(void *to, const void *from, size_t len);
	void (*clear)(void *to, size_t len);
	void (*publish)(__le64 *to, __le64 value);
	bool blind;
} port_hooks;

/* -- reservations -- */

/**
 * struct reservation - a reservation whose first pages are in user memory
 * @found: its ranges, in the order of their index unless a test changes it
 * @count: how many
 * @area: the metadata area of the first range; found[0].page at the start
 * @page: the first page of each range, by index
 */
struct reservation {
	struct prmem_found found[PRMEM_MAX_RANGES + 1];
	u32 count;
	u8 *area;
	u8 *page[PRMEM_MAX_RANGES];
};

/**
 * struct opened - what a load of the module finds, before it writes
 * @together: the ranges form a reservation
 * @fault: why not
 * @space: the reservation
 * @judgement: over its roots
 */
struct opened {
	bool together;
	struct prmem_fault fault;
	struct prmem_space space;
	struct prmem_judgement judgement;
};

/* As the shim leaves it on a cold boot; @grains: size of each range. */
void reservation_make(struct reservation *r, const u32 *grains, u32 count);
void reservation_free(struct reservation *r);
struct prmem_stamp *stamp_at(const struct reservation *r, u32 index, u32 copy);

struct opened reservation_open(const struct reservation *r);
void reservation_mend(const struct reservation *r, const struct prmem_space *space);

/* One load of the module in a new boot, with disks to add; "name" by number. */
void reservation_load(const struct reservation *r, u64 boot, u32 disks);
/* Metadata of three ranges, two commits, disks and pools in between. */
void reservation_usual(struct reservation *r);

struct prmem_root_rec *root_at(u8 *area, u32 slot);
struct prmem_table_rec *table_at(u8 *area, u32 slot);
void seal_stamp(struct prmem_stamp *stamp);
void seal_root(u8 *area, u32 slot);
void seal_table(u8 *area, u32 slot);

/* Wrong values for a field of @width bytes whose right value is @right. */
#define WRONG_VALUES	9
u64 wrong_value(u64 right, u32 width, u32 which);
u64 field_get(const void *base, size_t offset, u32 width);
void field_set(void *base, size_t offset, u32 width, u64 value);

/* -- disks= and limits= -- */

/*
 * Second readers: the value is as that of prmem_diskspec_next() and of
 * prmem_limitspec_next(), *len is the entry's length, below 512.
 */
int disks_read_slowly(const char *s, char *name, u64 *size, int *node, size_t *len);
int limits_read_slowly(const char *s, char *name, u64 *min, u64 *max, size_t *len);

#endif
