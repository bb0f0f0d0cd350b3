// SPDX-License-Identifier: GPL-2.0-only
/* A reservation as the memory map brings it, and ways to damage its metadata. */
#include <sanitizer/asan_interface.h>

#include "image.h"

#define BOTH_SLOTS	0x40	/* with a place */
#define ALL_RANGES	0x80

struct field {
	u16 offset;
	u16 width;
};

static const struct field stamp_fields[] = {
	{ 0, 4 }, { 4, 4 }, { 8, 8 }, { 16, 8 }, { 24, 8 }, { 32, 8 }, { 40, 4 }, { 44, 4 },
	{ 48, 8 }, { 56, 8 },
};

static const struct field root_fields[] = {
	{ 0, 4 }, { 4, 2 }, { 6, 2 }, { 8, 8 }, { 16, 8 }, { 24, 8 }, { 32, 8 }, { 40, 8 },
	{ 48, 8 }, { 56, 4 }, { 60, 4 }, { 64, 8 }, { 72, 8 }, { 80, 8 }, { 88, 1 }, { 95, 1 },
	{ 159, 1 }, { 160, 1 }, { 170, 1 }, { 231, 1 }, { 232, 8 }, { 1983, 1 },
};

static const struct field table_fields[] = {
	{ 0, 4 }, { 4, 4 }, { 8, 8 }, { 16, 8 }, { 24, 4 }, { 28, 4 }, { 32, 8 }, { 56, 8 },
};

static const struct field region_fields[] = {
	{ 0, 8 }, { 8, 8 }, { 16, 8 }, { 24, 4 }, { 28, 4 }, { 32, 1 }, { 33, 1 }, { 34, 1 },
	{ 40, 8 }, { 63, 1 },
};

/* What a step speaks of: a structure, and a field of it. */
struct place {
	u8 *at;
	u32 size;
	const struct field *fields;
	u32 nr_fields;
	u8 *area;	/* it lies in */
	u32 slot;
	enum { STAMP, ROOT, TABLE, REGION } kind;
};

struct image image;

static struct {
	struct image image;
	u8 *page[PRMEM_MAX_RANGES];
} saved;

static u8 *pages[PRMEM_MAX_RANGES];
static bool used[PRMEM_MAX_RANGES][IMAGE_GRAINS];

/* -- sound images -- */

static const struct shape {
	u32 grains[PRMEM_MAX_RANGES];
	u32 loads;
	u32 disks;	/* a load */
	u32 heaps;	/* a load */
} shapes[] = {
	{ { 8 }, 0, 0, 0 },
	{ { 8 }, 1, 0, 0 },
	{ { 8 }, 1, 2, 0 },
	{ { 12 }, 2, 2, 0 },
	{ { 1 }, 2, 0, 0 },
	{ { 1, 1, 14 }, 3, 1, 1 },
	{ { 12 }, 2, 1, 2 },
	{ { 8, 2, 6 }, 2, 2, 0 },
	{ { 1 << 23, 4 }, 3, 1, 0 },
	{ { 3, 1, 2, 5, 4, 1, 2, 7 }, 2, 3, 1 },
	{ { 100 }, 1, 30, 0 },
	{ { 600 }, 2, 127, 0 },	/* full; slow, so it is rare */
};

static struct {
	u8 *page[PRMEM_MAX_RANGES];	/* NULL: not made yet */
	struct image image;
} made[COUNT(shapes)];

static void load(u8 *area, const struct prmem_space *space, u32 number, const struct shape *shape)
{
	u32 disks = shape->disks, heaps = shape->heaps;
	static struct prmem_meta meta;
	char name[PRMEM_NAME_LEN];

	if (number == 1)
		prmem_meta_init(&meta, space);
	prmem_meta_boot(&meta, number, "6.1.0-fuzz");
	while (disks--) {
		u64 serial = meta.root.next_serial;

		sprintf(name, "disk%u", (u32)serial);
		MUST(prmem_region_add(&meta, name, (serial % 2 + 1) * GRAIN, 0, -1) >= 0,
		     "a disk that should fit does not");
	}
	while (heaps--)
		MUST(prmem_region_add_heap(&meta, GRAIN, 0, -1) >= 0, "a heap that should fit");
	prmem_commit(area, &meta);
}

