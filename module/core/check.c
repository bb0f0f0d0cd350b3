// SPDX-License-Identifier: GPL-2.0-only
/* A heap of an earlier kernel: what its pages hold is checked, what was cut completed. */
#include "check.h"
#include "instance.h"
#include "records.h"
#include "word.h"

#define BLOCKS_AHEAD	32	/* memory that is far away takes as long as these */

/**
 * struct batch - the records of a page on their way into the index
 * @records: the page
 * @next: the one after it, or the same
 * @link: what is known of the page
 * @number: of the first record
 * @count: records whose own rules hold
 * @hash: of each one's names, unless it's free
 */
struct batch {
	const struct prmem_instances_rec *records;
	const struct prmem_instances_rec *next;
	struct prmem_link *link;
	u64 number;
	u32 count;
	u64 hash[PRMEM_INSTANCES];
};

/* Of a slab and of a page of records: whole words. */
static bool is_zero(const void *p, size_t len)
{
	const __le64 *word = p;

	for (; len && !*word; word++)
		len -= sizeof(*word);
	return !len;
}

/**
 * prmem_check_record() - what a record says of itself
 * @rec: the record, any bytes
 * @number: its number
 * @fault: which rule is broken, if one is
 *
 * Context: Any.
 * Return: true if all rules hold.
 */
bool prmem_check_record(const struct prmem_instance_rec *rec, u64 number,
			struct prmem_fault *fault)
{
	u32 state = prmem_record_state(rec);
	u64 sealed;

	if (!prmem_holds(fault, state >= PRMEM_INSTANCE_FREE && state <= PRMEM_INSTANCE_DYING,
			 PRMEM_BAD_INSTANCE_STATE, state, PRMEM_INSTANCE_DYING))
		return false;
	sealed = le64_to_cpu(prmem_record_seal(rec, state, number));
	return prmem_equal(fault, PRMEM_BAD_INSTANCE_CHECKSUM, (u32)le64_to_cpu(rec->state),
			   (u32)sealed) &&
	       (state == PRMEM_INSTANCE_FREE ||
		(prmem_holds(fault, prmem_label_valid(rec->subsystem, true),
			     PRMEM_BAD_INSTANCE_SUBSYSTEM, rec->subsystem[0], 0) &&
		 prmem_holds(fault, prmem_label_valid(rec->name, false), PRMEM_BAD_INSTANCE_NAME,
			     rec->name[0], 0)));
}

/* A record is three lines of cache, and the processor foresees none of another page. */
static void prefetch_record(const struct prmem_instance_rec *rec)
{
	__builtin_prefetch(rec);
	__builtin_prefetch((const u8 *)rec + 64);
	__builtin_prefetch((const u8 *)rec + 128);
}

/* What add_batch() is about to look at. An object is never at the beginning of a page. */
static void prefetch_place(const struct prmem_heap *heap, const struct prmem_instance_rec *rec)
{
	u64 ref = le64_to_cpu(rec->data[prmem_data_current(rec->data)].ref);
	const u8 *p;

	if (ref % PRMEM_PAGE == 0)
		return;
	p = prmem_heap_at(heap, ref / PRMEM_PAGE * PRMEM_PAGE, 1);
	if (p)
		__builtin_prefetch(p);
}

/* The first records of a page, up to one that breaks a rule. */
static bool check_batch(const struct prmem_heap *heap, struct batch *batch,
			struct prmem_fault *fault)
{
	const struct prmem_instance_rec *rec = batch->records->instance;
	u32 i;

	for (i = 0; i < PRMEM_INSTANCES; i++, rec++) {
		prefetch_record(&batch->next->instance[i]);
		if (!prmem_check_record(rec, batch->number + i, fault))
			break;
		if (prmem_record_state(rec) == PRMEM_INSTANCE_FREE)
			continue;
		batch->hash[i] = prmem_label_hash(prmem_record_label(rec), heap->index.key);
		__builtin_prefetch(&heap->index.slots[prmem_index_home(&heap->index,
								       batch->hash[i])]);
		prefetch_place(heap, rec);
	}
	batch->count = i;
	return i == PRMEM_INSTANCES;
}

