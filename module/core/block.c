// SPDX-License-Identifier: GPL-2.0-only
/* Memory of an open instance: blocks of pages, and small objects in slabs. */
#include "instance.h"
#include "pages.h"
#include "word.h"

#define LARGEST_OBJECT	PRMEM_CLASS_SIZE(PRMEM_CLASSES - 1)
#define ALL_BITS	((1ULL << PRMEM_SLAB_BITS) - 1)

/**
 * prmem_size_order() - how many pages a block of some size takes
 * @size: bytes, not 0
 *
 * Context: Any.
 * Return: The order; above PRMEM_MAX_ORDER there is no such block.
 */
u32 prmem_size_order(u64 size)
{
	u64 pages = (size - 1) / PRMEM_PAGE;

	return pages ? 64 - __builtin_clzll(pages) : 0;
}

static u32 class_of(u64 size)
{
	return size <= PRMEM_CLASS_SIZE(0) ? 0 : 60 - __builtin_clzll(size - 1);
}

static bool is_partial(const struct prmem_link *link, u32 class)
{
	return link->used < PRMEM_SLAB_OBJECTS(class);
}

/* The list of an open instance that a block is in. */
static u32 *list_of(const struct prmem_heap *heap, struct prmem_owner *owner, u32 page, u64 word)
{
	u32 class = PRMEM_WORD_CLASS(word);

	if (PRMEM_WORD_KIND(word) == PRMEM_PAGE_SLAB &&
	    is_partial(prmem_link_of(heap, page), class))
		return &owner->partial[class];
	return &owner->rest;
}

/**
 * prmem_owner_open() - be ready to give memory to an instance
 * @heap: the heap
 * @number: a live instance's, which is not open
 * @owner: is filled
 *
 * Context: May sleep; takes time in proportion to the instance's blocks.
 */
void prmem_owner_open(struct prmem_heap *heap, u64 number, struct prmem_owner *owner)
{
	struct prmem_tally *tally = prmem_instance_tally(heap, number);
	u32 page;

	memset(owner, 0, sizeof(*owner));
	owner->number = number;
	while (tally->blocks) {
		prmem_port_resched();
		page = tally->blocks;
		prmem_list_del(heap, &tally->blocks, page);
		prmem_list_add(heap, list_of(heap, owner, page, prmem_page_word(heap, page)), page);
	}
}

/**
 * prmem_owner_close() - let go of an open instance
 * @heap: the heap
 * @owner: the instance; not to be used any more
 *
 * Context: Any.
 */
void prmem_owner_close(struct prmem_heap *heap, struct prmem_owner *owner)
{
	struct prmem_tally *tally = prmem_instance_tally(heap, owner->number);
	u32 class;

	prmem_list_join(heap, &tally->blocks, &owner->rest);
	for (class = 0; class < PRMEM_CLASSES; class++)
		prmem_list_join(heap, &tally->blocks, &owner->partial[class]);
}

static u64 alloc_block(struct prmem_heap *heap, struct prmem_owner *owner, u32 order)
{
	u32 page = prmem_pages_take(heap, order);

	if (!page)
		return 0;
	prmem_port_clear(prmem_page_at(heap, page), (size_t)PRMEM_PAGE << order);
	prmem_pages_publish(heap, page,
			    prmem_word_make(PRMEM_PAGE_DATA, order, 0, owner->number));
	prmem_list_add(heap, &owner->rest, page);
	prmem_instance_tally(heap, owner->number)->pages += 1U << order;
	return prmem_page_offset(page);
}

/* Where the words of a slab's bitmap are checked. */
static __le64 seal_bits(u64 bits, u32 page, u32 at)
{
	return prmem_word_seal(bits, PRMEM_BITS_SALT,
			       prmem_page_offset(page) + at * sizeof(__le64));
}

