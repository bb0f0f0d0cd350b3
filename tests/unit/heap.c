// SPDX-License-Identifier: GPL-2.0-only
/* A heap as it is found: every rule, for every class of wrong value. */
#include "heapsample.h"

static void headers(void)
{
	static const struct {
		u32 offset, width;
		enum prmem_rule rule;
	} fields[] = {
		{ 8, 8, PRMEM_BAD_HEAP_MAGIC },
		{ 16, 8, PRMEM_BAD_HEAP_ID },
		{ 24, 8, PRMEM_BAD_HEAP_PLACE },
		{ 32, 8, PRMEM_BAD_HEAP_PLACE },
		{ 40, 8, PRMEM_BAD_HEAP_SERIAL },
		{ 4, 4, PRMEM_BAD_HEAP_ZERO },
		{ 48, 8, PRMEM_BAD_HEAP_ZERO },
		{ 56, 8, PRMEM_BAD_HEAP_ZERO },
	};
	u32 part, i, j, which;
	u64 right, value;

	make();
	expect(PRMEM_SOUND, 0, "untouched", 0);
	for (part = 0; part < 2; part++) {
		for (i = 0; i < COUNT(fields); i++) {
			right = field_get(h.base[part], fields[i].offset, fields[i].width);
			for (which = 0; which < WRONG_VALUES; which++) {
				value = wrong_value(right, fields[i].width, which);
				if (value == right)
					continue;
				field_set(h.base[part], fields[i].offset, fields[i].width, value);
				seal_header(&h, part);
				expect(fields[i].rule, part, "header", i << 16 | which);
			}
		}
		for (i = 0; i < 64; i++) {
			h.base[part][i] ^= 0x20;
			expect(i / 8 == 1 ? PRMEM_BAD_HEAP_MAGIC : PRMEM_BAD_HEAP_CHECKSUM, part,
			       "header, byte", i);
		}
		/* Two broken: the first. */
		for (i = 0; i < COUNT(fields); i++) {
			for (j = i + 1; j < COUNT(fields); j++) {
				field_set(h.base[part], fields[i].offset, fields[i].width, 99);
				field_set(h.base[part], fields[j].offset, fields[j].width, 99);
				seal_header(&h, part);
				expect(fields[i].rule, part, "header, two", i << 16 | j);
			}
		}
	}
	field_set(h.base[0], 8, 8, 99);
	expect(PRMEM_BAD_HEAP_MAGIC, 0, "magic and checksum", 0);
	field_set(h.base[0], 16, 8, 99);
	expect(PRMEM_BAD_HEAP_CHECKSUM, 0, "checksum and id", 0);
	drop();
}

/* The region list says the same of each place, but the place is too far. */
static void places(void)
{
	static const u64 ends[] = { 0, GRAIN, -GRAIN };
	struct prmem_fault fault;
	u32 i, which;

	make();
	for (i = 0; i < COUNT(ends); i++) {
		for (which = 0; which < 2; which++) {
			h.region[0].start = PRMEM_MAX_HEAP_END - GRAIN + ends[i];
			memcpy(h.base[0], saved[0], GRAIN);
			if (which)	/* else the header says another */
				field_set(h.base[0], 24, 8, h.region[0].start);
			seal_header(&h, 0);
			CHECK(!heaps_open(&h, &fault), "place %u %u", i, which);
			/* The words of the map are sealed for another place. */
			CHECK(fault.rule == (which && ends[i] != GRAIN ? PRMEM_BAD_PAGE_CHECK :
					     PRMEM_BAD_HEAP_PLACE), "place %u %u: \"%s\"", i, which,
			      prmem_fault_text(fault.rule));
		}
	}
	drop();
}

