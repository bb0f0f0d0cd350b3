/* SPDX-License-Identifier: GPL-2.0-only */
/* The name index: a hash table of instances' numbers, derived from their records. */
#ifndef PRMEM_INDEX_H
#define PRMEM_INDEX_H

#include "../../include/prmem/format.h"
#include "port.h"

#define PRMEM_INDEX_NUMBER	36	/* bits of an entry that are a number, the low ones */
#define PRMEM_INDEX_TAG		28	/* and of the hash, the high ones */

/**
 * struct prmem_index - an open hash table
 * @slots: 2^@bits entries, 0 if empty: 28 bits of the hash, and the number (36 bits)
 * @bits: 4 to 37
 * @count: entries that are used, less than there are
 * @key: of the hash; a secret of this boot, so that no old memory is made for it
 *
 * An entry stands in the slot that its first bits name, or in the first free one
 * behind it. So it can be moved without a look at the name.
 */
struct prmem_index {
	u64 *slots;
	u32 bits;
	u64 count;
	u64 key[2];
};

u32 prmem_index_bits(u64 entries);
void prmem_index_set_room(struct prmem_index *index, u64 *room, u32 bits);
bool prmem_index_is_full(const struct prmem_index *index);
u64 prmem_index_probe(const struct prmem_index *index, u64 hash, u64 *step);
void prmem_index_add(struct prmem_index *index, u64 hash, u64 number, u64 step);
void prmem_index_remove(struct prmem_index *index, u64 hash, u64 number);

/* The slot where an entry with this hash is looked for first. */
static inline u64 prmem_index_home(const struct prmem_index *index, u64 hash)
{
	u64 tag = hash >> PRMEM_INDEX_NUMBER;

	return index->bits < PRMEM_INDEX_TAG ? tag >> (PRMEM_INDEX_TAG - index->bits) :
					       tag << (index->bits - PRMEM_INDEX_TAG);
}

#endif
