// SPDX-License-Identifier: GPL-2.0-only
/* Metadata that holds anything, opened as the module does, and changed. */
#include "load.h"

enum operation { LOAD = DAMAGES, ADD, ADD_HEAP, REMOVE, BOOT_AGAIN, COMMIT, CUT, OPERATIONS };

static void operate(const struct step *step, u32 op)
{
	if (op == LOAD) {
		load_module(step->where & 1, step->where & 2, step->value);
		return;
	}
	if (!loaded.open)
		return;
	image_map(loaded.area);
	switch (op) {
	case ADD:
	case ADD_HEAP:
		load_add(step, (1 + step->value % 64) * GRAIN, op == ADD_HEAP);
		break;
	case REMOVE:
		load_remove(step->what % PRMEM_MAX_REGIONS);
		break;
	case BOOT_AGAIN:
		prmem_meta_boot(&loaded.meta, step->value, "7.3.4");
		break;
	case COMMIT:
		load_commit(false);
		break;
	case CUT:
		load_cut(step);
		break;
	}
}

void step_make(struct step *step, u64 *state)
{
	damage_make(step, state);
	if (chance_below(state, 2))
		step->op = LOAD + chance_below(state, OPERATIONS - LOAD);
}

void step_first(struct step *step, u64 *state)
{
	*step = (struct step) { .op = LOAD, .value = chance(state) };
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct script script;
	struct step step;
	u8 shape;

	script = script_open(data, size, &shape);
	image_begin(shape);
	load_begin();
	while (script_next(&script, &step)) {
		u32 op = (step.op & ~SEALED) % OPERATIONS;

		step.op = op | (step.op & SEALED);
		if (op < DAMAGES) {
			loaded.open = false;
			image_damage(&step);
		} else {
			operate(&step, op);
		}
	}
	load_module(false, false, 4711);
	return 0;
}
