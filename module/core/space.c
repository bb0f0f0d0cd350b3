// SPDX-License-Identifier: GPL-2.0-only
/* Stamps checked, and their ranges put in order. */
#include "space.h"

/**
 * prmem_all_zero() - are these bytes all zero?
 * @p: the bytes
 * @len: how many
 *
 * Context: Any.
 * Return: true if they are.
 */
bool prmem_all_zero(const void *p, size_t len)
{
	const u8 *byte = p;

	while (len && !*byte) {
		byte++;
		len--;
	}
	return !len;
}

static u32 checksum(const struct prmem_stamp *s)
{
	return prmem_port_crc32((const u8 *)s + sizeof(s->checksum),
				sizeof(*s) - sizeof(s->checksum));
}

/* The part by which the shim tells a range of ours from other memory. */
static bool speaks_of(const struct prmem_stamp *s, const struct prmem_range *r,
		      struct prmem_fault *fault)
{
	*fault = (struct prmem_fault) { PRMEM_SOUND, 0, 0, 0 };
	return prmem_equal(fault, PRMEM_BAD_MAGIC, le64_to_cpu(s->magic), PRMEM_STAMP_MAGIC) &&
	       prmem_equal(fault, PRMEM_BAD_CHECKSUM, le32_to_cpu(s->checksum), checksum(s)) &&
	       prmem_equal(fault, PRMEM_BAD_ABI, le32_to_cpu(s->abi), PRMEM_SHIM_ABI) &&
	       prmem_equal(fault, PRMEM_BAD_BASE, le64_to_cpu(s->base), r->base) &&
	       prmem_equal(fault, PRMEM_BAD_SIZE, le64_to_cpu(s->size), r->size);
}

/**
 * prmem_stamp_check() - is this a sound stamp of that range?
 * @s: the stamp, any bytes
 * @r: where the memory map says that the range is
 * @fault: which rule is broken, if one is
 *
 * Context: Any.
 * Return: true if all rules hold.
 */
bool prmem_stamp_check(const struct prmem_stamp *s, const struct prmem_range *r,
		       struct prmem_fault *fault)
{
	u32 count = le32_to_cpu(s->count);

	return speaks_of(s, r, fault) &&
	       prmem_holds(fault, s->id != 0, PRMEM_BAD_ID, 0, 1) &&
	       prmem_holds(fault, count >= 1 && count <= PRMEM_MAX_RANGES, PRMEM_BAD_COUNT,
			   count, PRMEM_MAX_RANGES) &&
	       prmem_holds(fault, le32_to_cpu(s->index) < count, PRMEM_BAD_INDEX,
			   le32_to_cpu(s->index), count - 1) &&
	       prmem_holds(fault, prmem_all_zero(s->zero, sizeof(s->zero)), PRMEM_BAD_ZERO, 1, 0);
}

/**
 * prmem_stamp_make() - the stamp that a range should carry
 * @s: is filled
 * @space: the reservation
 * @index: of the range
 *
 * Context: Any.
 */
void prmem_stamp_make(struct prmem_stamp *s, const struct prmem_space *space, u32 index)
{
	*s = (struct prmem_stamp) {
		.abi = cpu_to_le32(PRMEM_SHIM_ABI),
		.magic = cpu_to_le64(PRMEM_STAMP_MAGIC),
		.id = cpu_to_le64(space->id),
		.base = cpu_to_le64(space->range[index].base),
		.size = cpu_to_le64(space->range[index].size),
		.index = cpu_to_le32(index),
		.count = cpu_to_le32(space->count),
	};
	s->checksum = cpu_to_le32(checksum(s));
}

/**
 * prmem_stamp_write() - write one copy of a stamp
 * @page: the range's first page
 * @copy: 0 or 1
 * @stamp: what to write
 *
 * The magic comes last: where none stood before, a cut leaves none.
 *
 * Context: Any; writes persistent memory.
 */
void prmem_stamp_write(u8 *page, u32 copy, const struct prmem_stamp *stamp)
{
	struct prmem_stamp *to = (struct prmem_stamp *)(page + PRMEM_STAMP_OFFSET(copy));
	const size_t head = offsetof(struct prmem_stamp, magic);
	const size_t tail = head + sizeof(stamp->magic);

	prmem_port_write(to, stamp, head);
	prmem_port_write((u8 *)to + tail, (const u8 *)stamp + tail, sizeof(*to) - tail);
	prmem_port_publish(&to->magic, stamp->magic);
}

static void lay_out(struct prmem_space *space)
{
	u32 i;

	space->offset[0] = 0;
	for (i = 0; i < space->count; i++)
		space->offset[i + 1] = space->offset[i] + space->range[i].size;
	space->size = space->offset[space->count];
}

static const struct prmem_stamp *stamp_of(const struct prmem_found *found, u32 copy)
{
	return (const struct prmem_stamp *)(found->page + PRMEM_STAMP_OFFSET(copy));
}

/**
 * prmem_range_is_stamped() - is this memory a range of ours?
 * @found: an entry of the memory map, its first page mapped
 *
 * Asks no more than the shim does, so that both find the same ranges; whether
 * they make a reservation prmem_space_build() says.
 *
 * Context: Any.
 * Return: true if a copy of the stamp speaks of just this memory.
 */
