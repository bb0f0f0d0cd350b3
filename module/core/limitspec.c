// SPDX-License-Identifier: GPL-2.0-only
/* The limits= parameter: subsystem:[min]:[max], separated by commas. */
#include "diskspec.h"
#include "limitspec.h"

static int wrong(const char **why, const char *what)
{
	*why = what;
	return -EINVAL;
}

/* An empty size leaves @size as it is. */
static bool read_size(const char *s, size_t len, u64 *size)
{
	return !len || prmem_size_parse(s, len, size);
}

/* Both sizes: @s is what follows the name's colon, @end the end of the entry. */
static int read_sizes(const char *s, const char *end, struct prmem_limitspec *spec,
		      const char **why)
{
	const char *max = s + strcspn(s, ":,\n");

	if (max == end)
		return wrong(why, "expected subsystem:min:max");
	spec->min = 0;
	spec->max = PRMEM_NO_MAX;
	if (!read_size(s, max - s, &spec->min))
		return wrong(why, "the minimum is neither empty nor a non-zero number[KMG]");
	max++;
	if (!read_size(max, end - max, &spec->max))
		return wrong(why, "the maximum is neither empty nor a non-zero number[KMG]");
	if (!spec->min && spec->max == PRMEM_NO_MAX)
		return wrong(why, "there is neither a minimum nor a maximum");
	if (spec->min > spec->max)
		return wrong(why, "the minimum is above the maximum");
	return 1;
}

/**
 * prmem_limitspec_next() - read one entry of limits=
 * @s: where to read; is moved behind the entry and its comma
 * @spec: is filled
 * @why: is set to what is wrong with the entry, if something is
 *
 * A trailing newline, as echo writes it, is the end.
 *
 * Context: Any.
 * Return: 1 if there was an entry, 0 at the end, or -EINVAL.
 */
int prmem_limitspec_next(const char **s, struct prmem_limitspec *spec, const char **why)
{
	size_t len = strcspn(*s, ",\n"), name_len = strcspn(*s, ":,\n");
	const char *entry = *s;

	if (!*entry || (*entry == '\n' && !entry[1]))
		return 0;
	*s += len + (entry[len] == ',');
	if (entry[len] == ',' && (!**s || **s == '\n'))
		return wrong(why, "nothing follows the comma");
	memset(spec, 0, sizeof(*spec));
	if (name_len >= PRMEM_LABEL_LEN)
		return wrong(why, "the subsystem's name is longer than 63 characters");
	memcpy(spec->subsystem, entry, name_len);
	if (!prmem_label_valid((const u8 *)spec->subsystem, true))
		return wrong(why, "the subsystem's name is empty, or not printable, or has a '/'");
	if (name_len == len)
		return wrong(why, "expected subsystem:min:max");
	return read_sizes(entry + name_len + 1, entry + len, spec, why);
}
