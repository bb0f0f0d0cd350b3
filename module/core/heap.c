// SPDX-License-Identifier: GPL-2.0-only
/* The heap: regions attached, their maps checked, and what the caller gives for them. */
#include "check.h"
#include "pages.h"
#include "word.h"

static u32 header_checksum(const struct prmem_heap_rec *r)
{
	return prmem_port_crc32c(PRMEM_HEAP_SALT, (const u8 *)r + sizeof(r->checksum),
				 sizeof(*r) - sizeof(r->checksum));
}

static u32 pages_of(u64 size)
{
	return size / PRMEM_PAGE - PRMEM_HEAP_MAP(size);
}

/**
 * prmem_heap_room() - how much ordinary memory a region needs
 * @size: of the region, a non-zero multiple of PRMEM_GRAIN
 *
 * Context: Any.
 * Return: Bytes, for prmem_heap_attach().
 */
size_t prmem_heap_room(u64 size)
{
	u32 pages = pages_of(size);

	return prmem_buddy_room(pages) + prmem_bitmap_words(pages) * sizeof(u64) +
	       (size_t)pages * sizeof(struct prmem_link);
}

/**
 * prmem_heap_format() - make a new region, all of its pages free
 * @base: where the region is mapped
 * @region: the region, to be committed as one of type heap afterwards
 * @id: the reservation's
 *
 * Context: Any; writes persistent memory, 0.2 % of the region.
 */
void prmem_heap_format(u8 *base, const struct prmem_region_rec *region, u64 id)
{
	u64 size = le64_to_cpu(region->size), map_size = PRMEM_HEAP_MAP(size) * PRMEM_PAGE;
	u64 offset = le64_to_cpu(region->start) + map_size;
	struct prmem_heap_rec header = {
		.magic = cpu_to_le64(PRMEM_HEAP_MAGIC),
		.id = cpu_to_le64(id),
		.start = region->start,
		.size = region->size,
		.serial = region->serial,
	};
	__le64 *map = (__le64 *)(base + sizeof(header)), words[64];
	u32 pages = pages_of(size), i, n;

	header.checksum = cpu_to_le32(header_checksum(&header));
	prmem_port_write(base, &header, sizeof(header));
	for (; pages; pages -= n, map += n) {
		n = pages < 64 ? pages : 64;
		for (i = 0; i < n; i++, offset += PRMEM_PAGE)
			words[i] = prmem_word_seal(PRMEM_PAGE_FREE, PRMEM_WORD_SALT, offset);
		prmem_port_write(map, words, n * sizeof(*words));
	}
	prmem_port_clear(map, base + map_size - (u8 *)map);
}

/**
 * prmem_heap_init() - a heap without a region
 * @heap: is filled
 * @id: the reservation's
 * @key: of the name index, random
 *
 * Then: prmem_heap_attach() for each region, prmem_heap_set_tallies() and
 * prmem_heap_set_index() for prmem_heap_records(), and prmem_heap_check(). Up to
 * there nothing is written to persistent memory. prmem_heap_finish() goes on.
 *
 * Context: Any.
 */
void prmem_heap_init(struct prmem_heap *heap, u64 id, const u64 key[2])
{
	memset(heap, 0, sizeof(*heap));
	heap->id = id;
	heap->index.key[0] = key[0];
	heap->index.key[1] = key[1];
}

/**
 * prmem_check_header() - what a region's header says of itself
 * @r: the header, any bytes
 * @region: the region, of a checked table
 * @id: the reservation's
 * @fault: which rule is broken, if one is
 *
 * Context: Any.
 * Return: true if all rules hold.
 */
