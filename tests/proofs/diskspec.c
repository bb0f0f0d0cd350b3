// SPDX-License-Identifier: GPL-2.0-only
/* One entry of disks=, any string: read as it says, or refused with a reason. */
#include "proof.h"

#include "../../module/core/diskspec.h"

#ifndef LENGTH
#define LENGTH	36	/* a name that is too long, and some more */
#endif

static char text[LENGTH + 1];

/* name.c is about it; here any rule that looks at the bytes only. */
bool __CPROVER_uninterpreted_name(struct name { char byte[PRMEM_NAME_LEN]; } name);

bool prmem_name_valid(const u8 *name)
{
	return name[0] && __CPROVER_uninterpreted_name(*(const struct name *)name);
}

size_t strcspn(const char *s, const char *reject)
{
	size_t i = 0;

	while (s[i] && s[i] != reject[0] && s[i] != reject[1] &&
	       (!reject[1] || s[i] != reject[2]))
		i++;
	return i;
}

static u32 index_of(const char *stop, u32 from)
{
	u32 i;

	for (i = 0; i < LENGTH; i++)
		if (i >= from && (!text[i] || text[i] == stop[0] || text[i] == stop[1]))
			return i;
	return LENGTH;
}

/* What the text says is the size; 0 if it says none below 2^53 bytes. */
static u64 size_at(u32 from, u32 to)
{
	unsigned __int128 n = 0;
	u32 i, digits = to, shift = 0;

	if (from < to && (text[to - 1] & ~0x20) == 'K')
		shift = 10;
	else if (from < to && (text[to - 1] & ~0x20) == 'M')
		shift = 20;
	else if (from < to && (text[to - 1] & ~0x20) == 'G')
		shift = 30;
	digits -= shift != 0;
	for (i = 0; i < LENGTH; i++) {
		if (i < from || i >= digits)
			continue;
		if (text[i] < '0' || text[i] > '9')
			return 0;
		n = n * 10 + (text[i] - '0');
		if (n > 1ULL << 52)
			return 0;
	}
	n <<= shift;
	return n > 1ULL << 52 ? 0 : n;
}

int main(void)
{
	const char *s = text, *why = NULL;
	struct prmem_diskspec spec;
	u32 end, colon, at;
	u64 size;
	int ret;

	__CPROVER_havoc_object(text);
	text[LENGTH] = 0;
	ret = prmem_diskspec_next(&s, &spec, &why);
	end = index_of(",\n", 0);
	PROVE(ret == 1 || ret == 0 || ret == -EINVAL);
	PROVE(s >= text && s <= text + LENGTH);
	if (!ret) {
		PROVE(s == text && (!text[0] || (text[0] == '\n' && !text[1])));
		return 0;
	}
	PROVE(s == text + end + (text[end] == ','));
	if (ret < 0) {
		PROVE(why);
		return 0;
	}
	colon = index_of("::", 0);
	at = index_of("@@", colon);
	size = size_at(colon + 1, at < end ? at : end);
	PROVE(colon < end && colon <= 31);
	PROVE(size && spec.size == (size + 0x1fffff) / 0x200000 * 0x200000);
	PROVE(spec.node == PRMEM_ANY_NODE ? at >= end : at < end && spec.node >= 0 && spec.node < 1024);
	REACHED(spec.node == 1023);
	REACHED(spec.size == 1ULL << 52);
	REACHED(colon == 31);
}
