/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fuzz targets share: demands, and inputs that are a list of steps. */
#ifndef FUZZ_H
#define FUZZ_H

#include "../unit/harness.h"

/* MUST(what has to hold, printf arguments): ends the run, and libFuzzer keeps the input. */
#define MUST(ok, ...) \
	((ok) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #ok, __VA_ARGS__))

void fuzz_fail(const char *file, int line, const char *what, const char *format, ...)
	__attribute__((format(printf, 4, 5), noreturn));

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
size_t LLVMFuzzerMutate(u8 *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const u8 *a, size_t a_size, const u8 *b, size_t b_size, u8 *out,
				 size_t max, unsigned int seed);

/**
 * struct step - one thing that is done to the memory, or by the core
 * @op: what; each target has its own, modulo their number
 * @where: to what
 * @what: to what in it, or which
 * @value: by how much
 *
 * Every sequence of bytes is a list of steps, so libFuzzer's own mutations are
 * good for something as well.
 */
struct step {
	u8 op;
	u8 where;
	u16 what;
	u64 value;
} __attribute__((packed));

/* A byte that says where to begin, then steps. What is left at the end is ignored. */
struct script {
	const u8 *at;
	size_t left;
};

struct script script_open(const u8 *data, size_t size, u8 *shape);
bool script_next(struct script *script, struct step *step);

/* The target's: a step that makes sense. */
void step_make(struct step *step, u64 *state);
/* The target's: one to begin with. */
void step_first(struct step *step, u64 *state);

#endif
