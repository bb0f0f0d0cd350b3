// SPDX-License-Identifier: GPL-2.0-only
/* The disks= parameter: name:size[@node], separated by commas. */
#include "diskspec.h"

/**
 * prmem_size_parse() - read a size: number[KMG]
 * @s: where it begins
 * @len: how long it is
 * @size: is set: 1 to 2^52 bytes
 *
 * Without the help of memparse(), which lets overflows pass.
 *
 * Context: Any.
 * Return: true if it is one.
 */
bool prmem_size_parse(const char *s, size_t len, u64 *size)
{
	const char *units = "KMG", *unit = NULL;
	u64 n = 0;
	size_t i;

	if (len && s[len - 1] > '9') {
		unit = strchr(units, s[len - 1] & ~0x20);
		if (!unit)
			return false;
		len--;
	}
	if (!len)
		return false;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9' || n > 1ULL << 52)
			return false;
		n = n * 10 + (s[i] - '0');
	}
	for (i = 0; unit && i <= (size_t)(unit - units); i++) {
		if (n > 1ULL << 52)
			return false;
		n <<= 10;
	}
	if (!n || n > 1ULL << 52)
		return false;
	*size = n;
	return true;
}

/* A kernel has at most 1024 nodes. */
static bool parse_node(const char *s, size_t len, int *node)
{
	size_t i;

	*node = 0;
	for (i = 0; i < len && s[i] >= '0' && s[i] <= '9' && *node < 1024; i++)
		*node = *node * 10 + (s[i] - '0');
	return len && i == len && *node < 1024;
}

/**
 * prmem_diskspec_next() - read one entry of disks=
 * @s: where to read; is moved behind the entry and its comma
 * @spec: is filled
 * @why: is set to what is wrong with the entry, if something is
 *
 * A trailing newline, as echo writes it, is the end.
 *
 * Context: Any.
 * Return: 1 if there was an entry, 0 at the end, or -EINVAL.
 */
int prmem_diskspec_next(const char **s, struct prmem_diskspec *spec, const char **why)
{
	size_t len = strcspn(*s, ",\n"), name_len = strcspn(*s, ":,\n");
	const char *entry = *s, *size;
	size_t size_len;

	if (!*entry || (*entry == '\n' && !entry[1]))
		return 0;
	*s += len + (entry[len] == ',');
	if (entry[len] == ',' && (!**s || **s == '\n')) {
		*why = "nothing follows the comma";
		return -EINVAL;
	}
	memset(spec, 0, sizeof(*spec));
	if (name_len >= PRMEM_NAME_LEN) {
		*why = "the name is longer than 31 characters";
		return -EINVAL;
	}
	memcpy(spec->name, entry, name_len);
	if (!prmem_name_valid((const u8 *)spec->name)) {
		*why = "the name is not made of letters, digits, '.', '_' and '-'";
		return -EINVAL;
	}
	if (name_len == len) {
		*why = "expected name:size";
		return -EINVAL;
	}
	size = entry + name_len + 1;
	size_len = strcspn(size, "@,\n");
	if (!prmem_size_parse(size, size_len, &spec->size)) {
		*why = "the size is not a non-zero number[KMG]";
		return -EINVAL;
	}
	spec->size = (spec->size + PRMEM_GRAIN - 1) & ~(PRMEM_GRAIN - 1);
	spec->node = PRMEM_ANY_NODE;
	if (size[size_len] == '@' &&
	    !parse_node(size + size_len + 1, entry + len - (size + size_len + 1), &spec->node)) {
		*why = "what follows the '@' is not the number of a node";
		return -EINVAL;
	}
	return 1;
}
