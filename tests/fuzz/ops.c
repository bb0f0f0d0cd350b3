// SPDX-License-Identifier: GPL-2.0-only
/* A heap that is empty at the beginning, and only used: operations and cuts. */
#include "work.h"

void step_make(struct step *step, u64 *state)
{
	static const u8 likely[] = { CREATE, ALLOC, ALLOC, ALLOC, FREE, FREE, SET_DATA, CUT };

	work_make(step, state);
	step->op = chance_below(state, 3) ? likely[chance_below(state, COUNT(likely))] :
		   chance_below(state, WORKS);
	/* Most operations are a few stores. */
	if (step->op == CUT && chance_below(state, 2))
		step->what = chance_below(state, 8);
}

void step_first(struct step *step, u64 *state)
{
	*step = (struct step) { .op = POPULATE, .value = chance(state) };
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct script script;
	struct step step;
	u8 shape;

	script = script_open(data, size, &shape);
	work_begin(shape);
	while (script_next(&script, &step))
		work(&step, step.op % WORKS);
	work_end();
	return 0;
}
