// SPDX-License-Identifier: GPL-2.0-only
/* The heap at run time: opened when first used, grown and trimmed, under one lock. */
#include <linux/io.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "heap.h"
#include "prmem.h"
#include "quota.h"
#include "regions.h"

/**
 * struct map - a region of the heap, mapped
 * @node: in the list of all
 * @start: the region's offset into the reservation
 * @base: where it is mapped
 * @room: ordinary memory that the core needs for it
 */
struct map {
	struct list_head node;
	u64 start;
	void *base;
	void *room;
};

/*
 * Serialises all that is done with the heap and its instances. Where prmem.lock
 * is taken too, to change the region list, it is taken inside.
 */
static DEFINE_MUTEX(lock);
static struct prmem_heap *heap;	/* NULL until it is opened */
static bool refused;	/* and will be again: it is not looked at a second time */
static LIST_HEAD(maps);
static void *tallies;
static void *index_slots;

/* On 64 bits no size of the core's overflows; but kvmalloc() warns above INT_MAX. */
static void *room_get(size_t size)
{
	return size > INT_MAX ? vmalloc(size) : kvmalloc(size, GFP_KERNEL);
}

static void map_destroy(struct map *map)
{
	list_del(&map->node);
	if (map->base)
		memunmap(map->base);
	kvfree(map->room);
	kfree(map);
}

static struct map *map_create(const struct prmem_region_rec *rec)
{
	struct map *map = kzalloc(sizeof(*map), GFP_KERNEL);
	u64 size = le64_to_cpu(rec->size);

	if (!map)
		return NULL;
	map->start = le64_to_cpu(rec->start);
	list_add(&map->node, &maps);
	map->room = room_get(prmem_heap_room(size));
	if (map->room)
		map->base = memremap(prmem_reservation_phys(&prmem.reservation, map->start), size,
				     MEMREMAP_WB);
	if (!map->base) {
		map_destroy(map);
		return NULL;
	}
	return map;
}

static struct map *map_find(u64 start)
{
	struct map *map;

	list_for_each_entry(map, &maps, node)
		if (map->start == start)
			return map;
	return NULL;
}

static bool is_heap(const struct prmem_region_rec *rec)
{
	return le32_to_cpu(rec->type) == PRMEM_REGION_HEAP;
}

/**
 * prmem_heap_size() - how much of the reservation is heap
 * @table: the region list
 *
 * Context: Any.
 * Return: Bytes.
 */
u64 prmem_heap_size(const struct prmem_table_rec *table)
{
	u32 i, count = le32_to_cpu(table->count);
	u64 sum = 0;

	for (i = 0; i < count; i++)
		if (is_heap(&table->region[i]))
			sum += le64_to_cpu(table->region[i].size);
	return sum;
}

/* The metadata as it is, to change or to look at without the lock. */
static struct prmem_meta *meta_copy(void)
{
	struct prmem_meta *copy = kvmalloc(sizeof(*copy), GFP_KERNEL);

	if (copy)
		*copy = *prmem.meta;
	return copy;
}

/* Makes @next what counts, under prmem.lock. An error is of the claims or of sysfs. */
static int meta_commit(struct prmem_meta *next)
{
	prmem_commit(prmem.reservation.area, next);
	swap(prmem.meta, next);
	kvfree(next);
	return prmem_regions_sync(prmem.regions_dir, &prmem.meta->table, &prmem.reservation);
}

/* -- opening -- */

/* A fault is in a region's header, or else at a page. */
static int refuse(const struct prmem_fault *fault, u64 start)
{
	u64 at = fault->rule < PRMEM_BAD_PAGE_CHECK ? start : (u64)fault->at * PRMEM_PAGE;

	pr_err("refused: heap: %s %#llx expected %#llx, at offset %#llx; reset_heap=1 drops all instances\n",
	       prmem_fault_text(fault->rule), fault->got, fault->want, at);
	refused = true;
	return -EUCLEAN;
}

static int attach_all(const struct prmem_table_rec *table)
{
	u32 i, count = le32_to_cpu(table->count);
	struct prmem_fault fault;
	struct map *map;

	for (i = 0; i < count; i++) {
		const struct prmem_region_rec *rec = &table->region[i];

		if (!is_heap(rec))
			continue;
		map = map_create(rec);
		if (!map)
			return -ENOMEM;
		if (!prmem_heap_attach(heap, map->base, rec, map->room, &fault))
			return refuse(&fault, map->start);
	}
	return 0;
}

