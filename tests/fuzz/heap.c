// SPDX-License-Identifier: GPL-2.0-only
/*
 * A heap that holds anything: opened, and used if it is sound. The reader decides
 * as well, and the two have to agree.
 */
#include "work.h"

void step_make(struct step *step, u64 *state)
{
	mem_damage_make(step, state);
	if (chance_below(state, 2))
		return;
	step->op = MEM_DAMAGES + chance_below(state, WORKS);
}

void step_first(struct step *step, u64 *state)
{
	*step = (struct step) { .op = MEM_DAMAGES + POPULATE, .value = chance(state) };
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct script script;
	struct step step;
	u8 shape;

	script = script_open(data, size, &shape);
	work_begin(shape);
	while (script_next(&script, &step)) {
		u32 op = (step.op & 0x7f) % (MEM_DAMAGES + WORKS);

		step.op = op | (step.op & 0x80);
		if (op >= MEM_DAMAGES) {
			work(&step, op - MEM_DAMAGES);
		} else {
			work_stop();
			mem_damage(&step);
		}
	}
	work_end();
	return 0;
}