/* Into the index, unless the names are there already. */
static bool add_name(struct prmem_heap *heap, const struct prmem_instance_rec *rec, u64 hash,
		     u64 number)
{
	u64 other, step = 0;

	while ((other = prmem_index_probe(&heap->index, hash, &step)) != 0)
		if (!memcmp(prmem_record_label(rec),
			    prmem_record_label(prmem_record_at(heap, other)),
			    sizeof(struct prmem_label)))
			return false;
	prmem_index_add(&heap->index, hash, number, step);
	return true;
}

/**
 * prmem_check_slots() - what a live instance's data slots say of themselves
 * @data: the slots, any bytes
 * @number: the instance's
 * @fault: which rule is broken, if one is
 *
 * Context: Any.
 * Return: true if all rules hold.
 */
bool prmem_check_slots(const struct prmem_data_rec data[2], u64 number, struct prmem_fault *fault)
{
	bool valid[2];
	u64 words[2], sealed;
	u32 slot, apart;

	for (slot = 0; slot < 2; slot++) {
		words[slot] = le64_to_cpu(data[slot].word);
		valid[slot] = words[slot] != PRMEM_DATA_WRITING;
		if (!valid[slot])
			continue;
		sealed = le64_to_cpu(prmem_data_seal(&data[slot], slot, number, words[slot] >> 32));
		if (!prmem_equal(fault, PRMEM_BAD_INSTANCE_DATA, words[slot], sealed))
			return false;
	}
	apart = (words[1] >> 32) - (words[0] >> 32);
	return prmem_holds(fault, valid[0] || valid[1], PRMEM_BAD_INSTANCE_DATA, words[0], 0) &&
	       prmem_holds(fault, !valid[0] || !valid[1] || apart == 1 || apart == ~0U,
			   PRMEM_BAD_INSTANCE_DATA, words[1] >> 32, words[0] >> 32);
}

static bool check_place(const struct prmem_heap *heap, const struct prmem_instance_rec *rec,
			u64 number, u64 *ref, u64 *size)
{
	const struct prmem_data_rec *data = &rec->data[prmem_data_current(rec->data)];

	*ref = le64_to_cpu(data->ref);
	*size = le64_to_cpu(data->size);
	return *ref ? *size && *size <= prmem_owner_extent(heap, number, *ref) : !*size;
}

/*
 * Names that are there already, data; and note what is known of the instances. Where
 * the data lies is looked at as long as the record is at hand; what isn't sure before
 * the slabs are checked is put off.
 */
static bool add_batch(struct prmem_heap *heap, const struct batch *batch, u64 *put_off,
		      struct prmem_fault *fault)
{
	u64 ref, size;
	u32 i;

	for (i = 0; i < batch->count; i++) {
		const struct prmem_instance_rec *rec = &batch->records->instance[i];
		u32 state = prmem_record_state(rec);
		u64 number = batch->number + i;

		if (state == PRMEM_INSTANCE_FREE)
			continue;
		if (!prmem_holds(fault, add_name(heap, rec, batch->hash[i], number),
				 PRMEM_BAD_INSTANCE_TWICE, number, 0))
			return false;
		prmem_tally_use(heap, batch->link, number);
		if (state == PRMEM_INSTANCE_DYING) {
			heap->dying++;
			continue;
		}
		heap->instances++;
		if (!prmem_check_slots(rec->data, number, fault))
			return false;
		*put_off += !check_place(heap, rec, number, &ref, &size);
	}
	return true;
}

/* @next: the next page of records, or PRMEM_NO_PAGE */
static bool check_records(struct prmem_heap *heap, u32 page, u32 next, u64 *put_off,
			  struct prmem_fault *fault)
{
	struct batch batch = {
		.records = prmem_page_at(heap, page),
		.next = prmem_page_at(heap, next ? next : page),
		.link = prmem_records_add(heap, page),
		.number = PRMEM_NUMBER(page, 0),
	};
	struct prmem_fault later = { PRMEM_SOUND, 0, 0, 0 };
	bool sound;

