// SPDX-License-Identifier: GPL-2.0-only
/* Regions of type heap in user memory, and ways to damage them. */
#include <malloc.h>

#include "heapmem.h"
#include "seal.h"

#define UNSEALED	0x80	/* with a damage: the check is left as it was */
#define IN_USE		0x8000	/* with a record: count only those that are */

struct mem mem;

/*
 * Much smaller than a grain, so that each word counts; the core doesn't mind. The
 * last shape is a whole grain, whose map has two pages.
 */
static const struct shape {
	u32 pages[MEM_REGIONS];
	bool spare;	/* the last one is not a heap at the beginning */
	u64 start;
} shapes[] = {
	{ { 16 }, false, GRAIN },
	{ { 40 }, false, 5 * GRAIN },
	{ { 34 }, false, PRMEM_MAX_HEAP_END - 34 * PRMEM_PAGE },
	{ { 10, 22 }, true, GRAIN },
	{ { 14, 3, 19 }, false, 7 * GRAIN },
	{ { 12, 36, 8, 20 }, true, 1ULL << 40 },
	{ { 130 }, false, 512 * GRAIN },
	{ { 512 }, false, GRAIN },
};

/* A shape's memory stays where it is, and each run begins in it anew. */
static u8 *base[COUNT(shapes)][MEM_REGIONS];

void mem_begin(u8 number)
{
	u32 which = number < 250 ? number % (COUNT(shapes) - 1) : COUNT(shapes) - 1, i;
	const struct shape *shape = &shapes[which];
	u64 start = shape->start;

	memset(&mem, 0, sizeof(mem));
	mem.id = BOOT | 1;
	for (i = 0; i < MEM_REGIONS && shape->pages[i]; i++) {
		u64 size = shape->pages[i] * PRMEM_PAGE;

		if (!base[which][i])
			base[which][i] = get_memory(size);
		mem.base[i] = base[which][i];
		mem.region[i].start = start;
		mem.region[i].size = size;
		mem.region[i].serial = 3 + i;
		mem.region[i].type = PRMEM_REGION_HEAP;
		mem.there[i] = true;
		start += size + i % 2 * GRAIN;	/* some touch, some don't */
		memset(mem.base[i], 0xa5, size);
		prmem_heap_format(mem.base[i], &mem.region[i], mem.id);
	}
	mem.count = i;
	mem.there[i - 1] = !shape->spare;
}

void mem_insert(u32 i, const struct prmem_region_rec *region, u8 *at)
{
	u32 k;

	MUST(mem.count < MEM_REGIONS, "MEM_REGIONS is too small");
	for (k = mem.count++; k > i; k--) {
		mem.region[k] = mem.region[k - 1];
		mem.base[k] = mem.base[k - 1];
		mem.there[k] = mem.there[k - 1];
	}
	mem.region[i] = *region;
	mem.base[i] = at;
	mem.there[i] = false;
}

void mem_remove(u32 i)
{
	for (mem.count--; i < mem.count; i++) {
		mem.region[i] = mem.region[i + 1];
		mem.base[i] = mem.base[i + 1];
		mem.there[i] = mem.there[i + 1];
	}
}

void mem_save(u8 *to[MEM_REGIONS])
{
	u32 i;

	for (i = 0; i < mem.count; i++) {
		if (malloc_usable_size(to[i]) < mem.region[i].size)
			to[i] = realloc(to[i], mem.region[i].size);
		memcpy(to[i], mem.base[i], mem.region[i].size);
	}
}

void mem_restore(u8 *const from[MEM_REGIONS])
{
	u32 i;

	for (i = 0; i < mem.count; i++)
		memcpy(mem.base[i], from[i], mem.region[i].size);
}

bool mem_is(u8 *const saved[MEM_REGIONS])
{
	u32 i;

	for (i = 0; i < mem.count; i++)
		if (memcmp(mem.base[i], saved[i], mem.region[i].size))
			return false;
	return true;
}

u32 mem_pages(u32 region)
{
	u64 size = mem.region[region].size;

	return size / PRMEM_PAGE - PRMEM_HEAP_MAP(size);
}

u8 *mem_at(u64 ref, u64 size)
{
	u32 i;

	for (i = 0; i < mem.count; i++) {
		u64 start = mem.region[i].start, end = start + mem.region[i].size;

		if (ref >= start && ref <= end && size <= end - ref)
			return mem.base[i] + (ref - start);
	}
	return NULL;
}

/* -- damage -- */

struct field {
	u16 offset;
	u16 width;
};

static const struct field header_fields[] = {
	{ 0, 4 }, { 4, 4 }, { 8, 8 }, { 16, 8 }, { 24, 8 }, { 32, 8 }, { 40, 8 }, { 48, 8 },
	{ 63, 1 },
};

static const struct field record_fields[] = {
	{ 4, 4 }, { 0, 4 }, { 8, 4 }, { 12, 4 }, { 16, 1 }, { 17, 8 }, { 79, 1 }, { 80, 1 },
	{ 81, 8 }, { 143, 1 }, { 144, 8 }, { 148, 4 }, { 152, 8 }, { 160, 8 }, { 168, 8 },
	{ 172, 4 }, { 176, 8 }, { 184, 8 },
};

