// SPDX-License-Identifier: GPL-2.0-only
/* The stamps of every range, and what the ranges amount to. */
#include <stdio.h>

#include "report.h"
#include "stamps.h"

#define MAX_ADDRESS	(1ULL << 52)	/* of an x86-64 machine */

/**
 * struct ranges - those that may still belong to the reservation
 * @count: how many
 * @found: as the core wants them
 * @piece: what each of them is
 * @dropped: those whose stamps are both unsound
 * @last: one of them
 * @misplaced: one is where no range can be
 */
struct ranges {
	u32 count;
	struct prmem_found found[MAX_PIECES];
	struct piece *piece[MAX_PIECES];
	u32 dropped;
	struct piece *last;
	bool misplaced;
};

static struct prmem_stamp *stamp_of(struct piece *piece, u32 copy)
{
	return (struct prmem_stamp *)(piece->page + PRMEM_STAMP_OFFSET(copy));
}

/* "FILE" or "FILE at OFFSET" */
static const char *label(const struct piece *piece, char to[300])
{
	if (!piece->at)
		snprintf(to, 300, "%s", piece->name);
	else
		snprintf(to, 300, "%s at %#llx", piece->name, piece->at);
	return to;
}

static void check_copy(struct piece *piece, u32 copy)
{
	const struct prmem_stamp *s = stamp_of(piece, copy);
	struct prmem_fault fault;
	char name[300];

	if (prmem_stamp_check(s, &piece->range, &fault))
		say("  stamp %c: sound: range %u of %u, id %#llx", 'A' + copy,
		    le32_to_cpu(s->index), le32_to_cpu(s->count), le64_to_cpu(s->id));
	else if (fault.rule == PRMEM_BAD_ABI)
		note_later("range %s: stamp %c: %s %llu, this one knows %llu", label(piece, name),
			   'A' + copy, prmem_fault_text(fault.rule), fault.got, fault.want);
	else
		note_broken(&fault, "range %s: stamp %c", label(piece, name), 'A' + copy);
}

/* What the memory map sees to, and what a file may lack. */
static void check_place(const struct piece *piece, const char *name, bool *misplaced)
{
	const struct prmem_range *r = &piece->range;
	u64 size = piece->stamped ? r->size : PRMEM_PAGE;
	struct prmem_fault fault;

	if (piece->stamped &&
	    !prmem_holds(&fault, r->base % PRMEM_GRAIN == 0 && r->base <= MAX_ADDRESS &&
			 r->size <= MAX_ADDRESS - r->base, PRMEM_BAD_BASE, r->base,
			 r->base % MAX_ADDRESS & ~(PRMEM_GRAIN - 1))) {
		note_broken(&fault, "range %s", name);
		*misplaced = true;
	}
	if (!prmem_holds(&fault, piece->have >= size, PRMEM_BAD_SIZE, piece->have, size))
		note_broken(&fault, "range %s: the image is cut short", name);
}

static void check_piece(struct piece *piece, struct ranges *ranges)
{
	const struct prmem_range *r = &piece->range;
	char name[300];
	u32 copy;

	label(piece, name);
	if (piece->told || piece->stamped)
		say("range %s: %#llx-%#llx%s, %llu KiB", name, r->base, r->base + r->size - 1,
		    piece->told ? "" : " as its stamp says", r->size >> 10);
	else
		say("range %s: %llu KiB", name, r->size >> 10);
	check_place(piece, name, &ranges->misplaced);
	if (piece->have < PRMEM_PAGE)
		return;
	for (copy = 0; copy < 2; copy++)
		check_copy(piece, copy);
	ranges->piece[ranges->count] = piece;
	ranges->found[ranges->count++] = (struct prmem_found) { *r, piece->page };
}

/* A range that doesn't belong there: the others are looked at without it. */
static void drop(struct ranges *ranges, const struct prmem_fault *fault)
{
	struct piece *piece = ranges->piece[fault->at];
	struct prmem_fault copy;
	char name[300];
	u32 i;

	if (prmem_stamp_check(stamp_of(piece, 0), &piece->range, &copy) ||
	    prmem_stamp_check(stamp_of(piece, 1), &piece->range, &copy)) {
		note_broken(fault, "range %s", label(piece, name));
	} else {
		ranges->dropped++;
		ranges->last = piece;
	}
	ranges->count--;
	for (i = fault->at; i < ranges->count; i++) {
		ranges->found[i] = ranges->found[i + 1];
		ranges->piece[i] = ranges->piece[i + 1];
	}
}

