// SPDX-License-Identifier: GPL-2.0-only
/* A deliberately stupid model of a heap: lists of what there should be. */
#include "heapmodel.h"

u64 model_size(u64 bytes)
{
	u64 size = bytes > 2048 ? 4096 : 16;

	while (size < bytes)
		size *= 2;
	return size;
}

void model_add_region(struct model *m, u64 start, u64 size, u64 serial)
{
	u32 i = m->nr_regions++;

	if (m->nr_regions > MODEL_REGIONS)
		bail_out("MODEL_REGIONS is too small");
	for (; i && m->regions[i - 1].start > start; i--)
		m->regions[i] = m->regions[i - 1];
	m->regions[i] = (struct model_region) { start, size, serial };
}

void model_drop_region(struct model *m, u64 start)
{
	u32 i, kept = 0;

	for (i = 0; i < m->nr_regions; i++)
		if (m->regions[i].start != start)
			m->regions[kept++] = m->regions[i];
	m->nr_regions = kept;
}

struct model_instance *model_add_instance(struct model *m, u64 number, const char *subsystem,
					  const char *name, u32 type, u32 version)
{
	struct model_instance *i = &m->instances[m->nr_instances++];

	if (m->nr_instances > MODEL_INSTANCES)
		bail_out("MODEL_INSTANCES is too small");
	memset(i, 0, sizeof(*i));
	i->number = number;
	i->type = type;
	i->version = version;
	snprintf(i->subsystem, sizeof(i->subsystem), "%s", subsystem);
	snprintf(i->name, sizeof(i->name), "%s", name);
	return i;
}

struct model_instance *model_find(struct model *m, const char *subsystem, const char *name)
{
	u32 i;

	for (i = 0; i < m->nr_instances; i++)
		if (!strcmp(m->instances[i].subsystem, subsystem) &&
		    !strcmp(m->instances[i].name, name))
			return &m->instances[i];
	return NULL;
}

void model_drop_instance(struct model *m, u64 number)
{
	u32 i, kept = 0;

	for (i = 0; i < m->nr_instances; i++)
		if (m->instances[i].number != number)
			m->instances[kept++] = m->instances[i];
	m->nr_instances = kept;
	for (i = 0, kept = 0; i < m->nr_extents; i++)
		if (m->extents[i].owner != number)
			m->extents[kept++] = m->extents[i];
	m->nr_extents = kept;
}

struct model_extent *model_add_extent(struct model *m, u64 owner, u64 ref, u64 size)
{
	struct model_extent *e = &m->extents[m->nr_extents++];

	if (m->nr_extents > MODEL_EXTENTS)
		bail_out("MODEL_EXTENTS is too small");
	*e = (struct model_extent) {
		.owner = owner, .ref = ref, .size = size, .object = size <= 2048,
	};
	return e;
}

void model_drop_extent(struct model *m, u64 ref)
{
	u32 i, kept = 0;

	for (i = 0; i < m->nr_extents; i++)
		if (m->extents[i].ref != ref)
			m->extents[kept++] = m->extents[i];
	m->nr_extents = kept;
}

struct model_extent *model_extent_at(struct model *m, u64 ref)
{
	u32 i;

	for (i = 0; i < m->nr_extents; i++)
		if (m->extents[i].ref == ref)
			return &m->extents[i];
	return NULL;
}

static bool same_instance(const struct model_instance *want, const struct read_instance *found)
{
	const u8 *r = found->record;

	return found->live && found->number == want->number &&
	       field_get(r, 8, 4) == want->type && field_get(r, 12, 4) == want->version &&
	       !memcmp(r + 16, want->subsystem, 64) && !memcmp(r + 80, want->name, 64) &&
	       found->ref == want->ref && found->size == want->size;
}

static u64 pages_of(u64 size)
{
	return size / 4096 - (size / 4096 * 8 + 64 + 4103) / 4104;
}

/* Pages as the region list has them: header and map, free, records, and what instances have. */
static bool pages_add_up(const struct model *m, const struct read_heap *found)
{
	u64 all = 0, used = found->free + found->tables;
	size_t i;

	for (i = 0; i < m->nr_regions; i++)
		all += pages_of(m->regions[i].size);
	for (i = 0; i < found->nr_instances; i++)
		used += found->instances[i].pages;
	return all == used;
}

const char *model_differs(const struct model *m, const struct read_heap *found)
{
	const struct read_extent *e;
	size_t i, j;

	if (found->nr_instances != m->nr_instances)
		return "another number of instances";
	for (i = 0; i < m->nr_instances; i++) {
		for (j = 0; j < found->nr_instances &&
		     !same_instance(&m->instances[i], &found->instances[j]);)
			j++;
		if (j == found->nr_instances)
			return "an instance is missing, or is another";
	}
	if (found->nr_extents != m->nr_extents)
		return "another number of pieces of memory";
	for (i = 0; i < m->nr_extents; i++) {
		e = extent_at(found, m->extents[i].ref);
		if (!e || e->owner != m->extents[i].owner || e->size != m->extents[i].size ||
		    e->object != m->extents[i].object)
			return "a piece of memory is missing, or is another";
	}
	if (found->idle)
		return "a slab or a page of instances with nothing in use";
	return pages_add_up(m, found) ? NULL : "pages are lost";
}
