/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Named instances: memory of kernel code that survives kexec.
 *
 * An instance is found by two names, its subsystem's and its own. It has memory
 * of its own, and one piece of it is its data: where its consumer begins to read
 * after a kexec. All functions may be called from process context only, by any
 * number of threads at once, and sleep, unless they say otherwise.
 *
 *	inst = prmem_get("mydriver", "state", MY_TYPE, MY_VERSION, PRMEM_CREATE);
 *	if (IS_ERR(inst))
 *		return PTR_ERR(inst);
 *	state = prmem_get_data(inst, &size);
 *	if (state && (prmem_version(inst) != MY_VERSION || size != sizeof(*state)))
 *		...an older one: convert it, or prmem_destroy() it...
 *	if (!state) {
 *		state = prmem_alloc(inst, sizeof(*state));
 *		if (!state)
 *			...
 *		...fill it...
 *		prmem_set_data(inst, state, sizeof(*state));
 *	}
 *
 * A kernel may stop between any two stores, and the next one goes on with what
 * was stored. What prmem does itself is as before or as after. What a consumer
 * does is, if it follows one rule: change nothing that can be reached; make the
 * new part beside it, complete, and reach it by one store, the last:
 *
 *	new = prmem_alloc(inst, sizeof(*new));
 *	if (!new)
 *		return -ENOMEM;
 *	new->key = cpu_to_le64(key);
 *	new->next = list->first;
 *	prmem_publish(&list->first, prmem_to_ref(new));
 *
 * To take it out again, publish the reference to what is behind it, then free it.
 * Cut between allocating and publishing, or between taking out and freeing, memory
 * stays that is reached by nothing: the instance's until it is destroyed. A consumer
 * that must not lose it notes in its data that it is about to do something, and where
 * the note still stands after a kexec, prmem_next() shows it all that it has: what is
 * reached by nothing is freed. module/index does that.
 *
 * Old memory may hold anything. prmem has checked that it is the instance's, and
 * nothing of what is in it: every reference, length and count there is to be
 * checked before it is used. prmem_from_ref() does that for references.
 */
#ifndef PRMEM_PRMEM_H
#define PRMEM_PRMEM_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/barrier.h>

struct prmem_instance;

/**
 * typedef prmem_ref_t - a place in persistent memory, for use in persistent memory
 *
 * The kernel maps the memory at another address each time. 0 is no place.
 */
typedef __le64 prmem_ref_t;

#define PRMEM_LABEL_MAX	63	/* bytes of a subsystem's name, and of an instance's */

/* prmem_get(): make the instance if it isn't there. */
#define PRMEM_CREATE	1U

/**
 * struct prmem_info - what prmem_list() tells of an instance
 * @subsystem: its subsystem
 * @name: its name
 * @type: of its consumer's choosing
 * @version: of its consumer's choosing
 * @size: bytes of memory that it holds, whole pages
 * @data_size: bytes of its data
 * @users: references that are held now
 */
struct prmem_info {
	char subsystem[PRMEM_LABEL_MAX + 1];
	char name[PRMEM_LABEL_MAX + 1];
	u32 type;
	u32 version;
	u64 size;
	u64 data_size;
	unsigned int users;
};

/**
 * struct prmem_cursor - where a listing is; all zero at its beginning
 * @last: the last instance's number, private to prmem
 */
struct prmem_cursor {
	u64 last;
};

struct prmem_instance *prmem_get(const char *subsystem, const char *name, u32 type, u32 version,
				 unsigned int flags);
void prmem_put(struct prmem_instance *inst);
int prmem_destroy(struct prmem_instance *inst);
u32 prmem_version(const struct prmem_instance *inst);
int prmem_set_data(struct prmem_instance *inst, const void *data, size_t size);
void *prmem_get_data(struct prmem_instance *inst, size_t *size);
int prmem_list(const char *subsystem, struct prmem_cursor *cursor, struct prmem_info *info);
void *prmem_alloc(struct prmem_instance *inst, size_t size);
int prmem_free(struct prmem_instance *inst, const void *p);
void *prmem_alloc_pages(struct prmem_instance *inst, unsigned int order);
int prmem_free_pages(struct prmem_instance *inst, const void *p, unsigned int order);
prmem_ref_t prmem_to_ref(const void *p);
void *prmem_from_ref(struct prmem_instance *inst, prmem_ref_t ref, size_t size);
void *prmem_next(struct prmem_instance *inst, const void *p, size_t *size);
u64 prmem_boot(void);

/**
 * prmem_publish() - make what was written reachable
 * @where: a reference in persistent memory, aligned to 8 bytes
 * @ref: to what was written before
 *
 * One store: a kernel that stops leaves the old reference or the new one, and
 * with the new one all that was written before.
 *
 * Context: Any.
 */
static inline void prmem_publish(prmem_ref_t *where, prmem_ref_t ref)
{
	smp_wmb();	/* what it leads to is stored before */
	WRITE_ONCE(*where, ref);
	smp_wmb();	/* and what follows, such as freeing the old, after */
}

#endif