static u64 new_value(u64 old, u32 width, u64 value)
{
	/* Small ones are classes of wrong values, and differences. */
	if (value < WRONG_VALUES)
		return wrong_value(old, width, value);
	return value;
}

static void set(u8 *at, const struct field *f, u64 value)
{
	field_set(at, f->offset, f->width,
		  new_value(field_get(at, f->offset, f->width), f->width, value));
}

/* A page that the map speaks of, of any region. */
struct page {
	u32 region;
	u32 i;
	u32 number;
	u8 *at;
	__le64 *word;
};

static struct page page_of(u8 where, u16 what)
{
	u32 region = where % mem.count;
	u64 size = mem.region[region].size, map = PRMEM_HEAP_MAP(size);
	u32 i = what % (size / PRMEM_PAGE - map);
	u8 *at = mem.base[region];

	return (struct page) {
		.region = region, .i = i, .number = mem.region[region].start / PRMEM_PAGE + map + i,
		.at = at + (map + i) * PRMEM_PAGE, .word = (__le64 *)(at + 64) + i,
	};
}

static void damage_header(const struct step *step, bool sealed)
{
	u8 *at = mem.base[step->where % mem.count];

	set(at, &header_fields[step->what % COUNT(header_fields)], step->value);
	if (sealed)
		field_set(at, 0, 4, prmem_port_crc32c(PRMEM_HEAP_SALT, at + 4, 60));
}

/* Any word, with a check that fits. */
static void damage_word(const struct step *step, bool sealed)
{
	struct page p = page_of(step->where, step->what);

	*p.word = sealed ? seal_word(step->value, PRMEM_WORD_SALT, p.number * (u64)PRMEM_PAGE) :
		  step->value;
}

/* Only the kind, the order, the class or the owner. */
static void damage_part(const struct step *step, bool sealed)
{
	static const u8 shift[] = { 0, 3, 8, 12 }, bits[] = { 3, 5, 4, 36 };
	struct page p = page_of(step->where, step->what), other;
	u32 part = step->value & 3;
	u64 mask = ((1ULL << bits[part]) - 1) << shift[part], value = step->value >> 2;

	if (part == 3) {	/* most numbers are nobody's */
		other = page_of(step->where >> 4, value >> 5);
		value = PRMEM_NUMBER(other.number, value % 32);
	}
	*p.word = (*p.word & ~mask) | (value << shift[part] & mask);
	if (sealed)
		*p.word = seal_word(*p.word, PRMEM_WORD_SALT, p.number * (u64)PRMEM_PAGE);
}

static u32 records_in_use(u64 *numbers, u32 max)
{
	u32 region, page, i, count = 0;

	for (region = 0; region < mem.count; region++) {
		for (page = 0; page < mem_pages(region); page++) {
			struct page p = page_of(region, page);
			struct prmem_instances_rec *records = (struct prmem_instances_rec *)p.at;

			if (PRMEM_WORD_KIND(*p.word) != PRMEM_PAGE_INSTANCES)
				continue;
			for (i = 0; i < PRMEM_INSTANCES && count < max; i++)
				if (records->instance[i].state >> 32 != PRMEM_INSTANCE_FREE)
					numbers[count++] = PRMEM_NUMBER(p.number, i);
		}
	}
	return count;
}

/* The number of the record that a step speaks of. */
static u64 record_of(const struct step *step)
{
	u64 numbers[64];
	u32 count = step->what & IN_USE ? records_in_use(numbers, COUNT(numbers)) : 0;

	return count ? numbers[(step->what & ~IN_USE) % count] :
	       PRMEM_NUMBER(page_of(step->where, step->what).number,
			    (step->what >> 8) % PRMEM_INSTANCES);
}

static void damage_record(const struct step *step, bool sealed)
{
	u64 number = record_of(step);
	struct prmem_instances_rec *records = (void *)mem_at(number / 32 * PRMEM_PAGE, PRMEM_PAGE);
	struct prmem_instance_rec *rec = &records->instance[number % 32];
	u32 slot;
	const struct field *f = &record_fields[(step->where >> 2) % COUNT(record_fields)];

	set((u8 *)rec, f, step->value);
	if (!sealed)
		return;
	rec->state = seal_record(rec, rec->state >> 32, number);
	if (f->offset <= offsetof(struct prmem_instance_rec, data))
		return;
	/* Not if it's the word as a whole that is set. */
	slot = (f->offset - offsetof(struct prmem_instance_rec, data)) / sizeof(rec->data[0]);
	if (f->width < 8 || f->offset != 168)
		rec->data[slot].word = seal_data(&rec->data[slot], slot, number,
						 rec->data[slot].word >> 32);
}

