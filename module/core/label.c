// SPDX-License-Identifier: GPL-2.0-only
/* What an instance is called: a subsystem's name and its own. */
#include "label.h"

/* Eight bytes at a time: each of these words has one byte eight times. */
#define EACH(byte)	((byte) * 0x0101010101010101ULL)
#define WORDS		(PRMEM_LABEL_LEN / 8)

static u64 word_of(const u8 *label, u32 i)
{
	__le64 word;

	memcpy(&word, label + i * sizeof(word), sizeof(word));
	return le64_to_cpu(word);
}

/* Not zero if there is a zero byte; the lowest bit that is set is the first one's. */
static u64 zero_bytes(u64 word)
{
	return (word - EACH(1)) & ~word & EACH(0x80);
}

/* All of 0x21 to 0x7e, and if it's for a subsystem no '/'. */
static bool is_graphic(u64 word, bool subsystem)
{
	if (word & EACH(0x80))
		return false;
	return ((word + EACH(0x80 - 0x21)) & EACH(0x80)) == EACH(0x80) &&
	       !((word + EACH(1)) & EACH(0x80)) && !(subsystem && zero_bytes(word ^ EACH('/')));
}

/* Words up to the one with the end in it; WORDS if there is no end. */
static u32 whole_words(const u8 *label)
{
	u32 i = 0;

	while (i < WORDS && !zero_bytes(word_of(label, i)))
		i++;
	return i;
}

/* The words of a valid label, up to the one with the end in it; how many. */
static u32 copy_words(u64 *to, const u8 *label)
{
	u32 i = 0;

	do {
		to[i] = word_of(label, i);
	} while (!zero_bytes(to[i++]));
	return i;
}

/**
 * prmem_label_valid() - is this the name of a subsystem or an instance?
 * @label: PRMEM_LABEL_LEN bytes
 * @subsystem: a subsystem's
 *
 * A name is 1 to 63 bytes of printable ASCII without blanks, zero-padded. A
 * subsystem's has no '/', so that "subsystem/name" means one instance.
 *
 * Context: Any.
 * Return: true if it is.
 */
bool prmem_label_valid(const u8 *label, bool subsystem)
{
	u32 whole = whole_words(label), i, bits;
	u64 last;

	if (whole == WORDS)
		return false;
	for (i = 0; i < whole; i++)
		if (!is_graphic(word_of(label, i), subsystem))
			return false;
	last = word_of(label, whole);
	bits = __builtin_ctzll(zero_bytes(last)) / 8 * 8;
	if (!whole && !bits)
		return false;
	if (last >> bits || !is_graphic(last | EACH('.') << bits, subsystem))
		return false;
	for (i = whole + 1; i < WORDS; i++)
		if (word_of(label, i))
			return false;
	return true;
}

static bool copy(u8 *label, const char *name, bool subsystem)
{
	size_t len = 0;

	while (len < PRMEM_LABEL_LEN && name[len])
		len++;
	if (len == PRMEM_LABEL_LEN)
		return false;
	memset(label, 0, PRMEM_LABEL_LEN);
	memcpy(label, name, len);
	return prmem_label_valid(label, subsystem);
}

/**
 * prmem_label_make() - put two names together
 * @label: is filled
 * @subsystem: the subsystem's
 * @name: the instance's
 *
 * Context: Any.
 * Return: true if both are valid.
 */
bool prmem_label_make(struct prmem_label *label, const char *subsystem, const char *name)
{
	return copy(label->subsystem, subsystem, true) && copy(label->name, name, false);
}

/**
 * prmem_label_hash() - the hash of two names
 * @label: two valid names
 * @key: of the hash
 *
 * Of each name only the words are hashed that aren't all padding; the last of them
 * has a zero byte, so that no two labels are hashed as the same words.
 *
 * Context: Any.
 * Return: The hash.
 */
u64 prmem_label_hash(const struct prmem_label *label, const u64 key[2])
{
	u64 words[2 * WORDS];
	u32 count = copy_words(words, label->subsystem);

	count += copy_words(words + count, label->name);
	return prmem_port_hash(key, words, count * sizeof(*words));
}
