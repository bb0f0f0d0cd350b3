// SPDX-License-Identifier: GPL-2.0-only
/* disks= and limits= of any bytes, against the second readers. */
#include "fuzz.h"

/* What both have in common: how far the entry goes, and a reason exactly if it is refused. */
static void must_move(const char *text, const char *at, int got, size_t len, const char *why)
{
	MUST((got < 0) == !!why, "the reason");
	MUST(at == (got ? text + len + (text[len] == ',') : text), "moved by %td", at - text);
}

/* One entry of disks=; the value is how far to move, 0 at the end. */
static size_t read_disk(const char *text)
{
	struct prmem_diskspec spec;
	char name[PRMEM_NAME_LEN];
	const char *at = text, *why = NULL;
	int node = 0, got, want;
	size_t len = 0;
	u64 size = 0;

	want = disks_read_slowly(text, name, &size, &node, &len);
	got = prmem_diskspec_next(&at, &spec, &why);
	MUST(got == want, "%d, the second reader says %d", got, want);
	must_move(text, at, got, len, why);
	if (got <= 0)
		return 0;
	MUST(!strcmp(name, spec.name), "name %s, not %s", spec.name, name);
	MUST(size == spec.size && node == spec.node, "size %llu, node %d",
	     (unsigned long long)spec.size, spec.node);
	return at - text;
}

/* One entry of limits=, in the same way. */
static size_t read_limit(const char *text)
{
	struct prmem_limitspec spec;
	char name[PRMEM_LABEL_LEN];
	const char *at = text, *why = NULL;
	u64 min = 0, max = 0;
	size_t len = 0;
	int got, want;

	want = limits_read_slowly(text, name, &min, &max, &len);
	got = prmem_limitspec_next(&at, &spec, &why);
	MUST(got == want, "%d, the second reader says %d", got, want);
	must_move(text, at, got, len, why);
	if (got <= 0)
		return 0;
	MUST(!strcmp(name, spec.subsystem), "name %s, not %s", spec.subsystem, name);
	MUST(min == spec.min && max == spec.max, "%llu to %llu", (unsigned long long)spec.min,
	     (unsigned long long)spec.max);
	return at - text;
}

static void read_all(const char *text, size_t (*read)(const char *text))
{
	size_t moved;

	do {
		moved = read(text);
		text += moved;
	} while (moved);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char *text;

	/* Of exactly the string's size, so that a read beyond it is seen. */
	size = size ? strnlen((const char *)data, size < 500 ? size : 500) : 0;
	text = get_memory(size + 1);
	if (size)
		memcpy(text, data, size);
	text[size] = 0;
	read_all(text, read_disk);
	read_all(text, read_limit);
	free(text);
	return 0;
}