/* Small values: the bit of the last object and those after it. */
static void damage_bits(const struct step *step, bool sealed)
{
	struct page p = page_of(step->where, step->what);
	u32 at = (step->what >> 8) % 8, class = PRMEM_WORD_CLASS(*p.word), bit;
	u64 value = step->value;
	u64 *word;

	if (value < 4 && PRMEM_WORD_KIND(*p.word) == PRMEM_PAGE_SLAB && class < PRMEM_CLASSES) {
		bit = PRMEM_SLAB_OBJECTS(class) - 1 + value;
		at = bit / PRMEM_SLAB_BITS;
		value = 1ULL << bit % PRMEM_SLAB_BITS;
	}
	word = (u64 *)p.at + at;
	*word ^= value;
	if (sealed)
		*word = seal_word(*word, PRMEM_BITS_SALT, p.number * (u64)PRMEM_PAGE + 8 * at);
}

static void damage_byte(const struct step *step)
{
	u32 i = step->where % mem.count;
	u64 offset = step->what;

	/* The map, and everything. */
	if (step->where & 4)
		offset += (step->value >> 8) % mem.region[i].size;
	mem.base[i][offset % mem.region[i].size] ^= step->value;
}

/* A whole page to another place, with its word or its records' checks made right. */
static void copy_page(const struct step *step, bool sealed)
{
	struct page from = page_of(step->where >> 4, step->value), to;
	struct prmem_instances_rec *records;
	u32 i;

	to = page_of(step->where, step->what);
	memmove(to.at, from.at, PRMEM_PAGE);
	*to.word = *from.word;
	if (!sealed)
		return;
	*to.word = seal_word(*from.word, PRMEM_WORD_SALT, to.number * (u64)PRMEM_PAGE);
	records = (struct prmem_instances_rec *)to.at;
	for (i = 0; PRMEM_WORD_KIND(*to.word) == PRMEM_PAGE_INSTANCES && i < PRMEM_INSTANCES; i++)
		records->instance[i].state = seal_record(&records->instance[i],
							 records->instance[i].state >> 32,
							 PRMEM_NUMBER(to.number, i));
}

void mem_damage(const struct step *step)
{
	bool sealed = !(step->op & UNSEALED);

	switch (step->op & ~UNSEALED) {
	case MEM_HEADER:
		damage_header(step, sealed);
		break;
	case MEM_WORD:
		damage_word(step, sealed);
		break;
	case MEM_PART:
		damage_part(step, sealed);
		break;
	case MEM_RECORD:
		damage_record(step, sealed);
		break;
	case MEM_BITS:
		damage_bits(step, sealed);
		break;
	case MEM_FLIP:
		damage_byte(step);
		break;
	case MEM_COPY:
		copy_page(step, sealed);
		break;
	}
}

static u64 word_make(u64 *state)
{
	u64 kind = chance_below(state, 8) ? 1 + chance_below(state, 4) : chance_below(state, 8);
	u64 order = chance_below(state, 2) ? 0 : chance_below(state, 7);
	u64 class = kind == PRMEM_PAGE_SLAB ? chance_below(state, 9) : 0;

	if (kind == PRMEM_PAGE_SLAB && class < PRMEM_CLASSES && chance_below(state, 4))
		order = PRMEM_CLASS_ORDER(class);
	return kind | order << 3 | class << 8 | chance(state) % 64 << 12;
}

/* Where an instance's data lies, of both slots, and what a cut leaves of them. */
static bool data_make(struct step *step, u64 *state)
{
	u32 first, field;

	if (chance_below(state, 8))
		return false;
	for (first = 0; record_fields[first].offset < offsetof(struct prmem_instance_rec, data);)
		first++;
	field = first + chance_below(state, COUNT(record_fields) - first);
	step->op = MEM_RECORD;
	step->where = chance_below(state, MEM_REGIONS) | field << 2;
	step->what = IN_USE | chance_below(state, 8);
	step->value = chance_below(state, WRONG_VALUES);
	if (record_fields[field].width == 8 && chance_below(state, 2))
		step->value = PRMEM_DATA_WRITING;
	return true;
}

void mem_damage_make(struct step *step, u64 *state)
{
	static const u64 values[] = {
		~0ULL, PRMEM_DATA_WRITING, 1ULL << 32, 2ULL << 32, 3ULL << 32, PRMEM_PAGE,
		1ULL << 43, 1ULL << 63, 0x2f, 0x20, 0x7f, 0x61,
	};

	if (data_make(step, state))
		return;
	step->op = chance_below(state, MEM_DAMAGES);
	if (chance_below(state, 5) == 0)
		step->op |= UNSEALED;
	step->where = chance(state);
	step->what = chance_below(state, 2) ? chance_below(state, 8) : chance_below(state, 65536);
	/* The first records more often, in the first pages. */
	if (chance_below(state, 2))
		step->what = chance_below(state, 8) | chance_below(state, 4) << 8;
	if ((step->op & ~UNSEALED) == MEM_WORD)
		step->value = word_make(state);
	else if ((step->op & ~UNSEALED) == MEM_BITS && chance_below(state, 2))
		step->value = chance_below(state, 2) ? chance_below(state, 4) :
			      1ULL << chance_below(state, PRMEM_SLAB_BITS);
	else if (chance_below(state, 2))
		step->value = chance_below(state, 64);
	else if (chance_below(state, 2))
		step->value = values[chance_below(state, COUNT(values))];
	else
		step->value = chance(state) >> chance_below(state, 64);
}