/* Every bit of the words of each kind, without a new check. */
static void word_bits(void)
{
	u64 pages[5];
	u32 i, bit;

	make();
	pages[0] = free_page;
	pages[1] = page(page_of_one);
	pages[2] = page(huge);
	pages[3] = one / 32;
	pages[4] = page(eight) + 3;
	for (i = 0; i < COUNT(pages); i++) {
		for (bit = 0; bit < 64; bit++) {
			*heaps_word(&h, pages[i]) ^= 1ULL << bit;
			expect(i == 4 ? PRMEM_BAD_PAGE_INSIDE : PRMEM_BAD_PAGE_CHECK, pages[i],
			       "bit", i << 8 | bit);
		}
		*heaps_word(&h, pages[i]) = *heaps_word(&h, pages[i] - 1);
		expect(i == 4 ? PRMEM_BAD_PAGE_INSIDE : PRMEM_BAD_PAGE_CHECK, pages[i],
		       "the word of the one before", i);
	}
	drop();
}

/* What a sealed word may not say; first and last pages of the maps. */
static void words(void)
{
	u32 last, odd, b, i, kind;
	static const struct {
		u32 kind, order, class;
		bool owned;
		enum prmem_rule rule;
	} cases[] = {
		{ 0, 0, 0, false, PRMEM_BAD_PAGE_KIND }, { 0, 0, 0, true, PRMEM_BAD_PAGE_KIND },
		{ 5, 0, 0, true, PRMEM_BAD_PAGE_KIND }, { 6, 0, 0, false, PRMEM_BAD_PAGE_KIND },
		{ 7, 31, 15, true, PRMEM_BAD_PAGE_KIND },
		{ 1, 0, 1, false, PRMEM_BAD_PAGE_CLASS }, { 1, 0, 15, false, PRMEM_BAD_PAGE_CLASS },
		{ 2, 0, 1, true, PRMEM_BAD_PAGE_CLASS }, { 2, 1, 8, true, PRMEM_BAD_PAGE_CLASS },
		{ 3, 0, 8, true, PRMEM_BAD_PAGE_CLASS }, { 3, 5, 15, true, PRMEM_BAD_PAGE_CLASS },
		{ 4, 0, 1, false, PRMEM_BAD_PAGE_CLASS }, { 4, 1, 8, false, PRMEM_BAD_PAGE_CLASS },
		{ 1, 1, 0, false, PRMEM_BAD_PAGE_ORDER }, { 1, 26, 0, false, PRMEM_BAD_PAGE_ORDER },
		{ 1, 31, 0, false, PRMEM_BAD_PAGE_ORDER },
		{ 2, 27, 0, true, PRMEM_BAD_PAGE_ORDER }, { 2, 31, 0, true, PRMEM_BAD_PAGE_ORDER },
		{ 2, 1, 0, true, PRMEM_BAD_PAGE_ORDER }, { 2, 26, 0, true, PRMEM_BAD_PAGE_ORDER },
		{ 3, 1, 0, true, PRMEM_BAD_PAGE_ORDER }, { 3, 0, 5, true, PRMEM_BAD_PAGE_ORDER },
		{ 3, 1, 5, true, PRMEM_BAD_PAGE_ORDER }, { 3, 3, 7, true, PRMEM_BAD_PAGE_ORDER },
		{ 3, 27, 3, true, PRMEM_BAD_PAGE_ORDER },
		{ 4, 1, 0, false, PRMEM_BAD_PAGE_ORDER }, { 4, 26, 0, true, PRMEM_BAD_PAGE_ORDER },
		{ 1, 0, 0, true, PRMEM_BAD_PAGE_OWNER }, { 4, 0, 0, true, PRMEM_BAD_PAGE_OWNER },
		{ 2, 0, 0, false, PRMEM_BAD_PAGE_OWNER }, { 3, 0, 4, false, PRMEM_BAD_PAGE_OWNER },
	};

	make();
	last = heaps_first(&h, 1) + heaps_pages(&h, 1) - 1;
	odd = heaps_first(&h, 0) + 509;
	b = heaps_first(&h, 1);
	CHECK(heaps_pages(&h, 0) == 510 && heaps_pages(&h, 1) == 1021, "pages of the maps");
	for (i = 0; i < COUNT(cases); i++) {
		u64 word = cases[i].kind | cases[i].order << 3 | cases[i].class << 8 |
			   (u64)(cases[i].owned ? one : 0) << 12;

		heaps_set_word(&h, odd, word);
		expect(cases[i].rule, odd, "word", word);
		heaps_set_word(&h, last, word);
		expect(cases[i].rule, last, "last word", word);
	}
	for (i = 0; i <= 26; i++) {	/* up to the border and the next multiple */
		heaps_set_word(&h, b + 1018, 2 | i << 3 | one << 12);
		expect(i < 2 ? PRMEM_SOUND : PRMEM_BAD_PAGE_ORDER, b + 1018, "page 1018", i);
		heaps_set_word(&h, b + 1016, 2 | i << 3 | one << 12);
		expect(i < 3 ? PRMEM_SOUND : PRMEM_BAD_PAGE_ORDER, b + 1016, "page 1016", i);
		heaps_set_word(&h, b + 1008, 2 | i << 3 | one << 12);
		expect(i < 4 ? PRMEM_SOUND : PRMEM_BAD_PAGE_ORDER, b + 1008, "page 1008", i);
	}
	for (kind = 0; kind < 8; kind++) {
		heaps_set_word(&h, page(eight) + 5, kind | one << 12);
		expect(PRMEM_BAD_PAGE_INSIDE, page(eight) + 5, "inside", kind);
	}
	heaps_set_word(&h, page(large) + 511, PRMEM_PAGE_INSTANCES);
	expect(PRMEM_BAD_PAGE_INSIDE, page(large) + 511, "the last inside", 0);
	heaps_set_word(&h, page(huge) + 1, PRMEM_PAGE_FREE | 1 << 3);
	expect(PRMEM_BAD_PAGE_INSIDE, page(huge) + 1, "a slab's second", 0);
	heaps_set_word(&h, free_page - 1, 2 | 1 << 3 | one << 12);
	expect(PRMEM_SOUND, 0, "a block more", 0);
	drop();
}

