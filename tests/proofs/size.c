// SPDX-License-Identifier: GPL-2.0-only
/*
 * A size, any string. A short one is read as it says, or refused. Of a long one less is
 * proved, as long products are hard to compare: nothing overflows, and what isn't refused
 * is of a length that a size can have.
 */
#include "proof.h"

#include "../../module/core/diskspec.h"

#ifndef LENGTH
#define LENGTH	8	/* "4194304G" is the most */
#endif
#define MOST	(1ULL << 52)

static char text[LENGTH];

static u32 shift_of(char unit)
{
	switch (unit) {
	case 'k':
	case 'K':
		return 10;
	case 'm':
	case 'M':
		return 20;
	case 'g':
	case 'G':
		return 30;
	default:
		return 0;
	}
}

/* What the text says; 0 if it says nothing, or more than the most. */
static u64 size_of(u32 len)
{
	u32 shift = len ? shift_of(text[len - 1]) : 0, digits = len - !!shift, i;
	u64 n = 0;

	for (i = 0; i < LENGTH; i++) {
		if (i >= digits)
			continue;
		if (text[i] < '0' || text[i] > '9')
			return 0;
		n = n * 10 + (text[i] - '0');
		if (n > MOST)
			return 0;
	}
	return n > MOST >> shift ? 0 : n << shift;
}

/* No size has more digits than the most: 4503599627370496, 4398046511104K, and so on. */
static u32 digits_of(u32 len)
{
	u32 digits = len - !!shift_of(text[len - 1]), zeros = 0, i;

	for (i = 0; i < LENGTH && zeros == i; i++)
		zeros += text[i] == '0';
	return digits - zeros;
}

int main(void)
{
	u32 len = nondet_u32();
	u64 size = 0;
	bool ok;

	__CPROVER_havoc_object(text);
	GIVEN(len <= LENGTH);
	ok = prmem_size_parse(text, len, &size);
	PROVE(ok == !!size && size <= MOST);
	PROVE(!ok || digits_of(len) <= 16 - 3 * (shift_of(text[len - 1]) / 10));
	REACHED(ok && len == LENGTH);
	REACHED(!ok && len == LENGTH);
#if LENGTH <= 8
	PROVE(size == size_of(len));
	REACHED(size == MOST && text[len - 1] == 'g');
#endif
}
