// SPDX-License-Identifier: GPL-2.0-only
/* Inputs that are a list of steps: read, mutated and crossed a step at a time. */
#include "fuzz.h"

#define HEAD	1

struct script script_open(const u8 *data, size_t size, u8 *shape)
{
	*shape = size ? data[0] : 0;
	return (struct script) { data + (size != 0), size - (size != 0) };
}

bool script_next(struct script *script, struct step *step)
{
	if (script->left < sizeof(*step))
		return false;
	memcpy(step, script->at, sizeof(*step));
	script->at += sizeof(*step);
	script->left -= sizeof(*step);
	return true;
}

static size_t count_of(size_t size)
{
	return size > HEAD ? (size - HEAD) / sizeof(struct step) : 0;
}

static size_t size_of(size_t count)
{
	return HEAD + count * sizeof(struct step);
}

static u8 *step_at(u8 *data, size_t i)
{
	return data + size_of(i);
}

static size_t insert(u8 *data, size_t count, size_t max, u64 *state)
{
	size_t i = chance_below(state, count + 1);
	struct step step;

	if (size_of(count + 1) > max)
		return count;
	step_make(&step, state);
	memmove(step_at(data, i + 1), step_at(data, i), (count - i) * sizeof(step));
	memcpy(step_at(data, i), &step, sizeof(step));
	return count + 1;
}

/* Anew: few faults at a time are to be tried as well. */
static size_t begin(u8 *data, size_t max, u64 *state)
{
	struct step step;

	data[0] = chance(state);
	step_first(&step, state);
	memcpy(step_at(data, 0), &step, sizeof(step));
	return insert(data, 1, max, state);
}

static size_t drop(u8 *data, size_t count, u64 *state)
{
	size_t i = chance_below(state, count);

	memmove(step_at(data, i), step_at(data, i + 1), (count - i - 1) * sizeof(struct step));
	return count - 1;
}

static void swap(u8 *data, size_t count, u64 *state)
{
	u8 *a = step_at(data, chance_below(state, count));
	u8 *b = step_at(data, chance_below(state, count));
	struct step step;

	memcpy(&step, a, sizeof(step));
	memmove(a, b, sizeof(step));
	memcpy(b, &step, sizeof(step));
}

/* One member of a step from another step, or near to what it was. */
static void alter(u8 *data, size_t count, u64 *state)
{
	u8 *at = step_at(data, chance_below(state, count));
	struct step step, made;

	memcpy(&step, at, sizeof(step));
	step_make(&made, state);
	switch (chance_below(state, 6)) {
	case 0:
		step.op = made.op;
		break;
	case 1:
		step.where = made.where;
		break;
	case 2:
		step.what = made.what;
		break;
	case 3:
		step.value = made.value;
		break;
	case 4:
		step.value += chance_below(state, 5) - 2;
		break;
	case 5:
		step.value ^= 1ULL << chance_below(state, 64);
		break;
	}
	memcpy(at, &step, sizeof(step));
}

/* libFuzzer calls it for each new input. */
size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max, unsigned int seed)
{
	u64 state = seed;
	size_t count = count_of(size), rounds = 1 + chance_below(&state, 4);

	if (max < size_of(1) || chance_below(&state, 8) == 0)
		return LLVMFuzzerMutate(data, size, max);
	if (!size || chance_below(&state, 4) == 0)
		count = begin(data, max, &state);
	for (; rounds; rounds--) {
		switch (count ? chance_below(&state, 8) : 0) {
		case 0: case 1: case 2:
			count = insert(data, count, max, &state);
			break;
		case 3:
			count = drop(data, count, &state);
			break;
		case 4:
			swap(data, count, &state);
			break;
		case 5:
			data[0] += chance_below(&state, 4);
			break;
		default:
			alter(data, count, &state);
		}
	}
	return size_of(count);
}

/* The beginning of one, the end of the other. */
size_t LLVMFuzzerCustomCrossOver(const u8 *a, size_t a_size, const u8 *b, size_t b_size, u8 *out,
				 size_t max, unsigned int seed)
{
	u64 state = seed;
	size_t a_count = chance_below(&state, count_of(a_size) + 1), b_count = count_of(b_size);
	size_t from = chance_below(&state, b_count + 1);

	if (!a_size || !b_size || max < HEAD)
		return 0;
	while (size_of(a_count) > max)
		a_count--;
	b_count -= from;
	while (size_of(a_count + b_count) > max)
		b_count--;
	memcpy(out, a, size_of(a_count));
	memcpy(step_at(out, a_count), b + size_of(from), b_count * sizeof(struct step));
	return size_of(a_count + b_count);
}
