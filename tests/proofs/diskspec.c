// SPDX-License-Identifier: GPL-2.0-only
/* One entry of disks=, any string: read as it says, or refused with a reason. */
#include "proof.h"

#include "../../module/core/diskspec.h"

#ifndef LENGTH
#define LENGTH	36	/* a name that is too long, and some more */
#endif

static char text[LENGTH + 1];

/* name.c is about it; here any rule that looks at the bytes only. */
struct name {
	char byte[PRMEM_NAME_LEN];
};

bool __CPROVER_uninterpreted_name(struct name name);

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

/* size.c is about it; here any size, of just the bytes between ':' and '@' or end. */
static u64 parsed;

bool prmem_size_parse(const char *s, size_t len, u64 *size)
{
	u32 colon = index_of("::", 0), end = index_of(",\n", 0), at = index_of("@@", colon);

	PROVE(s == text + colon + 1 && len == (at < end ? at : end) - colon - 1);
	parsed = nondet_u64();
	GIVEN(parsed <= 1ULL << 52);
	if (parsed)
		*size = parsed;
	return parsed;
}

int main(void)
{
	const char *s = text, *why = NULL;
	struct prmem_diskspec spec;
	u32 end, colon, at;
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
	PROVE(colon < end && colon <= 31);
	PROVE(text[end] != ',' || (text[end + 1] && text[end + 1] != '\n'));
	PROVE(parsed && spec.size == (parsed + 0x1fffff) / 0x200000 * 0x200000);
	PROVE(spec.node == PRMEM_ANY_NODE ? at >= end : at < end && spec.node >= 0 && spec.node < 1024);
	REACHED(spec.node == 1023);
	REACHED(spec.size == 1ULL << 52);
	REACHED(colon == 31);
}