bool prmem_range_is_stamped(const struct prmem_found *found)
{
	struct prmem_fault fault;

	return speaks_of(stamp_of(found, 0), &found->range, &fault) ||
	       speaks_of(stamp_of(found, 1), &found->range, &fault);
}

/**
 * prmem_range_is_unused() - is there no sign of us in this memory?
 * @found: an entry of the memory map, its first page mapped
 * @fault: which magic is there, if one is
 *
 * A magic in its place is a sign, whatever is around it.
 *
 * Context: Any.
 * Return: true if a new reservation there would destroy nothing of an old one.
 */
bool prmem_range_is_unused(const struct prmem_found *found, struct prmem_fault *fault)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		const struct prmem_root_rec *root =
			(const struct prmem_root_rec *)(found->page + PRMEM_ROOT_OFFSET(i));
		u64 stamp = le64_to_cpu(stamp_of(found, i)->magic);
		u64 magic = le64_to_cpu(root->magic);

		if (!prmem_holds(fault, stamp != PRMEM_STAMP_MAGIC, PRMEM_BAD_REMAINS, stamp, 0) ||
		    !prmem_holds(fault, magic != PRMEM_ROOT_MAGIC && magic != PRMEM_ROOT_WRITING,
				 PRMEM_BAD_REMAINS, magic, 0))
			return false;
	}
	return true;
}

/* The copy that counts; sets bit n of @bad if copy n is damaged. */
static bool choose(const struct prmem_found *found, struct prmem_stamp *chosen, u32 *bad,
		   struct prmem_fault *fault)
{
	struct prmem_stamp a = *stamp_of(found, 0), b = *stamp_of(found, 1);
	struct prmem_fault fault_b;

	*bad = !prmem_stamp_check(&a, &found->range, fault);
	*bad |= !prmem_stamp_check(&b, &found->range, &fault_b) << 1;
	*chosen = *bad & 1 ? b : a;
	return *bad != 3 &&
	       (*bad || prmem_holds(fault, !memcmp(&a, &b, sizeof(a)), PRMEM_BAD_TWINS,
				    le64_to_cpu(a.id), le64_to_cpu(b.id)));
}

/* Only the first range has root slots. */
static bool rest_is_zero(const u8 *page)
{
	return prmem_all_zero(page + PRMEM_ROOT_OFFSET(0), sizeof(struct prmem_root_rec)) &&
	       prmem_all_zero(page + PRMEM_ROOT_OFFSET(1), sizeof(struct prmem_root_rec));
}

/**
 * prmem_space_build() - put a reservation together
 * @space: is filled
 * @found: the ranges that the memory map holds, in any order
 * @count: how many, 1 to PRMEM_MAX_RANGES
 * @fault: which rule is broken, if one is; @fault->at is the range's place in
 *	@found, or for a missing range its number in the stamps
 *
 * Context: Any; reads the first pages, writes nothing there.
 * Return: true if the ranges are all there and belong together.
 */
bool prmem_space_build(struct prmem_space *space, const struct prmem_found *found,
		       u32 count, struct prmem_fault *fault)
{
	struct prmem_stamp s;
	u32 i, index, bad;

	memset(space, 0, sizeof(*space));
	for (i = 0; i < count; i++) {
		bool sound = choose(&found[i], &s, &bad, fault);

		if (sound && !i) {
			space->id = le64_to_cpu(s.id);
			space->count = le32_to_cpu(s.count);
		}
		index = sound ? le32_to_cpu(s.index) : 0;
		if (!sound ||
		    !prmem_equal(fault, PRMEM_BAD_ID, le64_to_cpu(s.id), space->id) ||
		    !prmem_equal(fault, PRMEM_BAD_COUNT, le32_to_cpu(s.count), space->count) ||
		    !prmem_holds(fault, !space->range[index].size, PRMEM_BAD_INDEX, index, count) ||
		    !prmem_holds(fault, !index || rest_is_zero(found[i].page),
				 PRMEM_BAD_ZERO, 1, 0)) {
			fault->at = i;
			return false;
		}
		space->range[index] = found[i].range;
		space->found[index] = i;
		space->mend |= bad << (2 * index);
	}
	for (i = 0; i < space->count; i++) {
		if (!prmem_holds(fault, space->range[i].size, PRMEM_BAD_MISSING, i, space->count)) {
			fault->at = i;
			return false;
		}
	}
	lay_out(space);
	return true;
}

/**
 * prmem_space_renew() - a new reservation of the ranges that are there
 * @space: is filled, with every stamp to be mended
 * @found: the ranges
 * @count: how many, 1 to PRMEM_MAX_RANGES
 * @id: of the new reservation, not 0
 *
 * Context: Any; writes nothing to the ranges.
 */
void prmem_space_renew(struct prmem_space *space, const struct prmem_found *found,
		       u32 count, u64 id)
{
	u32 i;

	memset(space, 0, sizeof(*space));
	space->id = id;
	space->count = count;
	for (i = 0; i < count; i++) {
		space->range[i] = found[i].range;
		space->found[i] = i;
		space->mend |= 3U << (2 * i);
	}
	lay_out(space);
}