bool prmem_check_header(const struct prmem_heap_rec *r, const struct prmem_region_rec *region,
			u64 id, struct prmem_fault *fault)
{
	u64 end = le64_to_cpu(region->start) + le64_to_cpu(region->size);

	return prmem_equal(fault, PRMEM_BAD_HEAP_MAGIC, le64_to_cpu(r->magic), PRMEM_HEAP_MAGIC) &&
	       prmem_equal(fault, PRMEM_BAD_HEAP_CHECKSUM, le32_to_cpu(r->checksum),
			   header_checksum(r)) &&
	       prmem_equal(fault, PRMEM_BAD_HEAP_ID, le64_to_cpu(r->id), id) &&
	       prmem_equal(fault, PRMEM_BAD_HEAP_PLACE, le64_to_cpu(r->start),
			   le64_to_cpu(region->start)) &&
	       prmem_equal(fault, PRMEM_BAD_HEAP_PLACE, le64_to_cpu(r->size),
			   le64_to_cpu(region->size)) &&
	       prmem_holds(fault, end <= PRMEM_MAX_HEAP_END, PRMEM_BAD_HEAP_PLACE, end,
			   PRMEM_MAX_HEAP_END) &&
	       prmem_equal(fault, PRMEM_BAD_HEAP_SERIAL, le64_to_cpu(r->serial),
			   le64_to_cpu(region->serial)) &&
	       prmem_holds(fault, !r->zero0 && prmem_all_zero(r->zero, sizeof(r->zero)),
			   PRMEM_BAD_HEAP_ZERO, 1, 0);
}

/**
 * prmem_check_word() - what a block's word says of itself
 * @part: a part; only @part->first and @part->pages are looked at
 * @i: a page of it
 * @word: that page's, where a block begins; any word
 * @fault: which rule is broken, if one is
 *
 * Context: Any.
 * Return: true if all rules hold.
 */
bool prmem_check_word(const struct prmem_heap_part *part, u32 i, __le64 word,
		      struct prmem_fault *fault)
{
	u64 w = le64_to_cpu(word), offset = prmem_page_offset(part->first + i);
	u64 value = w & ((1ULL << PRMEM_WORD_CHECK_SHIFT) - 1);
	u64 sealed = le64_to_cpu(prmem_word_seal(value, PRMEM_WORD_SALT, offset));
	u32 kind = PRMEM_WORD_KIND(w), class = PRMEM_WORD_CLASS(w), order = PRMEM_WORD_ORDER(w);
	bool slab = kind == PRMEM_PAGE_SLAB, owned = slab || kind == PRMEM_PAGE_DATA;

	return prmem_equal(fault, PRMEM_BAD_PAGE_CHECK, w >> PRMEM_WORD_CHECK_SHIFT,
			   sealed >> PRMEM_WORD_CHECK_SHIFT) &&
	       prmem_holds(fault, kind >= PRMEM_PAGE_FREE && kind <= PRMEM_PAGE_INSTANCES,
			   PRMEM_BAD_PAGE_KIND, kind, PRMEM_PAGE_INSTANCES) &&
	       prmem_holds(fault, class < (slab ? PRMEM_CLASSES : 1), PRMEM_BAD_PAGE_CLASS, class,
			   slab ? PRMEM_CLASSES - 1 : 0) &&
	       prmem_holds(fault, order <= PRMEM_MAX_ORDER, PRMEM_BAD_PAGE_ORDER, order,
			   PRMEM_MAX_ORDER) &&
	       prmem_holds(fault, kind == PRMEM_PAGE_DATA ||
			   order == (slab ? PRMEM_CLASS_ORDER(class) : 0),
			   PRMEM_BAD_PAGE_ORDER, order, slab ? PRMEM_CLASS_ORDER(class) : 0) &&
	       prmem_holds(fault, i % (1U << order) == 0, PRMEM_BAD_PAGE_ORDER, order,
			   i ? __builtin_ctz(i) : 0) &&
	       prmem_holds(fault, 1U << order <= part->pages - i, PRMEM_BAD_PAGE_ORDER, order,
			   31 - __builtin_clz(part->pages - i)) &&
	       prmem_holds(fault, owned == (PRMEM_WORD_OWNER(w) != 0), PRMEM_BAD_PAGE_OWNER,
			   PRMEM_WORD_OWNER(w), owned);
}

/*
 * A block that begins at page @i; @last: the other block before it, or PRMEM_NO_PAGE.
 * Blocks that have an owner wait in a list, by number, for prmem_heap_check().
 */
static bool add_block(struct prmem_heap_part *part, u32 i, u32 *last, u32 *next,
		      struct prmem_fault *fault)
{
	const __le64 *map = prmem_part_map(part);
	u64 word = le64_to_cpu(map[i]);
	u32 count, inside;

