// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log and the index, as they ship, over a heap of the core: prmem's calls as they
 * need them, and what is in a log or an index in words.
 */
#include "../unit/harness.h"

#include "consumers.h"

#include "../../module/log/ring.c"
#include "../../module/index/tree.c"

static struct prmem_heap *heap;

void consumers_use(struct prmem_heap *with)
{
	heap = with;
}

void consumer_open(struct prmem_instance *inst, u64 number)
{
	prmem_owner_open(heap, number, &inst->owner);
}

/* -- prmem's calls -- */

void *prmem_alloc(struct prmem_instance *inst, size_t size)
{
	u64 ref = prmem_owner_alloc(heap, &inst->owner, size);

	return ref ? prmem_heap_at(heap, ref, size) : NULL;
}

int prmem_free(struct prmem_instance *inst, const void *p)
{
	return prmem_owner_free(heap, &inst->owner, prmem_heap_ref(heap, p));
}

prmem_ref_t prmem_to_ref(const void *p)
{
	return cpu_to_le64(prmem_heap_ref(heap, p));
}

void *prmem_from_ref(struct prmem_instance *inst, prmem_ref_t ref, size_t size)
{
	const u64 at = le64_to_cpu(ref);

	if (size > prmem_owner_extent(heap, inst->owner.number, at))
		return NULL;
	return prmem_heap_at(heap, at, size);
}

void *prmem_next(struct prmem_instance *inst, const void *p, size_t *size)
{
	u64 ref = prmem_owner_next(heap, &inst->owner, p ? prmem_heap_ref(heap, p) : 0);

	if (!ref)
		return NULL;
	*size = prmem_owner_extent(heap, inst->owner.number, ref);
	return prmem_heap_at(heap, ref, *size);
}

void *prmem_get_data(struct prmem_instance *inst, size_t *size)
{
	u64 ref, bytes;

	prmem_instance_get_data(heap, inst->owner.number, &ref, &bytes);
	*size = bytes;
	return ref ? prmem_heap_at(heap, ref, bytes) : NULL;
}

int prmem_set_data(struct prmem_instance *inst, const void *data, size_t size)
{
	return prmem_instance_set_data(heap, inst->owner.number, prmem_heap_ref(heap, data), size);
}

/* -- a log in words: what is read of it, a line in a line -- */

static void print_lines(const char *text, size_t len)
{
	const char *next;

	for (; len; len -= next - text, text = next) {
		next = memchr(text, '\n', len);
		next = next ? next + 1 : text + len;
		printf("> %.*s%s", (int)(next - text), text, next[-1] == '\n' ? "" : "|\n");
	}
}

static void describe_log(struct prmem_instance *inst, const char *name)
{
	size_t bytes, skip, end;
	const struct prmem_log_rec *rec = prmem_get_data(inst, &bytes);
	const char *fault;
	char *text;

	fault = rec ? prmem_log_fault(rec, bytes, strtoull(name, NULL, 10)) : "no data";
	if (fault) {
		printf("log %s: %s\n", name, fault);
		return;
	}
	text = get_memory(bytes);
	end = prmem_log_read(rec, text, &skip);
	printf("log %s: of %zu bytes, boot %#llx, began %llu, Linux %s, %zu bytes of text\n", name,
	       bytes, (unsigned long long)le64_to_cpu(rec->boot),
	       (unsigned long long)le64_to_cpu(rec->began), rec->release, end - skip);
	print_lines(text + skip, end - skip);
	free(text);
}

/* -- an index in words: what can be found, and nothing that is looked up is another -- */

static u32 pieces_of(struct prmem_instance *inst)
{
	u32 count = 0;
	void *p = NULL;
	size_t size;

	while ((p = prmem_next(inst, p, &size)))
		count++;
	return count;
}

static void print_entries(const struct prmem_tree *t)
{
	u64 key = 0, value, again;

	while (!prmem_tree_find(t, &key, &value)) {
		printf("%#llx: %#llx%s\n", (unsigned long long)key, (unsigned long long)value,
		       prmem_tree_load(t, key, &again) || again != value ?
		       ", looked up it is another" : "");
		if (!++key)
			break;
	}
}

/* Opened twice: what the first time completes is sound the second time. */
static void describe_index(struct prmem_instance *inst, const char *name)
{
	static const u64 secrets[2][2] = { { 1, 2 }, { 3, 4 } };
	struct prmem_tree t;
	const char *fault;
	u32 turn, had;

	for (turn = 0; turn < 2; turn++) {
		had = pieces_of(inst);
		if (prmem_tree_open(&t, inst, secrets[turn], &fault)) {
			printf("index %s: %s\n", name, fault ? fault : "no memory");
			return;
		}
		if (!turn || had != pieces_of(inst))
			printf("index %s: %llu entries, %u pieces of memory, of %u\n", name,
			       (unsigned long long)t.entries, pieces_of(inst), had);
	}
	print_entries(&t);
}

void consumer_describe(u64 number)
{
	const struct prmem_instance_rec *rec = prmem_instance_at(heap, number);
	const char *name = (const char *)rec->name;
	struct prmem_instance inst;

	if (rec->version != cpu_to_le32(1))
		return;
	consumer_open(&inst, number);
	if (rec->type == cpu_to_le32(LOG_TYPE))
		describe_log(&inst, name);
	if (rec->type == cpu_to_le32(INDEX_TYPE))
		describe_index(&inst, name);
	prmem_owner_close(heap, &inst.owner);
}
