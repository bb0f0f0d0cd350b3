// SPDX-License-Identifier: GPL-2.0-only
/* Stamps, and the reservation that they put together. */
#include "harness.h"

/* The checksums of this program itself, against the published check values. */
static void checksums(void)
{
	static const char digits[] = "123456789";
	u32 crc;

	crc = prmem_port_crc32(digits, 9);
	CHECK(crc == 0xcbf43926, "CRC-32 is %#x", crc);
	crc = ~prmem_port_crc32c(~0U, digits, 9);
	CHECK(crc == 0xe3069283, "CRC-32C is %#x", crc);
	crc = prmem_port_crc32c(prmem_port_crc32c(5, digits, 4), digits + 4, 5);
	CHECK(crc == prmem_port_crc32c(5, digits, 9), "CRC-32C in two parts is %#x", crc);
}

/* The stamp under test is that of range 1 of 3. */
#define INDEX	1

static const struct stamp_case {
	u32 offset, width;
	u64 value;
	enum prmem_rule rule;
} stamp_cases[] = {
	{ 4, 4, 0, PRMEM_BAD_ABI },
	{ 4, 4, 2, PRMEM_BAD_ABI },
	{ 4, 4, 0xffffffff, PRMEM_BAD_ABI },
	{ 4, 4, 0x01000000, PRMEM_BAD_ABI },
	{ 16, 8, 0, PRMEM_BAD_ID },
	{ 16, 8, 1, PRMEM_SOUND },
	{ 16, 8, ~0ULL, PRMEM_SOUND },
	{ 40, 4, 0, PRMEM_SOUND },
	{ 40, 4, 2, PRMEM_SOUND },
	{ 40, 4, 3, PRMEM_BAD_INDEX },
	{ 40, 4, 8, PRMEM_BAD_INDEX },
	{ 40, 4, 0x80000001, PRMEM_BAD_INDEX },
	{ 40, 4, 0xffffffff, PRMEM_BAD_INDEX },
	{ 44, 4, 0, PRMEM_BAD_COUNT },
	{ 44, 4, 1, PRMEM_BAD_INDEX },
	{ 44, 4, 2, PRMEM_SOUND },
	{ 44, 4, 8, PRMEM_SOUND },
	{ 44, 4, 9, PRMEM_BAD_COUNT },
	{ 44, 4, 0x80000003, PRMEM_BAD_COUNT },
	{ 44, 4, 0xffffffff, PRMEM_BAD_COUNT },
};

/* Fields of which every value but the right one breaks one rule. */
static const struct {
	u32 offset;
	enum prmem_rule rule;
} exact_fields[] = {
	{ 8, PRMEM_BAD_MAGIC },
	{ 24, PRMEM_BAD_BASE },
	{ 32, PRMEM_BAD_SIZE },
	{ 48, PRMEM_BAD_ZERO },
	{ 56, PRMEM_BAD_ZERO },
};

static void expect_stamp(const struct reservation *r, const struct prmem_stamp *s, u32 offset,
			 enum prmem_rule rule)
{
	struct prmem_fault fault;
	bool ok = prmem_stamp_check(s, &r->found[INDEX].range, &fault);

	CHECK(ok == (rule == PRMEM_SOUND) && fault.rule == rule,
	      "offset %u: \"%s\", expected \"%s\"", offset, prmem_fault_text(fault.rule),
	      prmem_fault_text(rule));
}

static void stamp_fields(void)
{
	struct reservation r;
	struct prmem_stamp s;
	u32 i, which, bit;
	u64 right;

	reservation_usual(&r);
	s = *stamp_at(&r, INDEX, 0);
	expect_stamp(&r, &s, 0, PRMEM_SOUND);

	for (i = 0; i < COUNT(stamp_cases); i++) {
		const struct stamp_case *c = &stamp_cases[i];

		s = *stamp_at(&r, INDEX, 0);
		field_set(&s, c->offset, c->width, c->value);
		seal_stamp(&s);
		expect_stamp(&r, &s, c->offset, c->rule);
	}
	for (i = 0; i < COUNT(exact_fields); i++) {
		right = field_get(stamp_at(&r, INDEX, 0), exact_fields[i].offset, 8);
		for (which = 0; which < WRONG_VALUES; which++) {
			s = *stamp_at(&r, INDEX, 0);
			field_set(&s, exact_fields[i].offset, 8, wrong_value(right, 8, which));
			seal_stamp(&s);
			expect_stamp(&r, &s, exact_fields[i].offset,
				     wrong_value(right, 8, which) == right ?
				     PRMEM_SOUND : exact_fields[i].rule);
		}
	}
	/* Without a new checksum nothing but the magic comes before it. */
	for (bit = 0; bit < 512; bit++) {
		s = *stamp_at(&r, INDEX, 0);
		((u8 *)&s)[bit / 8] ^= 1 << bit % 8;
		expect_stamp(&r, &s, bit / 8, bit / 64 == 1 ? PRMEM_BAD_MAGIC : PRMEM_BAD_CHECKSUM);
	}
	memset(&s, 0, sizeof(s));
	expect_stamp(&r, &s, 0, PRMEM_BAD_MAGIC);
	memset(&s, 0xff, sizeof(s));
	expect_stamp(&r, &s, 0, PRMEM_BAD_MAGIC);
	reservation_free(&r);
}