static int tallies_make(u64 pages)
{
	void *room = NULL;

	if (pages <= PRMEM_MAX_RECORDS)
		room = room_get(prmem_heap_tallies_room(pages));
	if (!room)
		return -ENOMEM;
	prmem_heap_set_tallies(heap, room, pages);
	kvfree(tallies);
	tallies = room;
	return 0;
}

static int index_make(u64 instances)
{
	u32 bits;
	size_t size = prmem_heap_index_room(instances, &bits);
	void *room = room_get(size);

	if (!room)
		return -ENOMEM;
	prmem_heap_set_index(heap, room, bits);
	kvfree(index_slots);
	index_slots = room;
	return 0;
}

/* Reads it all, then completes what was cut; what is refused is not written to. */
static int open_all(const struct prmem_table_rec *table)
{
	struct prmem_fault fault;
	u64 pages;
	int err;

	err = attach_all(table);
	if (err)
		return err;
	pages = prmem_heap_records(heap);
	err = tallies_make(max_t(u64, pages, 1)) ?:
	      index_make(max_t(u64, pages, 1) * PRMEM_INSTANCES);
	if (err)
		return err;
	if (!prmem_heap_check(heap, &fault))
		return refuse(&fault, 0);
	prmem_heap_finish(heap);
	prmem_limits_count(heap);
	return 0;
}

static void close_all(void)
{
	struct map *map, *next;

	list_for_each_entry_safe(map, next, &maps, node)
		map_destroy(map);
	kvfree(tallies);
	kvfree(index_slots);
	kvfree(heap);
	tallies = NULL;
	index_slots = NULL;
	heap = NULL;
}

static int heap_open(void)
{
	struct prmem_meta *now;
	u64 key[2];
	int err;

	if (refused)
		return -EUCLEAN;
	mutex_lock(&prmem.lock);
	now = meta_copy();
	mutex_unlock(&prmem.lock);
	heap = kvmalloc(sizeof(*heap), GFP_KERNEL);
	err = -ENOMEM;
	if (!now || !heap)
		goto out;
	get_random_bytes(key, sizeof(key));
	prmem_heap_init(heap, prmem.reservation.space.id, key);
	err = open_all(&now->table);
out:
	if (err == -ENOMEM)
		pr_warn_ratelimited("heap: not opened for want of memory: the next call tries again\n");
	if (err)
		close_all();
	kvfree(now);
	return err;
}

/**
 * prmem_heap_lock() - begin to use the heap; opens it if nobody did yet
 *
 * Opening takes time in proportion to the heap; until then the module takes
 * none, whatever is in it.
 *
 * Context: Process; takes the heap's lock, which prmem_heap_unlock() lets go.
 * Return: The heap; or, without the lock, -EUCLEAN as a pointer if it is damaged,
 * which a message said at the first time, or -ENOMEM: a later call tries again.
 */
struct prmem_heap *prmem_heap_lock(void)
{
	int err = 0;

	mutex_lock(&lock);
	if (!heap)
		err = heap_open();
	if (!err)
		return heap;
	mutex_unlock(&lock);
	return ERR_PTR(err);
}

/**
 * prmem_heap_unlock() - end to use the heap
 *
 * Context: Process, with the heap's lock.
 */
void prmem_heap_unlock(void)
{
	mutex_unlock(&lock);
}

/* -- growing -- */

static u64 pages_of(u64 size)
{
	return size / PRMEM_PAGE - PRMEM_HEAP_MAP(size);
}

/* The smallest region that holds a block of so many pages. */
static u64 region_size(u64 pages)
{
	u64 size = round_up(pages * PRMEM_PAGE, PRMEM_GRAIN);

	while (pages_of(size) < pages)
		size += PRMEM_GRAIN;
	return size;
}

/*
 * The heap doubles, up to steps of 1 GiB. Beyond 8 GiB a step is an eighth of it,
 * as there are only PRMEM_MAX_REGIONS regions.
 */
