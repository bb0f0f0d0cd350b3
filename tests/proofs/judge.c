// SPDX-License-Identifier: GPL-2.0-only
/*
 * The choice of the slot, over any two slots: each slot's first broken rule is the
 * one of SPEC.md, and the verdict is the row of its table.
 */
#include "place.h"
#include "zero.h"

#include "../../module/core/root.h"

/* What regions.c is about: some rule of the list, of the same table the same. */
u8 __CPROVER_uninterpreted_regions(const void *table, u64 next_serial, u64 features);

static enum prmem_rule regions_rule(const void *table, u64 next_serial, u64 features)
{
	u8 rule = __CPROVER_uninterpreted_regions(table, next_serial, features);

	return rule >= PRMEM_BAD_TABLE_COUNT && rule < PRMEM_RULES ? rule : PRMEM_SOUND;
}

bool prmem_regions_check(const struct prmem_table_rec *table, u64 next_serial, u64 features,
			 const struct prmem_space *space, struct prmem_fault *fault)
{
	enum prmem_rule rule = regions_rule(table, next_serial, features);

	PROVE(__CPROVER_r_ok(table, sizeof(*table)) && __CPROVER_r_ok(space, sizeof(*space)));
	return prmem_holds(fault, rule == PRMEM_SOUND, rule, 0, 0);
}

/* Printable up to the first zero, and zero from there on; also says if it is empty. */
static bool is_word(const u8 *s)
{
	bool printable = true;
	u32 i, end = 72;

	for (i = 0; i < 72; i++) {
		if (!s[i] && end == 72)
			end = i;
		if (end == 72 && (s[i] < 0x21 || s[i] > 0x7e))
			printable = false;
	}
	return printable && end < 72 && any_zero(s + end, 72 - end);
}

/* SPEC.md, "The root": the first rule that the bytes at @r break. */
static enum prmem_rule root_rule(const u8 *r, u32 slot, const struct prmem_space *space)
{
	u64 sequence = number_at(r + 16, 8), serial = number_at(r + 80, 8);
	bool known = !number_at(r + 6, 2) && !number_at(r + 24, 8);

	return any_zero(r, 1984) ? PRMEM_BAD_EMPTY :
	       number_at(r + 8, 8) == 0x676e697469727770 ? PRMEM_BAD_UNFINISHED :
	       number_at(r + 8, 8) != 0x3130746f6f726d70 ? PRMEM_BAD_MAGIC :
	       number_at(r, 4) != any_crc32c(0x746f6f72, r + 4, 1980) ? PRMEM_BAD_CHECKSUM :
	       number_at(r + 4, 2) != 1 ? PRMEM_BAD_MAJOR :
	       number_at(r + 32, 8) & ~1ULL ? PRMEM_BAD_FEATURES :
	       sequence < 1 || sequence > 1ULL << 62 ? PRMEM_BAD_SEQUENCE :
	       sequence % 2 == slot || number_at(r + 56, 4) != slot ? PRMEM_BAD_SLOT :
	       number_at(r + 40, 8) != space->id ? PRMEM_BAD_ID :
	       number_at(r + 48, 8) != space->size ? PRMEM_BAD_SIZE :
	       !r[88] || !is_word(r + 88) || !is_word(r + 160) ? PRMEM_BAD_STRING :
	       serial < 1 || serial > 1ULL << 62 ? PRMEM_BAD_SERIAL :
	       known && (number_at(r + 60, 4) || !any_zero(r + 232, 1752)) ? PRMEM_BAD_ZERO :
	       PRMEM_SOUND;
}

/* SPEC.md, "The region table". */
static enum prmem_rule table_rule(const u8 *t, const u8 *r, u32 slot)
{
	return number_at(t + 8, 8) != 0x31306e6765726d70 ? PRMEM_BAD_TABLE_MAGIC :
	       number_at(t, 4) != any_crc32c(0x6e676572, t + 4, 16380) ? PRMEM_BAD_TABLE_CHECKSUM :
	       number_at(t + 16, 8) != number_at(r + 16, 8) ? PRMEM_BAD_TABLE_SEQUENCE :
	       number_at(t + 4, 4) != slot ? PRMEM_BAD_TABLE_SLOT :
	       number_at(t + 28, 4) || !any_zero(t + 32, 32) ? PRMEM_BAD_TABLE_ZERO :
	       regions_rule(t, number_at(r + 80, 8), number_at(r + 32, 8));
}

static enum prmem_rule slot_rule(const u8 *area, u32 slot, const struct prmem_space *space)
{
	const u8 *r = area + 64 + 2048 * slot;
	enum prmem_rule rule = root_rule(r, slot, space);

	return rule != PRMEM_SOUND ? rule : table_rule(area + 4096 + 16384 * slot, r, slot);
}

static bool is_newer(enum prmem_rule rule)
{
	return rule == PRMEM_BAD_MAJOR || rule == PRMEM_BAD_FEATURES;
}

/* SPEC.md, "Which slot counts": the verdict where one is valid, @other is the other's rule. */
static enum prmem_verdict beside(u64 sequence, enum prmem_rule other)
{
	return other == PRMEM_BAD_UNFINISHED ? PRMEM_ADOPT :
	       other == PRMEM_BAD_EMPTY && sequence == 1 ? PRMEM_ADOPT : PRMEM_RECOVER;
}

int main(void)
{
	u8 area[PRMEM_META_MAPPED];
	struct prmem_judgement j;
	struct prmem_space space;
	enum prmem_rule a = slot_rule(area, 0, &space), b = slot_rule(area, 1, &space);
	u64 in_a = number_at(area + 80, 8), in_b = number_at(area + 2128, 8);

	prmem_judge(area, &space, &j);

	if (is_newer(a) || is_newer(b)) {
		PROVE(j.verdict == PRMEM_NEWER && j.slot == (is_newer(a) ? 0 : 1));
	} else if (!a && !b && (in_a + 1 == in_b || in_b + 1 == in_a)) {
		PROVE(j.verdict == PRMEM_ADOPT && j.slot == (in_b > in_a));
	} else if (!a && !b) {
		PROVE(j.verdict == PRMEM_DAMAGED);
	} else if (!a) {
		PROVE(j.verdict == beside(in_a, b) && j.slot == 0);
	} else if (!b) {
		PROVE(j.verdict == beside(in_b, a) && j.slot == 1);
	} else if (b == PRMEM_BAD_EMPTY && (a == PRMEM_BAD_EMPTY || a == PRMEM_BAD_UNFINISHED)) {
		PROVE(j.verdict == PRMEM_BLANK);
	} else {
		PROVE(j.verdict == PRMEM_DAMAGED);
	}
	PROVE(j.slot < 2);
	PROVE(j.fault[0].rule == a || (!a && !b && j.verdict == PRMEM_DAMAGED));
	PROVE(j.fault[1].rule == b || (!a && !b && j.verdict == PRMEM_DAMAGED));
	REACHED(j.verdict == PRMEM_BLANK);
	REACHED(j.verdict == PRMEM_ADOPT && !a && !b);
	REACHED(j.verdict == PRMEM_ADOPT && b == PRMEM_BAD_UNFINISHED);
	REACHED(j.verdict == PRMEM_RECOVER && a == PRMEM_BAD_REGION_SIZE);
	REACHED(j.verdict == PRMEM_DAMAGED && !a && !b);
	REACHED(j.verdict == PRMEM_NEWER && !b);
}
