// SPDX-License-Identifier: GPL-2.0-only
/* disks=: good and bad entries, and 100,000 random strings against a second reader. */
#include "harness.h"

/* Memory of exactly the string's size, so that a read beyond it is seen. */
static char *exact(const char *s)
{
	return strcpy(get_memory(strlen(s) + 1), s);
}

static const struct {
	const char *text;
	const char *name;
	u64 size;	/* as it is rounded */
	int node;
} good[] = {
	{ "a:1", "a", GRAIN, -1 },
	{ "a:2097152", "a", GRAIN, -1 },
	{ "a:2097153", "a", 2 * GRAIN, -1 },
	{ "a:2M", "a", GRAIN, -1 },
	{ "a:2m", "a", GRAIN, -1 },
	{ "a:3M", "a", 2 * GRAIN, -1 },
	{ "a:1K", "a", GRAIN, -1 },
	{ "a:4096k", "a", 2 * GRAIN, -1 },
	{ "a:1G", "a", 512 * GRAIN, -1 },
	{ "a:8g", "a", 4096 * GRAIN, -1 },
	{ "a:000000000000000000000000000000001G", "a", 512 * GRAIN, -1 },
	{ "a:4503599627370496", "a", 1ULL << 52, -1 },
	{ "a:4503599627370495", "a", 1ULL << 52, -1 },
	{ "a:4398046511104K", "a", 1ULL << 52, -1 },
	{ "a:4194304G", "a", 1ULL << 52, -1 },
	{ "cache-1.old_X:1G", "cache-1.old_X", 512 * GRAIN, -1 },
	{ "0:1G", "0", 512 * GRAIN, -1 },
	{ "abcdefghijABCDEFGHIJ0123456789z:2M", "abcdefghijABCDEFGHIJ0123456789z", GRAIN, -1 },
	{ "a:2M\n", "a", GRAIN, -1 },
	{ "a:2M@0", "a", GRAIN, 0 },
	{ "a:3M@7\n", "a", 2 * GRAIN, 7 },
	{ "a:2097152@1023", "a", GRAIN, 1023 },
	{ "a:1G@0000000000000000000001", "a", 512 * GRAIN, 1 },
};

static const char *const bad[] = {
	"a", "a:", ":", ":1G", "a:0", "a:0K", "a:00", "a:-1", "a:+1", "a: 1", "a:1 ", " a:1",
	"a:1KK", "a:K", "a:M", "a:1T", "a:1P", "a:1B", "a:1KB", "a:1.5G", "a:0x10", "a:1e3",
	"a:1:1", "a::1", "a:1G:", "-a:1G", ".a:1G", "_a:1G", "a/b:1G", "a b:1G", "a@b:1G",
	"a%s:1G", "\xc3\xa4:1G", "a\x7f:1G", "a:1\xb5", "a:\x80", "a:1\x8d", "a:1G\r",
	"abcdefghijABCDEFGHIJ0123456789zz:2M",
	"abcdefghijABCDEFGHIJ0123456789zzabcdefghijABCDEFGHIJ0123456789zz:2M",
	"abcdefghijABCDEFGHIJ0123456789zz", "a:4503599627370497", "a:4398046511105K",
	"a:4194305G", "a:4503599627370496K", "a:18014398509481984K", "a:17592186044416M",
	"a:17179869184G", "a:18446744073709551615", "a:18446744073709551616",
	"a:18446744073709551617", "a:99999999999999999999999999999999999", "a:1G,", "a:1G,\n",
	",", ",a:1G", "\na:1G", "a:1G@", "a:1G@,", "a:1G@1024", "a:1G@99999999999999999999", "a:1G@x",
	"a:1G@-1", "a:1G@1x", "a:1G@@1", "a:@1", "a@1:1G", "a:1G@1G", "a:1G@ 1", "a:1@\n",
};

static void single_entries(void)
{
	struct prmem_diskspec spec;
	const char *at, *why;
	char *text;
	u32 i;

	for (i = 0; i < COUNT(good); i++) {
		text = exact(good[i].text);
		at = text;
		why = NULL;
		CHECK(prmem_diskspec_next(&at, &spec, &why) == 1, "%s: %s", text, why);
		CHECK(!strcmp(spec.name, good[i].name) && spec.size == good[i].size,
		      "%s: %s, %llu bytes", text, spec.name, (unsigned long long)spec.size);
		CHECK(spec.node == good[i].node, "%s: node %d", text, spec.node);
		CHECK(prmem_name_valid((u8 *)spec.name), "%s: name", text);
		CHECK(prmem_diskspec_next(&at, &spec, &why) == 0, "%s: more", text);
		free(text);
	}
	for (i = 0; i < COUNT(bad); i++) {
		text = exact(bad[i]);
		at = text;
		why = NULL;
		CHECK(prmem_diskspec_next(&at, &spec, &why) == -EINVAL && why, "\"%s\"", text);
		CHECK(at >= text && at <= text + strlen(text), "\"%s\": moved by %td", text,
		      at - text);
		free(text);
	}
}