/* A block's owner has to be an instance. */
static void owners(void)
{
	u64 wrong[12];
	u32 i;

	make();
	wrong[0] = gone;
	wrong[1] = one / 32 * 32 + 21;		/* there are 21 in a page */
	wrong[2] = one / 32 * 32 + 31;
	wrong[3] = more[19] + 1;		/* never used */
	wrong[4] = page_of_one / 4096 * 32;	/* not a page of records */
	wrong[5] = (heaps_first(&h, 0) + 510) * 32ULL;	/* between the regions */
	wrong[6] = 1;				/* before them */
	wrong[7] = 4 * 4096 * 32ULL;		/* behind them */
	wrong[8] = (1ULL << 36) - 1;
	wrong[9] = 1ULL << 35;
	wrong[10] = h.region[0].start / 4096 * 32;	/* the header */
	wrong[11] = (heaps_first(&h, 0) - 1) * 32ULL;	/* the map */
	for (i = 0; i < COUNT(wrong); i++) {
		heaps_set_word(&h, free_page, PRMEM_PAGE_DATA | wrong[i] << 12);
		expect(PRMEM_BAD_PAGE_OWNER, free_page, "owner of a page", i);
		heaps_set_word(&h, page(huge), 3 | 4 << 3 | 7 << 8 | wrong[i] << 12);
		expect(PRMEM_BAD_PAGE_OWNER, page(huge), "owner of a slab", i);
	}
	heaps_set_word(&h, page(page_of_one), PRMEM_PAGE_DATA | dying << 12);
	expect(PRMEM_SOUND, 0, "of the dying", 0);
	heaps_set_word(&h, page(page_of_one), PRMEM_PAGE_DATA | two << 12);
	expect(PRMEM_SOUND, 0, "of another", 0);
	drop();
}

