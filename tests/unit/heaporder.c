// SPDX-License-Identifier: GPL-2.0-only
/* A heap as it is found, with two rules broken: the first one in order is reported. */
#include "heapsample.h"

static void break_header(void)
{
	field_set(h.base[0], 40, 8, 99);
	seal_header(&h, 0);
}

static void break_word(void)
{
	*heaps_word(&h, one / 32) ^= 2;
}

static void break_inside(void)
{
	heaps_set_word(&h, page(eight) + 1, PRMEM_PAGE_DATA | two << 12);
}

static void break_later_kind(void)
{
	heaps_set_word(&h, free_page, 5);
}

static void break_second_header(void)
{
	field_set(h.base[1], 8, 8, 99);
}

static void break_second_word(void)
{
	*heaps_word(&h, page(large) + 600) = 0;
}

static void break_zero(void)
{
	((u8 *)heaps_at(&h, one / 32 * 4096))[63] = 1;
}

static void break_state(void)
{
	seal_record(&h, one, 4);
}

static void break_checksum(void)
{
	heaps_record(&h, two)->type ^= 1;
}

static void break_subsystem(void)
{
	heaps_record(&h, three)->subsystem[2] = '/';
	heaps_record(&h, three)->name[0] = 0;
	seal_record(&h, three, PRMEM_INSTANCE_LIVE);
}

static void break_name(void)
{
	heaps_record(&h, more[0])->name[0] = 0;
	seal_record(&h, more[0], PRMEM_INSTANCE_LIVE);
}

static void break_twice(void)
{
	memcpy(heaps_record(&h, more[1])->name, "dying\0\0", 7);
	heaps_record(&h, more[1])->data[0].word = 0;
	seal_record(&h, more[1], PRMEM_INSTANCE_LIVE);
}

static void break_data(void)
{
	heaps_record(&h, more[2])->data[0].word ^= 1;
}

static void break_later_name(void)
{
	heaps_record(&h, more[4])->name[0] = 0;
	seal_record(&h, more[4], PRMEM_INSTANCE_LIVE);
}

static void break_later_zero(void)
{
	((u8 *)heaps_at(&h, more[19] / 32 * 4096))[0] = 1;
}

static void break_owner(void)
{
	heaps_set_word(&h, page(page_of_one), PRMEM_PAGE_DATA | gone << 12);
}

static void break_slab(void)
{
	u64 *slab = heaps_at(&h, page(object_of_one) * 4096ULL);

	seal_bits(&h, page(object_of_one), 1, 0xffffffffffffULL);	/* and a bit, and zero */
	slab[1] ^= 1ULL << 48;
	slab[7] = 1;
}

static void break_bit(void)
{
	u64 *slab = heaps_at(&h, page(small) * 4096ULL);

	seal_bits(&h, page(small), 2, 1ULL << 47);
	slab[3] = 1;
}

static void break_slab_zero(void)
{
	((u8 *)heaps_at(&h, page(huge) * 4096ULL))[100] = 1;
}

static void break_later_owner(void)
{
	heaps_set_word(&h, page(large), PRMEM_PAGE_DATA | 9 << 3 | gone << 12);
}

static void break_place(void)
{
	heaps_record(&h, more[5])->data[0].ref = small;
	seal_data(&h, more[5], 0, 0);
}

/* In the order of the rules; in a map and among the blocks page numbers decide. */
enum phase { FIRST_HEADER, FIRST_MAP, SECOND_HEADER, SECOND_MAP, RECORDS, BLOCKS, DATA };

struct rung {
	void (*break_it)(void);
	enum prmem_rule rule;
	enum phase phase;
	u32 at;
};

static bool comes_before(const struct rung *a, const struct rung *b)
{
	if (a->phase != b->phase)
		return a->phase < b->phase;
	return a->at != b->at ? a->at < b->at : a < b;
}