static void shape_make(u32 i)
{
	const struct shape *shape = &shapes[i];
	struct image *img = &made[i].image;
	struct prmem_space space;
	struct prmem_stamp stamp;
	u64 base = 1ULL << 32;
	u32 k, copy;

	for (k = 0; k < PRMEM_MAX_RANGES && shape->grains[k]; k++) {
		u8 *page = get_memory(PRMEM_META_MAPPED);

		/* The shim clears the first page, and no more. */
		memset(page, 0, PRMEM_PAGE);
		memset(page + PRMEM_PAGE, 0x5a, PRMEM_META_MAPPED - PRMEM_PAGE);
		made[i].page[k] = page;
		img->found[k].page = page;
		img->found[k].range = (struct prmem_range) { base, shape->grains[k] * GRAIN };
		base += (shape->grains[k] + k % 2) * GRAIN;
	}
	img->count = k;
	prmem_space_renew(&space, img->found, img->count, BOOT | 1);
	for (k = 0; k < img->count; k++) {
		prmem_stamp_make(&stamp, &space, k);
		for (copy = 0; copy < 2; copy++)
			prmem_stamp_write(made[i].page[k], copy, &stamp);
	}
	for (k = 1; k <= shape->loads; k++)
		load(made[i].page[0], &space, k, shape);
}

static u32 shape_of(u8 number)
{
	return number < 255 ? number % (COUNT(shapes) - 1) : COUNT(shapes) - 1;
}

bool image_has_heaps(u8 number)
{
	return shapes[shape_of(number)].heaps;
}

static void get_page(u32 k)
{
	const u64 size = IMAGE_GRAINS * GRAIN;

	pages[k] = get_memory(size);
	saved.page[k] = get_memory(PRMEM_META_MAPPED);
	ASAN_POISON_MEMORY_REGION(pages[k] + PRMEM_META_MAPPED, size - PRMEM_META_MAPPED);
}

void image_begin(u8 number)
{
	u32 i = shape_of(number), k;

	memset(&port_hooks, 0, sizeof(port_hooks));
	if (!made[i].page[0])
		shape_make(i);
	image = made[i].image;
	memset(used, 0, sizeof(used));
	for (k = 0; k < image.count; k++) {
		if (!pages[k])
			get_page(k);
		ASAN_UNPOISON_MEMORY_REGION(pages[k], PRMEM_META_MAPPED);
		memcpy(pages[k], made[i].page[k], PRMEM_META_MAPPED);
		image.found[k].page = pages[k];
	}
}

u8 *image_page(u32 i)
{
	return (u8 *)image.found[i].page;
}

void image_map(const u8 *area)
{
	u32 i;

	for (i = 0; i < image.count; i++) {
		u8 *page = image_page(i);

		if (page == area)
			ASAN_UNPOISON_MEMORY_REGION(page, PRMEM_META_MAPPED);
		else
			ASAN_POISON_MEMORY_REGION(page + PRMEM_PAGE,
						  PRMEM_META_MAPPED - PRMEM_PAGE);
	}
}

/* Which of pages[] a range's is: the order in which they are found changes. */
static u32 number_of(const u8 *page)
{
	u32 k = 0;

	while (pages[k] != page)
		k++;
	return k;
}

u8 *image_use(const struct prmem_space *space, u64 offset, u64 size)
{
	u32 i = 0, grain;
	u64 from, to;
	u8 *page;

	while (offset >= space->offset[i + 1])
		i++;
	from = offset - space->offset[i];
	to = from + size;
	if (from >= IMAGE_GRAINS * GRAIN || size > IMAGE_GRAINS * GRAIN - from)
		return NULL;
	page = image_page(space->found[i]);
	ASAN_UNPOISON_MEMORY_REGION(page + from, size);
	for (grain = from / GRAIN; grain < to / GRAIN; grain++) {
		bool *was_used = &used[number_of(page)][grain];

		if (!*was_used)
			memset(page + grain * GRAIN, 0xa5, GRAIN);
		*was_used = true;
	}
	return page + from;
}

void image_leave(const u8 *base, u64 size)
{
	ASAN_POISON_MEMORY_REGION(base, size);
}

static void map_all(void)
{
	u32 i;

	for (i = 0; i < image.count; i++)
		ASAN_UNPOISON_MEMORY_REGION(image.found[i].page, PRMEM_META_MAPPED);
}

void image_save(void)
{
	u32 i;

	map_all();
	saved.image = image;
	for (i = 0; i < image.count; i++)
		memcpy(saved.page[i], image.found[i].page, PRMEM_META_MAPPED);
}