static int carve(struct prmem_meta *next, u64 bytes)
{
	u64 need = region_size(DIV_ROUND_UP_ULL(bytes, PRMEM_PAGE));
	u64 size = prmem_heap_size(&next->table), largest;

	size = round_down(min_t(u64, size, max_t(u64, SZ_1G, size / 8)), PRMEM_GRAIN);
	prmem_regions_free(&next->table, &largest);
	if (largest < need)
		return -ENOSPC;
	return prmem_region_add_heap(next, clamp(size, need, largest), 0,
				     prmem.reservation.space.size);
}

/* Takes a region out of the list again, under prmem.lock. */
static int uncarve(struct prmem_meta *next, u64 start)
{
	u32 i = 0;

	while (le64_to_cpu(next->table.region[i].start) != start)
		i++;
	prmem_region_remove(&next->table, i);
	return meta_commit(next);
}

/*
 * Header and page map stand before the commit that makes the memory a part of the
 * heap. Until then it is the pool's, where anything may be.
 */
static int add_region(struct prmem_meta *next, u32 i)
{
	struct prmem_meta *undo = kvmalloc(sizeof(*undo), GFP_KERNEL);
	struct prmem_region_rec rec = next->table.region[i];
	struct map *map = undo ? map_create(&rec) : NULL;
	struct prmem_fault fault;
	int err;

	if (!map) {
		kvfree(undo);
		kvfree(next);
		return -ENOMEM;
	}
	prmem_heap_format(map->base, &rec, prmem.reservation.space.id);
	err = meta_commit(next);
	if (!err && WARN_ON_ONCE(!prmem_heap_attach(heap, map->base, &rec, map->room, &fault)))
		err = -EUCLEAN;
	if (!err) {
		kvfree(undo);
		return 0;
	}
	pr_warn("heap: %llu MiB at offset %#llx not taken: error %d\n",
		le64_to_cpu(rec.size) / SZ_1M, map->start, -err);
	*undo = *prmem.meta;
	uncarve(undo, map->start);
	map_destroy(map);
	return err;
}

/* What is pool now may have been something else in the lost slot: as for disks. */
static bool may_grow(void)
{
	return strcmp(prmem.state, "recovered");
}

/**
 * prmem_heap_grow() - take memory from the pool
 * @bytes: size of the block that the heap has no room for
 *
 * Context: Process, with the heap's lock.
 * Return: 0, -ENOSPC if no pool is large enough, or the metadata was recovered by
 * this load, -EBUSY if somebody else has taken memory of the pool, or -ENOMEM.
 */
int prmem_heap_grow(u64 bytes)
{
	struct prmem_meta *next;
	int i, err;

	if (!may_grow()) {
		pr_warn_once("heap: does not grow after a recovery, as what was lost may be in the pool: load again to go on\n");
		return -ENOSPC;
	}
	mutex_lock(&prmem.lock);
	/* A pool that could not be claimed may be somebody else's by now. */
	err = prmem_regions_sync(prmem.regions_dir, &prmem.meta->table, &prmem.reservation);
	if (err)
		goto out;
	next = meta_copy();
	err = -ENOMEM;
	if (!next)
		goto out;
	i = carve(next, bytes);
	if (i >= 0) {
		err = add_region(next, i);
	} else {
		kvfree(next);
		err = -ENOSPC;
	}
out:
	mutex_unlock(&prmem.lock);
	return err;
}

/**
 * prmem_heap_make_room() - ordinary memory for one more instance
 *
 * Context: Process, with the heap's lock.
 * Return: 0 or -ENOMEM.
 */
int prmem_heap_make_room(void)
{
	int err = 0;

	if (heap->vacant == PRMEM_NO_PAGE && !heap->free_tallies &&
	    heap->used_tallies == heap->nr_tallies)
		err = tallies_make(2ULL * heap->nr_tallies);
	if (!err && prmem_index_is_full(&heap->index))
		err = index_make(2 * heap->instances);
	return err;
}

/* -- trimming -- */

