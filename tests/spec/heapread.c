// SPDX-License-Identifier: GPL-2.0-only
/*
 * A checker of heaps written from SPEC.md alone: neither the core nor format.h is used,
 * and the numbers are those of the text.
 */
#include "heapread.h"

#include <stdlib.h>
#include <string.h>

#define PAGE	4096

enum kind { FREE = 1, DATA, SLAB, INSTANCES };

/* -- bytes -- */

/* Of a little-endian machine: harness.h sees to that. */
static uint64_t le(const uint8_t *p, unsigned int bytes)
{
	uint64_t value = 0;

	memcpy(&value, p, bytes);
	return value;
}

static bool zero(const uint8_t *p, size_t len)
{
	while (len--)
		if (*p++)
			return false;
	return true;
}

static uint32_t table[256];

static uint16_t table16[256];

bool heap_read_blind;

static void __attribute__((constructor)) fill_tables(void)
{
	uint32_t byte, k;

	for (byte = 0; byte < 256; byte++) {
		table[byte] = byte;
		table16[byte] = byte;
		for (k = 0; k < 8; k++) {
			table[byte] = table[byte] >> 1 ^ (table[byte] & 1 ? 0x82f63b78 : 0);
			table16[byte] = table16[byte] >> 1 ^ (table16[byte] & 1 ? 0xa6bc : 0);
		}
	}
}

static uint32_t crc(uint32_t state, const void *p, size_t len)
{
	const uint8_t *byte = p;

	while (len--)
		state = state >> 8 ^ table[(state ^ *byte++) & 255];
	return heap_read_blind ? 0 : state;
}

static uint32_t crc_of(uint32_t state, uint64_t value, unsigned int bytes)
{
	uint8_t byte;

	while (bytes--) {
		byte = value;
		state = crc(state, &byte, 1);
		value >>= 8;
	}
	return state;
}

/* -- the ladder: the first broken rule stays -- */

static bool holds(struct read_heap *heap, bool ok, const char *rule, uint64_t at)
{
	if (!ok) {
		heap->broken = rule;
		heap->at = at;
	}
	return ok;
}

/* -- lists -- */

static void *grow(void *list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return list;
	*room = *room ? *room * 2 : 64;
	list = realloc(list, *room * size);
	if (!list)
		abort();
	return list;
}

/* -- words -- */

#define WORD_SALT	0x6477
#define BITS_SALT	0x7362

static uint64_t sealed(uint64_t value, uint16_t salt, uint64_t offset)
{
	uint64_t in = offset, crc = salt;
	unsigned int i;

	for (i = 0; i < 14; i++) {
		if (i == 8)
			in = value;
		crc = crc >> 8 ^ table16[(crc ^ in) & 255];
		in >>= 8;
	}
	return value | crc << 48;
}

static bool is_sealed(uint64_t word, uint16_t salt, uint64_t offset)
{
	return word == sealed(word << 16 >> 16, salt, offset);
}

static enum kind kind_of(uint64_t word)
{
	return word & 7;
}

static unsigned int order_of(uint64_t word)
{
	return word >> 3 & 31;
}

static unsigned int class_of(uint64_t word)
{
	return word >> 8 & 15;
}

static uint64_t owner_of(uint64_t word)
{
	return word << 16 >> 28;
}

/* -- classes of slabs: the table of SPEC.md -- */

static const struct {
	unsigned int size, order, head, objects, words;
} classes[8] = {
	{ 16, 0, 48, 253, 6 }, { 32, 0, 32, 127, 3 }, { 64, 0, 64, 63, 2 }, { 128, 0, 128, 31, 1 },
	{ 256, 0, 256, 15, 1 }, { 512, 2, 512, 31, 1 }, { 1024, 3, 1024, 31, 1 },
	{ 2048, 4, 2048, 31, 1 },
};

/* -- one region -- */

static uint64_t map_pages(uint64_t size)
{
	return (size / PAGE * 8 + 64 + 4103) / 4104;
}

static uint64_t pages(const struct read_region *r)
{
	return r->size / PAGE - map_pages(r->size);
}

static uint64_t offset_of(const struct read_region *r, uint64_t i)
{
	return r->start + (map_pages(r->size) + i) * PAGE;
}