bool image_is_as_saved(void)
{
	u32 i;

	map_all();
	if (memcmp(&saved.image, &image, sizeof(image)))
		return false;
	for (i = 0; i < image.count; i++)
		if (memcmp(saved.page[i], image.found[i].page, PRMEM_META_MAPPED))
			return false;
	return true;
}

/* -- damage -- */

/*
 * @where: kind (2 bits), slot or copy (1), range (3), and if it's meant for both
 * slots or copies (1) and for all ranges (1); @what >> 5: region
 */
static struct place place_of(u8 where, u16 what)
{
	u8 *area = image_page((where >> 3 & 7) % image.count);
	u32 slot = where >> 2 & 1;
	struct prmem_table_rec *table = table_at(area, slot);

	switch (where & 3) {
	case STAMP:
		return (struct place) { area + PRMEM_STAMP_OFFSET(slot), 64, stamp_fields,
					COUNT(stamp_fields), area, slot, STAMP };
	case ROOT:
		return (struct place) { area + PRMEM_ROOT_OFFSET(slot), 1984, root_fields,
					COUNT(root_fields), area, slot, ROOT };
	case TABLE:
		return (struct place) { (u8 *)table, 64, table_fields, COUNT(table_fields), area,
					slot, TABLE };
	default:
		return (struct place) { (u8 *)&table->region[(what >> 5) % PRMEM_MAX_REGIONS], 64,
					region_fields, COUNT(region_fields), area, slot, REGION };
	}
}

static void seal(const struct place *p)
{
	if (p->kind == STAMP)
		seal_stamp((struct prmem_stamp *)p->at);
	else if (p->kind == ROOT)
		seal_root(p->area, p->slot);
	else
		seal_table(p->area, p->slot);
}

static void set(const struct place *p, const struct step *step)
{
	const struct field *f = &p->fields[(step->what & 31) % p->nr_fields];
	u64 value = field_get(p->at, f->offset, f->width);

	if ((step->op & ~SEALED) == SET)
		value = step->value;
	else if ((step->op & ~SEALED) == ADD_TO)
		value += step->value;
	else
		value = wrong_value(value, f->width, step->value % WRONG_VALUES);
	field_set(p->at, f->offset, f->width, value);
}

/* All of a structure from its like elsewhere. */
static void copy(const struct place *p, u64 value)
{
	struct place from = place_of((value & ~3ULL) | p->kind, value >> 8);

	memmove(p->at, from.at, p->size);
}

/* A region less or more in the table, the rest moved up. */
static void shift(const struct place *p, u64 value)
{
	struct prmem_table_rec *table = table_at(p->area, p->slot);
	struct prmem_region_rec *r = (struct prmem_region_rec *)p->at;
	u8 *end = (u8 *)(table + 1);

	if (p->kind != REGION)
		return;
	if (value & 1) {
		memmove(r + 1, r, end - (u8 *)(r + 1));
		table->count += !(value & 2);
	} else {
		memmove(r, r + 1, end - (u8 *)(r + 1));
		memset(end - sizeof(*r), 0, sizeof(*r));
		table->count -= !(value & 2);
	}
}

/* The border between a region and the next one moves. */
static void move_border(const struct place *p, u64 value)
{
	struct prmem_region_rec *r = (struct prmem_region_rec *)p->at;

	if (p->kind != REGION || r + 1 == (void *)(table_at(p->area, p->slot) + 1))
		return;
	r[0].size += value;
	r[1].start += value;
	r[1].size -= value;
}

/* The range says of itself that it is another one, or one of more or fewer. */
static void set_number(const struct place *p, u64 value)
{
	struct prmem_stamp *stamp = (struct prmem_stamp *)p->at;

	if (p->kind != STAMP)
		return;
	stamp->index = value & 3;
	stamp->count = value >> 2 & 3;
}

/* The memory map brings something else than the kernel before handed over. */
static void change_map(const struct step *step)
{
	u32 i = (step->where >> 3 & 7) % image.count, k = step->what % image.count;
	struct prmem_found *f = &image.found[i], other = *f;

	switch (step->value % 4) {
	case 0:
		*f = image.found[k];
		image.found[k] = other;
		break;
	case 1:
		if (image.count > 1)
			*f = image.found[--image.count];
		break;
	case 2:
		f->range.base += (step->value >> 2) % 1024 * GRAIN;
		break;
	case 3:
		f->range.size = (1 + (step->value >> 2) % 1024) * GRAIN;
		break;
	}
}