	*next = i;
	if (!prmem_check_word(part, i, map[i], fault))
		return false;
	inside = (1U << PRMEM_WORD_ORDER(word)) - 1;
	count = inside ? prmem_word_count_free(map + i + 1, inside,
					       prmem_page_offset(part->first + i + 1)) : 0;
	*next = i + 1 + count;
	if (!prmem_holds(fault, count == inside, PRMEM_BAD_PAGE_INSIDE,
			 count == inside ? 0 : le64_to_cpu(map[*next]), PRMEM_PAGE_FREE))
		return false;
	if (PRMEM_WORD_KIND(word) == PRMEM_PAGE_INSTANCES) {
		prmem_bitmap_set(&part->records, i);
		part->nr_records++;
		return true;
	}
	if (*last)
		part->links[*last - part->first].next = part->first + i;
	else
		part->unchecked = part->first + i;
	*last = part->first + i;
	part->links[i].next = PRMEM_NO_PAGE;
	return true;
}

/* All words of a part, which is filled by it. */
static bool check_map(struct prmem_heap_part *part, struct prmem_fault *fault)
{
	const __le64 *map = prmem_part_map(part);
	u32 i = 0, run, last = PRMEM_NO_PAGE;

	while (i < part->pages) {
		prmem_port_resched();
		run = 0;
		if (PRMEM_WORD_KIND(le64_to_cpu(map[i])) == PRMEM_PAGE_FREE)
			run = prmem_word_count_free(map + i, part->pages - i,
						    prmem_page_offset(part->first + i));
		prmem_buddy_give_run(&part->buddy, i, run);
		i += run;
		/* What isn't free, or what says so and isn't. */
		if (i < part->pages && !run && !add_block(part, i, &last, &i, fault)) {
			fault->at = part->first + i;
			return false;
		}
	}
	return true;
}

/* The regions before this one. */
static u32 place_of(const struct prmem_heap *heap, u64 start)
{
	u32 i = 0;

	while (i < heap->count && heap->part[i].start < start)
		i++;
	return i;
}

static void init_part(struct prmem_heap_part *part, u8 *base,
		      const struct prmem_region_rec *region, void *room)
{
	u64 size = le64_to_cpu(region->size);
	u32 pages = pages_of(size);
	u64 *words;

	memset(part, 0, sizeof(*part));
	part->start = le64_to_cpu(region->start);
	part->size = size;
	part->base = base;
	part->first = part->start / PRMEM_PAGE + PRMEM_HEAP_MAP(size);
	part->pages = pages;
	prmem_buddy_init(&part->buddy, pages, room);
	words = room + prmem_buddy_room(pages);
	part->links = (struct prmem_link *)prmem_bitmap_init(&part->records, pages, words);
}

/**
 * prmem_heap_attach() - check a region's header and map, and add it to the heap
 * @heap: the heap
 * @base: where the region is mapped; any bytes
 * @region: the region, of a checked table, of type heap
 * @room: prmem_heap_room() bytes, aligned to 8, which stay in use
 * @fault: which rule is broken, if one is; @fault->at is the region's number among
 *	those of type heap that are attached, or the page's number in the reservation
 *
 * A region that is added after prmem_heap_check() must be a new one.
 *
 * Context: May sleep; at most PRMEM_MAX_REGIONS are attached, one call at a time. Reads
 * the map once, writes nothing to persistent memory.
 * Return: true if all rules hold; else the heap is as before.
 */
bool prmem_heap_attach(struct prmem_heap *heap, u8 *base, const struct prmem_region_rec *region,
		       void *room, struct prmem_fault *fault)
{
	u32 i = place_of(heap, le64_to_cpu(region->start));
	struct prmem_heap_part *part = &heap->part[i];
	const size_t after = (heap->count - i) * sizeof(*part);

	*fault = (struct prmem_fault) { PRMEM_SOUND, 0, 0, 0 };
	if (!prmem_check_header((const struct prmem_heap_rec *)base, region, heap->id, fault)) {
		fault->at = i;
		return false;
	}
	memmove(part + 1, part, after);
	init_part(part, base, region, room);
	if (!check_map(part, fault)) {
		memmove(part, part + 1, after);
		return false;
	}
	heap->count++;
	return true;
}

/**
 * prmem_heap_detach() - let go of a region
 * @heap: the heap
 * @i: the region's number; later ones move up
 *
 * Context: Any. Its room is the caller's again. Of an open heap only a region
 * without a block can be detached, or all.
 */
void prmem_heap_detach(struct prmem_heap *heap, u32 i)
{
	heap->count--;
	memmove(&heap->part[i], &heap->part[i + 1], (heap->count - i) * sizeof(heap->part[0]));
}