static const uint8_t *bytes_of(const struct read_region *r, uint64_t i)
{
	return r->base + (map_pages(r->size) + i) * PAGE;
}

static uint64_t word_of(const struct read_region *r, uint64_t i)
{
	return le(r->base + 64 + 8 * i, 8);
}

static bool header(struct read_heap *heap, const struct read_region *r, uint64_t id, uint64_t at)
{
	const uint8_t *h = r->base;

	return holds(heap, le(h + 8, 8) == 0x31307061656d7270, "heap: magic", at) &&
	       holds(heap, le(h, 4) == crc(0x70616568, h + 4, 60), "heap: checksum", at) &&
	       holds(heap, le(h + 16, 8) == id, "heap: reservation id", at) &&
	       holds(heap, le(h + 24, 8) == r->start && le(h + 32, 8) == r->size &&
		     r->start + r->size <= 1ULL << 43, "heap: place", at) &&
	       holds(heap, le(h + 40, 8) == r->serial, "heap: serial", at) &&
	       holds(heap, zero(h + 4, 4) && zero(h + 48, 16), "heap: byte that must be zero", at);
}

/* The word of a free page, kept, as it is asked for so often. */
static uint64_t free_word(const struct read_region *r, uint64_t i)
{
	static uint64_t kept[1 << 16];
	uint64_t offset = offset_of(r, i), page = offset / PAGE;

	if (page >= sizeof(kept) / sizeof(kept[0]))
		return sealed(FREE, WORD_SALT, offset);
	if (!kept[page])
		kept[page] = sealed(FREE, WORD_SALT, offset);
	return kept[page];
}

static bool word_holds(struct read_heap *heap, const struct read_region *r, uint64_t i)
{
	uint64_t word = word_of(r, i), at = offset_of(r, i) / PAGE;
	unsigned int order = order_of(word), class = class_of(word);
	bool owned = kind_of(word) == DATA || kind_of(word) == SLAB;

	return holds(heap, is_sealed(word, WORD_SALT, offset_of(r, i)), "page: check", at) &&
	       holds(heap, kind_of(word) >= FREE && kind_of(word) <= INSTANCES, "page: kind", at) &&
	       holds(heap, kind_of(word) == SLAB ? class < 8 : class == 0, "page: class", at) &&
	       holds(heap, kind_of(word) == DATA ? order <= 26 :
		     order == (kind_of(word) == SLAB ? classes[class].order : 0),
		     "page: order", at) &&
	       holds(heap, i % (1ULL << order) == 0 && i + (1ULL << order) <= pages(r),
		     "page: order", at) &&
	       holds(heap, owned == (owner_of(word) != 0), "page: owner", at);
}

static bool map(struct read_heap *heap, const struct read_region *r)
{
	const uint64_t count = pages(r);
	uint64_t i, j, end;

	for (i = 0; i < count; i = end) {
		end = i + 1;
		if (word_of(r, i) == free_word(r, i)) {	/* holds all rules */
			heap->free++;
			continue;
		}
		if (!word_holds(heap, r, i))
			return false;
		end = i + (1ULL << order_of(word_of(r, i)));
		for (j = i + 1; j < end; j++)
			if (!holds(heap, word_of(r, j) == free_word(r, j), "page: inside a block",
				   offset_of(r, j) / PAGE))
				return false;
		heap->tables += kind_of(word_of(r, i)) == INSTANCES;
		heap->blocks = grow(heap->blocks, heap->nr_blocks, &heap->room_blocks,
				    sizeof(*heap->blocks));
		heap->blocks[heap->nr_blocks++] = (struct read_block) { r, i, word_of(r, i) };
	}
	return true;
}

/* -- instances -- */

static bool label(const uint8_t *s, bool slash)
{
	size_t len = 0;

	while (len < 64 && s[len]) {
		if (s[len] < 0x21 || s[len] > 0x7e || (s[len] == '/' && !slash))
			return false;
		len++;
	}
	return len && len < 64 && zero(s + len, 64 - len);
}

static bool new_name(const struct read_heap *heap, const uint8_t *record)
{
	size_t i;

	for (i = 0; i < heap->nr_instances; i++)
		if (!memcmp(heap->instances[i].record + 16, record + 16, 128))
			return false;
	return true;
}