/* A new slab with its first object: one store takes both. */
static u64 alloc_slab(struct prmem_heap *heap, struct prmem_owner *owner, u32 class)
{
	const u32 order = PRMEM_CLASS_ORDER(class), head = PRMEM_SLAB_HEAD(class);
	u32 page = prmem_pages_take(heap, order), at;
	const u32 words = (PRMEM_SLAB_OBJECTS(class) + PRMEM_SLAB_BITS - 1) / PRMEM_SLAB_BITS;
	u8 *slab;

	if (!page)
		return 0;
	slab = prmem_page_at(heap, page);
	prmem_port_clear(slab, head + PRMEM_CLASS_SIZE(class));
	for (at = 0; at < words; at++) {
		__le64 word = seal_bits(at == 0, page, at);

		prmem_port_write(slab + at * sizeof(word), &word, sizeof(word));
	}
	prmem_pages_publish(heap, page,
			    prmem_word_make(PRMEM_PAGE_SLAB, order, class, owner->number));
	prmem_link_of(heap, page)->used = 1;
	prmem_list_add(heap, &owner->partial[class], page);
	prmem_instance_tally(heap, owner->number)->pages += 1U << order;
	return prmem_page_offset(page) + head;
}

static u64 alloc_object(struct prmem_heap *heap, struct prmem_owner *owner, u32 class)
{
	const u32 size = PRMEM_CLASS_SIZE(class);
	u32 page = owner->partial[class], at = 0, bit, object;
	struct prmem_link *link;
	__le64 *slab;
	u64 offset;

	if (!page)
		return alloc_slab(heap, owner, class);
	slab = prmem_page_at(heap, page);
	while ((le64_to_cpu(slab[at]) & ALL_BITS) == ALL_BITS)
		at++;
	bit = __builtin_ctzll(~le64_to_cpu(slab[at]));
	object = at * PRMEM_SLAB_BITS + bit;
	offset = PRMEM_SLAB_HEAD(class) + (u64)object * size;
	prmem_port_clear((u8 *)slab + offset, size);
	prmem_port_publish(&slab[at], prmem_word_flip(slab[at], bit));
	link = prmem_link_of(heap, page);
	link->used++;
	if (!is_partial(link, class)) {
		prmem_list_del(heap, &owner->partial[class], page);
		prmem_list_add(heap, &owner->rest, page);
	}
	return prmem_page_offset(page) + offset;
}

/**
 * prmem_owner_alloc() - give memory to an open instance
 * @heap: the heap
 * @owner: the instance
 * @size: bytes, not 0
 *
 * Up to 2048 bytes are an object in a slab, at a multiple of 16; more are a block of
 * whole pages, a power of two of them. The memory is zero.
 *
 * Context: May sleep; writes persistent memory, and the last store takes it.
 * Return: Its offset into the reservation, or 0 if no region has room.
 */
u64 prmem_owner_alloc(struct prmem_heap *heap, struct prmem_owner *owner, u64 size)
{
	return size <= LARGEST_OBJECT ? alloc_object(heap, owner, class_of(size)) :
					alloc_block(heap, owner, prmem_size_order(size));
}

static void free_block(struct prmem_heap *heap, struct prmem_owner *owner, u32 page, u64 word)
{
	prmem_list_del(heap, list_of(heap, owner, page, word), page);
	prmem_instance_tally(heap, owner->number)->pages -= 1U << PRMEM_WORD_ORDER(word);
	prmem_pages_give(heap, page);
}

static void free_object(struct prmem_heap *heap, struct prmem_owner *owner,
			const struct prmem_place *place)
{
	struct prmem_link *link = prmem_link_of(heap, place->page);
	u32 class = PRMEM_WORD_CLASS(place->word), at = place->object / PRMEM_SLAB_BITS;
	__le64 *slab = prmem_page_at(heap, place->page);

	if (link->used == 1) {
		free_block(heap, owner, place->page, place->word);
		return;
	}
	prmem_port_publish(&slab[at], prmem_word_flip(slab[at], place->object % PRMEM_SLAB_BITS));
	if (!is_partial(link, class)) {
		prmem_list_del(heap, &owner->rest, place->page);
		prmem_list_add(heap, &owner->partial[class], place->page);
	}
	link->used--;
}

/**
 * prmem_owner_free() - take memory from an open instance
 * @heap: the heap
 * @owner: the instance
 * @ref: any offset
 *
 * Context: Any; writes persistent memory, by one store.
 * Return: 0, -EINVAL if no block or object of the instance that is in use begins
 * there, -EBUSY if the instance's data lies in it.
 */