/* Of two broken rules the one that SPEC.md names first is reported. */
static void stamp_ladder(void)
{
	static const struct {
		u32 offset, width;
		u64 value;
		enum prmem_rule rule;
	} rungs[] = {
		{ 8, 8, 5, PRMEM_BAD_MAGIC },
		{ 0, 4, 5, PRMEM_BAD_CHECKSUM },
		{ 4, 4, 5, PRMEM_BAD_ABI },
		{ 24, 8, 5, PRMEM_BAD_BASE },
		{ 32, 8, 5, PRMEM_BAD_SIZE },
		{ 16, 8, 0, PRMEM_BAD_ID },
		{ 44, 4, 9, PRMEM_BAD_COUNT },
		{ 40, 4, 9, PRMEM_BAD_INDEX },
		{ 48, 8, 5, PRMEM_BAD_ZERO },
	};
	struct reservation r;
	struct prmem_stamp s;
	u32 i, j;

	reservation_usual(&r);
	for (i = 0; i < COUNT(rungs); i++) {
		for (j = i; j < COUNT(rungs); j++) {
			s = *stamp_at(&r, INDEX, 1);
			field_set(&s, rungs[i].offset, rungs[i].width, rungs[i].value);
			field_set(&s, rungs[j].offset, rungs[j].width, rungs[j].value);
			seal_stamp(&s);
			if (rungs[i].offset == 0 || rungs[j].offset == 0)
				s.checksum ^= 1;
			expect_stamp(&r, &s, rungs[i].offset, rungs[i].rule);
		}
	}
	reservation_free(&r);
}

/* The stamp is sound, but of another place than the memory map says. */
static void stamp_elsewhere(void)
{
	struct prmem_fault fault;
	struct prmem_range range;
	struct reservation r;

	reservation_usual(&r);
	range = r.found[INDEX].range;
	range.base += GRAIN;
	CHECK(!prmem_stamp_check(stamp_at(&r, INDEX, 0), &range, &fault), "moved");
	CHECK(fault.rule == PRMEM_BAD_BASE && fault.got == r.found[INDEX].range.base &&
	      fault.want == range.base, "moved: \"%s\"", prmem_fault_text(fault.rule));
	range = r.found[INDEX].range;
	range.size += GRAIN;
	CHECK(!prmem_stamp_check(stamp_at(&r, INDEX, 0), &range, &fault), "grown");
	CHECK(fault.rule == PRMEM_BAD_SIZE, "grown: \"%s\"", prmem_fault_text(fault.rule));
	reservation_free(&r);
}

static void shuffle(struct reservation *r, u64 *seed)
{
	u32 i, j;

	for (i = r->count; i-- > 1;) {
		struct prmem_found other = r->found[i];

		j = chance_below(seed, i + 1);
		r->found[i] = r->found[j];
		r->found[j] = other;
	}
}

