// SPDX-License-Identifier: GPL-2.0-only
/* disks= of any bytes, against the second reader. */
#include "fuzz.h"

/* One entry; the value is how far the reader moved, or 0 at the end. */
static size_t read_entry(const char *text)
{
	struct prmem_diskspec spec;
	char name[PRMEM_NAME_LEN];
	const char *at = text, *why = NULL;
	size_t len = 0;
	u64 size = 0;
	int node = 0, got, want;

	want = disks_read_slowly(text, name, &size, &node, &len);
	got = prmem_diskspec_next(&at, &spec, &why);
	MUST(got == want, "%d, the second reader says %d", got, want);
	MUST((got < 0) == !!why, "the reason");
	MUST(at == (got ? text + len + (text[len] == ',') : text), "moved by %td", at - text);
	if (got <= 0)
		return 0;
	MUST(!strcmp(name, spec.name), "name %s, not %s", spec.name, name);
	MUST(size == spec.size && node == spec.node, "size %llu, node %d",
	     (unsigned long long)spec.size, spec.node);
	return at - text;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char *text, *at;
	size_t moved;

	/* Of exactly the string's size, so that a read beyond it is seen. */
	size = size ? strnlen((const char *)data, size < 500 ? size : 500) : 0;
	text = get_memory(size + 1);
	if (size)
		memcpy(text, data, size);
	text[size] = 0;
	at = text;
	do {
		moved = read_entry(at);
		at += moved;
	} while (moved);
	free(text);
	return 0;
}