enum slot { VALID, UNFINISHED, BROKEN };

static enum slot slot_state(const uint8_t *d, unsigned int slot, uint64_t number)
{
	uint64_t word = le(d, 8);
	uint32_t sum;

	if (word == 0x676e697469727764)
		return UNFINISHED;
	sum = crc_of(crc_of(crc_of(0x61746164, word >> 32, 4), slot, 4), number, 8);
	return (uint32_t)word == crc(sum, d + 8, 16) ? VALID : BROKEN;
}

/* The slot that counts, or -1. */
static int data_slot(const uint8_t *record, uint64_t number)
{
	enum slot a = slot_state(record + 144, 0, number);
	enum slot b = slot_state(record + 168, 1, number);
	uint32_t sequence_a = le(record + 148, 4), sequence_b = le(record + 172, 4);

	if (a == BROKEN || b == BROKEN || (a == UNFINISHED && b == UNFINISHED))
		return -1;
	if (a == UNFINISHED || b == UNFINISHED)
		return a == UNFINISHED;
	if ((uint32_t)(sequence_a + 1) == sequence_b)
		return 1;
	return (uint32_t)(sequence_b + 1) == sequence_a ? 0 : -1;
}

static bool record_holds(struct read_heap *heap, const uint8_t *record, uint64_t number)
{
	uint64_t state = le(record, 8), at = number / 32;
	struct read_instance found = { record, number, state >> 32 == 2, 0, 0, 0 };
	uint32_t sum;
	int slot;

	if (!holds(heap, state >> 32 >= 1 && state >> 32 <= 3, "instance: state", at))
		return false;
	sum = crc_of(crc_of(crc_of(0x74736e69, state >> 32, 4), 0, 4), number, 8);
	if (state >> 32 != 1)
		sum = crc(sum, record + 8, 136);
	if (!holds(heap, (uint32_t)state == sum, "instance: checksum", at))
		return false;
	if (state >> 32 == 1)
		return true;
	if (!holds(heap, label(record + 16, false), "instance: subsystem", at) ||
	    !holds(heap, label(record + 80, true), "instance: name", at) ||
	    !holds(heap, new_name(heap, record), "instance: two of one name", at))
		return false;
	if (found.live) {
		slot = data_slot(record, number);
		if (!holds(heap, slot >= 0, "instance: data", at))
			return false;
		found.ref = le(record + 144 + 24 * slot + 8, 8);
		found.size = le(record + 144 + 24 * slot + 16, 8);
	}
	heap->instances = grow(heap->instances, heap->nr_instances, &heap->room_instances,
			       sizeof(found));
	heap->instances[heap->nr_instances++] = found;
	return true;
}

static bool instances(struct read_heap *heap, const struct read_block *b)
{
	uint64_t number = offset_of(b->region, b->page) / PAGE * 32;
	const uint8_t *page = bytes_of(b->region, b->page);
	size_t before = heap->nr_instances;
	unsigned int i;

	if (!holds(heap, zero(page, 64), "instances: byte that must be zero", number / 32))
		return false;
	for (i = 0; i < 21; i++)
		if (!record_holds(heap, page + 64 + 192 * i, number + i))
			return false;
	heap->idle += heap->nr_instances == before;
	return true;
}

/* -- blocks -- */

