// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that use all functions at once, until the machine stops. What each does in
 * persistent memory follows from its number and from how often it has done something;
 * so the next kernel can do the same on paper, and compare.
 *
 * A thread has a stack of objects, linked by references. Each operation pushes or pops:
 *
 *	data -> root: ops, top -> object -> object -> ... -> 0
 *
 * The new top is published, then ops. Cut between, the stack is that of ops + 1.
 */
#include "instances.h"

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>

#define TYPE		0x57e
#define MAX_DEPTH	100
#define MAX_THREADS	16

struct root {
	__le64 ops;
	prmem_ref_t top;
	__le64 moved;	/* how often the root was */
};

struct object {
	__le64 op;	/* that pushed it */
	prmem_ref_t next;
	u8 body[];
};

static struct worker {
	struct task_struct *task;
	struct prmem_instance *inst;
	u32 number;
	u32 depth;
	u64 ops;
	int err;
} workers[MAX_THREADS];

static struct prmem_instance *shared;
static u64 boot;

/* -- the same on paper -- */

static u64 chance_of(u32 thread, u64 op)
{
	return mix(mix(seed, thread), op);
}

static bool does_push(u32 thread, u64 op, u32 depth)
{
	if (!depth || depth == MAX_DEPTH)
		return !depth;
	return chance_of(thread, op) & 1;
}

static size_t body_size(u32 thread, u64 op)
{
	return random_size(chance_of(thread, op) >> 1);
}

/* Which operations pushed what is there after @ops of them. */
static u32 replay(u32 thread, u64 ops, u64 *stack)
{
	u32 depth = 0;
	u64 op;

	for (op = 0; op < ops; op++) {
		if (does_push(thread, op, depth))
			stack[depth++] = op;
		else
			depth--;
		if (op % SZ_1M == 0)
			cond_resched();
	}
	return depth;
}

/* -- what is there -- */

/* Follows the links, as many as there may be; the first is the last of the stack. */
static int walk(struct worker *w, const struct root *root, u64 *ops, u32 *depth)
{
	prmem_ref_t ref = READ_ONCE(root->top);
	const struct object *object;
	size_t size;
	u64 op;

	for (*depth = 0; ref; ref = object->next) {
		expect(*depth < MAX_DEPTH, "thread %u: too deep", w->number);
		object = prmem_from_ref(w->inst, ref, sizeof(*object));
		expect(object, "thread %u, depth %u: nothing there", w->number, *depth);
		op = le64_to_cpu(object->op);
		size = body_size(w->number, op);
		expect(prmem_from_ref(w->inst, ref, sizeof(*object) + size) == object,
		       "thread %u, op %llu: cut short", w->number, op);
		expect(pattern_holds(object->body, size, chance_of(w->number, op)),
		       "thread %u, op %llu", w->number, op);
		ops[(*depth)++] = op;
	}
	return 0;
}

static bool is_stack(u32 thread, u64 done, const u64 *ops, u32 depth)
{
	u64 stack[MAX_DEPTH];
	u32 i;

	if (replay(thread, done, stack) != depth)
		return false;
	for (i = 0; i < depth; i++)
		if (stack[depth - 1 - i] != ops[i])
			return false;
	return true;
}

/* After a cut the stack is that of so many operations as are noted, or one more. */
static int check_worker(struct worker *w)
{
	u64 ops[MAX_DEPTH];
	struct root *root;
	size_t size;
	u64 done;
	int err;

	root = prmem_get_data(w->inst, &size);
	if (!root)
		return 0;
	expect(size == sizeof(*root), "thread %u: %zu", w->number, size);
	err = walk(w, root, ops, &w->depth);
	if (err)
		return err;
	done = le64_to_cpu(root->ops);
	if (!is_stack(w->number, done, ops, w->depth)) {
		expect(is_stack(w->number, ++done, ops, w->depth),
		       "thread %u: depth %u is of neither %llu nor %llu operations", w->number,
		       w->depth, done - 1, done);
		root->ops = cpu_to_le64(done);
	}
	w->ops = done;
	pr_info("thread %u: %llu operations, depth %u, moved %llu\n", w->number, done, w->depth,
		le64_to_cpu(root->moved));
	return 0;
}