static void records(void)
{
	static const u32 states[] = { 0, 4, 5, 0x80000001, 0x80000002, ~0U };
	u64 numbers[3];
	u32 i, n, at, first;

	make();
	first = one / 32;
	numbers[0] = one;
	numbers[1] = dying;
	numbers[2] = more[19];
	for (i = 0; i < 64; i++) {
		((u8 *)heaps_at(&h, first * 4096ULL))[i] = 1 << i % 8;
		expect(PRMEM_BAD_INSTANCES_ZERO, first, "zero byte", i);
		((u8 *)heaps_at(&h, more[19] / 32 * 4096))[i] = 1 << i % 8;
		expect(PRMEM_BAD_INSTANCES_ZERO, more[19] / 32, "zero byte", i);
	}
	for (n = 0; n < 3; n++) {
		at = numbers[n] / 32;
		for (i = 0; i < COUNT(states); i++) {
			seal_record(&h, numbers[n], states[i]);
			expect(PRMEM_BAD_INSTANCE_STATE, at, "state", states[i]);
		}
		for (i = 0; i < 144; i++) {	/* all but the data */
			((u8 *)heaps_record(&h, numbers[n]))[i] ^= 0x10;
			expect(i < 4 || i >= 8 ? PRMEM_BAD_INSTANCE_CHECKSUM :
			       PRMEM_BAD_INSTANCE_STATE, at, "byte", n << 8 | i);
		}
		/* Of the three states each is another's only with a new checksum. */
		heaps_record(&h, numbers[n])->state ^= 1ULL << 32;
		expect(PRMEM_BAD_INSTANCE_CHECKSUM, at, "another state", n);
		*heaps_record(&h, numbers[n]) = *heaps_record(&h, two);
		expect(PRMEM_BAD_INSTANCE_CHECKSUM, at, "another's record", n);
	}
	/* Of a free record only the state counts. */
	memset((u8 *)heaps_record(&h, gone) + 8, 0xff, 184);
	expect(PRMEM_SOUND, 0, "free, with anything in it", 0);
	heaps_record(&h, gone)->state ^= 1;
	expect(PRMEM_BAD_INSTANCE_CHECKSUM, gone / 32, "free, another checksum", 0);
	drop();
}

static void names(void)
{
	static const struct {
		const char *what;
		u32 at;
		const char *bytes;
		u32 len;
		bool subsystem, name;	/* whether they may be so */
	} cases[] = {
		{ "empty", 0, "\0\0\0\0\0\0", 6, false, false },
		{ "nothing, then something", 0, "\0", 1, false, false },
		{ "after the end", 7, "x", 1, false, false },
		{ "after the word's end", 8, "x", 1, false, false },
		{ "the last byte", 63, "x", 1, false, false },
		{ "blank", 1, " ", 1, false, false },
		{ "newline", 0, "\n", 1, false, false },
		{ "delete", 2, "\x7f", 1, false, false },
		{ "not ASCII", 1, "\xc3\xa9", 2, false, false },
		{ "slash", 1, "/", 1, false, true },
		{ "slash at first", 0, "/", 1, false, true },
		{ "the first of all", 0, "!", 1, true, true },
		{ "the last of all", 2, "~", 1, true, true },
		{ "8 bytes", 0, "abcdefgh", 8, true, true },
		{ "63 bytes", 0, "123456789a123456789b123456789c123456789d123456789e123456789f123",
		  63, true, true },
		{ "64 bytes", 0, "123456789a123456789b123456789c123456789d123456789e123456789f1234",
		  64, false, false },
	};
	u32 i;

	make();
	for (i = 0; i < COUNT(cases); i++) {
		memcpy(heaps_record(&h, one)->subsystem + cases[i].at, cases[i].bytes,
		       cases[i].len);
		seal_record(&h, one, PRMEM_INSTANCE_LIVE);
		expect(cases[i].subsystem ? PRMEM_SOUND : PRMEM_BAD_INSTANCE_SUBSYSTEM, one / 32,
		       cases[i].what, 0);
		memcpy(heaps_record(&h, dying)->name + cases[i].at, cases[i].bytes, cases[i].len);
		seal_record(&h, dying, PRMEM_INSTANCE_DYING);
		expect(cases[i].name ? PRMEM_SOUND : PRMEM_BAD_INSTANCE_NAME, dying / 32,
		       cases[i].what, 1);
	}
	drop();
}