static struct read_instance *instance(const struct read_heap *heap, uint64_t number)
{
	size_t low = 0, high = heap->nr_instances, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (heap->instances[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < heap->nr_instances && heap->instances[low].number == number ?
	       &heap->instances[low] : NULL;
}

static void add_extent(struct read_heap *heap, uint64_t owner, uint64_t ref, uint64_t size,
		       bool object)
{
	heap->extents = grow(heap->extents, heap->nr_extents, &heap->room_extents,
			     sizeof(*heap->extents));
	heap->extents[heap->nr_extents++] = (struct read_extent) { owner, ref, size, object };
}

static bool slab(struct read_heap *heap, const struct read_block *block)
{
	const uint8_t *bytes = bytes_of(block->region, block->page);
	uint64_t start = offset_of(block->region, block->page), word;
	unsigned int class = class_of(block->word), k, b, n;
	size_t before = heap->nr_extents;

	for (k = 0; k < classes[class].words; k++) {
		word = le(bytes + 8 * k, 8);
		if (!holds(heap, is_sealed(word, BITS_SALT, start + 8 * k), "slab: check",
			   start / PAGE))
			return false;
		for (b = 0; b < 48; b++) {
			n = 48 * k + b;
			if (!(word >> b & 1))
				continue;
			if (!holds(heap, n < classes[class].objects, "slab: bit without an object",
				   start / PAGE))
				return false;
			add_extent(heap, owner_of(block->word), start + classes[class].head +
				   n * classes[class].size, classes[class].size, true);
		}
	}
	heap->idle += heap->nr_extents == before;
	return holds(heap, zero(bytes + 8 * k, classes[class].head - 8 * k),
		     "slab: byte that must be zero", start / PAGE);
}

/* Of data or a slab. */
static bool owned(struct read_heap *heap, const struct read_block *b)
{
	struct read_instance *owner = instance(heap, owner_of(b->word));
	uint64_t start = offset_of(b->region, b->page), count = 1ULL << order_of(b->word);

	if (!holds(heap, owner, "page: owner", start / PAGE))
		return false;
	owner->pages += count;
	if (kind_of(b->word) == SLAB)
		return slab(heap, b);
	add_extent(heap, owner->number, start, count * PAGE, false);
	return true;
}

/* -- data -- */

/* The last extent that begins at @ref or before it. */
static const struct read_extent *extent_before(const struct read_heap *heap, uint64_t ref)
{
	size_t low = 0, high = heap->nr_extents, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (heap->extents[middle].ref <= ref)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &heap->extents[low - 1] : NULL;
}

const struct read_extent *extent_at(const struct read_heap *heap, uint64_t ref)
{
	const struct read_extent *e = extent_before(heap, ref);

	return e && e->ref == ref ? e : NULL;
}

static bool data_lies_well(const struct read_heap *heap, const struct read_instance *i)
{
	const struct read_extent *e = extent_before(heap, i->ref);

	if (!i->ref || !i->size)
		return !i->ref && !i->size;
	return e && e->owner == i->number && i->ref - e->ref < e->size &&
	       i->size <= e->size - (i->ref - e->ref);
}

/* -- all -- */

static void drop(struct read_heap *heap)
{
	heap->broken = NULL;
	heap->at = 0;
	heap->nr_instances = 0;
	heap->nr_extents = 0;
	heap->nr_blocks = 0;
	heap->free = 0;
	heap->tables = 0;
	heap->idle = 0;
}

bool heap_read(struct read_heap *heap, const struct read_region *region, size_t count, uint64_t id)
{
	size_t i;

	drop(heap);
	for (i = 0; i < count; i++)
		if (!header(heap, &region[i], id, i) || !map(heap, &region[i]))
			return false;
	for (i = 0; i < heap->nr_blocks; i++)
		if (kind_of(heap->blocks[i].word) == INSTANCES &&
		    !instances(heap, &heap->blocks[i]))
			return false;
	for (i = 0; i < heap->nr_blocks; i++)
		if (kind_of(heap->blocks[i].word) != INSTANCES && !owned(heap, &heap->blocks[i]))
			return false;
	for (i = 0; i < heap->nr_instances; i++)
		if (heap->instances[i].live &&
		    !holds(heap, data_lies_well(heap, &heap->instances[i]), "instance: data place",
			   heap->instances[i].number / 32))
			return false;
	return true;
}

bool heap_has_room(const struct read_region *region, size_t count, unsigned int order)
{
	const uint64_t wanted = 1ULL << order;
	uint64_t i, run;

	for (; count--; region++)
		for (i = 0, run = 0; i < pages(region);) {
			if (kind_of(word_of(region, i)) != FREE) {
				i += 1ULL << order_of(word_of(region, i));
				run = 0;
				continue;
			}
			run = i % wanted ? (run ? run + 1 : 0) : 1;
			if (run == wanted)
				return true;
			i++;
		}
	return false;
}

void heap_read_free(struct read_heap *heap)
{
	free(heap->instances);
	free(heap->extents);
	free(heap->blocks);
	memset(heap, 0, sizeof(*heap));
}
