// SPDX-License-Identifier: GPL-2.0-only
/* limits=: good and bad entries, and 100,000 random strings against a second reader. */
#include "harness.h"

/* Memory of exactly the string's size, so that a read beyond it is seen. */
static char *exact(const char *s)
{
	return strcpy(get_memory(strlen(s) + 1), s);
}

static const struct {
	const char *text;
	const char *name;
	u64 min;
	u64 max;
} good[] = {
	{ "a:1:1", "a", 1, 1 },
	{ "a:1:2", "a", 1, 2 },
	{ "a:1K:1M", "a", 1024, 1048576 },
	{ "a:1024k:1m", "a", 1048576, 1048576 },
	{ "a::1G", "a", 0, 1ULL << 30 },
	{ "a:8g:", "a", 8ULL << 30, PRMEM_NO_MAX },
	{ "a:4503599627370496:", "a", 1ULL << 52, PRMEM_NO_MAX },
	{ "a::4503599627370496", "a", 0, 1ULL << 52 },
	{ "my-driver.2:1M:\n", "my-driver.2", 1048576, PRMEM_NO_MAX },
	{ "!\"#$%&'()*+-.;<=>?@[]^_`{|}~:1:\n", "!\"#$%&'()*+-.;<=>?@[]^_`{|}~", 1, PRMEM_NO_MAX },
	{ "abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFGHIJ0123456789abc:1:2",
	  "abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFGHIJ0123456789abc", 1, 2 },
};

static const char *const bad[] = {
	"a", "a:", "a:1", "a:1M", "::", ":1:2", "a::", "a::\n", "a:::", "a:1:2:", "a:1:2:3",
	"a:0:1", "a:1:0", "a:0:0", "a:0:", "a::0", "a:2:1", "a:1M:1K", "a:1 :2", "a: 1:2",
	"a:1:2 ", " a:1:2", "a b:1:2", "a/b:1:2", "/:1:2", "\xc3\xa4:1:2", "a\x7f:1:2", "a:-1:2",
	"a:1T:", "a::1P", "a:1KB:", "a:0x10:", "a:1.5M:", "a:4503599627370497:",
	"a::4503599627370497", "a::18446744073709551615", "a:18446744073709551617:",
	"a:1:2,", "a:1:2,\n", ",", ",a:1:2", "\na:1:2", "a\n:1:2",
	"abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFGHIJ0123456789abcd:1:2",
	"abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFGHIJ:1:2",
};

static void single_entries(void)
{
	struct prmem_limitspec spec;
	const char *at, *why;
	char *text;
	u32 i;

	for (i = 0; i < COUNT(good); i++) {
		text = exact(good[i].text);
		at = text;
		why = NULL;
		CHECK(prmem_limitspec_next(&at, &spec, &why) == 1, "%s: %s", text, why);
		CHECK(!strcmp(spec.subsystem, good[i].name), "%s: %s", text, spec.subsystem);
		CHECK(spec.min == good[i].min && spec.max == good[i].max, "%s: %llu to %llu", text,
		      (unsigned long long)spec.min, (unsigned long long)spec.max);
		CHECK(prmem_label_valid((u8 *)spec.subsystem, true), "%s: name", text);
		CHECK(prmem_limitspec_next(&at, &spec, &why) == 0, "%s: more", text);
		free(text);
	}
	for (i = 0; i < COUNT(bad); i++) {
		text = exact(bad[i]);
		at = text;
		why = NULL;
		CHECK(prmem_limitspec_next(&at, &spec, &why) == -EINVAL && why, "\"%s\"", text);
		CHECK(at >= text && at <= text + strlen(text), "\"%s\": moved by %td", text,
		      at - text);
		free(text);
	}
}

/* An entry that breaks several rules is refused by the first of them. */
static void first_rule(void)
{
	static const char *const entry[][2] = {
		{ "a:1", "expected subsystem:min:max" },
		{ "abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFGHIJ0123456789abcd:1:2",
		  "the subsystem's name is longer than 63 characters" },
	};
	struct prmem_limitspec spec;
	const char *at, *why;
	char *text;
	u32 i;

	for (i = 0; i < COUNT(entry); i++) {
		text = exact(entry[i][0]);
		at = text;
		CHECK(prmem_limitspec_next(&at, &spec, &why) == -EINVAL &&
		      !strcmp(why, entry[i][1]), "%s: %s", text, why);
		free(text);
	}
}