/* Every byte value in every place of a label, against a plain rule. */
static void characters(void)
{
	u8 label[64];
	u32 len, at, c, i;

	for (len = 0; len <= 64; len++) {
		for (at = 0; at < 64; at++) {
			for (c = 0; c < 256; c++) {
				bool valid[2];
				u32 n = 0;

				memset(label, 0, sizeof(label));
				memset(label, 'n', len);
				label[at] = c;
				while (n < 64 && label[n] > 0x20 && label[n] < 0x7f)
					n++;
				valid[0] = n && n < 64;
				for (i = n; i < 64; i++)
					valid[0] &= !label[i];
				valid[1] = valid[0] && !memchr(label, '/', 64);
				for (i = 0; i < 2; i++)
					CHECK(prmem_label_valid(label, i) == valid[i],
					      "length %u, byte %u: %#x", len, at, c);
			}
		}
	}
}

static void twice(void)
{
	make();
	memcpy(heaps_record(&h, three)->subsystem, "sub\0\0", 5);
	seal_record(&h, three, PRMEM_INSTANCE_LIVE);
	expect(PRMEM_BAD_INSTANCE_TWICE, three / 32, "two live ones", 0);
	memcpy(heaps_record(&h, dying)->name, "one\0\0", 5);
	seal_record(&h, dying, PRMEM_INSTANCE_DYING);
	expect(PRMEM_BAD_INSTANCE_TWICE, dying / 32, "a live one and a dying one", 0);
	memcpy(heaps_record(&h, more[19])->name, heaps_record(&h, more[0])->name, 64);
	seal_record(&h, more[19], PRMEM_INSTANCE_LIVE);
	expect(PRMEM_BAD_INSTANCE_TWICE, more[19] / 32, "in another page", 0);
	/* The same letters, cut elsewhere. */
	memcpy(heaps_record(&h, one)->subsystem, "subs", 4);
	memcpy(heaps_record(&h, one)->name, "ub/more/0", 9);
	seal_record(&h, one, PRMEM_INSTANCE_LIVE);
	expect(PRMEM_SOUND, 0, "the same letters", 0);
	*heaps_record(&h, gone) = *heaps_record(&h, one);
	seal_record(&h, gone, PRMEM_INSTANCE_FREE);
	expect(PRMEM_SOUND, 0, "a free one", 0);
	drop();
}

static void set_slots(u64 number, u32 a, u32 b)
{
	seal_data(&h, number, 0, a);
	seal_data(&h, number, 1, b);
}

