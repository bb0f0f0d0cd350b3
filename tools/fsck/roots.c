// SPDX-License-Identifier: GPL-2.0-only
/* The root slots and their region tables: what each is, and both together. */
#include "report.h"
#include "roots.h"

static const struct prmem_root_rec *root_at(const u8 *area, u32 slot)
{
	return (const struct prmem_root_rec *)(area + PRMEM_ROOT_OFFSET(slot));
}

static void say_root(const struct prmem_root_rec *r, u32 slot)
{
	char release[PRMEM_RELEASE_LEN + 1], previous[PRMEM_RELEASE_LEN + 1];

	say("root %c: sound: sequence %llu, format %u.%u, %llu kernels, the last %s", 'A' + slot,
	    le64_to_cpu(r->sequence), le16_to_cpu(r->major), le16_to_cpu(r->minor),
	    le64_to_cpu(r->boots), printable(r->release, PRMEM_RELEASE_LEN, release));
	say_more("  before it %s, next serial %llu, features %#llx and %#llx, boot %#llx",
		 r->previous[0] ? printable(r->previous, PRMEM_RELEASE_LEN, previous) : "none",
		 le64_to_cpu(r->next_serial), le64_to_cpu(r->feat_compat),
		 le64_to_cpu(r->feat_incompat), le64_to_cpu(r->boot));
}

static bool is_of_region(const struct prmem_fault *fault)
{
	return fault->rule >= PRMEM_BAD_REGION_START && fault->rule < PRMEM_BAD_REGION_END;
}

/* @lost: nothing but damage explains a slot that isn't sound */
static void check_slot(const u8 *area, u32 slot, const struct prmem_fault *fault, bool lost)
{
	if (fault->rule == PRMEM_SOUND)
		say_root(root_at(area, slot), slot);
	else if (fault->rule == PRMEM_BAD_MAJOR || fault->rule == PRMEM_BAD_FEATURES)
		note_later("root %c: %s %#llx, this one knows %#llx", 'A' + slot,
			   prmem_fault_text(fault->rule), fault->got, fault->want);
	else if (!lost && fault->rule == PRMEM_BAD_EMPTY)
		say("root %c: %s: never written", 'A' + slot, prmem_fault_text(fault->rule));
	else if (!lost && fault->rule == PRMEM_BAD_UNFINISHED)
		say("root %c: %s: a commit into it was cut, and doesn't count", 'A' + slot,
		    prmem_fault_text(fault->rule));
	else if (is_of_region(fault))
		note_broken(fault, "root %c: region %u", 'A' + slot, fault->at);
	else
		note_broken(fault, "root %c", 'A' + slot);
}

static void say_verdict(const struct reservation *r, const struct prmem_judgement *j)
{
	static const char *const verdicts[] = {
		[PRMEM_BLANK] = "blank: nothing was ever committed; a module initialises it",
		[PRMEM_ADOPT] = "adopt: a module goes on with it",
		[PRMEM_RECOVER] = "recover: a module warns and goes on with it, the other is lost",
		[PRMEM_DAMAGED] = "damaged: a module refuses it (EUCLEAN)",
		[PRMEM_NEWER] = "newer: a module of this version refuses it (EOPNOTSUPP)",
	};

	say("verdict: %s%s%s", j->verdict == PRMEM_ADOPT || j->verdict == PRMEM_RECOVER ?
	    j->slot ? "root B, " : "root A, " : "", verdicts[j->verdict],
	    r->refused ? "; but it refuses the ranges (EUCLEAN)" : "");
}

static const char *type_of(u32 type)
{
	static const char *const types[] = {
		[PRMEM_REGION_POOL] = "pool", [PRMEM_REGION_DISK] = "disk",
		[PRMEM_REGION_HEAP] = "heap",
	};

	return type < sizeof(types) / sizeof(*types) && types[type] ? types[type] : "unknown";
}

static void say_regions(const struct prmem_table_rec *table)
{
	u32 i, count = le32_to_cpu(table->count);
	char name[PRMEM_NAME_LEN + 1];

	for (i = 0; i < count; i++) {
		const struct prmem_region_rec *r = &table->region[i];

		printable(r->name, PRMEM_NAME_LEN, name);
		if (r->serial)
			say("region %u: %#llx, %llu KiB, %s%s%s, serial %llu", i,
			    le64_to_cpu(r->start), le64_to_cpu(r->size) >> 10,
			    type_of(le32_to_cpu(r->type)), *name ? " " : "", name,
			    le64_to_cpu(r->serial));
		else
			say("region %u: %#llx, %llu KiB, %s", i, le64_to_cpu(r->start),
			    le64_to_cpu(r->size) >> 10, type_of(le32_to_cpu(r->type)));
	}
}

/**
 * roots_check() - judge both slots, and print the regions of the one that counts
 * @r: the reservation
 * @meta: is filled with the slot that counts
 *
 * Context: Any; prints.
 * Return: true if a slot counts.
 */
bool roots_check(const struct reservation *r, struct prmem_meta *meta)
{
	u8 *area = get_memory(PRMEM_META_MAPPED);
	struct prmem_judgement j;
	u32 slot;
	bool lost;

	if (!r->piece[0]->have) {
		say("roots: not judged: they are in range 0");
		return false;
	}
	piece_copy(r->piece[0], area, PRMEM_META_MAPPED);
	prmem_judge(area, &r->space, &j);
	lost = j.verdict == PRMEM_RECOVER || j.verdict == PRMEM_DAMAGED;
	for (slot = 0; slot < 2; slot++)
		check_slot(area, slot, &j.fault[slot], lost);
	say_verdict(r, &j);
	if (j.verdict != PRMEM_ADOPT && j.verdict != PRMEM_RECOVER)
		return false;
	prmem_meta_read(area, j.slot, meta);
	say_regions(&meta->table);
	return true;
}