int prmem_owner_free(struct prmem_heap *heap, struct prmem_owner *owner, u64 ref)
{
	struct prmem_place place;
	u64 data, size;

	if (!prmem_place_find(heap, ref, &place) || place.start != ref ||
	    PRMEM_WORD_OWNER(place.word) != owner->number)
		return -EINVAL;
	prmem_instance_get_data(heap, owner->number, &data, &size);
	if (data >= ref && data - ref < place.size)
		return -EBUSY;
	if (PRMEM_WORD_KIND(place.word) == PRMEM_PAGE_SLAB)
		free_object(heap, owner, &place);
	else
		free_block(heap, owner, place.page, place.word);
	return 0;
}

/**
 * prmem_owner_extent() - how much memory an instance has from some place on
 * @heap: the heap
 * @number: the instance's, open or not
 * @ref: any offset
 *
 * Context: Any.
 * Return: Bytes up to the end of the block or object in use that @ref is in, or 0
 * if it is in none of this instance.
 */
u64 prmem_owner_extent(const struct prmem_heap *heap, u64 number, u64 ref)
{
	struct prmem_place place;

	if (!prmem_place_find(heap, ref, &place) || PRMEM_WORD_OWNER(place.word) != number)
		return 0;
	return place.start + place.size - ref;
}

/* The first block of the lists from the @i-th on; the last one is the rest. */
static u32 first_block(const struct prmem_owner *owner, u32 i)
{
	while (i < PRMEM_CLASSES && !owner->partial[i])
		i++;
	return i < PRMEM_CLASSES ? owner->partial[i] : owner->rest;
}

/* The block behind another one: in its list, or else in the next list that has one. */
static u32 next_block(const struct prmem_heap *heap, struct prmem_owner *owner, u32 page, u64 word)
{
	const u32 next = prmem_link_of(heap, page)->next;
	const u32 *list = list_of(heap, owner, page, word);

	if (next != *list)
		return next;
	return list == &owner->rest ? PRMEM_NO_PAGE :
				      first_block(owner, PRMEM_WORD_CLASS(word) + 1);
}

/* The offset of the first object in use from the @i-th on, or 0. */
static u64 next_object(const struct prmem_heap *heap, u32 page, u32 class, u32 i)
{
	const __le64 *slab = prmem_page_at(heap, page);

	for (; i < PRMEM_SLAB_OBJECTS(class); i++)
		if (le64_to_cpu(slab[i / PRMEM_SLAB_BITS]) >> i % PRMEM_SLAB_BITS & 1)
			return prmem_page_offset(page) + PRMEM_SLAB_HEAD(class) +
			       (u64)i * PRMEM_CLASS_SIZE(class);
	return 0;
}

/**
 * prmem_owner_next() - all blocks and objects in use of an open instance
 * @heap: the heap
 * @owner: the instance
 * @ref: the one before, which is in use; 0: the first one is wanted
 *
 * Context: Any; the instance's memory doesn't change from the first call to the last.
 * Return: The offset of the next one, in no order, or 0.
 */
u64 prmem_owner_next(const struct prmem_heap *heap, struct prmem_owner *owner, u64 ref)
{
	struct prmem_place place;
	u64 next = 0, word;
	u32 page;

	if (!ref) {
		page = first_block(owner, 0);
	} else {
		if (!prmem_place_find(heap, ref, &place))
			return 0;
		page = place.page;
		if (PRMEM_WORD_KIND(place.word) == PRMEM_PAGE_SLAB)
			next = next_object(heap, page, PRMEM_WORD_CLASS(place.word),
					   place.object + 1);
		if (!next)
			page = next_block(heap, owner, page, place.word);
	}
	if (next || !page)
		return next;
	word = prmem_page_word(heap, page);
	return PRMEM_WORD_KIND(word) == PRMEM_PAGE_SLAB ?
	       next_object(heap, page, PRMEM_WORD_CLASS(word), 0) : prmem_page_offset(page);
}
