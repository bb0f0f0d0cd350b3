// SPDX-License-Identifier: GPL-2.0-only
/* Named instances for other modules: the functions of include/prmem/prmem.h. */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "../include/prmem/prmem.h"
#include "heap.h"
#include "instance.h"
#include "prmem.h"
#include "quota.h"

/**
 * struct prmem_instance - an instance that somebody holds a reference to
 * @owner: its blocks, and its number
 * @data: its data, by offset; 0 if it has none
 * @data_size: how many bytes
 * @version: of its consumer's choosing
 * @users: references
 * @limit: its subsystem's, or NULL
 */
struct prmem_instance {
	struct prmem_owner owner;
	u64 data;
	u64 data_size;
	u32 version;
	unsigned int users;
	struct prmem_limit *limit;
};

/* By number; under the heap's lock, as are all that it holds. */
static DEFINE_XARRAY(held);

static bool are_labels(const char *subsystem, const char *name)
{
	struct prmem_label label;

	return prmem_label_make(&label, subsystem, name);
}

static u64 size_of(const struct prmem_heap *heap, u64 number)
{
	return (u64)prmem_instance_tally(heap, number)->pages * PRMEM_PAGE;
}

/* -- to hold an instance, and to let go of it -- */

static struct prmem_instance *hold(struct prmem_heap *heap, u64 number)
{
	const struct prmem_instance_rec *rec = prmem_instance_at(heap, number);
	struct prmem_instance *inst = xa_load(&held, number);
	int err;

	if (inst) {
		inst->users++;
		return inst;
	}
	inst = kzalloc(sizeof(*inst), GFP_KERNEL);
	if (!inst)
		return ERR_PTR(-ENOMEM);
	err = xa_err(xa_store(&held, number, inst, GFP_KERNEL));
	if (err) {
		kfree(inst);
		return ERR_PTR(err);
	}
	inst->users = 1;
	inst->version = le32_to_cpu(rec->version);
	inst->limit = prmem_limit_find((const char *)rec->subsystem);
	prmem_instance_get_data(heap, number, &inst->data, &inst->data_size);
	prmem_owner_open(heap, number, &inst->owner);
	return inst;
}

static void drop(struct prmem_instance *inst)
{
	xa_erase(&held, inst->owner.number);
	kfree(inst);
}

/* All its memory and its record are free; @owner is open, and is not any more. */
static void destroy(struct prmem_heap *heap, struct prmem_owner *owner, struct prmem_limit *limit)
{
	prmem_limit_account(limit, -(s64)(size_of(heap, owner->number) +
					  sizeof(struct prmem_instance_rec)));
	prmem_instance_destroy(heap, owner);
	prmem_heap_trim();
}

static int create(struct prmem_heap *heap, const char *subsystem, const char *name, u32 type,
		  u32 version, u64 *number)
{
	struct prmem_limit *limit = prmem_limit_find(subsystem);
	const size_t bytes = sizeof(struct prmem_instance_rec);
	int err;

	err = prmem_limit_allows(limit, bytes, PRMEM_PAGE) ?: prmem_heap_make_room();
	if (err)
		return err;
	err = prmem_instance_create(heap, subsystem, name, type, version, number);
	if (err == -ENOSPC)
		err = prmem_heap_grow(PRMEM_PAGE) ?:
		      prmem_instance_create(heap, subsystem, name, type, version, number);
	if (!err)
		prmem_limit_account(limit, bytes);
	return err;
}

/* An instance that can't be held isn't made either. */
static struct prmem_instance *create_and_hold(struct prmem_heap *heap, const char *subsystem,
					      const char *name, u32 type, u32 version)
{
	struct prmem_instance *inst;
	struct prmem_owner owner;
	u64 number;
	int err;

	err = create(heap, subsystem, name, type, version, &number);
	if (err)
		return ERR_PTR(err);
	inst = hold(heap, number);
	if (IS_ERR(inst)) {
		prmem_owner_open(heap, number, &owner);
		destroy(heap, &owner, prmem_limit_find(subsystem));
	}
	return inst;
}