static void data_words(void)
{
	static const u64 writing = PRMEM_DATA_WRITING;
	static const struct {
		u32 a, b;
		bool sound;
	} pairs[] = {
		{ 0, 1, true }, { 1, 0, true }, { 41, 42, true }, { ~0U, 0, true },
		{ 0, ~0U, true }, { ~0U, ~0U - 1, true }, { 0x7fffffff, 0x80000000, true },
		{ 0, 0, false }, { 5, 5, false }, { 0, 2, false }, { 2, 0, false },
		{ ~0U, 1, false }, { 0, 0x80000000, false }, { 1, 0x80000000, false },
		{ ~0U, ~0U, false },
	};
	struct prmem_data_rec *data;
	u32 at, i, slot;

	make();
	at = two / 32;
	data = heaps_record(&h, two)->data;
	CHECK(data[0].word != writing && data[1].word != writing, "both are valid");
	for (i = 0; i < 48; i++) {
		((u8 *)data)[i] ^= 0x40;
		expect(PRMEM_BAD_INSTANCE_DATA, at, "byte", i);
	}
	for (i = 0; i < COUNT(pairs); i++) {
		set_slots(two, pairs[i].a, pairs[i].b);
		expect(pairs[i].sound ? PRMEM_SOUND : PRMEM_BAD_INSTANCE_DATA, at, "pair", i);
	}
	for (slot = 0; slot < 2; slot++) {
		data[slot].word = writing;
		expect(PRMEM_SOUND, 0, "one is being written", slot);
		data[slot].word = writing;
		data[slot].ref = ~0ULL;
		data[slot].size = ~0ULL;
		expect(PRMEM_SOUND, 0, "with anything in it", slot);
		data[slot].word = writing;
		data[!slot].word ^= 1;
		expect(PRMEM_BAD_INSTANCE_DATA, at, "the other is damaged", slot);
		data[slot].word = 0;
		expect(PRMEM_BAD_INSTANCE_DATA, at, "zero", slot);
		data[slot].word = ~0ULL;
		expect(PRMEM_BAD_INSTANCE_DATA, at, "ones", slot);
		data[slot].word = writing + 1;
		expect(PRMEM_BAD_INSTANCE_DATA, at, "nearly being written", slot);
		data[!slot] = data[slot];
		expect(PRMEM_BAD_INSTANCE_DATA, at, "one in both places", slot);
	}
	data[0].word = writing;
	data[1].word = writing;
	expect(PRMEM_BAD_INSTANCE_DATA, at, "both are being written", 0);
	memcpy(data, heaps_record(&h, one)->data, 48);
	expect(PRMEM_BAD_INSTANCE_DATA, at, "another's", 0);
	memset(heaps_record(&h, dying)->data, 0xff, 48);
	expect(PRMEM_SOUND, 0, "of the dying", 0);
	drop();
}

/* Slot of record number says that its data lies there. */
static void lies(u64 number, u32 slot, const char *what, u64 ref, u64 size, enum prmem_rule rule)
{
	struct prmem_data_rec *data = &heaps_record(&h, number)->data[slot];

	data->ref = ref;
	data->size = size;
	seal_data(&h, number, slot, data->word >> 32);
	expect(rule, number / 32, what, ref);
}

static void data_in_blocks(void)
{
	const enum prmem_rule good = PRMEM_SOUND, bad = PRMEM_BAD_INSTANCE_PLACE;

	make();
	lies(two, data_at, "none", 0, 0, good);
	lies(two, data_at, "a size alone", 0, 1, bad);
	lies(two, data_at, "any size alone", 0, ~0ULL, bad);
	lies(two, data_at, "no size", eight, 0, bad);
	lies(two, data_at, "the first byte", eight, 1, good);
	lies(two, data_at, "all of the block", eight, 8 * 4096, good);
	lies(two, data_at, "one byte more", eight, 8 * 4096 + 1, bad);
	lies(two, data_at, "the last byte", eight + 8 * 4096 - 1, 1, good);
	lies(two, data_at, "two from there", eight + 8 * 4096 - 1, 2, bad);
	lies(two, data_at, "behind it", eight + 8 * 4096, 1, bad);
	lies(two, data_at, "before it", eight - 1, 1, bad);
	lies(two, data_at, "the end overflows to 0", eight, -eight, bad);
	lies(two, data_at, "the end overflows to the start", eight + 4096, -4096ULL, bad);
	lies(two, data_at, "all sizes", eight, ~0ULL, bad);
	lies(two, data_at, "half of all sizes", eight, 1ULL << 63, bad);
	lies(two, data_at, "all of a large block", large, 512 * 4096, good);
	lies(two, data_at, "its last page", large + 511 * 4096, 4096, good);
	lies(two, data_at, "more than its last page", large + 511 * 4096, 4097, bad);
	lies(two, data_at, "another's page", page_of_one, 1, bad);
	lies(two, data_at, "another's object", object_of_one, 1, bad);
	lies(two, data_at, "the page of records", one / 32 * 4096, 1, bad);
	lies(two, data_at, "the map", h.region[0].start + 64, 1, bad);
	lies(two, data_at, "the header", h.region[1].start, 1, bad);
	lies(two, data_at, "a free page", free_page * 4096ULL, 1, bad);
	lies(two, data_at, "between the regions", 2 * GRAIN, 1, bad);
	lies(two, data_at, "before the regions", 4096, 1, bad);
	lies(two, data_at, "behind the regions", 7 * GRAIN, 1, bad);
	lies(two, data_at, "far outside", 1ULL << 43, 1, bad);
	lies(two, data_at, "as far as can be", ~0ULL, 1, bad);
	lies(two, data_at, "where page numbers wrap", (1ULL << 44) + eight, 1, bad);
	lies(two, data_at, "the high bit", eight | 1ULL << 63, 1, bad);
	/* The slot that doesn't count may say anything. */
	lies(two, !data_at, "of the slot before", page_of_one, 1, good);
	drop();
}

