// SPDX-License-Identifier: GPL-2.0-only
/* Instances' records, and the blocks that belong to them, each by itself. */
#include "../../module/core/record.h"
#include "heap.h"
#include "report.h"

static const struct prmem_instances_rec *records_at(const struct heaps *h, u32 page)
{
	return prmem_page_at(&h->raw, page);
}

/**
 * records_count() - how many records are in use, or may be
 * @h: the heap
 *
 * Context: Any.
 * Return: Those that don't say that they are free.
 */
u64 records_count(const struct heaps *h)
{
	u64 count = 0;
	u32 i, k;

	for (i = 0; i < h->raw.count; i++) {
		const struct prmem_heap_part *part = &h->raw.part[i];
		struct block block = { 0 };

		while (block_next(part, &block)) {
			if (block_kind(&block) != PRMEM_PAGE_INSTANCES)
				continue;
			for (k = 0; k < PRMEM_INSTANCES; k++)
				count += prmem_record_state(&records_at(h, part->first + block.i)->
							    instance[k]) != PRMEM_INSTANCE_FREE;
		}
	}
	return count;
}

/* "SUBSYSTEM/NAME", whatever the bytes are */
static const char *name_of(const struct prmem_instance_rec *rec, char to[2 * PRMEM_LABEL_LEN + 2])
{
	size_t len;

	printable(rec->subsystem, PRMEM_LABEL_LEN, to);
	len = strlen(to);
	to[len] = '/';
	printable(rec->name, PRMEM_LABEL_LEN, to + len + 1);
	return to;
}

static void say_instance(const struct heaps *h, const struct prmem_instance_rec *rec, u64 number)
{
	const struct prmem_data_rec *data = &rec->data[prmem_data_current(rec->data)];
	char name[2 * PRMEM_LABEL_LEN + 2];
	const struct prmem_tally *tally;

	say("instance %s: type %u, version %u, data %#llx, %llu bytes", name_of(rec, name),
	    le32_to_cpu(rec->type), le32_to_cpu(rec->version), le64_to_cpu(data->ref),
	    le64_to_cpu(data->size));
	tally = h->opened ? prmem_instance_tally(h->opened, number) : NULL;
	if (tally)
		say_more("  number %llu, %llu KiB of memory", number, tally->pages * 4ULL);
	else
		say_more("  number %llu", number);
}

static void check_record(const struct heaps *h, const struct prmem_instance_rec *rec, u64 number)
{
	char name[2 * PRMEM_LABEL_LEN + 2];
	struct prmem_fault fault;

	if (!prmem_check_record(rec, number, &fault)) {
		note_broken(&fault, "instance %s: page %llu, record %llu", name_of(rec, name),
			    number / 32, number % 32);
		return;
	}
	switch (prmem_record_state(rec)) {
	case PRMEM_INSTANCE_DYING:
		say("instance %s: being destroyed; a module completes it", name_of(rec, name));
		break;
	case PRMEM_INSTANCE_LIVE:
		if (prmem_check_slots(rec->data, number, &fault))
			say_instance(h, rec, number);
		else
			note_broken(&fault, "instance %s: page %llu, record %llu",
				    name_of(rec, name), number / 32, number % 32);
	}
}

static void check_page(const struct heaps *h, u32 page)
{
	const struct prmem_instances_rec *records = records_at(h, page);
	struct prmem_fault fault;
	u32 i;

	if (!prmem_holds(&fault, prmem_all_zero(records->zero, sizeof(records->zero)),
			 PRMEM_BAD_INSTANCES_ZERO, 1, 0))
		note_broken(&fault, "heap: page %u", page);
	for (i = 0; i < PRMEM_INSTANCES; i++)
		check_record(h, &records->instance[i], PRMEM_NUMBER(page, i));
}

/**
 * records_check() - check every record, and print those in use
 * @h: the heap
 *
 * Context: Any; prints.
 */
void records_check(const struct heaps *h)
{
	u32 i;

	for (i = 0; i < h->raw.count; i++) {
		struct block block = { 0 };

		while (block_next(&h->raw.part[i], &block))
			if (block_kind(&block) == PRMEM_PAGE_INSTANCES)
				check_page(h, h->raw.part[i].first + block.i);
	}
}

/* Is there such an instance, or may there be one, where a word or a record is damaged? */
static bool may_own(const struct heaps *h, u64 number)
{
	u32 page = number / 32, i = number % 32;
	const struct prmem_heap_part *part = prmem_part_of(&h->raw, page);
	const struct prmem_instance_rec *rec;
	struct prmem_fault fault;
	__le64 word;

	if (number / 32 != page || i >= PRMEM_INSTANCES || !part)
		return h->incomplete;
	word = prmem_part_map(part)[page - part->first];
	if (!prmem_check_word(part, page - part->first, word, &fault))
		return true;
	if (PRMEM_WORD_KIND(le64_to_cpu(word)) != PRMEM_PAGE_INSTANCES)
		return false;
	rec = &records_at(h, page)->instance[i];
	return !prmem_check_record(rec, number, &fault) ||
	       prmem_record_state(rec) != PRMEM_INSTANCE_FREE;
}

static void check_block(const struct heaps *h, u32 page, u64 word)
{
	u64 offset = prmem_page_offset(page), owner = PRMEM_WORD_OWNER(word);
	bool slab = PRMEM_WORD_KIND(word) == PRMEM_PAGE_SLAB;
	u32 class = PRMEM_WORD_CLASS(word), used;
	u64 size = 4ULL << PRMEM_WORD_ORDER(word);
	struct prmem_fault fault;

	if (!prmem_holds(&fault, may_own(h, owner), PRMEM_BAD_PAGE_OWNER, owner, 0))
		note_broken(&fault, "heap: page %u", page);
	if (!slab)
		say_more("block %#llx: %llu KiB of instance %llu", offset, size, owner);
	else if (prmem_check_slab(prmem_page_at(&h->raw, page), offset, class, &used, &fault))
		say_more("block %#llx: %llu KiB of instance %llu: %u of %u objects of %u bytes",
			 offset, size, owner, used, (u32)PRMEM_SLAB_OBJECTS(class),
			 PRMEM_CLASS_SIZE(class));
	else
		note_broken(&fault, "heap: page %u: a slab of instance %llu", page, owner);
}

/**
 * blocks_check() - check every block that has an owner
 * @h: the heap
 *
 * Context: Any; prints.
 */
void blocks_check(const struct heaps *h)
{
	u32 i;

	for (i = 0; i < h->raw.count; i++) {
		struct block block = { 0 };

		while (block_next(&h->raw.part[i], &block))
			if (block_kind(&block) == PRMEM_PAGE_DATA ||
			    block_kind(&block) == PRMEM_PAGE_SLAB)
				check_block(h, h->raw.part[i].first + block.i, block.word);
	}
}
