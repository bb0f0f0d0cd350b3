/* SPDX-License-Identifier: GPL-2.0-only */
/* A consumer of named instances for tests: insmod instances.ko what=... */
#ifndef INSTANCES_H
#define INSTANCES_H

#define pr_fmt(fmt) "instances: " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <prmem/prmem.h>

/* What a case asks for on the command line of insmod. */
extern unsigned int seed, count, threads, stage;
extern unsigned long long bytes;
extern char *name;

/* Says what should have been, and ends the function with an error. */
#define expect(ok, format, ...)							\
do {										\
	if (!(ok)) {								\
		pr_err("%s:%d: " #ok ": " format "\n", __FILE_NAME__, __LINE__,	\
		       ##__VA_ARGS__);						\
		return -EBADE;							\
	}									\
} while (0)

#ifndef __FILE_NAME__
#define __FILE_NAME__ kbasename(__FILE__)
#endif

/* -- pattern.c -- */
u64 mix(u64 a, u64 b);
void pattern_fill(void *p, size_t size, u64 key);
bool pattern_holds(const void *p, size_t size, u64 key);
size_t random_size(u64 chance);

/* -- what can be asked for -- */
int fill(void);
int verify(void);
int change(void);
int destroy_all(void);
int api(void);
int probe(void);
int hold(void);
int limits(void);
int stress_start(void);
int stress_verify(void);
int calls(void);

/* what is kept until the module goes */
void hold_end(void);
void stress_stop(void);

#endif