/* 1 to 8 ranges of many sizes, found in any order, make the same reservation. */
static void any_order(void)
{
	u32 grains[PRMEM_MAX_RANGES], count, round, i;
	u64 seed = 1, offset;
	struct reservation r;
	struct opened o;

	for (count = 1; count <= PRMEM_MAX_RANGES; count++) {
		for (round = 0; round < 200; round++) {
			for (i = 0; i < count; i++)
				grains[i] = round % 3 ? 1 + chance_below(&seed, 1 << 16) : 1;
			reservation_make(&r, grains, count);
			shuffle(&r, &seed);
			o = reservation_open(&r);
			CHECK(o.together && o.fault.rule == PRMEM_SOUND, "%u ranges: \"%s\"", count,
			      prmem_fault_text(o.fault.rule));
			CHECK(o.judgement.verdict == PRMEM_BLANK, "%u ranges", count);
			CHECK(o.space.id == (BOOT | 1) && o.space.count == count && !o.space.mend,
			      "%u ranges", count);
			for (i = 0, offset = 0; i < count; i++) {
				u32 found = o.space.found[i];

				CHECK(found < count && r.found[found].page == r.page[i],
				      "%u ranges: range %u is found %u", count, i, found);
				CHECK(o.space.range[i].base == r.found[found].range.base &&
				      o.space.range[i].size == grains[i] * GRAIN &&
				      o.space.offset[i] == offset, "%u ranges: range %u", count, i);
				offset += grains[i] * GRAIN;
			}
			CHECK(o.space.offset[count] == offset && o.space.size == offset,
			      "%u ranges", count);
			reservation_free(&r);
		}
	}
}

static void expect_apart(const struct reservation *r, enum prmem_rule rule, u32 at, u64 got,
			 u64 want, const char *what)
{
	struct opened o = reservation_open(r);

	CHECK(!o.together && o.fault.rule == rule, "%s: \"%s\", expected \"%s\"", what,
	      prmem_fault_text(o.fault.rule), prmem_fault_text(rule));
	CHECK(o.fault.at == at, "%s: at %u, expected %u", what, o.fault.at, at);
	CHECK(o.fault.got == got && o.fault.want == want, "%s: %#llx expected %#llx", what,
	      (unsigned long long)o.fault.got, (unsigned long long)o.fault.want);
}

static void both_stamps(const struct reservation *r, u32 index, u32 offset, u32 width, u64 value)
{
	u32 copy;

	for (copy = 0; copy < 2; copy++) {
		field_set(stamp_at(r, index, copy), offset, width, value);
		seal_stamp(stamp_at(r, index, copy));
	}
}

static const u32 five[] = { 3, 1, 4, 1, 5 };

static void missing(void)
{
	struct prmem_found gone;
	struct reservation r;
	u32 i;

	reservation_make(&r, five, COUNT(five));
	for (i = 0; i < COUNT(five); i++) {
		gone = r.found[i];
		memmove(&r.found[i], &r.found[i + 1], (COUNT(five) - i) * sizeof(gone));
		r.count--;
		expect_apart(&r, PRMEM_BAD_MISSING, i, i, COUNT(five), "missing");
		memmove(&r.found[i + 1], &r.found[i], (r.count - i) * sizeof(gone));
		r.found[i] = gone;
		r.count++;
	}
	CHECK(reservation_open(&r).together, "put back");
	reservation_free(&r);
}

static void foreign(void)
{
	struct reservation r, other;
	u32 i;

	for (i = 0; i < COUNT(five); i++) {
		/* No stamp: all zero, and all ones. */
		reservation_make(&r, five, COUNT(five));
		memset(r.page[i], 0, PRMEM_PAGE);
		expect_apart(&r, PRMEM_BAD_MAGIC, i, 0, PRMEM_STAMP_MAGIC, "no stamp");
		memset(r.page[i], 0xff, PRMEM_PAGE);
		expect_apart(&r, PRMEM_BAD_MAGIC, i, ~0ULL, PRMEM_STAMP_MAGIC, "all ones");
		reservation_free(&r);

		/* Of another reservation. The first one found sets the measure. */
		reservation_make(&r, five, COUNT(five));
		both_stamps(&r, i, 16, 8, 99);
		if (i)
			expect_apart(&r, PRMEM_BAD_ID, i, 99, BOOT | 1, "other id");
		else
			expect_apart(&r, PRMEM_BAD_ID, 1, BOOT | 1, 99, "other id");
		reservation_free(&r);

		/* Of a reservation of another number of ranges. */
		reservation_make(&r, five, COUNT(five));
		both_stamps(&r, i, 44, 4, 6);
		if (i)
			expect_apart(&r, PRMEM_BAD_COUNT, i, 6, 5, "other count");
		else
			expect_apart(&r, PRMEM_BAD_COUNT, 1, 5, 6, "other count");
		reservation_free(&r);
	}

	/* One range too many: the same index twice. */
	reservation_make(&r, five, COUNT(five));
	reservation_make(&other, five, COUNT(five));
	r.found[r.count++] = other.found[2];
	expect_apart(&r, PRMEM_BAD_INDEX, 5, 2, 6, "one too many");
	r.count--;
	both_stamps(&r, 4, 40, 4, 1);
	expect_apart(&r, PRMEM_BAD_INDEX, 4, 1, 5, "index twice");
	reservation_free(&r);
	reservation_free(&other);
}