/* -- what a thread does -- */

static int push(struct worker *w, struct root *root)
{
	size_t size = body_size(w->number, w->ops);
	struct object *object = prmem_alloc(w->inst, sizeof(*object) + size);

	expect(object, "thread %u: %zu bytes", w->number, size);
	expect(!memchr_inv(object, 0, sizeof(*object) + size), "thread %u: %zu bytes", w->number,
	       size);
	object->op = cpu_to_le64(w->ops);
	object->next = root->top;
	pattern_fill(object->body, size, chance_of(w->number, w->ops));
	prmem_publish(&root->top, prmem_to_ref(object));
	w->depth++;
	return 0;
}

static int pop(struct worker *w, struct root *root)
{
	struct object *object = prmem_from_ref(w->inst, root->top, sizeof(*object));
	int err;

	expect(object, "thread %u", w->number);
	prmem_publish(&root->top, object->next);
	err = prmem_free(w->inst, object);
	expect(!err, "thread %u: %d", w->number, err);
	w->depth--;
	return 0;
}

/* Another place for the root: the data are the old one or the new one, alike. */
static struct root *move(struct worker *w, struct root *old)
{
	struct root *new = prmem_alloc(w->inst, sizeof(*new));

	if (!new)
		return NULL;
	if (old) {
		*new = *old;
		le64_add_cpu(&new->moved, 1);
	}
	if (prmem_set_data(w->inst, new, sizeof(*new)) || (old && prmem_free(w->inst, old)))
		return NULL;
	return new;
}

static u32 pieces(struct prmem_instance *inst)
{
	size_t size;
	void *p = NULL;
	u32 n = 0;

	while ((p = prmem_next(inst, p, &size)))
		n++;
	return n;
}

/* Comes, has data that check themselves, and goes. */
static int transient(struct worker *w)
{
	struct prmem_instance *inst;
	char label[32];
	void *pages;
	__le64 *p;

	snprintf(label, sizeof(label), "%u/%llu", w->number, w->ops);
	inst = prmem_get("stress-transient", label, TYPE, 1, PRMEM_CREATE);
	expect(!IS_ERR(inst), "%s: %ld", label, PTR_ERR(inst));
	p = prmem_alloc(inst, SZ_8K);
	expect(p && prmem_alloc(inst, 100), "%s", label);
	p[0] = cpu_to_le64(w->ops);
	pattern_fill(p + 1, SZ_4K, w->ops);
	expect(!prmem_set_data(inst, p, SZ_8K), "%s", label);
	pages = prmem_alloc_pages(inst, 2);
	expect(pages && pieces(inst) == 3, "%s: %u pieces", label, pieces(inst));
	expect(!prmem_free_pages(inst, pages, 2), "%s", label);
	expect(prmem_version(inst) == 1 && prmem_boot() == boot, "%s", label);
	expect(!prmem_destroy(inst), "%s", label);
	return 0;
}

/* Others have it too. */
static int share(struct worker *w)
{
	struct prmem_instance *inst = prmem_get("stress", "shared", TYPE, 1, PRMEM_CREATE);
	struct prmem_cursor cursor = {};
	struct prmem_info info;
	u32 listed = 0;
	void *p;

	expect(inst == shared, "thread %u: %p is not %p", w->number, inst, shared);
	expect(prmem_destroy(inst) == -EBUSY, "thread %u", w->number);
	p = prmem_alloc(inst, 300);
	expect(p && !memchr_inv(p, 0, 300), "thread %u", w->number);
	memset(p, 0xff, 300);
	expect(!prmem_free(inst, p), "thread %u", w->number);
	prmem_put(inst);
	while (!prmem_list("stress", &cursor, &info))
		listed++;
	expect(listed == threads + 1, "%u", listed);
	expect(prmem_get("stress", "none", TYPE, 1, 0) == ERR_PTR(-ENOENT), "none");
	return 0;
}

