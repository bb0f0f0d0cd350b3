// SPDX-License-Identifier: GPL-2.0-only
/* prmem_label_valid(), which looks at eight bytes at a time, says what one at a time says. */
#include "proof.h"

#include "../../module/core/label.h"

static bool is_label(const u8 *label, bool subsystem)
{
	u32 i, len = 64;

	for (i = 0; i < 64; i++)
		if (!label[i] && len > i)
			len = i;
	for (i = 0; i < 64; i++) {
		bool graphic = label[i] >= 0x21 && label[i] <= 0x7e && !(subsystem && label[i] == '/');

		if (i < len ? !graphic : label[i])
			return false;
	}
	return len >= 1 && len < 64;
}

int main(void)
{
	u8 label[PRMEM_LABEL_LEN];
	bool subsystem = nondet_bool(), valid = prmem_label_valid(label, subsystem);

	PROVE(valid == is_label(label, subsystem));
	REACHED(valid && label[62]);
	REACHED(valid && !label[1]);
	REACHED(!valid);
}
