// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core, the log and the index make of an image of a reservation, in words, for
 * check.py.
 *
 *	golden IMAGE BASE:SIZE...
 *
 * IMAGE holds the ranges, one after the other by their numbers. It is read twice, at
 * two addresses.
 */
#include "../spec/describe.h"
#include "../spec/heapread.h"
#include "consumers.h"

#define MAX_HEAPS	8

static u8 *image;
static size_t image_size;
static struct prmem_heap heap;
static struct read_heap view;
static void *rooms[MAX_HEAPS], *tallies, *names;
static struct read_region regions[MAX_HEAPS];
static u32 nr_regions;

static void read_image(const char *path)
{
	FILE *file = fopen(path, "rb");

	if (!file || fseek(file, 0, SEEK_END))
		bail_out("the image can't be read");
	image_size = ftell(file);
	rewind(file);
	image = get_memory(image_size);
	if (fread(image, 1, image_size, file) != image_size)
		bail_out("the image can't be read");
	fclose(file);
}

static void find_ranges(struct reservation *r, char **words, u32 count)
{
	unsigned long long base, size, offset = 0;
	u32 i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < count; i++) {
		if (i == PRMEM_MAX_RANGES || sscanf(words[i], "%llx:%llx", &base, &size) != 2 ||
		    offset + size > image_size)
			bail_out("the ranges are not those of the image");
		r->found[i].range = (struct prmem_range) { base, size };
		r->found[i].page = image + offset;
		r->page[i] = image + offset;
		offset += size;
	}
	r->count = count;
	r->area = image;
}

static void find_heaps(const struct reservation *r)
{
	struct opened o = reservation_open(r);
	struct prmem_meta meta;
	u32 i;

	if (!o.together || (o.judgement.verdict != PRMEM_ADOPT &&
			    o.judgement.verdict != PRMEM_RECOVER))
		return;
	prmem_meta_read(r->area, o.judgement.slot, &meta);
	for (i = 0; i < meta.table.count; i++) {
		const struct prmem_region_rec *region = &meta.table.region[i];

		if (region->type == PRMEM_REGION_HEAP && nr_regions < MAX_HEAPS)
			regions[nr_regions++] = (struct read_region) {
				image + region->start, region->start, region->size, region->serial,
			};
	}
}

static bool heap_open(u64 id, struct prmem_fault *fault)
{
	static const u64 key[2] = { 1, 2 };
	u64 records;
	u32 i, bits;

	prmem_heap_init(&heap, id, key);
	for (i = 0; i < nr_regions; i++) {
		struct prmem_region_rec region = {
			.start = regions[i].start, .size = regions[i].size,
			.serial = regions[i].serial, .type = PRMEM_REGION_HEAP,
		};

		rooms[i] = get_memory(prmem_heap_room(region.size));
		if (!prmem_heap_attach(&heap, image + region.start, &region, rooms[i], fault))
			return false;
	}
	records = prmem_heap_records(&heap);
	tallies = get_memory(prmem_heap_tallies_room(records));
	prmem_heap_set_tallies(&heap, tallies, records);
	names = get_memory(prmem_heap_index_room(records * PRMEM_INSTANCES, &bits));
	prmem_heap_set_index(&heap, names, bits);
	return prmem_heap_check(&heap, fault);
}

static void close_heap(void)
{
	while (nr_regions)
		free(rooms[--nr_regions]);
	free(tallies);
	free(names);
	tallies = NULL;
	names = NULL;
	heap_read_free(&view);
}

static void describe_instance(const struct read_instance *i)
{
	const char *subsystem = (const char *)i->record + 16, *name = (const char *)i->record + 80;
	u64 ref = 0, size = 0;

	if (i->live) {
		prmem_instance_get_data(&heap, i->number, &ref, &size);
		if (prmem_instance_find(&heap, subsystem, name) != i->number || ref != i->ref ||
		    size != i->size)
			printf("the core finds another ");
	}
	printf("%llu %s %s/%s type %llu version %llu, %llu pages, data %#llx size %llu\n",
	       (unsigned long long)i->number, i->live ? "live" : "dying", subsystem, name,
	       (unsigned long long)field_get(i->record, 8, 4),
	       (unsigned long long)field_get(i->record, 12, 4), (unsigned long long)i->pages,
	       (unsigned long long)ref, (unsigned long long)size);
}

static void describe_extent(const struct read_extent *e)
{
	u64 core = prmem_owner_extent(&heap, e->owner, e->ref);

	printf("%#llx %s %llu of %llu, CRC-32C %#x%s\n", (unsigned long long)e->ref,
	       e->object ? "object" : "block", (unsigned long long)e->size,
	       (unsigned long long)e->owner, prmem_port_crc32c(0, image + e->ref, e->size),
	       core == e->size ? "" : ", for the core it is another");
}

static void describe_consumers(void)
{
	u64 number = 0;

	consumers_use(&heap);
	while ((number = prmem_instance_next(&heap, number)))
		consumer_describe(number);
}

static void describe_heap(u64 id)
{
	struct prmem_fault fault = { PRMEM_SOUND, 0, 0, 0 };
	bool sound = heap_read(&view, regions, nr_regions, id);
	size_t i;

	if (heap_open(id, &fault) != sound || (!sound && (view.at != fault.at ||
	    strcmp(view.broken, prmem_fault_text(fault.rule)))))
		printf("by SPEC.md: %s at %llu\n", sound ? "sound" : view.broken,
		       (unsigned long long)view.at);
	if (fault.rule != PRMEM_SOUND) {
		printf("heap: refused: %s at %u\n", prmem_fault_text(fault.rule), fault.at);
		return;
	}
	printf("heap: %llu pages free, %llu live, %llu dying\n",
	       (unsigned long long)prmem_heap_free(&heap) / PRMEM_PAGE,
	       (unsigned long long)heap.instances, (unsigned long long)heap.dying);
	for (i = 0; i < view.nr_instances; i++)
		describe_instance(&view.instances[i]);
	for (i = 0; i < view.nr_extents; i++)
		describe_extent(&view.extents[i]);
	prmem_heap_finish(&heap);
	printf("completed: %llu pages free, %llu live, %llu dying\n",
	       (unsigned long long)prmem_heap_free(&heap) / PRMEM_PAGE,
	       (unsigned long long)heap.instances, (unsigned long long)heap.dying);
	describe_consumers();
}

/* All that is to be said of the image, where it is now. */
static char *tell(const struct reservation *r)
{
	FILE *const out = stdout;
	char text[DESCRIPTION_SIZE], *all = NULL;
	size_t len;

	stdout = open_memstream(&all, &len);
	if (!stdout)
		abort();
	fwrite(text, describe(r, text), 1, stdout);
	find_heaps(r);
	if (nr_regions)
		describe_heap(reservation_open(r).space.id);
	close_heap();
	fclose(stdout);
	stdout = out;
	return all;
}

int main(int argc, char **argv)
{
	struct reservation r;
	char *said[2];
	u8 *images[2];
	u32 i;

	if (argc < 3) {
		fprintf(stderr, "usage: golden IMAGE BASE:SIZE...\n");
		return 2;
	}
	for (i = 0; i < 2; i++) {
		read_image(argv[1]);
		images[i] = image;
		find_ranges(&r, argv + 2, argc - 2);
		said[i] = tell(&r);
	}
	fputs(said[0], stdout);
	if (strcmp(said[0], said[1]))
		printf("at another address it is something else:\n%s", said[1]);
	for (i = 0; i < 2; i++) {
		free(said[i]);
		free(images[i]);
	}
	return 0;
}