	if (!prmem_holds(fault, is_zero(batch.records->zero, sizeof(batch.records->zero)),
			 PRMEM_BAD_INSTANCES_ZERO, 1, 0))
		return false;
	sound = check_batch(heap, &batch, &later);
	/* What an earlier record breaks comes before. */
	if (!add_batch(heap, &batch, put_off, fault))
		return false;
	if (!sound)
		*fault = later;
	return sound;
}

static u32 count_bits(u64 bits)
{
	u32 count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

/**
 * prmem_check_slab() - a slab's bitmap, and what is between it and the objects
 * @slab: the slab, any bytes
 * @offset: its offset into the reservation
 * @class: of the objects
 * @used: is set to the number of objects in use
 * @fault: which rule is broken, if one is
 *
 * Context: Any.
 * Return: true if all rules hold.
 */
bool prmem_check_slab(const __le64 *slab, u64 offset, u32 class, u32 *used,
		      struct prmem_fault *fault)
{
	const u32 head = PRMEM_SLAB_HEAD(class);
	u32 left = PRMEM_SLAB_OBJECTS(class), at, n;
	u64 bits;

	*used = 0;
	for (at = 0; left; at++, left -= n) {
		n = left < PRMEM_SLAB_BITS ? left : PRMEM_SLAB_BITS;
		bits = le64_to_cpu(slab[at]) << (64 - PRMEM_SLAB_BITS) >> (64 - PRMEM_SLAB_BITS);
		if (!prmem_holds(fault, prmem_word_holds(slab[at], PRMEM_BITS_SALT,
							 offset + at * sizeof(*slab)),
				 PRMEM_BAD_SLAB_CHECK, le64_to_cpu(slab[at]), 0) ||
		    !prmem_equal(fault, PRMEM_BAD_SLAB_BIT, bits >> n, 0))
			return false;
		*used += count_bits(bits);
	}
	return prmem_holds(fault, is_zero(slab + at, head - at * sizeof(*slab)),
			   PRMEM_BAD_SLAB_ZERO, 1, 0);
}

/* Where a page of a part is mapped. */
static const void *page_of(const struct prmem_heap_part *part, u32 page)
{
	return part->base + (prmem_page_offset(page) - part->start);
}

static u64 word_of(const struct prmem_heap_part *part, u32 page)
{
	return le64_to_cpu(prmem_part_map(part)[page - part->first]);
}

/* A block that has an owner: into its list, unless there is nothing in use in it. */
static bool check_block(struct prmem_heap *heap, struct prmem_heap_part *part, u32 page,
			struct prmem_fault *fault)
{
	u64 word = word_of(part, page), owner = PRMEM_WORD_OWNER(word);
	struct prmem_tally *tally = prmem_instance_tally(heap, owner);
	bool slab = PRMEM_WORD_KIND(word) == PRMEM_PAGE_SLAB;
	struct prmem_link *link = &part->links[page - part->first];

	if (!prmem_holds(fault, tally, PRMEM_BAD_PAGE_OWNER, owner, 0) ||
	    (slab && !prmem_check_slab(page_of(part, page), prmem_page_offset(page),
				       PRMEM_WORD_CLASS(word), &link->used, fault)))
		return false;
	if (slab && !link->used) {
		prmem_list_add(heap, &heap->empty, page);
		return true;
	}
	tally->pages += 1U << PRMEM_WORD_ORDER(word);
	prmem_list_add(heap, &tally->blocks, page);
	return true;
}

/* The block after this one among those that wait; its first line of cache is on its way. */
static u32 foresee(const struct prmem_heap_part *part, u32 page)
{
	if (!page)
		return PRMEM_NO_PAGE;
	page = part->links[page - part->first].next;
	if (page && PRMEM_WORD_KIND(word_of(part, page)) == PRMEM_PAGE_SLAB)
		__builtin_prefetch(page_of(part, page));
	return page;
}

static bool check_blocks(struct prmem_heap *heap, struct prmem_heap_part *part,
			 struct prmem_fault *fault)
{
	u32 page = part->unchecked, ahead = page, next, i;

	for (i = 0; i < BLOCKS_AHEAD; i++)
		ahead = foresee(part, ahead);
	for (; page; page = next) {
		prmem_port_resched();
		ahead = foresee(part, ahead);
		next = part->links[page - part->first].next;
		if (!check_block(heap, part, page, fault)) {
			fault->at = page;
			return false;
		}
	}
	part->unchecked = PRMEM_NO_PAGE;
	return true;
}

static bool check_data(const struct prmem_heap *heap, struct prmem_fault *fault)
{
	u64 number = 0, ref, size;

	while ((number = prmem_instance_next(heap, number)) != 0) {
		bool lies = check_place(heap, prmem_record_at(heap, number), number, &ref, &size);

		prmem_port_resched();
		if (!prmem_holds(fault, lies, PRMEM_BAD_INSTANCE_PLACE, ref, size)) {
			fault->at = number / 32;
			return false;
		}
	}
	return true;
}

/**
 * prmem_heap_check() - check all that the maps don't say
 * @heap: the heap: all regions are attached, and there is room for
 *	prmem_heap_records() pages of records and their instances
 * @fault: which rule is broken, if one is; @fault->at is the page's number in the
 *	reservation
 *
 * First all records, then all blocks that have an owner, then where data lies; each
 * by number. Once only, before anything else is done with the heap.
 *
 * Context: May sleep; in time in proportion to the instances and blocks, whatever
 * they hold. Writes nothing to persistent memory.
 * Return: true if all rules hold. Else the heap is good for nothing any more.
 */
bool prmem_heap_check(struct prmem_heap *heap, struct prmem_fault *fault)
{
	u32 page, next, i;
	u64 put_off = 0;

	*fault = (struct prmem_fault) { PRMEM_SOUND, 0, 0, 0 };
	for (page = prmem_records_next(heap, 1); page; page = next) {
		prmem_port_resched();
		next = prmem_records_next(heap, page + 1);
		if (!check_records(heap, page, next, &put_off, fault)) {
			fault->at = page;
			return false;
		}
	}
	for (i = 0; i < heap->count; i++)
		if (!check_blocks(heap, &heap->part[i], fault))
			return false;
	return !put_off || check_data(heap, fault);
}

static void destroy_dying(struct prmem_heap *heap)
{
	struct prmem_owner owner;
	u32 page = 0, i;

	while (heap->dying && (page = prmem_records_next(heap, page + 1)) != PRMEM_NO_PAGE) {
		prmem_port_resched();
		for (i = 0; i < PRMEM_INSTANCES; i++) {
			u64 number = PRMEM_NUMBER(page, i);

			if (!prmem_instance_tally(heap, number) ||
			    prmem_instance_at(heap, number))
				continue;
			prmem_owner_open(heap, number, &owner);
			prmem_instance_destroy(heap, &owner);
		}
	}
}

/**
 * prmem_heap_finish() - complete what a kernel before was in the middle of
 * @heap: the heap, of which all rules hold
 *
 * What was being destroyed goes. What was being made is there or not, and nothing
 * is to be done for it. No kernel of ours leaves slabs and pages of records with
 * nothing in use; if there are some they are freed, for they are nobody's gain: slabs
 * while the record that owns them is still there, which may be dying.
 *
 * Context: May sleep; writes persistent memory.
 */
void prmem_heap_finish(struct prmem_heap *heap)
{
	u32 page, next;

	while (heap->empty) {
		prmem_port_resched();
		page = heap->empty;
		prmem_list_del(heap, &heap->empty, page);
		prmem_pages_give(heap, page);
	}
	destroy_dying(heap);
	for (page = prmem_records_next(heap, 1); page; page = next) {
		prmem_port_resched();
		next = prmem_records_next(heap, page + 1);
		if (!prmem_link_of(heap, page)->used)
			prmem_records_drop(heap, page);
	}
}