/**
 * prmem_heap_records() - how many pages of instances there are
 * @heap: the heap
 *
 * Context: Any.
 * Return: The pages, each of PRMEM_INSTANCES records.
 */
u64 prmem_heap_records(const struct prmem_heap *heap)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < heap->count; i++)
		sum += heap->part[i].nr_records;
	return sum;
}

/**
 * prmem_heap_tallies_room() - how much ordinary memory the instances need
 * @pages: of so many pages of records, at most PRMEM_MAX_RECORDS
 *
 * Context: Any.
 * Return: Bytes, for prmem_heap_set_tallies().
 */
size_t prmem_heap_tallies_room(u32 pages)
{
	return (size_t)pages * PRMEM_INSTANCES * sizeof(struct prmem_tally);
}

/**
 * prmem_heap_set_tallies() - give room for the instances, or more
 * @heap: the heap
 * @room: prmem_heap_tallies_room(@pages) bytes, aligned to 8, which stay in use
 * @pages: at least so many as are in use, at most PRMEM_MAX_RECORDS
 *
 * Context: Any. A room that was given before is the caller's again.
 */
void prmem_heap_set_tallies(struct prmem_heap *heap, void *room, u32 pages)
{
	if (heap->used_tallies)
		memcpy(room, heap->tallies, prmem_heap_tallies_room(heap->used_tallies));
	heap->tallies = room;
	heap->nr_tallies = pages;
}

/**
 * prmem_heap_index_room() - how much ordinary memory the name index needs
 * @instances: for so many instances
 * @bits: is set for prmem_heap_set_index()
 *
 * Context: Any.
 * Return: Bytes.
 */
size_t prmem_heap_index_room(u64 instances, u32 *bits)
{
	*bits = prmem_index_bits(instances);
	return sizeof(u64) << *bits;
}

/**
 * prmem_heap_set_index() - give room for the name index, or more
 * @heap: the heap
 * @room: the bytes that prmem_heap_index_room() says, aligned to 8, which stay in use
 * @bits: what it says, for at least the instances that there are
 *
 * Context: Any. A room that was given before is the caller's again.
 */
void prmem_heap_set_index(struct prmem_heap *heap, void *room, u32 bits)
{
	prmem_index_set_room(&heap->index, room, bits);
}

/**
 * prmem_heap_is_unused() - are all pages of a region free?
 * @heap: the heap
 * @i: the region's number
 *
 * Context: Any.
 * Return: true if the region can be given back.
 */
bool prmem_heap_is_unused(const struct prmem_heap *heap, u32 i)
{
	return heap->part[i].buddy.free == heap->part[i].pages;
}

/**
 * prmem_heap_free() - how much is free
 * @heap: the heap
 *
 * Context: Any.
 * Return: The free pages, bytes.
 */
u64 prmem_heap_free(const struct prmem_heap *heap)
{
	u64 pages = 0;
	u32 i;

	for (i = 0; i < heap->count; i++)
		pages += heap->part[i].buddy.free;
	return pages * PRMEM_PAGE;
}

/**
 * prmem_heap_at() - where a place in the heap is mapped
 * @heap: the heap
 * @ref: any offset
 * @size: bytes from there on, any number
 *
 * Whose they are is not looked at.
 *
 * Context: Any.
 * Return: The first byte, or NULL unless all of them are in pages of one region.
 */
void *prmem_heap_at(const struct prmem_heap *heap, u64 ref, u64 size)
{
	const struct prmem_heap_part *part;

	if (ref >= PRMEM_MAX_HEAP_END)
		return NULL;
	part = prmem_part_of(heap, ref / PRMEM_PAGE);
	if (!part || size > part->start + part->size - ref)
		return NULL;
	return part->base + (ref - part->start);
}

/**
 * prmem_heap_ref() - which place in the heap is mapped there
 * @heap: the heap
 * @p: any address
 *
 * Context: Any.
 * Return: The offset into the reservation, or 0 if it is in no page of the heap.
 */
u64 prmem_heap_ref(const struct prmem_heap *heap, const void *p)
{
	u32 i;

	for (i = 0; i < heap->count; i++) {
		const struct prmem_heap_part *part = &heap->part[i];
		u64 at = (unsigned long)p - (unsigned long)part->base;

		if (at < part->size)
			return at / PRMEM_PAGE < part->first - part->start / PRMEM_PAGE ? 0 :
			       part->start + at;
	}
	return 0;
}
