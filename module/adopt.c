// SPDX-License-Identifier: GPL-2.0-only
/* The fate of inherited memory. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/utsname.h>

#include "prmem.h"

/* The same table stands in DESIGN.md. A fate with an error needs reset=1. */
static const struct {
	const char *state;
	int err;
} fates[] = {
	[PRMEM_BLANK]	= { "initialised", 0 },
	[PRMEM_ADOPT]	= { "adopted", 0 },
	[PRMEM_RECOVER]	= { "recovered", 0 },
	[PRMEM_DAMAGED]	= { "reset", -EUCLEAN },
	[PRMEM_NEWER]	= { "reset", -EOPNOTSUPP },
};

static void print_fault(const char *head, u32 slot, const struct prmem_fault *f, const char *tail)
{
	if (f->rule == PRMEM_BAD_EMPTY || f->rule == PRMEM_BAD_UNFINISHED)
		pr_warn("%s: root slot %c: %s%s\n", head, 'A' + slot, prmem_fault_text(f->rule),
			tail);
	else if (f->rule >= PRMEM_BAD_REGION_START && f->rule < PRMEM_BAD_REGION_END)
		pr_warn("%s: root slot %c: region %u: %s %#llx expected %#llx%s\n", head,
			'A' + slot, f->at, prmem_fault_text(f->rule), f->got, f->want, tail);
	else
		pr_warn("%s: root slot %c: %s %#llx expected %#llx%s\n", head, 'A' + slot,
			prmem_fault_text(f->rule), f->got, f->want, tail);
}

static void report(const struct prmem_judgement *j, bool reset)
{
	const char *head = reset ? "reset: dropped" : "refused";
	const char *hint = reset ? "" : "; reset=1 starts anew and loses the contents";

	switch (j->verdict) {
	case PRMEM_ADOPT:
		if (j->fault[!j->slot].rule == PRMEM_BAD_UNFINISHED)
			pr_info("root slot %c: an update was interrupted and is dropped\n",
				'A' + !j->slot);
		break;
	case PRMEM_RECOVER:
		print_fault("recovered", !j->slot, &j->fault[!j->slot],
			    ": the last change may be lost");
		break;
	case PRMEM_DAMAGED:
		if (j->fault[!j->slot].rule != PRMEM_SOUND &&
		    j->fault[!j->slot].rule != PRMEM_BAD_EMPTY)
			print_fault(head, !j->slot, &j->fault[!j->slot],
				    j->fault[j->slot].rule == PRMEM_SOUND ? hint : "");
		if (j->fault[j->slot].rule != PRMEM_SOUND)
			print_fault(head, j->slot, &j->fault[j->slot], hint);
		break;
	case PRMEM_NEWER:
		print_fault(head, j->slot, &j->fault[j->slot],
			    reset ? "" : ": install a newer prmem");
		break;
	default:
		break;
	}
}

/**
 * prmem_adopt() - decide what becomes of the memory
 * @p: its reservation is open; its state is set
 * @next: is set to the metadata to go on with
 * @reset: where the memory can't be vouched for, go on anew
 * @changed: is set if @next has to be committed
 *
 * Writes nothing: where the state is "reset", the caller wipes the roots
 * before it commits. What is judged is a copy, which nobody can change between
 * the check and the use.
 *
 * Context: Process.
 * Return: 0, -EUCLEAN if the metadata is damaged, -EOPNOTSUPP if it is of a
 * later format, both with a message, or -ENOMEM.
 */
int prmem_adopt(struct prmem *p, struct prmem_meta *next, bool reset, bool *changed)
{
	const struct prmem_reservation *r = &p->reservation;
	struct prmem_judgement j;
	bool anew;
	u8 *area;
	int err;

	area = kvmalloc(PRMEM_META_MAPPED, GFP_KERNEL);
	if (!area)
		return -ENOMEM;
	memcpy(area, r->area, PRMEM_META_MAPPED);
	prmem_judge(area, &r->space, &j);
	if (r->renewed)
		j = (struct prmem_judgement) {
			.verdict = r->fresh ? PRMEM_BLANK : PRMEM_DAMAGED
		};
	report(&j, reset);
	err = reset ? 0 : fates[j.verdict].err;
	if (err)
		goto out;
	if (reset && !fates[j.verdict].err)
		pr_warn("reset=1 ignored: nothing is wrong with the memory\n");

	p->state = fates[j.verdict].state;
	anew = j.verdict == PRMEM_BLANK || fates[j.verdict].err;
	if (anew)
		prmem_meta_init(next, &r->space);
	else
		prmem_meta_read(area, j.slot, next);

	/* A second load in the same boot changes nothing. */
	*changed = anew || j.verdict == PRMEM_RECOVER;
	if (anew || le64_to_cpu(next->root.boot) != r->boot) {
		prmem_meta_boot(next, r->boot, init_utsname()->release);
		*changed = true;
	}
out:
	kvfree(area);
	return err;
}
