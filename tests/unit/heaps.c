// SPDX-License-Identifier: GPL-2.0-only
/* Heaps in user memory, for the host tests. */
#include "heaps.h"

static void add_region(struct heaps *h, u64 start, u32 grains)
{
	u32 i = h->count++;

	h->region[i] = (struct prmem_region_rec) {
		.start = start, .size = grains * GRAIN, .serial = 3 * i + 1,
		.type = PRMEM_REGION_HEAP,
	};
	h->base[i] = aligned_alloc(PRMEM_PAGE, grains * GRAIN);
	if (!h->base[i])
		bail_out("no memory");
	memset(h->base[i], 0xa5, grains * GRAIN);
	prmem_heap_format(h->base[i], &h->region[i], BOOT | 1);
}

void heaps_make(struct heaps *h, const u32 *grains, u32 count)
{
	u64 start = GRAIN;
	u32 i;

	memset(h, 0, sizeof(*h));
	for (i = 0; i < count; i++) {
		add_region(h, start, grains[i]);
		start += (grains[i] + 1) * GRAIN;
	}
}

static bool attach(struct heaps *h, u32 i, struct prmem_fault *fault)
{
	h->room[i] = get_memory(prmem_heap_room(h->region[i].size));
	return prmem_heap_attach(&h->heap, h->base[i], &h->region[i], h->room[i], fault);
}

void heaps_add(struct heaps *h, u32 grains)
{
	u32 i = h->count;
	struct prmem_fault fault;

	add_region(h, h->region[i - 1].start + h->region[i - 1].size + GRAIN, grains);
	if (h->heap.count && !attach(h, i, &fault))
		bail_out("a new region is refused");
}

void heaps_free(struct heaps *h)
{
	u32 i;

	heaps_close(h);
	for (i = 0; i < h->count; i++)
		free(h->base[i]);
}

static void give_tallies(struct heaps *h, u32 pages)
{
	void *old = h->tallies;

	h->tallies = get_memory(prmem_heap_tallies_room(pages) + 1);
	prmem_heap_set_tallies(&h->heap, h->tallies, pages);
	free(old);
}

static void give_index(struct heaps *h, u64 instances)
{
	void *old = h->index;
	u32 bits;

	h->index = get_memory(prmem_heap_index_room(instances, &bits));
	prmem_heap_set_index(&h->heap, h->index, bits);
	free(old);
}

bool heaps_open(struct heaps *h, struct prmem_fault *fault)
{
	static const u64 key[2] = { 0x1111, 0x2222 };
	bool sound = true;
	u64 pages;
	u32 i;

	prmem_heap_init(&h->heap, BOOT | 1, key);
	for (i = 0; sound && i < h->count; i++)
		sound = attach(h, i, fault);
	if (sound) {
		/* Exactly what is needed, so that the sanitizer sees what is too much. */
		pages = prmem_heap_records(&h->heap);
		give_tallies(h, pages);
		give_index(h, pages * PRMEM_INSTANCES);
		sound = prmem_heap_check(&h->heap, fault);
	}
	if (!sound)
		heaps_close(h);
	return sound;
}

void heaps_close(struct heaps *h)
{
	u32 i;

	while (h->heap.count)
		prmem_heap_detach(&h->heap, h->heap.count - 1);
	for (i = 0; i < MAX_PARTS; i++) {
		free(h->room[i]);
		h->room[i] = NULL;
	}
	free(h->tallies);
	free(h->index);
	h->tallies = NULL;
	h->index = NULL;
}

void heaps_reopen(struct heaps *h)
{
	struct prmem_fault fault;

	heaps_close(h);
	if (!heaps_open(h, &fault)) {
		note("page %u: \"%s\"", fault.at, prmem_fault_text(fault.rule));
		bail_out("a heap that should be sound is refused");
	}
	prmem_heap_finish(&h->heap);
}

