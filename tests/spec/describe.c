// SPDX-License-Identifier: GPL-2.0-only
/* What the core makes of a reservation, in words. */
#include "describe.h"

static char *describe_regions(const struct prmem_meta *meta, char *at)
{
	u32 i;

	at += sprintf(at, "commit %llu, boot %llu, %s after %s\n", meta->root.sequence,
		      meta->root.boots, meta->root.release, meta->root.previous);
	for (i = 0; i < meta->table.count; i++)
		at += sprintf(at, "%llu %llu %llu %u %s\n", meta->table.region[i].start,
			      meta->table.region[i].size, meta->table.region[i].serial,
			      meta->table.region[i].type, meta->table.region[i].name);
	return at;
}

size_t describe(const struct reservation *r, char text[DESCRIPTION_SIZE])
{
	static const char *const verdicts[] = { "blank", "adopt", "recover", "damaged", "newer" };
	struct opened o = reservation_open(r);
	const struct prmem_judgement *j = &o.judgement;
	struct prmem_meta meta;
	char *at = text;

	if (!o.together)
		return sprintf(text, "refused: range %u: %s\n", o.fault.at,
			       prmem_fault_text(o.fault.rule));
	at += sprintf(at, "mend %#x\nA: %s\nB: %s\n%s", o.space.mend,
		      prmem_fault_text(j->fault[0].rule), prmem_fault_text(j->fault[1].rule),
		      verdicts[j->verdict]);
	if (j->verdict != PRMEM_BLANK && j->verdict != PRMEM_DAMAGED)
		at += sprintf(at, " %c", 'A' + j->slot);
	at += sprintf(at, "\n");
	if (j->verdict == PRMEM_ADOPT || j->verdict == PRMEM_RECOVER) {
		prmem_meta_read(r->area, j->slot, &meta);
		at = describe_regions(&meta, at);
	}
	return at - text;
}