/* First it leaves the list, then it is let go of: a cut leaves it in the pool. */
static bool give_back(u32 i)
{
	struct map *map = map_find(heap->part[i].start);
	u64 size = heap->part[i].size;
	struct prmem_meta *next;
	int err = 0;

	mutex_lock(&prmem.lock);
	next = meta_copy();
	if (next)
		err = uncarve(next, map->start);
	mutex_unlock(&prmem.lock);
	if (!next)
		return false;
	if (err)
		pr_warn("heap: %llu MiB at offset %#llx given back, but not in use again: error %d\n",
			size / SZ_1M, map->start, -err);
	prmem_heap_detach(heap, i);
	map_destroy(map);
	return true;
}

static u32 smallest_unused(void)
{
	u32 i, best = heap->count;

	for (i = 0; i < heap->count; i++)
		if (prmem_heap_is_unused(heap, i) &&
		    (best == heap->count || heap->part[i].size < heap->part[best].size))
			best = i;
	return best;
}

/**
 * prmem_heap_trim() - give regions back to the pool that have no page in use
 *
 * To be called when pages have become free. As long as there are instances, the
 * smallest such region stays, so that one page that comes and goes doesn't take a
 * region along each time.
 *
 * Context: Process, with the heap's lock.
 */
void prmem_heap_trim(void)
{
	u32 keep = heap->instances ? smallest_unused() : heap->count;
	u32 i;

	for (i = heap->count; i--;)
		if (i != keep && prmem_heap_is_unused(heap, i) && !give_back(i))
			break;
}

/**
 * prmem_heap_available() - what instances can still get
 *
 * Context: Process, with the heap's lock.
 * Return: Bytes that are free in the heap, and those of the pool less their maps, if
 * the heap may grow.
 */
u64 prmem_heap_available(void)
{
	const struct prmem_table_rec *table;
	u64 sum = prmem_heap_free(heap);
	u32 i;

	if (!may_grow())
		return sum;
	mutex_lock(&prmem.lock);
	table = &prmem.meta->table;
	for (i = 0; i < le32_to_cpu(table->count); i++)
		if (le32_to_cpu(table->region[i].type) == PRMEM_REGION_POOL)
			sum += pages_of(le64_to_cpu(table->region[i].size)) * PRMEM_PAGE;
	mutex_unlock(&prmem.lock);
	return sum;
}

/* -- coming and going -- */

static int drop_all(void)
{
	struct prmem_meta *next;
	u32 i, dropped = 0;
	int err = -ENOMEM;
	u64 size;

	mutex_lock(&prmem.lock);
	next = meta_copy();
	if (!next)
		goto out;
	size = prmem_heap_size(&next->table);
	for (i = le32_to_cpu(next->table.count); i--;) {
		if (is_heap(&next->table.region[i])) {
			prmem_region_remove(&next->table, i);
			dropped++;
		}
	}
	err = meta_commit(next);
	pr_warn("reset_heap: dropped: all instances, %llu MiB in %u region(s)\n", size / SZ_1M,
		dropped);
	refused = false;
out:
	mutex_unlock(&prmem.lock);
	return err;
}

/**
 * prmem_heap_reset() - where the heap is refused, drop it with all instances
 *
 * Opens it to see that. The memory becomes part of the pool, and nothing but the
 * region list is written.
 *
 * Context: Process, while the module is loaded.
 * Return: 0, -ENOMEM, or -EBUSY if somebody else has taken the memory at this moment.
 */
int prmem_heap_reset(void)
{
	struct prmem_heap *sound = prmem_heap_lock();
	int err;

	if (!IS_ERR(sound)) {
		prmem_heap_unlock();
		pr_warn("reset_heap=1 ignored: nothing is wrong with the heap\n");
		return 0;
	}
	if (PTR_ERR(sound) != -EUCLEAN)
		return PTR_ERR(sound);
	mutex_lock(&lock);
	err = drop_all();
	mutex_unlock(&lock);
	return err;
}

/**
 * prmem_heap_close() - let go of the heap, which stays as it is
 *
 * Context: Process; nobody uses it any more.
 */
void prmem_heap_close(void)
{
	close_all();
	refused = false;
}

/**
 * prmem_heap_state() - what is known of the heap
 *
 * Context: Process; takes the heap's lock.
 * Return: A word for sysfs.
 */
const char *prmem_heap_state(void)
{
	const char *state;

	mutex_lock(&lock);
	state = refused ? "refused" : heap ? "open" : "closed";
	mutex_unlock(&lock);
	return state;
}
