// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls in the context of who asks for them: what=calls, then write one of the words
 * below to /sys/module/instances/parameters/call. The writer gets the function's error.
 * What a call takes it gives back, also where it fails in its middle.
 */
#include "instances.h"

#include <linux/module.h>

#define TYPE		0xca11
#define SUBSYSTEM	"calls"
#define PIECE		SZ_4M
#define MAX_PIECES	32

static struct prmem_instance *numbered(u32 i, unsigned int flags)
{
	char label[8];

	snprintf(label, sizeof(label), "%u", i);
	return prmem_get(SUBSYSTEM, label, TYPE, 1, flags);
}

/* An instance that is there. */
static int get(void)
{
	struct prmem_instance *inst = numbered(0, 0);

	if (IS_ERR(inst))
		return PTR_ERR(inst);
	expect(prmem_version(inst) == 1, "%u", prmem_version(inst));
	prmem_put(inst);
	return 0;
}

/* So many that one more takes a page of records, a larger table and a larger index. */
static int make(void)
{
	struct prmem_instance *inst;
	u32 i;

	for (i = 0; i < 21; i++) {
		inst = numbered(i, PRMEM_CREATE);
		if (IS_ERR(inst))
			return PTR_ERR(inst);
		prmem_put(inst);
	}
	return 0;
}

static int unmake(void)
{
	struct prmem_instance *inst;
	u32 i;

	for (i = 0; i < 21; i++) {
		inst = numbered(i, 0);
		if (!IS_ERR(inst))
			expect(!prmem_destroy(inst), "%u", i);
	}
	return 0;
}

static int create(void)
{
	struct prmem_instance *inst = numbered(99, PRMEM_CREATE);

	if (IS_ERR(inst)) {
		expect(numbered(99, 0) == ERR_PTR(-ENOENT), "half made");
		return PTR_ERR(inst);
	}
	expect(!prmem_destroy(inst), "destroy");
	return 0;
}

/* Memory of each kind, and all that is done with it where the heap is large enough. */
static int use_memory(struct prmem_instance *inst)
{
	char *small = prmem_alloc(inst, 100), *pages = prmem_alloc_pages(inst, 1);
	prmem_ref_t ref = prmem_to_ref(small);
	size_t size;

	expect(small && pages && ref, "%p %p", small, pages);
	expect(prmem_from_ref(inst, ref, 100) == small, "the reference");
	expect(!prmem_set_data(inst, small, 100), "set");
	expect(prmem_get_data(inst, &size) == small && size == 100, "%zu", size);
	expect(!prmem_set_data(inst, NULL, 0), "unset");
	expect(prmem_next(inst, NULL, &size), "no piece");
	expect(!prmem_free_pages(inst, pages, 1) && !prmem_free(inst, small), "free");
	return 0;
}

static int list_all(void)
{
	struct prmem_cursor cursor = {};
	struct prmem_info info;
	int err;

	do
		err = prmem_list(NULL, &cursor, &info);
	while (!err);
	return err == -ENOENT ? 0 : err;
}

static int use(void)
{
	struct prmem_instance *inst = numbered(0, 0);
	int err;

	if (IS_ERR(inst))
		return PTR_ERR(inst);
	err = use_memory(inst);
	prmem_put(inst);
	return err ?: list_all();
}

/*
 * All memory there is: the heap grows as far as it can, and then gives back all that
 * is unused, but for one region.
 */
static int grow(void)
{
	struct prmem_instance *inst = numbered(0, 0);
	void *pieces[MAX_PIECES];
	static u32 most;
	u32 i, n = 0;

	if (IS_ERR(inst))
		return PTR_ERR(inst);
	while (n < MAX_PIECES && (pieces[n] = prmem_alloc(inst, PIECE)))
		n++;
	for (i = 0; i < n; i++)
		expect(!prmem_free(inst, pieces[i]), "free");
	prmem_put(inst);
	if (n < most)
		return -ENOMEM;
	most = n;
	return 0;
}

static const struct {
	const char *what;
	int (*run)(void);
} all[] = {
	{ "get", get }, { "make", make }, { "unmake", unmake }, { "create", create },
	{ "use", use }, { "list", list_all }, { "grow", grow },
};

static bool allowed;

static int call_set(const char *value, const struct kernel_param *kp)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (allowed && sysfs_streq(value, all[i].what))
			return all[i].run();
	return -EINVAL;
}

static const struct kernel_param_ops call_ops = { .set = call_set };
module_param_cb(call, &call_ops, NULL, 0200);
MODULE_PARM_DESC(call, "After what=calls: get, make, unmake, create, use, list or grow");

/* Not before: it could be on the command line. */
int calls(void)
{
	allowed = true;
	return 0;
}