static void data_in_objects(void)
{
	const enum prmem_rule good = PRMEM_SOUND, bad = PRMEM_BAD_INSTANCE_PLACE;

	make();
	lies(three, 0, "an object", small, 32, good);
	lies(three, 0, "inside it", small + 31, 1, good);
	lies(three, 0, "over its end", small + 31, 2, bad);
	lies(three, 0, "over its end, all of it", small, 33, bad);
	lies(three, 0, "an object that is not in use", small + 32, 1, bad);
	lies(three, 0, "the slab's head", small & ~4095ULL, 1, bad);
	lies(three, 0, "the head's last byte", small - 1, 1, bad);
	lies(three, 0, "the 49th of the tiny ones", tiny[48], 16, good);
	lies(three, 0, "the 60th", tiny[59], 16, good);
	lies(three, 0, "the 61st", tiny[59] + 16, 1, bad);
	lies(three, 0, "two of them", tiny[0], 32, bad);
	lies(three, 0, "the last place of the slab", (tiny[0] & ~4095ULL) + 4080, 1, bad);
	lies(three, 0, "a huge one", huge, 2048, good);
	lies(three, 0, "the bitmap of the huge one", huge - 2048, 8, bad);
	lies(three, 0, "a page further", huge + 4096, 1, bad);
	drop();
}

static void slabs(void)
{
	struct {
		u32 page, words, objects, head;
	} s[4];
	u32 i, at, bit, n;

	make();
	s[0] = (typeof(s[0])) { page(tiny[0]), 6, 253, 48 };
	s[1] = (typeof(s[0])) { page(small), 3, 127, 32 };
	s[2] = (typeof(s[0])) { page(object_of_one), 2, 63, 64 };
	s[3] = (typeof(s[0])) { page(huge), 1, 31, 2048 };
	for (i = 0; i < COUNT(s); i++) {
		u8 *slab = heaps_at(&h, s[i].page * 4096ULL);
		u64 *map = (u64 *)slab;

		for (at = 0; at < s[i].words; at++) {
			for (bit = 0; bit < 64; bit++) {
				map[at] ^= 1ULL << bit;
				expect(PRMEM_BAD_SLAB_CHECK, s[i].page, "bit", at << 8 | bit);
			}
			n = s[i].objects - at * 48;
			for (bit = n; bit < 48; bit++) {
				seal_bits(&h, s[i].page, at, map[at] << 16 >> 16 | 1ULL << bit);
				expect(PRMEM_BAD_SLAB_BIT, s[i].page, "without an object", bit);
			}
			bit = n < 48 ? n : 48;
			seal_bits(&h, s[i].page, at, map[at] << 16 >> 16 | 1ULL << (bit - 1));
			expect(PRMEM_SOUND, 0, "the last object", at << 8 | bit);
			map[at] = map[0];
			if (at)
				expect(PRMEM_BAD_SLAB_CHECK, s[i].page, "another word", at);
		}
		for (at = s[i].words * 8; at < s[i].head; at++) {
			slab[at] = 1 << at % 8;
			expect(PRMEM_BAD_SLAB_ZERO, s[i].page, "byte", at);
		}
		if (i == 2)
			continue;	/* data lies in it */
		for (at = 0; at < s[i].words; at++)
			seal_bits(&h, s[i].page, at, 0);
		expect(PRMEM_SOUND, 0, "with nothing in use", i);
	}
	seal_bits(&h, s[2].page, 0, 1);
	expect(PRMEM_BAD_INSTANCE_PLACE, one / 32, "the data's object not in use", 0);
	drop();
}

