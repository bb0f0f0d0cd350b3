/* SPDX-License-Identifier: GPL-2.0-only */
/* Words of a heap that carry their own check, so that one store changes them. */
#ifndef PRMEM_WORD_H
#define PRMEM_WORD_H

#include "../../include/prmem/format.h"
#include "port.h"

__le64 prmem_word_seal(u64 value, u32 salt, u64 offset);
__le64 prmem_word_flip(__le64 word, u32 bit);
bool prmem_word_holds(__le64 word, u32 salt, u64 offset);
u64 prmem_word_make(enum prmem_page_kind kind, u32 order, u32 class, u64 owner);
u32 prmem_word_count_free(const __le64 *map, u32 count, u64 offset);

#endif