/**
 * prmem_get() - find an instance or create it, and hold a reference to it
 * @subsystem: 1 to 63 printable characters of ASCII, no space and no '/': by custom
 *	the consumer's module
 * @name: 1 to 63 printable characters of ASCII, no space
 * @type: a number of the consumer's choosing, to tell its own from others'
 * @version: of what the instance's memory holds, if it is created
 * @flags: PRMEM_CREATE: create it if there is none; or 0
 *
 * However often an instance is got, in one kernel there is one struct
 * prmem_instance of it. An instance that is there keeps its version, which
 * prmem_version() tells.
 *
 * The first call after a load of prmem checks all instances' memory, and takes time
 * in proportion to how much there is. Of an instance that nobody holds, a call takes
 * time in proportion to its memory's blocks. A module that calls this can't be loaded
 * before prmem has taken the memory over, nor at all where there is none; one that can
 * do without uses symbol_get(prmem_get).
 *
 * Context: Process; sleeps, and may allocate memory with GFP_KERNEL. Takes prmem's
 * locks, as all functions here do: none of them may be called from where freeing
 * memory waits for the caller.
 * Return: The instance, to be given to prmem_put() or prmem_destroy(); or as a pointer
 * -ENOENT if there is none, -EPROTOTYPE if it is of another type, -EINVAL if a name or
 * a flag is not as above, -EUCLEAN if the instances' memory is damaged (nothing of it
 * is then used or changed: the kernel log says what is wrong), -ENOSPC if no memory is
 * left for it, -EDQUOT if its subsystem has all that limits= allows it, -EBUSY if
 * somebody else has just taken the memory, -ENOMEM.
 */
struct prmem_instance *prmem_get(const char *subsystem, const char *name, u32 type, u32 version,
				 unsigned int flags)
{
	struct prmem_instance *inst;
	struct prmem_heap *heap;
	u64 number;

	if (!are_labels(subsystem, name) || flags & ~PRMEM_CREATE)
		return ERR_PTR(-EINVAL);
	heap = prmem_heap_lock();
	if (IS_ERR(heap))
		return ERR_CAST(heap);
	number = prmem_instance_find(heap, subsystem, name);
	if (!number && flags & PRMEM_CREATE)
		inst = create_and_hold(heap, subsystem, name, type, version);
	else if (!number)
		inst = ERR_PTR(-ENOENT);
	else if (le32_to_cpu(prmem_instance_at(heap, number)->type) != type)
		inst = ERR_PTR(-EPROTOTYPE);
	else
		inst = hold(heap, number);
	prmem_heap_unlock();
	return inst;
}
EXPORT_SYMBOL_GPL(prmem_get);

/* Of a held instance: the heap is open, and stays so until prmem is unloaded. */
static struct prmem_heap *lock_held(void)
{
	struct prmem_heap *heap = prmem_heap_lock();

	return WARN_ON_ONCE(IS_ERR(heap)) ? NULL : heap;
}

/**
 * prmem_put() - let go of a reference
 * @inst: the instance, or NULL
 *
 * The instance and its memory stay, for the next prmem_get() in this kernel or in
 * another one. The caller's pointers into its memory are no longer valid if the
 * reference was its last.
 *
 * Context: Process; sleeps.
 */
void prmem_put(struct prmem_instance *inst)
{
	struct prmem_heap *heap = inst ? lock_held() : NULL;

	if (!heap)
		return;
	if (!--inst->users) {
		prmem_owner_close(heap, &inst->owner);
		drop(inst);
	}
	prmem_heap_unlock();
}
EXPORT_SYMBOL_GPL(prmem_put);

