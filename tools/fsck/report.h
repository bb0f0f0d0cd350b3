/* SPDX-License-Identifier: GPL-2.0-only */
/* What is printed, and what it amounts to: fsck's exit status. */
#ifndef FSCK_REPORT_H
#define FSCK_REPORT_H

#include <stdnoreturn.h>

#include "../../module/core/fault.h"

#define FSCK_SOUND	0
#define FSCK_FAULTS	4	/* left as they are: nothing is ever corrected */
#define FSCK_ERROR	8
#define FSCK_USAGE	16

/**
 * struct report - how much is printed, and what was found
 * @quiet: nothing but faults and the last line
 * @verbose: every block as well
 * @faults: how many there were
 * @later: something was written by a later prmem, and can't be judged
 */
struct report {
	bool quiet;
	bool verbose;
	unsigned long faults;
	bool later;
};

extern struct report report;

#define LIKE_PRINTF	__attribute__((format(printf, 1, 2)))

void say(const char *format, ...) LIKE_PRINTF;
void say_more(const char *format, ...) LIKE_PRINTF;
void note_later(const char *format, ...) LIKE_PRINTF;
void note_fault(const char *format, ...) LIKE_PRINTF;
void note_broken(const struct prmem_fault *fault, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
noreturn void die(const char *format, ...) LIKE_PRINTF;
void *get_memory(size_t size);
const char *printable(const u8 *bytes, size_t len, char *to);
int last_line(void);

#endif
