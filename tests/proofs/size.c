// SPDX-License-Identifier: GPL-2.0-only
/* A size, any string: read as it says, or refused. */
#include "proof.h"

#include "../../module/core/diskspec.h"

#define LENGTH	20	/* 2^64 has as many digits */
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

int main(void)
{
	u32 len = nondet_u32();
	u64 size, want;
	bool ok;

	__CPROVER_havoc_object(text);
	GIVEN(len <= LENGTH);
	want = size_of(len);
	ok = prmem_size_parse(text, len, &size);
	PROVE(ok == !!want);
	PROVE(!ok || size == want);
	REACHED(ok && size == MOST && text[len - 1] == 'g');
	REACHED(ok && size == MOST && len == 16);
	REACHED(!ok && len == LENGTH);
}