/* Both copies are sound, and say different things: neither can be trusted. */
static void twins(void)
{
	static const struct {
		u32 offset, width;
		u64 value;
	} changes[] = {
		{ 16, 8, 77 }, { 40, 4, 0 }, { 44, 4, 7 },
	};
	struct reservation r;
	u32 i, copy;

	for (i = 0; i < COUNT(changes); i++) {
		for (copy = 0; copy < 2; copy++) {
			reservation_make(&r, five, COUNT(five));
			field_set(stamp_at(&r, 3, copy), changes[i].offset, changes[i].width,
				  changes[i].value);
			seal_stamp(stamp_at(&r, 3, copy));
			expect_apart(&r, PRMEM_BAD_TWINS, 3, stamp_at(&r, 3, 0)->id,
				     stamp_at(&r, 3, 1)->id, "twins");
			reservation_free(&r);
		}
	}
}

/* Every set of damaged copies: mended where one of a range is sound. */
static void mending(void)
{
	static const u32 three[] = { 4, 1, 2 };
	u32 set, i, copy, lost, at = 0;
	struct reservation r, whole;
	struct opened o;

	reservation_make(&whole, three, COUNT(three));
	for (set = 0; set < 64; set++) {
		reservation_make(&r, three, COUNT(three));
		for (i = 0, lost = 0; i < 3; i++) {
			for (copy = 0; copy < 2; copy++)
				if (set & 1 << (2 * i + copy))
					stamp_at(&r, i, copy)->id ^= 1ULL << set;
			if ((set >> 2 * i & 3) == 3 && !lost++)
				at = i;
		}
		if (lost) {
			o = reservation_open(&r);
			CHECK(!o.together && o.fault.rule == PRMEM_BAD_CHECKSUM && o.fault.at == at,
			      "set %#x: \"%s\" at %u", set, prmem_fault_text(o.fault.rule),
			      o.fault.at);
			reservation_free(&r);
			continue;
		}
		o = reservation_open(&r);
		CHECK(o.together && o.space.mend == set, "set %#x: mend is %#x", set, o.space.mend);
		reservation_mend(&r, &o.space);
		for (i = 0; i < 3; i++)
			CHECK(!memcmp(r.page[i], whole.page[i], PRMEM_PAGE), "set %#x: range %u",
			      set, i);
		o = reservation_open(&r);
		CHECK(o.together && !o.space.mend, "set %#x: after mending", set);
		reservation_free(&r);
	}
	reservation_free(&whole);
}

/* Only the first range has root slots. */
static void rest_of_page(void)
{
	struct reservation r;
	u32 i, byte;

	reservation_make(&r, five, COUNT(five));
	for (i = 1; i < COUNT(five); i++) {
		for (byte = 0; byte < PRMEM_PAGE; byte++) {
			if (byte % 2048 < 64)
				continue;
			r.page[i][byte] = 1 << byte % 8;
			expect_apart(&r, PRMEM_BAD_ZERO, i, 1, 0, "a byte in the rest of the page");
			r.page[i][byte] = 0;
		}
	}
	CHECK(reservation_open(&r).together, "put back");
	reservation_free(&r);
}

static void renewing(void)
{
	struct prmem_space space;
	struct reservation r;
	struct opened o;
	u32 count, i;

	for (count = 1; count <= PRMEM_MAX_RANGES; count++) {
		static const u32 grains[PRMEM_MAX_RANGES] = { 2, 7, 1, 8, 2, 8, 1, 8 };

		reservation_make(&r, grains, count);
		for (i = 0; i < count; i++) {
			memset(stamp_at(&r, i, 0), 0x11 * i, sizeof(struct prmem_stamp));
			memset(stamp_at(&r, i, 1), 0xee, sizeof(struct prmem_stamp));
		}
		CHECK(!reservation_open(&r).together, "%u ranges", count);
		prmem_space_renew(&space, r.found, count, 4711);
		CHECK(space.mend == (1U << 2 * count) - 1, "mend is %#x", space.mend);
		reservation_mend(&r, &space);
		o = reservation_open(&r);
		CHECK(o.together && o.space.id == 4711 && !o.space.mend &&
		      o.space.size == space.size && o.judgement.verdict == PRMEM_BLANK,
		      "%u ranges", count);
		for (i = 0; i < count; i++)
			CHECK(o.space.found[i] == i, "range %u is found %u", i, o.space.found[i]);
		reservation_free(&r);
	}
}