/**
 * prmem_destroy() - give up an instance with all its memory
 * @inst: the instance
 *
 * If it succeeds, the caller's reference is gone as well, with all pointers into the
 * instance's memory. A cut in the middle of it is made good by the next kernel: the
 * instance is there whole, or not at all.
 *
 * Context: Process; sleeps; takes time in proportion to the instance's blocks.
 * Return: 0, or -EBUSY if there are other references; then the caller keeps its own.
 */
int prmem_destroy(struct prmem_instance *inst)
{
	struct prmem_heap *heap = lock_held();
	int err = -EBUSY;

	if (!heap)
		return err;
	if (inst->users == 1) {
		destroy(heap, &inst->owner, inst->limit);
		drop(inst);
		err = 0;
	}
	prmem_heap_unlock();
	return err;
}
EXPORT_SYMBOL_GPL(prmem_destroy);

/**
 * prmem_version() - the version that an instance was created with
 * @inst: the instance
 *
 * Context: Any.
 * Return: The version.
 */
u32 prmem_version(const struct prmem_instance *inst)
{
	return inst->version;
}
EXPORT_SYMBOL_GPL(prmem_version);

/* -- data -- */

/**
 * prmem_set_data() - say which memory is an instance's data
 * @inst: the instance
 * @data: within one piece of memory that prmem_alloc() or prmem_alloc_pages() gave
 *	for this instance; or NULL: it has no data
 * @size: bytes, at least 1; with NULL: 0
 *
 * A cut leaves the data as they were before, or as they are after it. What was the
 * data before is not freed.
 *
 * Context: Process; sleeps.
 * Return: 0, or -EINVAL if the memory is not the instance's.
 */
int prmem_set_data(struct prmem_instance *inst, const void *data, size_t size)
{
	struct prmem_heap *heap = lock_held();
	int err = -EINVAL;
	u64 ref;

	if (!heap)
		return err;
	ref = data ? prmem_heap_ref(heap, data) : 0;
	if (!data || ref)
		err = prmem_instance_set_data(heap, inst->owner.number, ref, size);
	if (!err) {
		inst->data = ref;
		inst->data_size = size;
	}
	prmem_heap_unlock();
	return err;
}
EXPORT_SYMBOL_GPL(prmem_set_data);

/**
 * prmem_get_data() - an instance's data
 * @inst: the instance
 * @size: is set to their size; or NULL
 *
 * Context: Process; sleeps.
 * Return: Where they are, or NULL if none were set. Valid as long as the reference
 * to @inst is held and the memory isn't freed; what is in it is to be checked.
 */
void *prmem_get_data(struct prmem_instance *inst, size_t *size)
{
	struct prmem_heap *heap = lock_held();
	void *data = NULL;

	if (heap && inst->data)
		data = prmem_heap_at(heap, inst->data, inst->data_size);
	if (size)
		*size = data ? inst->data_size : 0;
	if (heap)
		prmem_heap_unlock();
	return data;
}
EXPORT_SYMBOL_GPL(prmem_get_data);

/* -- memory -- */

static u32 class_of(u64 size)
{
	u32 class = 0;

	while (class < PRMEM_CLASSES && PRMEM_CLASS_SIZE(class) < size)
		class++;
	return class;
}

/* Bytes of the pages that an allocation takes: none if there is room in a slab. */
static u64 pages_for(const struct prmem_instance *inst, u64 size)
{
	u32 class = class_of(size);

	if (class == PRMEM_CLASSES)
		return (u64)PRMEM_PAGE << prmem_size_order(size);
	if (inst->owner.partial[class] != PRMEM_NO_PAGE)
		return 0;
	return (u64)PRMEM_PAGE << PRMEM_CLASS_ORDER(class);
}

static void *alloc(struct prmem_heap *heap, struct prmem_instance *inst, u64 size)
{
	u64 pages = pages_for(inst, size), ref;

	if (prmem_limit_allows(inst->limit, pages, pages))
		return NULL;
	ref = prmem_owner_alloc(heap, &inst->owner, size);
	if (!ref && !prmem_heap_grow(pages))
		ref = prmem_owner_alloc(heap, &inst->owner, size);
	if (!ref)
		return NULL;
	prmem_limit_account(inst->limit, pages);
	return prmem_heap_at(heap, ref, size);
}