/* The size that a root gives to the whole; it isn't believed, only tried. */
static u64 size_in_root(const struct piece *first, u64 id, u32 slot)
{
	const struct prmem_root_rec *root = (const void *)(first->page + PRMEM_ROOT_OFFSET(slot));

	return le64_to_cpu(root->magic) == PRMEM_ROOT_MAGIC && le64_to_cpu(root->id) == id ?
	       le64_to_cpu(root->size) : 0;
}

/*
 * What is missing: with one range whose stamps are both damaged that one, else
 * nothing, as long as the roots say that the whole is.
 */
static struct piece *substitute(const struct ranges *ranges, const struct prmem_space *space,
				u32 missing)
{
	struct piece *piece;
	u64 sum = 0, size;
	u32 i;

	if (ranges->dropped == 1)
		return ranges->last;
	for (i = 0; i < space->count; i++)
		sum += space->range[i].size;
	piece = get_memory(sizeof(*piece));
	if (!missing)
		return piece;
	for (i = 0; i < 2 && !piece->range.size; i++) {
		size = size_in_root(ranges->piece[space->found[0]], space->id, i);
		if (size > sum && size <= MAX_ADDRESS)
			piece->range.size = size - sum;
	}
	return piece;
}

/* Without any stamp: the only range of a reservation whose id a root has. */
static void space_of_one(const struct ranges *ranges, struct prmem_space *space)
{
	const struct prmem_root_rec *a = (const void *)(ranges->last->page + PRMEM_ROOT_OFFSET(0));
	const struct prmem_root_rec *b = (const void *)(ranges->last->page + PRMEM_ROOT_OFFSET(1));

	space->count = 1;
	space->id = le64_to_cpu(le64_to_cpu(a->magic) == PRMEM_ROOT_MAGIC ? a->id : b->id);
}

/* How many are missing, and one of them; each is named if no damaged one may be it. */
static u32 count_missing(const struct ranges *ranges, const struct prmem_space *space, u32 *which)
{
	u32 i, missing = 0;

	for (i = 0; i < space->count; i++) {
		if (space->range[i].size)
			continue;
		missing++;
		*which = i;
	}
	for (i = 0; i < space->count && missing > ranges->dropped; i++)
		if (!space->range[i].size)
			note_fault("reservation: %s: range %u of %u",
				   prmem_fault_text(PRMEM_BAD_MISSING), i, space->count);
	return missing;
}

/* So that what is there can be judged: a stamp for the one range that is missing. */
static bool assume(struct ranges *ranges, struct prmem_space *space)
{
	struct prmem_fault fault;
	struct piece *piece;
	u32 missing, which = 0, copy;
	char name[300];

	if (!ranges->count && ranges->dropped == 1)
		space_of_one(ranges, space);
	missing = count_missing(ranges, space, &which);
	if (missing != 1 || !space->id)
		return false;
	piece = substitute(ranges, space, which);
	if (!piece->range.size || piece->range.size % PRMEM_GRAIN)
		return false;
	space->range[which] = piece->range;
	for (copy = 0; copy < 2; copy++)
		prmem_stamp_make(stamp_of(piece, copy), space, which);
	ranges->piece[ranges->count] = piece;
	ranges->found[ranges->count++] = (struct prmem_found) { piece->range, piece->page };
	if (!prmem_space_build(space, ranges->found, ranges->count, &fault))
		return false;
	say("reservation: range %u is taken to be %s, %llu KiB, to judge the rest", which,
	    piece->name ? label(piece, name) : "what the root lacks", piece->range.size >> 10);
	return true;
}

/**
 * stamps_check() - check every stamp, and put the reservation together
 * @pieces: the ranges
 * @r: is filled
 *
 * Context: Any; prints.
 * Return: true if there is a reservation, be it an incomplete one, whose other
 * metadata can be judged.
 */
bool stamps_check(struct pieces *pieces, struct reservation *r)
{
	static struct ranges ranges;
	struct prmem_fault fault;
	bool together = false;
	u32 i;

	for (i = 0; i < pieces->count; i++)
		check_piece(pieces->piece[i], &ranges);
	while (ranges.count && !together) {
		together = prmem_space_build(&r->space, ranges.found, ranges.count, &fault);
		if (!together && fault.rule == PRMEM_BAD_MISSING)
			break;
		if (!together)
			drop(&ranges, &fault);
	}
	r->refused = !together || ranges.count != pieces->count || ranges.misplaced;
	if (!together && !assume(&ranges, &r->space))
		return false;
	for (i = 0; i < r->space.count; i++)
		r->piece[i] = ranges.piece[r->space.found[i]];
	say("reservation: id %#llx, %u range%s, %llu KiB", r->space.id, r->space.count,
	    r->space.count == 1 ? "" : "s", r->space.size >> 10);
	return true;
}