/* What counts as ours on a kernel without the shim: what the shim would count. */
static void stamped(void)
{
	static const struct {
		u32 offset, width;
		u64 value;
		bool ours;
	} changes[] = {
		{ 8, 8, 5, false }, { 0, 4, 5, false }, { 4, 4, 2, false }, { 24, 8, 5, false },
		{ 32, 8, 5, false }, { 16, 8, 0, true }, { 44, 4, 9, true }, { 40, 4, 9, true },
		{ 48, 8, 5, true },
	};
	struct reservation r;
	u32 i, which;

	for (i = 0; i < COUNT(changes); i++) {
		for (which = 1; which < 4; which++) {
			bool ours = which != 3 || changes[i].ours;
			u32 copy;

			reservation_make(&r, five, COUNT(five));
			CHECK(prmem_range_is_stamped(&r.found[2]), "as it is");
			for (copy = 0; copy < 2; copy++) {
				if (!(which & 1 << copy))
					continue;
				field_set(stamp_at(&r, 2, copy), changes[i].offset,
					  changes[i].width, changes[i].value);
				if (changes[i].offset)
					seal_stamp(stamp_at(&r, 2, copy));
			}
			CHECK(prmem_range_is_stamped(&r.found[2]) == ours,
			      "offset %u of copies %u", changes[i].offset, which);
			reservation_free(&r);
		}
	}
}

/* Where adopt= may begin a reservation: only a magic in its place is a sign of one. */
static void unused(void)
{
	static const u64 magics[] = {
		PRMEM_STAMP_MAGIC, PRMEM_ROOT_MAGIC, PRMEM_ROOT_WRITING, PRMEM_TABLE_MAGIC,
	};
	struct prmem_fault fault;
	struct reservation r;
	u64 seed = 4;
	u32 i, at;

	reservation_make(&r, five, 1);
	CHECK(!prmem_range_is_unused(&r.found[0], &fault), "stamped");
	memset(r.area, 0, PRMEM_PAGE);
	CHECK(prmem_range_is_unused(&r.found[0], &fault), "all zero");
	for (i = 0; i < PRMEM_PAGE; i++)
		r.area[i] = chance(&seed);
	CHECK(prmem_range_is_unused(&r.found[0], &fault), "anything");
	for (i = 0; i < COUNT(magics); i++) {
		for (at = 0; at < PRMEM_PAGE; at += 8) {
			u64 before = field_get(r.area, at, 8);
			bool sign = i == 0 ? at % 2048 == 8 : i < 3 && at % 2048 == 72;
			bool ok;

			field_set(r.area, at, 8, magics[i]);
			ok = prmem_range_is_unused(&r.found[0], &fault);
			CHECK(ok == !sign, "magic %u at %u", i, at);
			if (sign)
				CHECK(fault.rule == PRMEM_BAD_REMAINS && fault.got == magics[i] &&
				      !fault.at, "magic %u at %u: \"%s\"", i, at,
				      prmem_fault_text(fault.rule));
			field_set(r.area, at, 8, before);
		}
	}
	reservation_free(&r);
}

static void fault_texts(void)
{
	u32 i, j;

	for (i = 0; i < PRMEM_RULES; i++)
		for (j = 0; j < i; j++)
			CHECK(strcmp(prmem_fault_text(i), prmem_fault_text(j)),
			      "%u and %u: %s", i, j, prmem_fault_text(i));
	CHECK(!strcmp(prmem_fault_text(PRMEM_RULES), "unknown rule"), "no such rule");
	CHECK(!strcmp(prmem_fault_text(-1), "unknown rule"), "no such rule");
}

static const struct test tests[] = {
	{ "checksums agree with their published check values", checksums },
	{ "stamp: every field, every class of wrong value", stamp_fields },
	{ "stamp: the rules are checked in order", stamp_ladder },
	{ "stamp: of another place", stamp_elsewhere },
	{ "space: 1 to 8 ranges in any order", any_order },
	{ "space: a range is missing", missing },
	{ "space: a foreign range, one too many, an index twice", foreign },
	{ "space: sound copies that differ", twins },
	{ "space: every set of damaged copies is mended or refused", mending },
	{ "space: the rest of the other ranges' first pages is zero", rest_of_page },
	{ "space: renewed", renewing },
	{ "memory map: an entry is stamped if the shim would say so", stamped },
	{ "memory map: a magic in its place is a sign of us", unused },
	{ "fault: every rule has its own text", fault_texts },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