static void damage_place(const struct place *p, const struct step *step)
{
	switch (step->op & ~SEALED) {
	case SET:
	case WRONG:
	case ADD_TO:
		set(p, step);
		break;
	case FLIP:
		p->area[(step->value >> 8) % PRMEM_META_MAPPED] ^= step->value;
		break;
	case COPY:
		copy(p, step->value);
		break;
	case SHIFT:
		shift(p, step->value);
		break;
	case BORDER:
		move_border(p, step->value);
		break;
	case NUMBER:
		set_number(p, step->value);
		break;
	}
	if (step->op & SEALED || step->op == SEAL)
		seal(p);
}

void image_damage(const struct step *step)
{
	u32 range, slot;

	map_all();
	if ((step->op & ~SEALED) == MAP) {
		change_map(step);
		return;
	}
	for (range = 0; range < (step->where & ALL_RANGES ? image.count : 1); range++) {
		for (slot = 0; slot < (step->where & BOTH_SLOTS ? 2 : 1); slot++) {
			u8 where = (step->where + (range << 3)) ^ slot << 2;
			struct place p = place_of(where, step->what);

			damage_place(&p, step);
		}
	}
}

static u64 likely_value(u64 *state)
{
	static const u64 values[] = {
		0, 1, 2, 3, 4, 255, 256, 0x7fffffff, 0xffffffff, 1ULL << 62, (1ULL << 62) + 1,
		~0ULL, 1ULL << 63, PRMEM_ROOT_WRITING, PRMEM_ROOT_MAGIC, GRAIN, 2 * GRAIN,
		3 * GRAIN, 8 * GRAIN, -GRAIN, PRMEM_PAGE, -PRMEM_PAGE,
	};

	if (chance_below(state, 4) == 0)
		return chance(state) >> chance_below(state, 64);
	return values[chance_below(state, COUNT(values))];
}

/* What a commit leaves that was cut, and remains of one. */
static bool magic_make(struct step *step, u64 *state)
{
	static const u64 magics[] = { PRMEM_ROOT_WRITING, PRMEM_ROOT_MAGIC, 0 };

	if (chance_below(state, 10))
		return false;
	step->op = SET;
	step->where = (chance_below(state, 3) ? ROOT : STAMP) | chance_below(state, 2) << 2;
	if (chance_below(state, 2))
		step->where |= BOTH_SLOTS;
	step->what = (step->where & 3) == ROOT ? 3 : 2;
	step->value = magics[chance_below(state, COUNT(magics))];
	return true;
}

/* A field that others are reckoned with, and a region where a list may end. */
static u32 likely_field(u32 kind, u64 *state)
{
	static const u8 fields[][4] = {
		[STAMP] = { 2, 4, 6, 7 },	/* magic, size, index, count */
		[ROOT] = { 3, 4, 8, 13 },	/* magic, sequence, size, the next serial */
		[TABLE] = { 2, 3, 4, 4 },	/* magic, sequence, count */
		[REGION] = { 0, 1, 2, 3 },	/* start, size, serial, type */
	};

	if (chance_below(state, 2))
		return chance_below(state, 32);
	return fields[kind][chance_below(state, COUNT(fields[kind]))];
}

static u32 likely_region(u64 *state)
{
	switch (chance_below(state, 8)) {
	case 0:
		return chance_below(state, PRMEM_MAX_REGIONS);
	case 1:
		return PRMEM_MAX_REGIONS - 1;
	default:
		return chance_below(state, 5);
	}
}

void damage_make(struct step *step, u64 *state)
{
	/* The first range, the first regions and the fields of low number more often. */
	static const u8 ops[] = {
		SET, WRONG, WRONG, WRONG, ADD_TO, FLIP, COPY, SHIFT, BORDER, NUMBER,
		SEAL, MAP,
	};
	u32 range = chance_below(state, 2) ? 0 : chance_below(state, 8);

	if (magic_make(step, state))
		return;
	step->op = ops[chance_below(state, COUNT(ops))];
	if (chance_below(state, 4))
		step->op |= SEALED;
	step->where = chance_below(state, 8) | range << 3;
	step->what = likely_field(step->where & 3, state) | likely_region(state) << 5;
	if (chance_below(state, 4) == 0)
		step->where |= chance_below(state, 2) ? BOTH_SLOTS : BOTH_SLOTS | ALL_RANGES;
	step->value = likely_value(state);
	if ((step->op & ~SEALED) == NUMBER) {
		step->op |= SEALED;
		step->where = (step->where & 0x38) | STAMP | BOTH_SLOTS;
		if (chance_below(state, 2))
			step->where |= ALL_RANGES;
		step->value = chance(state);
	}
}