/* What the fault says was found, and what was expected. */
static void numbers(void)
{
	struct prmem_fault fault;

	make();
	field_set(h.base[0], 40, 8, 99);
	seal_header(&h, 0);
	CHECK(!heaps_open(&h, &fault) && fault.got == 99 && fault.want == 1, "serial");
	put_back();
	heaps_set_word(&h, free_page, PRMEM_PAGE_DATA | 5 << 3 | one << 12);
	CHECK(!heaps_open(&h, &fault) && fault.got == 5 && fault.want == 0, "order");
	put_back();
	heaps_set_word(&h, free_page, PRMEM_PAGE_DATA | gone << 12);
	CHECK(!heaps_open(&h, &fault) && fault.got == gone, "owner");
	put_back();
	heaps_record(&h, more[5])->data[0].ref = small;
	heaps_record(&h, more[5])->data[0].size = 77;
	seal_data(&h, more[5], 0, 0);
	CHECK(!heaps_open(&h, &fault) && fault.got == small && fault.want == 77, "place");
	put_back();
	drop();
}

/* Nothing but bytes: the check ends, and what it accepts goes on. */
static void chaos(void)
{
	u64 seed = 31, number;
	struct prmem_owner owner;
	struct prmem_fault fault;
	u32 round, n, accepted = 0;

	make();
	for (round = 0; round < 3000; round++) {
		for (n = chance_below(&seed, 4); n; n--) {
			u32 p = heaps_first(&h, 0) + 430 + chance_below(&seed, 80);
			u64 word = *heaps_word(&h, heaps_first(&h, 0) + 430 + chance_below(&seed, 80));

			switch (chance_below(&seed, 5)) {
			case 0: heaps_set_word(&h, p, word); break;
			case 1: heaps_set_word(&h, p, PRMEM_PAGE_FREE); break;
			case 2: heaps_set_word(&h, p, word ^ 1ULL << chance_below(&seed, 20)); break;
			case 3:
				number = one + chance_below(&seed, 20);
				heaps_record(&h, number)->data[0].ref = tiny[chance(&seed) % 60];
				seal_data(&h, number, 0, 0);
				break;
			case 4:
				number = one + chance_below(&seed, 20);
				seal_record(&h, number, 1 + chance_below(&seed, 3));
				break;
			}
		}
		if (heaps_open(&h, &fault)) {
			accepted++;
			prmem_heap_finish(&h.heap);
			while ((number = prmem_instance_next(&h.heap, 0)) != 0) {
				prmem_owner_open(&h.heap, number, &owner);
				prmem_instance_destroy(&h.heap, &owner);
			}
			CHECK(prmem_heap_is_unused(&h.heap, 0) && prmem_heap_is_unused(&h.heap, 1) &&
			      !h.heap.instances, "round %u: something is left", round);
			heaps_close(&h);
		}
		put_back();
	}
	CHECK(accepted > 300 && accepted < 2700, "%u accepted", accepted);
	drop();
}

static const struct test tests[] = {
	{ "heap: header, every field, every class of wrong value", headers },
	{ "heap: the end of what can be numbered", places },
	{ "heap: page words, every bit", word_bits },
	{ "heap: page words, every field", words },
	{ "heap: owners", owners },
	{ "heap: records", records },
	{ "heap: names", names },
	{ "heap: every character in every place of a name", characters },
	{ "heap: two of one name", twice },
	{ "heap: the words of data slots", data_words },
	{ "heap: where data may lie in blocks", data_in_blocks },
	{ "heap: where data may lie in objects", data_in_objects },
	{ "heap: slabs", slabs },
	{ "heap: the fault's numbers", numbers },
	{ "heap: 3,000 images changed at random", chaos },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