/**
 * prmem_alloc() - memory of an instance
 * @inst: the instance
 * @size: bytes, at least 1
 *
 * Up to 2048 bytes it is a piece of a power of two, of 16 bytes or more, and aligned
 * to that; above, whole pages, as prmem_alloc_pages() gives. It holds zeros. It is the
 * instance's until prmem_free() or prmem_destroy(), also in the next kernels, whether
 * something there leads to it or not.
 *
 * Context: Process; sleeps, and may allocate memory with GFP_KERNEL.
 * Return: The memory, valid as long as the reference to @inst is held; or NULL if there
 * is none, or @size is 0, or the subsystem has all that limits= allows it.
 */
void *prmem_alloc(struct prmem_instance *inst, size_t size)
{
	struct prmem_heap *heap;
	void *p = NULL;

	if (!size || size > (u64)PRMEM_PAGE << PRMEM_MAX_ORDER)
		return NULL;
	heap = lock_held();
	if (heap) {
		p = alloc(heap, inst, size);
		prmem_heap_unlock();
	}
	return p;
}
EXPORT_SYMBOL_GPL(prmem_alloc);

static int free_at(struct prmem_heap *heap, struct prmem_instance *inst, u64 ref)
{
	u64 number = inst->owner.number, before = size_of(heap, number), after;
	int err = prmem_owner_free(heap, &inst->owner, ref);

	after = size_of(heap, number);
	if (after != before) {
		prmem_limit_account(inst->limit, after - before);
		prmem_heap_trim();
	}
	return err;
}

/**
 * prmem_free() - give memory back
 * @inst: the instance that it was allocated for
 * @p: what prmem_alloc() or prmem_alloc_pages() returned, in this kernel or, through
 *	a reference, in one before; or NULL
 *
 * Nothing may lead to it any more: a cut after this leaves it free, and soon another's.
 *
 * Context: Process; sleeps.
 * Return: 0, -EINVAL if it isn't the start of a piece of memory of @inst, or -EBUSY if it
 * holds the instance's data: set other data first.
 */
int prmem_free(struct prmem_instance *inst, const void *p)
{
	struct prmem_heap *heap;
	int err = -EINVAL;
	u64 ref;

	if (!p)
		return 0;
	heap = lock_held();
	if (!heap)
		return err;
	ref = prmem_heap_ref(heap, p);
	if (ref)
		err = free_at(heap, inst, ref);
	prmem_heap_unlock();
	return err;
}
EXPORT_SYMBOL_GPL(prmem_free);

/**
 * prmem_alloc_pages() - whole pages of an instance
 * @inst: the instance
 * @order: 2^@order pages of 4096 bytes, in one piece, up to PRMEM_MAX_ORDER
 *
 * As prmem_alloc(), and aligned to a page. These are no struct pages: the memory is
 * not known to the kernel as RAM.
 *
 * Context: Process; sleeps, and may allocate memory with GFP_KERNEL.
 * Return: As prmem_alloc().
 */
void *prmem_alloc_pages(struct prmem_instance *inst, unsigned int order)
{
	return order > PRMEM_MAX_ORDER ? NULL : prmem_alloc(inst, (size_t)PRMEM_PAGE << order);
}
EXPORT_SYMBOL_GPL(prmem_alloc_pages);

/**
 * prmem_free_pages() - give whole pages back
 * @inst: the instance that they were allocated for
 * @p: what prmem_alloc_pages() returned; or NULL
 * @order: as it was then
 *
 * Context: Process; sleeps.
 * Return: As prmem_free(); -EINVAL also if @order is another one.
 */