int heaps_create(struct heaps *h, const char *subsystem, const char *name, u64 *number)
{
	int err = prmem_instance_create(&h->heap, subsystem, name, 7, 8, number);

	if (err == -ENOMEM) {
		give_tallies(h, h->heap.nr_tallies + 1);
		give_index(h, 2 * h->heap.instances + 1);
		err = prmem_instance_create(&h->heap, subsystem, name, 7, 8, number);
	}
	return err;
}

u64 heaps_create_sure(struct heaps *h, const char *subsystem, const char *name)
{
	u64 number;

	if (heaps_create(h, subsystem, name, &number))
		bail_out("an instance that should fit can't be created");
	return number;
}

void *heaps_at(struct heaps *h, u64 offset)
{
	u32 i;

	for (i = 0; i < h->count; i++)
		if (offset - h->region[i].start < h->region[i].size)
			return h->base[i] + (offset - h->region[i].start);
	bail_out("an offset that is in no region");
}

u32 heaps_pages(const struct heaps *h, u32 part)
{
	u32 all = h->region[part].size / 4096, map = 1;

	while (64 + 8ULL * (all - map) > 4096ULL * map)
		map++;
	return all - map;
}

u32 heaps_first(const struct heaps *h, u32 part)
{
	return (h->region[part].start + h->region[part].size) / 4096 - heaps_pages(h, part);
}

__le64 *heaps_word(struct heaps *h, u32 page)
{
	u32 i;

	for (i = 0; i < h->count; i++)
		if (page - heaps_first(h, i) < heaps_pages(h, i))
			return (__le64 *)(h->base[i] + 64) + (page - heaps_first(h, i));
	bail_out("a page that no map speaks of");
}

u16 word_check(u64 value, u32 salt, u64 offset)
{
	u32 crc = salt, bit;
	u8 bytes[14];

	memcpy(bytes, &offset, 8);
	memcpy(bytes + 8, &value, 6);
	for (bit = 0; bit < 14 * 8; bit++) {
		crc ^= bytes[bit / 8] >> bit % 8 & 1;
		crc = crc & 1 ? crc >> 1 ^ 0xa6bc : crc >> 1;
	}
	return crc;
}

void heaps_set_word(struct heaps *h, u32 page, u64 value)
{
	u64 check = word_check(value, 0x6477, page * 4096ULL);

	*heaps_word(h, page) = (value & ~(~0ULL << 48)) | check << 48;
}

struct prmem_instance_rec *heaps_record(struct heaps *h, u64 number)
{
	return (struct prmem_instance_rec *)
		((u8 *)heaps_at(h, number / 32 * 4096) + 64 + number % 32 * 192);
}

void seal_header(struct heaps *h, u32 part)
{
	*(u32 *)h->base[part] = prmem_port_crc32c(0x70616568, h->base[part] + 4, 60);
}

void seal_record(struct heaps *h, u64 number, u32 state)
{
	struct prmem_instance_rec *rec = heaps_record(h, number);
	u8 bytes[152] = { 0 };
	u32 crc;

	memcpy(bytes, &state, 4);
	memcpy(bytes + 8, &number, 8);
	memcpy(bytes + 16, (u8 *)rec + 8, 136);
	crc = prmem_port_crc32c(0x74736e69, bytes, state == 1 ? 16 : 152);
	rec->state = (u64)state << 32 | crc;
}

void seal_data(struct heaps *h, u64 number, u32 slot, u32 sequence)
{
	struct prmem_data_rec *data = &heaps_record(h, number)->data[slot];
	u8 bytes[32];

	memcpy(bytes, &sequence, 4);
	memcpy(bytes + 4, &slot, 4);
	memcpy(bytes + 8, &number, 8);
	memcpy(bytes + 16, &data->ref, 16);
	data->word = (u64)sequence << 32 | prmem_port_crc32c(0x61746164, bytes, 32);
}

void seal_bits(struct heaps *h, u32 page, u32 at, u64 bits)
{
	u64 offset = page * 4096ULL + at * 8;

	*(u64 *)heaps_at(h, offset) = bits | (u64)word_check(bits, 0x7362, offset) << 48;
}