static void ladder(void)
{
	struct rung rungs[] = {
		{ break_header, PRMEM_BAD_HEAP_SERIAL, FIRST_HEADER, 0 },
		{ break_word, PRMEM_BAD_PAGE_CHECK, FIRST_MAP, 0 },
		{ break_inside, PRMEM_BAD_PAGE_INSIDE, FIRST_MAP, 0 },
		{ break_second_header, PRMEM_BAD_HEAP_MAGIC, SECOND_HEADER, 1 },
		{ break_second_word, PRMEM_BAD_PAGE_CHECK, SECOND_MAP, 0 },
		{ break_later_kind, PRMEM_BAD_PAGE_KIND, SECOND_MAP, 0 },
		{ break_zero, PRMEM_BAD_INSTANCES_ZERO, RECORDS, 0 },
		{ break_state, PRMEM_BAD_INSTANCE_STATE, RECORDS, 0 },
		{ break_checksum, PRMEM_BAD_INSTANCE_CHECKSUM, RECORDS, 0 },
		{ break_subsystem, PRMEM_BAD_INSTANCE_SUBSYSTEM, RECORDS, 0 },
		{ break_name, PRMEM_BAD_INSTANCE_NAME, RECORDS, 0 },
		{ break_twice, PRMEM_BAD_INSTANCE_TWICE, RECORDS, 0 },
		{ break_data, PRMEM_BAD_INSTANCE_DATA, RECORDS, 0 },
		{ break_later_name, PRMEM_BAD_INSTANCE_NAME, RECORDS, 0 },
		{ break_later_zero, PRMEM_BAD_INSTANCES_ZERO, RECORDS, 0 },
		{ break_owner, PRMEM_BAD_PAGE_OWNER, BLOCKS, 0 },
		{ break_slab, PRMEM_BAD_SLAB_CHECK, BLOCKS, 0 },
		{ break_bit, PRMEM_BAD_SLAB_BIT, BLOCKS, 0 },
		{ break_slab_zero, PRMEM_BAD_SLAB_ZERO, BLOCKS, 0 },
		{ break_later_owner, PRMEM_BAD_PAGE_OWNER, BLOCKS, 0 },
		{ break_place, PRMEM_BAD_INSTANCE_PLACE, DATA, 0 },
	};
	u32 i, j;

	make();
	rungs[1].at = one / 32;
	rungs[2].at = page(eight) + 1;
	rungs[4].at = page(large) + 600;
	rungs[5].at = free_page;
	for (i = 6; i < 14; i++)
		rungs[i].at = one / 32;
	rungs[14].at = more[19] / 32;
	rungs[15].at = page(page_of_one);
	rungs[16].at = page(object_of_one);
	rungs[17].at = page(small);
	rungs[18].at = page(huge);
	rungs[19].at = page(large);
	rungs[20].at = one / 32;
	for (i = 0; i < COUNT(rungs); i++) {
		for (j = i; j < COUNT(rungs); j++) {
			const struct rung *first = &rungs[comes_before(&rungs[j], &rungs[i]) ? j : i];

			rungs[j].break_it();
			if (i != j)
				rungs[i].break_it();
			expect(first->rule, first->at, "rungs", i << 16 | j);
		}
	}
	drop();
}

/* Two rules broken in one word: by its fields in order. */
static void word_ladder(void)
{
	static const struct {
		u64 clear, set;
		enum prmem_rule rule;
	} rungs[] = {
		{ 0, 1ULL << 48, PRMEM_BAD_PAGE_CHECK },
		{ 7, 5, PRMEM_BAD_PAGE_KIND },
		{ 0xf00, 0x900, PRMEM_BAD_PAGE_CLASS },
		{ 0xf8, 27 << 3, PRMEM_BAD_PAGE_ORDER },
		{ 0xfffffffff000ULL, 0, PRMEM_BAD_PAGE_OWNER },
	};
	u32 i, j, k;

	make();
	for (i = 0; i < COUNT(rungs); i++) {
		for (j = i; j < COUNT(rungs); j++) {
			u64 word = PRMEM_PAGE_DATA | one << 12;

			for (k = 0; k < 2; k++)
				word = (word & ~rungs[k ? j : i].clear) | rungs[k ? j : i].set;
			heaps_set_word(&h, free_page, word);
			*heaps_word(&h, free_page) ^= i ? 0 : 1ULL << 48;
			expect(rungs[i].rule, free_page, "rungs", i << 16 | j);
		}
	}
	drop();
}

static const struct test tests[] = {
	{ "heap: the rules are checked in order", ladder },
	{ "heap: the rules of a word are checked in order", word_ladder },
};

int main(void)
{
	return run_tests(tests, COUNT(tests));
}
