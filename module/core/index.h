/* SPDX-License-Identifier: GPL-2.0-only */
/* The name index: a hash table of instances' numbers, derived from their records. */
#ifndef PRMEM_INDEX_H
#define PRMEM_INDEX_H

#include "../../include/prmem/format.h"
#include "port.h"

/**
 * struct prmem_index - an open hash table
 * @slots: 2^@bits entries, 0 if empty: 28 bits of the hash, and the number (36 bits)
 * @bits: at least 4
 * @count: entries that are used
 * @key: of the hash; a secret of this boot, so that no old memory is made for it
 */
struct prmem_index {
	u64 *slots;
	u32 bits;
	u64 count;
	u64 key[2];
};

#endif