int prmem_free_pages(struct prmem_instance *inst, const void *p, unsigned int order)
{
	struct prmem_heap *heap;
	int err = -EINVAL;
	u64 ref;

	if (!p)
		return 0;
	heap = lock_held();
	if (!heap)
		return err;
	ref = prmem_heap_ref(heap, p);
	if (ref && order <= PRMEM_MAX_ORDER &&
	    prmem_owner_extent(heap, inst->owner.number, ref) == (u64)PRMEM_PAGE << order)
		err = free_at(heap, inst, ref);
	prmem_heap_unlock();
	return err;
}
EXPORT_SYMBOL_GPL(prmem_free_pages);

/**
 * prmem_next() - all memory of an instance, piece by piece
 * @inst: the instance
 * @p: the piece before, not freed yet; NULL: the first one is wanted
 * @size: is set to the bytes of the piece, which may be more than were asked for
 *
 * For a consumer that must find what a cut left with nothing leading to it. The
 * pieces come in no order. They are all there are, each once, if none is allocated or
 * freed from the first call to the last.
 *
 * Context: Process; sleeps.
 * Return: The next piece, or NULL: there is none.
 */
void *prmem_next(struct prmem_instance *inst, const void *p, size_t *size)
{
	struct prmem_heap *heap = lock_held();
	void *next = NULL;
	u64 ref = 0;

	if (!heap)
		return NULL;
	if (p)
		ref = prmem_heap_ref(heap, p);
	if (!p || ref)
		ref = prmem_owner_next(heap, &inst->owner, ref);
	if (ref) {
		*size = prmem_owner_extent(heap, inst->owner.number, ref);
		next = prmem_heap_at(heap, ref, *size);
	}
	prmem_heap_unlock();
	return next;
}
EXPORT_SYMBOL_GPL(prmem_next);

/* -- references -- */

/**
 * prmem_to_ref() - the reference to a place in persistent memory
 * @p: an address in memory that prmem_alloc(), prmem_get_data() or prmem_from_ref() gave
 *
 * Context: Process; sleeps.
 * Return: The reference, to be stored in persistent memory; 0 if @p is not in memory of
 * instances, or is NULL.
 */
prmem_ref_t prmem_to_ref(const void *p)
{
	struct prmem_heap *heap = p ? prmem_heap_lock() : NULL;
	u64 ref;

	if (IS_ERR_OR_NULL(heap))
		return 0;
	ref = prmem_heap_ref(heap, p);
	prmem_heap_unlock();
	return cpu_to_le64(ref);
}
EXPORT_SYMBOL_GPL(prmem_to_ref);

/**
 * prmem_from_ref() - the place that a reference leads to
 * @inst: the instance in whose memory it must be
 * @ref: the reference; any number
 * @size: how many bytes must be there, at least 1
 *
 * Context: Process; sleeps.
 * Return: The address, if all these bytes are in one piece of memory that is allocated
 * for @inst, valid as long as the reference to @inst is held and the memory isn't freed;
 * or NULL. What is in it is to be checked.
 */
void *prmem_from_ref(struct prmem_instance *inst, prmem_ref_t ref, size_t size)
{
	struct prmem_heap *heap;
	u64 at = le64_to_cpu(ref);
	void *p = NULL;

	if (!at || !size)
		return NULL;
	heap = lock_held();
	if (!heap)
		return NULL;
	if (size <= prmem_owner_extent(heap, inst->owner.number, at))
		p = prmem_heap_at(heap, at, size);
	prmem_heap_unlock();
	return p;
}
EXPORT_SYMBOL_GPL(prmem_from_ref);

/**
 * prmem_boot() - a number that is this boot's alone
 *
 * Kept in persistent memory it tells whether that was written by this kernel, also
 * by a consumer that was unloaded in between.
 *
 * Context: Any.
 * Return: The number, the same until the next boot or kexec.
 */
u64 prmem_boot(void)
{
	return prmem.reservation.boot;
}
EXPORT_SYMBOL_GPL(prmem_boot);

/* -- to list them -- */

