// SPDX-License-Identifier: GPL-2.0-only
/* The name index: a hash table of instances' numbers, derived from their records. */
#include "index.h"

#define MIN_BITS	4

static u64 mask_of(const struct prmem_index *index)
{
	return (1ULL << index->bits) - 1;
}

static u64 number_of(u64 entry)
{
	return entry & ((1ULL << PRMEM_INDEX_NUMBER) - 1);
}

/**
 * prmem_index_bits() - how large an index has to be
 * @entries: for so many entries
 *
 * Context: Any.
 * Return: The bits of struct prmem_index, such that half of the slots stay empty.
 */
u32 prmem_index_bits(u64 entries)
{
	u32 bits = MIN_BITS;

	while (1ULL << (bits - 1) < entries)
		bits++;
	return bits;
}

/**
 * prmem_index_set_room() - move an index to another place
 * @index: the index; all zero but for its key if it has no place yet
 * @room: 2^@bits words, which stay in use
 * @bits: as prmem_index_bits() says, for what is in it and more
 *
 * Context: Any.
 */
void prmem_index_set_room(struct prmem_index *index, u64 *room, u32 bits)
{
	u64 i, old = index->slots ? 1ULL << index->bits : 0;
	const u64 *slots = index->slots;

	memset(room, 0, sizeof(*room) << bits);
	index->slots = room;
	index->bits = bits;
	index->count = 0;
	for (i = 0; i < old; i++)
		if (slots[i])
			prmem_index_add(index, slots[i], number_of(slots[i]), 0);
}

/**
 * prmem_index_is_full() - is it too full for one more?
 * @index: the index
 *
 * Context: Any.
 * Return: true if three quarters of it are in use.
 */
bool prmem_index_is_full(const struct prmem_index *index)
{
	return !index->slots || index->count >= 3ULL << index->bits >> 2;
}

/**
 * prmem_index_probe() - the next entry that may have this hash
 * @index: the index
 * @hash: the hash
 * @step: 0 at first; is moved behind the entry, or to the empty slot at the end
 *
 * Context: Any.
 * Return: The entry's number, or 0 if there is none any more.
 */
u64 prmem_index_probe(const struct prmem_index *index, u64 hash, u64 *step)
{
	u64 entry, home = prmem_index_home(index, hash);

	while ((entry = index->slots[(home + *step) & mask_of(index)]) != 0) {
		++*step;
		if ((entry ^ hash) >> PRMEM_INDEX_NUMBER == 0)
			return number_of(entry);
	}
	return 0;
}

/**
 * prmem_index_add() - add an entry
 * @index: the index, not full
 * @hash: of its name
 * @number: of the instance, not 0
 * @step: where prmem_index_probe() ended with this hash, or 0
 *
 * Context: Any.
 */
void prmem_index_add(struct prmem_index *index, u64 hash, u64 number, u64 step)
{
	u64 at = (prmem_index_home(index, hash) + step) & mask_of(index);

	while (index->slots[at])
		at = (at + 1) & mask_of(index);
	index->slots[at] = hash >> PRMEM_INDEX_NUMBER << PRMEM_INDEX_NUMBER | number;
	index->count++;
}

/**
 * prmem_index_remove() - take an entry out
 * @index: the index
 * @hash: of its name
 * @number: of the instance; if it isn't there, nothing happens
 *
 * Entries behind it move up, so that no search ends before them. Where the name was
 * overwritten since it was added, the entry is looked for everywhere.
 *
 * Context: Any.
 */
void prmem_index_remove(struct prmem_index *index, u64 hash, u64 number)
{
	u64 mask = mask_of(index), hole = prmem_index_home(index, hash), at;

	while (index->slots[hole] && number_of(index->slots[hole]) != number)
		hole = (hole + 1) & mask;
	for (at = 0; !index->slots[hole] && at <= mask; at++)
		if (number_of(index->slots[at]) == number)
			hole = at;
	if (!index->slots[hole])
		return;
	for (at = (hole + 1) & mask; index->slots[at]; at = (at + 1) & mask) {
		u64 home = prmem_index_home(index, index->slots[at]);

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		index->slots[hole] = index->slots[at];
		hole = at;
	}
	index->slots[hole] = 0;
	index->count--;
}