static void several_entries(void)
{
	static const char list[] = "log:1M:8M,index::1G,x:2M:\n";
	static const char second_bad[] = "log:1M:8M,index,x:2M:";
	struct prmem_limitspec spec;
	const char *at = list, *why = NULL;

	CHECK(prmem_limitspec_next(&at, &spec, &why) == 1 && !strcmp(spec.subsystem, "log"),
	      "first");
	CHECK(at == list + 10, "moved to %s", at);
	CHECK(prmem_limitspec_next(&at, &spec, &why) == 1 && !strcmp(spec.subsystem, "index") &&
	      spec.max == 1ULL << 30, "second");
	CHECK(prmem_limitspec_next(&at, &spec, &why) == 1 && !strcmp(spec.subsystem, "x"),
	      "third");
	CHECK(prmem_limitspec_next(&at, &spec, &why) == 0, "end");
	CHECK(prmem_limitspec_next(&at, &spec, &why) == 0, "end again");

	at = second_bad;
	CHECK(prmem_limitspec_next(&at, &spec, &why) == 1, "first");
	CHECK(prmem_limitspec_next(&at, &spec, &why) == -EINVAL, "second");
	at = "";
	CHECK(prmem_limitspec_next(&at, &spec, &why) == 0, "empty");
	at = "\n";
	CHECK(prmem_limitspec_next(&at, &spec, &why) == 0, "empty line");
}

static void append_random(char *text, size_t *len, u64 *seed)
{
	static const char *const parts[] = {
		"a", "log", "x1", "A.b", "9", "0", "1", "12", "2097152", "4503599627370496",
		"18446744073709551616", "K", "M", "g", "G", "T", ":", ":", ":", ":", ":", ":", ",",
		",", ",", "\n", "-", "_", ".", " ", "/", "abcdefghijABCDEFGHIJ0123456789", "1G:",
		":256M", "\x80", "\xff", "=", "%n", "1M:2M",
	};
	const char *part = parts[chance_below(seed, COUNT(parts))];

	if (chance_below(seed, 20) == 0) {
		text[(*len)++] = 1 + chance_below(seed, 255);
		return;
	}
	strcpy(text + *len, part);
	*len += strlen(part);
}

/* One string, entry by entry, by both readers. */
static void compare(const char *text, u32 *entries, u32 *accepted)
{
	const char *at = text, *before, *why;
	struct prmem_limitspec spec;
	char name[PRMEM_LABEL_LEN];
	size_t len = 0;
	u64 min, max;
	int got, want;

	do {
		before = at;
		why = NULL;
		want = limits_read_slowly(before, name, &min, &max, &len);
		got = prmem_limitspec_next(&at, &spec, &why);
		CHECK(got == want, "\"%s\": %d, expected %d", before, got, want);
		CHECK((got < 0) == !!why, "\"%s\": reason", before);
		CHECK(got <= 0 || want <= 0 ||
		      (!strcmp(name, spec.subsystem) && min == spec.min && max == spec.max),
		      "\"%s\": %s, %llu to %llu", before, spec.subsystem,
		      (unsigned long long)spec.min, (unsigned long long)spec.max);
		CHECK(got == 0 ? at == before : at == before + len + (before[len] == ','),
		      "\"%s\": moved by %td", before, at - before);
		++*entries;
		*accepted += got > 0;
	} while (got > 0 && !failures());
}

static void random_strings(void)
{
	u32 round, entries = 0, accepted = 0;
	char buffer[400], *text;
	size_t len, parts;
	u64 seed = 6;

	for (round = 0; round < 100000; round++) {
		parts = chance_below(&seed, round % 10 ? 8 : 2);
		memset(buffer, 0, sizeof(buffer));
		len = 0;
		/* Half of them begin well. */
		if (round % 2)
			len = sprintf(buffer, "d%u:%uK:%uM%s", round, 1 + round % 7, 1 + round % 5,
				      round % 3 ? "," : "");
		while (parts--)
			append_random(buffer, &len, &seed);
		buffer[len] = 0;
		text = exact(buffer);
		compare(text, &entries, &accepted);
		free(text);
	}
	note("%u entries read, %u accepted", entries, accepted);
	CHECK(accepted > 10000 && entries - accepted > 10000, "not everything happened");
}

static const struct test tests[] = {
	{ "limits=: single entries", single_entries },
	{ "limits=: the first broken rule is named", first_rule },
	{ "limits=: several entries", several_entries },
	{ "limits=: 100,000 random strings against a second reader", random_strings },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
