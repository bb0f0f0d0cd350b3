// SPDX-License-Identifier: GPL-2.0-only
/* Instances: found, created, destroyed, listed, and their data. */
#include "instance.h"
#include "records.h"
#include "word.h"

/**
 * prmem_instance_at() - an instance's record
 * @heap: the heap
 * @number: any number
 *
 * Context: Any.
 * Return: The record, or NULL if there is no live instance of that number.
 */
const struct prmem_instance_rec *prmem_instance_at(const struct prmem_heap *heap, u64 number)
{
	const struct prmem_instance_rec *rec;

	if (!prmem_instance_tally(heap, number))
		return NULL;
	rec = prmem_record_at(heap, number);
	return prmem_record_state(rec) == PRMEM_INSTANCE_LIVE ? rec : NULL;
}

/**
 * prmem_instance_tally() - what is known of an instance at run time
 * @heap: the heap
 * @number: any number
 *
 * Context: Any.
 * Return: Its struct prmem_tally, or NULL if there is no instance of that number.
 */
struct prmem_tally *prmem_instance_tally(const struct prmem_heap *heap, u64 number)
{
	u32 page = number / 32, i = number % 32;
	const struct prmem_heap_part *part = prmem_part_of(heap, page);
	struct prmem_tally *tally;

	if (number >> PRMEM_INDEX_NUMBER || i >= PRMEM_INSTANCES || !part ||
	    !prmem_bitmap_has(&part->records, page - part->first))
		return NULL;
	tally = &heap->tallies[part->links[page - part->first].base + i];
	return tally->blocks == PRMEM_NO_INSTANCE ? NULL : tally;
}

static u64 find(const struct prmem_heap *heap, const struct prmem_label *label, u64 hash)
{
	const struct prmem_instance_rec *rec;
	u64 number, step = 0;

	for (;;) {
		number = prmem_index_probe(&heap->index, hash, &step);
		if (!number)
			return 0;
		rec = prmem_record_at(heap, number);
		if (!memcmp(prmem_record_label(rec), label, sizeof(*label)))
			return number;
	}
}

/**
 * prmem_instance_find() - find an instance by its names
 * @heap: the heap
 * @subsystem: its subsystem's
 * @name: its own
 *
 * Context: Any.
 * Return: The instance's number, or 0 if there is none.
 */
u64 prmem_instance_find(const struct prmem_heap *heap, const char *subsystem, const char *name)
{
	struct prmem_label label;
	u64 number;

	if (!heap->index.slots || !prmem_label_make(&label, subsystem, name))
		return 0;
	number = find(heap, &label, prmem_label_hash(&label, heap->index.key));
	/* What is in the index has a record, so nothing more is looked at for it. */
	if (number && prmem_record_state(prmem_record_at(heap, number)) != PRMEM_INSTANCE_LIVE)
		return 0;
	return number;
}

static void fill(struct prmem_instance_rec *rec, const struct prmem_label *label, u32 type,
		 u32 version, u64 number)
{
	memset(rec, 0, sizeof(*rec));
	rec->type = cpu_to_le32(type);
	rec->version = cpu_to_le32(version);
	memcpy(rec->subsystem, label->subsystem, sizeof(rec->subsystem));
	memcpy(rec->name, label->name, sizeof(rec->name));
	rec->data[0].word = prmem_data_seal(&rec->data[0], 0, number, 0);
	rec->data[1].word = cpu_to_le64(PRMEM_DATA_WRITING);
	rec->state = prmem_record_seal(rec, PRMEM_INSTANCE_LIVE, number);
}

/* In a page that has a free record: the store of its state creates the instance. */
static u64 create_here(struct prmem_heap *heap, const struct prmem_label *label, u32 type,
		       u32 version)
{
	const size_t head = offsetof(struct prmem_instance_rec, type);
	u64 number = PRMEM_NUMBER(heap->vacant, 0);
	struct prmem_instance_rec rec, *to;

	while (prmem_instance_tally(heap, number))
		number++;
	fill(&rec, label, type, version, number);
	to = prmem_record_at(heap, number);
	prmem_port_write(&to->type, &rec.type, sizeof(rec) - head);
	prmem_port_publish(&to->state, rec.state);
	return number;
}

/* In a new page: the store of its word creates page and instance. */
static u64 create_page(struct prmem_heap *heap, const struct prmem_label *label, u32 type,
		       u32 version)
{
	u32 page = prmem_pages_take(heap, 0), i;
	u64 number = PRMEM_NUMBER(page, 0);
	struct prmem_instance_rec rec;

	if (!page)
		return 0;
	prmem_port_clear(prmem_page_at(heap, page), PRMEM_PAGE);
	fill(&rec, label, type, version, number);
	prmem_port_write(prmem_record_at(heap, number), &rec, sizeof(rec));
	for (i = 1; i < PRMEM_INSTANCES; i++) {
		rec.state = prmem_record_seal(&rec, PRMEM_INSTANCE_FREE, number + i);
		prmem_port_write(&prmem_record_at(heap, number + i)->state, &rec.state,
				 sizeof(rec.state));
	}
	prmem_pages_publish(heap, page, prmem_word_make(PRMEM_PAGE_INSTANCES, 0, 0, 0));
	prmem_records_add(heap, page);
	return number;
}

/**
 * prmem_instance_create() - create an instance
 * @heap: the heap
 * @subsystem: its subsystem's name
 * @name: its own
 * @type: of its consumer's choosing
 * @version: of its consumer's choosing
 * @number: is set to the instance's number
 *
 * It has no memory, and no data.
 *
 * Context: Any; writes persistent memory, and the last store creates it.
 * Return: 0, -EINVAL if a name isn't valid, -EEXIST, -ENOMEM if more tallies or a
 * larger index are needed, or -ENOSPC if a page is needed and no region has one.
 */