static void several_entries(void)
{
	static const char list[] = "cache:1G,logs:256M,x:2M\n";
	static const char second_bad[] = "cache:1G,logs,x:2M";
	struct prmem_diskspec spec;
	const char *at = list, *why = NULL;

	CHECK(prmem_diskspec_next(&at, &spec, &why) == 1 && !strcmp(spec.name, "cache"), "first");
	CHECK(at == list + 9, "moved to %s", at);
	CHECK(prmem_diskspec_next(&at, &spec, &why) == 1 && !strcmp(spec.name, "logs") &&
	      spec.size == 128 * GRAIN, "second");
	CHECK(prmem_diskspec_next(&at, &spec, &why) == 1 && !strcmp(spec.name, "x"), "third");
	CHECK(prmem_diskspec_next(&at, &spec, &why) == 0, "end");
	CHECK(prmem_diskspec_next(&at, &spec, &why) == 0, "end again");

	at = second_bad;
	CHECK(prmem_diskspec_next(&at, &spec, &why) == 1, "first");
	CHECK(prmem_diskspec_next(&at, &spec, &why) == -EINVAL, "second");
	at = "";
	CHECK(prmem_diskspec_next(&at, &spec, &why) == 0, "empty");
	at = "\n";
	CHECK(prmem_diskspec_next(&at, &spec, &why) == 0, "empty line");
}

static void append_random(char *text, size_t *len, u64 *seed)
{
	static const char *const parts[] = {
		"a", "cache", "x1", "A.b", "9", "0", "1", "12", "2097152", "4503599627370496",
		"18446744073709551616", "K", "M", "g", "G", "T", ":", ":", ":", ":", ",", ",", ",",
		"\n", "-", "_", ".", " ", "/", "abcdefghijABCDEFGHIJ0123456789", "1G", "256M",
		"\x80", "\xff", "=", "%n", "@", "@1",
	};
	const char *part = parts[chance_below(seed, COUNT(parts))];

	if (chance_below(seed, 20) == 0) {
		text[(*len)++] = 1 + chance_below(seed, 255);
		return;
	}
	strcpy(text + *len, part);
	*len += strlen(part);
}

static void random_strings(void)
{
	u32 round, entries = 0, accepted = 0;
	u64 seed = 5, size;
	char buffer[400], name[PRMEM_NAME_LEN], *text;
	struct prmem_diskspec spec;
	const char *at, *before, *why;
	size_t len, parts;
	int got, want, node;

	for (round = 0; round < 100000; round++) {
		parts = chance_below(&seed, round % 10 ? 8 : 2);
		memset(buffer, 0, sizeof(buffer));
		len = 0;
		/* Half of them begin well. */
		if (round % 2)
			len = sprintf(buffer, "d%u:%uM%s", round, round % 7, round % 3 ? "," : "");
		while (parts--)
			append_random(buffer, &len, &seed);
		buffer[len] = 0;
		text = exact(buffer);
		at = text;
		do {
			before = at;
			why = NULL;
			size = 0;
			node = 0;
			want = disks_read_slowly(before, name, &size, &node, &len);
			got = prmem_diskspec_next(&at, &spec, &why);
			CHECK(got == want, "\"%s\": %d, expected %d", before, got, want);
			CHECK((got < 0) == !!why, "\"%s\": reason", before);
			CHECK(got <= 0 || (!strcmp(name, spec.name) && size == spec.size &&
					   node == spec.node),
			      "\"%s\": %s, %llu", before, spec.name,
			      (unsigned long long)spec.size);
			CHECK(got == 0 ? at == before :
			      at == before + len + (before[len] == ','), "\"%s\": moved by %td",
			      before, at - before);
			entries++;
			accepted += got > 0;
		} while (got > 0 && !failures());
		free(text);
	}
	note("%u entries read, %u accepted", entries, accepted);
	CHECK(accepted > 10000 && entries - accepted > 10000, "not everything happened");
}

static const struct test tests[] = {
	{ "disks=: single entries", single_entries },
	{ "disks=: several entries", several_entries },
	{ "disks=: 100,000 random strings against a second reader", random_strings },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
