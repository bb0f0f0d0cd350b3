// SPDX-License-Identifier: GPL-2.0-only
/* The region list: checked as found, changed in a copy. */
#include "region.h"

static bool is_alnum(u8 c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/**
 * prmem_name_valid() - is this the name of a region?
 * @name: PRMEM_NAME_LEN bytes
 *
 * A name is a letter or digit and up to 30 letters, digits, '.', '_' and '-',
 * zero-padded: fit for a file's name and for a command line.
 *
 * Context: Any.
 * Return: true if it is.
 */
bool prmem_name_valid(const u8 *name)
{
	size_t i;

	if (!is_alnum(name[0]))
		return false;
	for (i = 1; i < PRMEM_NAME_LEN && name[i]; i++)
		if (!is_alnum(name[i]) && name[i] != '.' && name[i] != '_' && name[i] != '-')
			return false;
	return i < PRMEM_NAME_LEN && prmem_all_zero(name + i, PRMEM_NAME_LEN - i);
}

static bool is_new_name(const struct prmem_table_rec *table, u32 i)
{
	u32 j = 0;

	while (j < i && memcmp(table->region[j].name, table->region[i].name, PRMEM_NAME_LEN))
		j++;
	return j == i;
}

static bool is_new_serial(const struct prmem_table_rec *table, u32 i)
{
	u32 j = 0;

	while (j < i && table->region[j].serial != table->region[i].serial)
		j++;
	return j == i;
}

/* A disk by its name, a heap by its serial alone. */
static bool named_check(const struct prmem_table_rec *table, u32 i, u64 next_serial,
			struct prmem_fault *fault)
{
	const struct prmem_region_rec *r = &table->region[i];
	bool disk = le32_to_cpu(r->type) == PRMEM_REGION_DISK;
	u64 serial = le64_to_cpu(r->serial);

	return prmem_holds(fault, disk ? prmem_name_valid(r->name) :
			   prmem_all_zero(r->name, PRMEM_NAME_LEN), PRMEM_BAD_REGION_NAME,
			   r->name[0], 0) &&
	       prmem_holds(fault, serial && serial < next_serial, PRMEM_BAD_REGION_SERIAL,
			   serial, next_serial) &&
	       prmem_holds(fault, !disk || is_new_name(table, i), PRMEM_BAD_REGION_NAME,
			   r->name[0], 0) &&
	       prmem_holds(fault, is_new_serial(table, i), PRMEM_BAD_REGION_SERIAL, serial, 0);
}

static bool pool_check(const struct prmem_region_rec *r, struct prmem_fault *fault)
{
	return prmem_equal(fault, PRMEM_BAD_REGION_SERIAL, le64_to_cpu(r->serial), 0) &&
	       prmem_holds(fault, prmem_all_zero(r->name, PRMEM_NAME_LEN),
			   PRMEM_BAD_REGION_NAME, r->name[0], 0);
}

/* @features: the root's feat_incompat, which says if there may be heaps */
static bool type_check(u32 type, u64 features, struct prmem_fault *fault)
{
	u32 last = features & PRMEM_FEAT_HEAP ? PRMEM_REGION_HEAP : PRMEM_REGION_DISK;

	return prmem_holds(fault, type >= PRMEM_REGION_POOL && type <= last,
			   PRMEM_BAD_REGION_TYPE, type, last);
}

/* @start: where the region has to begin; @end: the end of its range */
static bool region_check(const struct prmem_table_rec *table, u32 i, u64 start, u64 end,
			 struct prmem_fault *fault)
{
	const struct prmem_region_rec *r = &table->region[i];
	u64 size = le64_to_cpu(r->size);

	return prmem_equal(fault, PRMEM_BAD_REGION_START, le64_to_cpu(r->start), start) &&
	       prmem_holds(fault, size && size % PRMEM_GRAIN == 0 && size <= end - start,
			   PRMEM_BAD_REGION_SIZE, size, end - start) &&
	       prmem_equal(fault, PRMEM_BAD_REGION_ZERO, le32_to_cpu(r->zero), 0);
}

static bool use_check(const struct prmem_table_rec *table, u32 i, u64 next_serial, u64 features,
		      struct prmem_fault *fault)
{
	const struct prmem_region_rec *r = &table->region[i];
	u32 type = le32_to_cpu(r->type);

	return type_check(type, features, fault) &&
	       (type == PRMEM_REGION_POOL ? pool_check(r, fault) :
		named_check(table, i, next_serial, fault));
}

/**
 * prmem_regions_check() - do the regions partition the reservation?
 * @table: a table whose checksum holds; any bytes
 * @next_serial: the root's
 * @features: the root's feat_incompat: PRMEM_FEAT_HEAP exactly if there is a heap
 * @space: the reservation
 * @fault: which rule is broken, if one is; @fault->at is the region's number
 *
 * Context: Any. At most PRMEM_MAX_REGIONS regions are looked at, each against
 * those before it.
 * Return: true if all rules hold.
 */
bool prmem_regions_check(const struct prmem_table_rec *table, u64 next_serial, u64 features,
			 const struct prmem_space *space, struct prmem_fault *fault)
{
	u32 count = le32_to_cpu(table->count), range = 0, i;
	const struct prmem_region_rec *unused;
	u64 start, end;

	if (!prmem_holds(fault, count <= PRMEM_MAX_REGIONS, PRMEM_BAD_TABLE_COUNT, count,
			 PRMEM_MAX_REGIONS))
		return false;
	unused = table->region + count;
	if (!prmem_holds(fault,
			 prmem_all_zero(unused, (PRMEM_MAX_REGIONS - count) * sizeof(*unused)),
			 PRMEM_BAD_TABLE_ZERO, 1, 0))
		return false;

	start = PRMEM_META_SIZE;
	end = space->offset[1];
	for (i = 0; i <= count; i++) {
		while (start == end && ++range < space->count) {
			start += PRMEM_META_SIZE;
			end = space->offset[range + 1];
		}
		if (i == count || start == end)
			break;
		if (!region_check(table, i, start, end, fault) ||
		    !use_check(table, i, next_serial, features, fault)) {
			fault->at = i;
			return false;
		}
		start += le64_to_cpu(table->region[i].size);
	}
	return prmem_equal(fault, PRMEM_BAD_TABLE_COUNT, count, i) &&
	       prmem_equal(fault, PRMEM_BAD_REGION_END, start, space->size) &&
	       prmem_holds(fault, !(features & PRMEM_FEAT_HEAP) || prmem_regions_have_heap(table),
			   PRMEM_BAD_TABLE_FEATURES, 0, 1);
}

/**
 * prmem_regions_init() - the initial regions: one pool in each range
 * @table: its regions and their count are set
 * @space: the reservation
 *
 * Context: Any.
 */
void prmem_regions_init(struct prmem_table_rec *table, const struct prmem_space *space)
{
	u32 i, count = 0;

	memset(table->region, 0, sizeof(table->region));
	for (i = 0; i < space->count; i++) {
		if (space->range[i].size == PRMEM_META_SIZE)
			continue;
		table->region[count++] = (struct prmem_region_rec) {
			.start = cpu_to_le64(space->offset[i] + PRMEM_META_SIZE),
			.size = cpu_to_le64(space->range[i].size - PRMEM_META_SIZE),
			.type = cpu_to_le32(PRMEM_REGION_POOL),
		};
	}
	table->count = cpu_to_le32(count);
}

/**
 * prmem_region_find() - find a region by its name
 * @table: a checked table
 * @name: the name
 *
 * Context: Any.
 * Return: The region's number, or -ENOENT.
 */
int prmem_region_find(const struct prmem_table_rec *table, const char *name)
{
	u32 i, count = le32_to_cpu(table->count);

	for (i = 0; i < count; i++)
		if (*name && !strcmp((const char *)table->region[i].name, name))
			return i;
	return -ENOENT;
}

/**
 * prmem_regions_have_heap() - is there a region of type heap?
 * @table: a checked table
 *
 * Context: Any.
 * Return: true if there is.
 */
bool prmem_regions_have_heap(const struct prmem_table_rec *table)
{
	u32 i, count = le32_to_cpu(table->count);

	for (i = 0; i < count; i++)
		if (le32_to_cpu(table->region[i].type) == PRMEM_REGION_HEAP)
			return true;
	return false;
}

static int carve(struct prmem_meta *meta, enum prmem_region_type type, u64 size, u64 from, u64 to)
{
	struct prmem_table_rec *table = &meta->table;
	u32 i, count = le32_to_cpu(table->count), best = count;
	struct prmem_region_rec *r;
	u64 serial = le64_to_cpu(meta->root.next_serial);

	for (i = 0; i < count; i++) {
		r = &table->region[i];
		if (le32_to_cpu(r->type) == PRMEM_REGION_POOL && le64_to_cpu(r->size) >= size &&
		    le64_to_cpu(r->start) >= from && le64_to_cpu(r->start) < to &&
		    (best == count || le64_to_cpu(r->size) < le64_to_cpu(table->region[best].size)))
			best = i;
	}
	if (best == count)
		return -ENOSPC;

	r = &table->region[best];
	if (le64_to_cpu(r->size) > size) {
		if (count == PRMEM_MAX_REGIONS)
			return -E2BIG;
		memmove(r + 1, r, (count - best) * sizeof(*r));
		table->count = cpu_to_le32(count + 1);
		r[1].start = cpu_to_le64(le64_to_cpu(r->start) + size);
		r[1].size = cpu_to_le64(le64_to_cpu(r->size) - size);
		r->size = cpu_to_le64(size);
	}
	r->type = cpu_to_le32(type);
	r->serial = cpu_to_le64(serial);
	meta->root.next_serial = cpu_to_le64(serial + 1);
	return best;
}

/**
 * prmem_region_add() - carve a disk out of the smallest pool that holds it
 * @meta: root and table, checked
 * @name: a valid name that no region has
 * @size: a non-zero multiple of PRMEM_GRAIN
 * @from: pools count only from this offset
 * @to: to this one
 *
 * Context: Any; the caller commits @meta.
 * Return: The new region's number, -ENOSPC if no pool is large enough, or
 * -E2BIG if the table is full.
 */
int prmem_region_add(struct prmem_meta *meta, const char *name, u64 size, u64 from, u64 to)
{
	int i = carve(meta, PRMEM_REGION_DISK, size, from, to);

	if (i >= 0)
		memcpy(meta->table.region[i].name, name, strlen(name));
	return i;
}

/**
 * prmem_region_add_heap() - carve a heap out of the smallest pool that holds it
 * @meta: root and table, checked
 * @size: a non-zero multiple of PRMEM_GRAIN
 * @from: pools count only from this offset
 * @to: to this one
 *
 * Context: Any; the caller writes the heap by prmem_heap_format(), then commits @meta.
 * Return: The new region's number, -ENOSPC if no pool is large enough, or ends before
 * PRMEM_MAX_HEAP_END, or -E2BIG if the table is full.
 */
int prmem_region_add_heap(struct prmem_meta *meta, u64 size, u64 from, u64 to)
{
	if (size > PRMEM_MAX_HEAP_END)
		return -ENOSPC;
	if (to > PRMEM_MAX_HEAP_END - size + 1)
		to = PRMEM_MAX_HEAP_END - size + 1;
	return carve(meta, PRMEM_REGION_HEAP, size, from, to);
}

/* Join region @i with the one after it if both are pools of one range. */
static void merge(struct prmem_table_rec *table, u32 i)
{
	struct prmem_region_rec *r = &table->region[i];
	u32 count = le32_to_cpu(table->count);

	if (i + 1 >= count || le32_to_cpu(r[0].type) != PRMEM_REGION_POOL ||
	    le32_to_cpu(r[1].type) != PRMEM_REGION_POOL ||
	    le64_to_cpu(r[0].start) + le64_to_cpu(r[0].size) != le64_to_cpu(r[1].start))
		return;
	r->size = cpu_to_le64(le64_to_cpu(r[0].size) + le64_to_cpu(r[1].size));
	memmove(r + 1, r + 2, (count - i - 2) * sizeof(*r));
	memset(&table->region[count - 1], 0, sizeof(*r));
	table->count = cpu_to_le32(count - 1);
}

/**
 * prmem_region_remove() - give a region back to the pool
 * @table: a checked table
 * @i: the region's number; regions after it may get other numbers
 *
 * Context: Any; the caller commits the table.
 */
void prmem_region_remove(struct prmem_table_rec *table, u32 i)
{
	struct prmem_region_rec *r = &table->region[i];

	r->type = cpu_to_le32(PRMEM_REGION_POOL);
	r->serial = 0;
	memset(r->name, 0, sizeof(r->name));
	merge(table, i);
	if (i)
		merge(table, i - 1);
}

/**
 * prmem_regions_free() - what the pools hold
 * @table: a checked table
 * @largest: is set to the size of the largest pool, bytes
 *
 * Context: Any.
 * Return: The sum of the pools, bytes.
 */
u64 prmem_regions_free(const struct prmem_table_rec *table, u64 *largest)
{
	u32 i, count = le32_to_cpu(table->count);
	u64 size, sum = 0;

	*largest = 0;
	for (i = 0; i < count; i++) {
		if (le32_to_cpu(table->region[i].type) != PRMEM_REGION_POOL)
			continue;
		size = le64_to_cpu(table->region[i].size);
		sum += size;
		if (size > *largest)
			*largest = size;
	}
	return sum;
}