static int operate(struct worker *w, struct root **root)
{
	int err;

	err = does_push(w->number, w->ops, w->depth) ? push(w, *root) : pop(w, *root);
	if (err)
		return err;
	WRITE_ONCE((*root)->ops, cpu_to_le64(w->ops + 1));
	WRITE_ONCE(w->ops, w->ops + 1);
	if (w->ops % 8 == 3)
		*root = move(w, *root);
	expect(*root, "thread %u: the root can't be moved", w->number);
	if (w->ops % 16 == 5)
		err = transient(w);
	if (w->ops % 16 == 9)
		err = err ?: share(w);
	return err;
}

static int work(void *arg)
{
	struct worker *w = arg;
	struct root *root = prmem_get_data(w->inst, NULL) ?: move(w, NULL);

	while (root && !w->err && !kthread_should_stop()) {
		w->err = operate(w, &root);
		cond_resched();
	}
	if (!root || w->err)
		pr_err("thread %u gave up\n", w->number);
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

/* -- to begin and to end -- */

/* What was cut: not there, or without data, or whole. */
static int check_transients(void)
{
	struct prmem_cursor cursor = {};
	struct prmem_instance *inst;
	struct prmem_info info;
	__le64 *p;
	size_t size;

	while (!prmem_list("stress-transient", &cursor, &info)) {
		inst = prmem_get(info.subsystem, info.name, TYPE, 1, 0);
		expect(!IS_ERR(inst), "%s: %ld", info.name, PTR_ERR(inst));
		p = prmem_get_data(inst, &size);
		expect(!p || (size == SZ_8K && pattern_holds(p + 1, SZ_4K, le64_to_cpu(p[0]))),
		       "%s", info.name);
		pr_info("%s: cut, %s data\n", info.name, p ? "with" : "without");
		expect(!prmem_destroy(inst), "%s", info.name);
	}
	return 0;
}

static int get_all(void)
{
	char label[8];
	u32 i;

	expect(threads && threads <= MAX_THREADS, "%u", threads);
	boot = prmem_boot();
	shared = prmem_get("stress", "shared", TYPE, 1, PRMEM_CREATE);
	expect(!IS_ERR(shared), "%ld", PTR_ERR(shared));
	for (i = 0; i < threads; i++) {
		struct prmem_instance *inst;

		snprintf(label, sizeof(label), "%u", i);
		inst = prmem_get("stress", label, TYPE, 1, PRMEM_CREATE);
		expect(!IS_ERR(inst), "%u: %ld", i, PTR_ERR(inst));
		workers[i] = (struct worker) { .inst = inst, .number = i };
	}
	return 0;
}

/* What the kernel before left: each thread's stack, and what was coming or going. */
int stress_verify(void)
{
	u64 sum = 0;
	int err;
	u32 i;

	err = get_all() ?: check_transients();
	for (i = 0; i < threads && !err; i++) {
		err = check_worker(&workers[i]);
		sum += workers[i].ops;
	}
	if (err) {
		stress_stop();
		return err;
	}
	pr_info("stress: verified %u threads, %llu operations\n", threads, sum);
	return 0;
}

int stress_start(void)
{
	int err = stress_verify();
	u32 i;

	for (i = 0; i < threads && !err; i++) {
		struct task_struct *task = kthread_run(work, &workers[i], "stress/%u", i);

		if (IS_ERR(task))
			err = PTR_ERR(task);
		else
			workers[i].task = task;
	}
	if (err)
		stress_stop();
	return err;
}

/* May be asked for while the threads run. */
static int done_get(char *buffer, const struct kernel_param *kp)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < MAX_THREADS; i++) {
		if (READ_ONCE(workers[i].err))
			return scnprintf(buffer, PAGE_SIZE, "failed\n");
		sum += READ_ONCE(workers[i].ops);
	}
	return scnprintf(buffer, PAGE_SIZE, "%llu\n", sum);
}

static const struct kernel_param_ops done_ops = { .get = done_get };
module_param_cb(done, &done_ops, NULL, 0444);
MODULE_PARM_DESC(done, "Operations of stress so far, or: failed");

void stress_stop(void)
{
	u32 i;

	for (i = 0; i < MAX_THREADS; i++) {
		if (workers[i].task)
			kthread_stop(workers[i].task);
		if (workers[i].inst)
			prmem_put(workers[i].inst);
		workers[i] = (struct worker) {};
	}
	if (!IS_ERR_OR_NULL(shared))
		prmem_put(shared);
	shared = NULL;
}