static void tell(const struct prmem_heap *heap, u64 number, struct prmem_info *info)
{
	const struct prmem_instance_rec *rec = prmem_instance_at(heap, number);
	const struct prmem_instance *inst = xa_load(&held, number);
	u64 ref;

	memcpy(info->subsystem, rec->subsystem, sizeof(info->subsystem));
	memcpy(info->name, rec->name, sizeof(info->name));
	info->type = le32_to_cpu(rec->type);
	info->version = le32_to_cpu(rec->version);
	info->size = size_of(heap, number);
	prmem_instance_get_data(heap, number, &ref, &info->data_size);
	info->users = inst ? inst->users : 0;
}

/* Looks at so many instances that nobody waits long. */
static int list_some(const char *subsystem, struct prmem_cursor *cursor, struct prmem_info *info)
{
	struct prmem_heap *heap = prmem_heap_lock();
	int left = 1000, err = -EAGAIN;

	if (IS_ERR(heap))
		return PTR_ERR(heap);
	while (err == -EAGAIN && left--) {
		u64 number = prmem_instance_next(heap, cursor->last);

		if (!number) {
			err = -ENOENT;
			break;
		}
		cursor->last = number;
		tell(heap, number, info);
		if (!subsystem || !strcmp(subsystem, info->subsystem))
			err = 0;
	}
	prmem_heap_unlock();
	return err;
}

/**
 * prmem_list() - the next instance
 * @subsystem: only of this one; or NULL: of all
 * @cursor: where the listing is: all zero at its beginning
 * @info: is filled
 *
 * Instances may come and go between two calls. Each that is there all the time is told
 * once, in no order.
 *
 * Context: Process; sleeps. Opens the memory if it is the first call, as prmem_get().
 * Return: 0, -ENOENT if there is no more, -EUCLEAN if the instances' memory is damaged,
 * or -ENOMEM.
 */
int prmem_list(const char *subsystem, struct prmem_cursor *cursor, struct prmem_info *info)
{
	int err;

	while ((err = list_some(subsystem, cursor, info)) == -EAGAIN)
		cond_resched();
	return err;
}
EXPORT_SYMBOL_GPL(prmem_list);

/* -- for the module itself -- */

/**
 * prmem_instance_forget() - give up an instance that nobody uses
 * @subsystem: its subsystem
 * @name: its name
 *
 * Context: Process; sleeps.
 * Return: 0, -ENOENT if there is none, -EBUSY if somebody holds a reference, -EUCLEAN
 * if the heap is damaged, or -ENOMEM.
 */
int prmem_instance_forget(const char *subsystem, const char *name)
{
	struct prmem_owner owner;
	struct prmem_heap *heap;
	u64 number, size;
	int err = 0;

	if (!are_labels(subsystem, name))
		return -ENOENT;
	heap = prmem_heap_lock();
	if (IS_ERR(heap))
		return PTR_ERR(heap);
	number = prmem_instance_find(heap, subsystem, name);
	if (!number) {
		err = -ENOENT;
	} else if (xa_load(&held, number)) {
		err = -EBUSY;
		pr_warn("instance %s/%s: in use, not forgotten\n", subsystem, name);
	} else {
		size = size_of(heap, number);
		prmem_owner_open(heap, number, &owner);
		destroy(heap, &owner, prmem_limit_find(subsystem));
		pr_info("instance %s/%s: forgotten, %llu KiB free again\n", subsystem, name,
			size / 1024);
	}
	prmem_heap_unlock();
	return err;
}

/**
 * prmem_instances_close() - forget who holds what, before the heap is closed
 *
 * Context: Process, while the module goes: whoever used it is gone.
 */
void prmem_instances_close(void)
{
	struct prmem_instance *inst;
	unsigned long number, left = 0;

	xa_for_each(&held, number, inst) {
		left++;
		kfree(inst);
	}
	xa_destroy(&held);
	if (left)
		pr_warn("%lu instance(s) were never put by a module that is gone\n", left);
}