int prmem_instance_create(struct prmem_heap *heap, const char *subsystem, const char *name,
			  u32 type, u32 version, u64 *number)
{
	struct prmem_label label;
	u64 hash;

	if (!prmem_label_make(&label, subsystem, name))
		return -EINVAL;
	hash = prmem_label_hash(&label, heap->index.key);
	if (heap->index.slots && find(heap, &label, hash))
		return -EEXIST;
	if (prmem_index_is_full(&heap->index) ||
	    !(heap->vacant || prmem_records_have_tallies(heap)))
		return -ENOMEM;
	*number = heap->vacant ? create_here(heap, &label, type, version) :
				 create_page(heap, &label, type, version);
	if (!*number)
		return -ENOSPC;
	prmem_tally_use(heap, prmem_link_of(heap, *number / 32), *number);
	prmem_index_add(&heap->index, hash, *number, 0);
	heap->instances++;
	return 0;
}

static void free_all(struct prmem_heap *heap, u32 *list)
{
	u32 page;

	while (*list) {
		prmem_port_resched();
		page = *list;
		prmem_list_del(heap, list, page);
		prmem_pages_give(heap, page);
	}
}

/**
 * prmem_instance_destroy() - destroy an instance with its memory
 * @heap: the heap
 * @owner: the instance, open; not to be used any more
 *
 * The first store makes it dying, so that the next kernel goes on if this one stops.
 * The record goes last, and the last record with its page.
 *
 * Context: May sleep; writes persistent memory, a store for each block.
 */
void prmem_instance_destroy(struct prmem_heap *heap, struct prmem_owner *owner)
{
	struct prmem_instance_rec *rec = prmem_record_at(heap, owner->number);
	u64 hash = prmem_label_hash(prmem_record_label(rec), heap->index.key);
	u32 class, page = owner->number / 32;

	if (prmem_record_state(rec) == PRMEM_INSTANCE_LIVE) {
		prmem_port_publish(&rec->state, prmem_record_seal(rec, PRMEM_INSTANCE_DYING,
								  owner->number));
		heap->instances--;
	} else {
		heap->dying--;
	}
	for (class = 0; class < PRMEM_CLASSES; class++)
		free_all(heap, &owner->partial[class]);
	free_all(heap, &owner->rest);
	prmem_index_remove(&heap->index, hash, owner->number);
	prmem_tally_unuse(heap, owner->number);
	if (prmem_link_of(heap, page)->used)
		prmem_port_publish(&rec->state, prmem_record_seal(rec, PRMEM_INSTANCE_FREE,
								  owner->number));
	else
		prmem_records_drop(heap, page);
}

/**
 * prmem_instance_next() - the next instance by number
 * @heap: the heap
 * @number: of the one before, which may be gone; or 0
 *
 * Context: Any.
 * Return: The smallest number above @number that is a live instance's, or 0.
 */
u64 prmem_instance_next(const struct prmem_heap *heap, u64 number)
{
	u32 page = (number + 1) / 32, i = (number + 1) % 32, next;

	if (number >> PRMEM_INDEX_NUMBER)
		return 0;
	while ((next = prmem_records_next(heap, page)) != PRMEM_NO_PAGE) {
		for (i = next == page ? i : 0; i < PRMEM_INSTANCES; i++)
			if (prmem_instance_at(heap, PRMEM_NUMBER(next, i)))
				return PRMEM_NUMBER(next, i);
		page = next + 1;
		i = 0;
	}
	return 0;
}

/**
 * prmem_instance_set_data() - say which memory is an instance's data
 * @heap: the heap
 * @number: a live instance's
 * @ref: where it begins, or 0
 * @size: bytes; 0 if and only if @ref is 0
 *
 * Context: Any; writes persistent memory, and the last store makes the change.
 * Return: 0, or -EINVAL if the bytes don't lie in one block or object of the instance.
 */
int prmem_instance_set_data(struct prmem_heap *heap, u64 number, u64 ref, u64 size)
{
	struct prmem_instance_rec *rec = prmem_record_at(heap, number);
	u32 slot = prmem_data_current(rec->data);
	u32 sequence = (le64_to_cpu(rec->data[slot].word) >> 32) + 1;
	struct prmem_data_rec new = { .ref = cpu_to_le64(ref), .size = cpu_to_le64(size) };
	struct prmem_data_rec *to = &rec->data[!slot];
	const size_t head = offsetof(struct prmem_data_rec, ref);

	if (!ref != !size || size > (ref ? prmem_owner_extent(heap, number, ref) : 0))
		return -EINVAL;
	prmem_port_publish(&to->word, cpu_to_le64(PRMEM_DATA_WRITING));
	prmem_port_write(&to->ref, &new.ref, sizeof(new) - head);
	prmem_port_publish(&to->word, prmem_data_seal(&new, !slot, number, sequence));
	return 0;
}

/**
 * prmem_instance_get_data() - which memory is an instance's data?
 * @heap: the heap
 * @number: a live instance's
 * @ref: is set to where it begins, or 0
 * @size: is set to its bytes
 *
 * Context: Any.
 */
void prmem_instance_get_data(const struct prmem_heap *heap, u64 number, u64 *ref, u64 *size)
{
	const struct prmem_instance_rec *rec = prmem_record_at(heap, number);
	const struct prmem_data_rec *data = &rec->data[prmem_data_current(rec->data)];

	*ref = le64_to_cpu(data->ref);
	*size = le64_to_cpu(data->size);
}
