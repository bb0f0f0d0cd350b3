// SPDX-License-Identifier: GPL-2.0-only
/* What each function says to good and bad arguments; and an instance that is held. */
#include "instances.h"

#define TYPE	0xa91

static int names(void)
{
	static const char *const bad[][2] = {
		{ "", "x" }, { "x", "" }, { "a/b", "x" }, { "a b", "x" }, { "x", "a b" },
		{ "x\n", "x" }, { "x", "\x7f" }, { "\xc3\xa4", "x" },
		{ "0123456789012345678901234567890123456789012345678901234567890123", "x" },
		{ "x", "0123456789012345678901234567890123456789012345678901234567890123" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		expect(prmem_get(bad[i][0], bad[i][1], TYPE, 1, PRMEM_CREATE) ==
		       ERR_PTR(-EINVAL), "%zu", i);
	expect(prmem_get("api", "x", TYPE, 1, 2) == ERR_PTR(-EINVAL), "flags");
	expect(prmem_get("api", "x", TYPE, 1, 0) == ERR_PTR(-ENOENT), "not there");
	return 0;
}

/* One structure however often it is got; the version stays, the type must fit. */
static int references(struct prmem_instance *inst)
{
	expect(prmem_get("api", "x", TYPE, 8, PRMEM_CREATE) == inst, "got again");
	expect(prmem_get("api", "x", TYPE, 8, 0) == inst, "got again");
	expect(prmem_version(inst) == 7, "%u", prmem_version(inst));
	expect(prmem_get("api", "x", TYPE + 1, 7, 0) == ERR_PTR(-EPROTOTYPE), "type");
	expect(prmem_destroy(inst) == -EBUSY, "three references");
	prmem_put(inst);
	expect(prmem_destroy(inst) == -EBUSY, "two references");
	prmem_put(inst);
	prmem_put(NULL);
	return 0;
}

static int data(struct prmem_instance *inst, struct prmem_instance *other)
{
	char local = 0, *p = prmem_alloc(inst, 100), *q = prmem_alloc(other, SZ_8K);
	size_t size = 1;

	expect(p && q, "no memory");
	expect(!prmem_get_data(inst, &size) && !size, "%zu", size);
	expect(prmem_set_data(inst, &local, 1) == -EINVAL, "the stack");
	expect(prmem_set_data(inst, q, 1) == -EINVAL, "another's");
	expect(prmem_set_data(inst, p, 129) == -EINVAL, "too long");
	expect(prmem_set_data(inst, p, 0) == -EINVAL, "nothing");
	expect(prmem_set_data(inst, NULL, 1) == -EINVAL, "nowhere");
	expect(!prmem_set_data(inst, p + 28, 100), "in it");
	expect(prmem_get_data(inst, &size) == p + 28 && size == 100, "%zu", size);
	expect(prmem_free(inst, p) == -EBUSY, "with the data in it");
	expect(!prmem_set_data(inst, NULL, 0), "none");
	expect(!prmem_get_data(inst, NULL), "none");
	expect(prmem_free(other, p) == -EINVAL, "another's");
	expect(prmem_free(inst, p + 16) == -EINVAL, "the middle");
	expect(prmem_free(inst, &local) == -EINVAL, "the stack");
	expect(!prmem_free(inst, p) && prmem_free(inst, p) == -EINVAL, "twice");
	expect(prmem_free_pages(other, q, 0) == -EINVAL, "order 0 of 1");
	expect(prmem_free_pages(other, q + SZ_4K, 0) == -EINVAL, "the second page");
	expect(prmem_free_pages(inst, q, 1) == -EINVAL, "another's");
	expect(!prmem_free_pages(other, q, 1), "order 1");
	expect(!prmem_free(inst, NULL) && !prmem_free_pages(inst, NULL, 3), "NULL");
	return 0;
}

static int memory(struct prmem_instance *inst)
{
	void *p;

	expect(!prmem_alloc(inst, 0), "no bytes");
	expect(!prmem_alloc(inst, SIZE_MAX), "all bytes");
	expect(!prmem_alloc(inst, 1ULL << 40), "1 TiB");
	expect(!prmem_alloc_pages(inst, 27), "order 27");
	expect(!prmem_alloc_pages(inst, ~0U), "order ~0");
	p = prmem_alloc_pages(inst, 3);
	expect(p && !memchr_inv(p, 0, SZ_32K), "order 3");
	memset(p, 0xff, SZ_32K);
	expect(!prmem_free_pages(inst, p, 3), "order 3");
	p = prmem_alloc_pages(inst, 3);
	expect(p && !memchr_inv(p, 0, SZ_32K), "order 3 again");
	expect(!prmem_free(inst, p), "free() takes pages too");
	return 0;
}

static int refs(struct prmem_instance *inst, struct prmem_instance *other)
{
	char local = 0, *p = prmem_alloc(inst, 48);
	prmem_ref_t ref = prmem_to_ref(p);

	expect(p && ref, "no memory");
	expect(!prmem_to_ref(NULL) && !prmem_to_ref(&local), "not ours");
	expect(prmem_from_ref(inst, ref, 64) == p, "all of it");
	expect(prmem_from_ref(inst, cpu_to_le64(le64_to_cpu(ref) + 63), 1) == p + 63, "the last");
	expect(!prmem_from_ref(inst, ref, 65), "one more");
	expect(!prmem_from_ref(inst, ref, 0), "nothing");
	expect(!prmem_from_ref(inst, ref, SIZE_MAX), "SIZE_MAX");
	expect(!prmem_from_ref(other, ref, 1), "another's");
	expect(!prmem_from_ref(inst, 0, 1), "0");
	expect(!prmem_from_ref(inst, cpu_to_le64(~0ULL), 1), "~0");
	expect(!prmem_from_ref(inst, cpu_to_le64(SZ_4K), 1), "the metadata");
	expect(!prmem_from_ref(inst, cpu_to_le64(1ULL << 43), 1), "beyond");
	expect(!prmem_free(inst, p), "free");
	expect(!prmem_from_ref(inst, ref, 1), "freed");
	return 0;
}

/* Only of a subsystem; what goes is not told, what stays is, once. */
static int lists(void)
{
	struct prmem_instance *inst, *gone;
	struct prmem_cursor cursor = {};
	u32 i, seen = 0, total = 60;
	struct prmem_info info;
	char label[8];

	for (i = 0; i < total; i++) {
		snprintf(label, sizeof(label), "%u", i);
		inst = prmem_get("api-list", label, TYPE, 1, PRMEM_CREATE);
		expect(!IS_ERR(inst), "%u: %ld", i, PTR_ERR(inst));
		prmem_put(inst);
	}
	while (!prmem_list("api-list", &cursor, &info)) {
		expect(!strcmp(info.subsystem, "api-list") && info.type == TYPE, "%s", info.name);
		gone = prmem_get("api-list", info.name, TYPE, 1, 0);
		expect(!IS_ERR(gone) && !prmem_destroy(gone), "%s", info.name);
		seen++;
	}
	expect(seen == total, "%u of %u", seen, total);
	memset(&cursor, 0, sizeof(cursor));
	expect(prmem_list("api-list", &cursor, &info) == -ENOENT, "all are gone");
	return 0;
}

int api(void)
{
	struct prmem_instance *inst, *other;
	struct prmem_info info = {};
	struct prmem_cursor cursor = {};
	int err;

	err = names();
	if (err)
		return err;
	inst = prmem_get("api", "x", TYPE, 7, PRMEM_CREATE);
	other = prmem_get("api", "other", TYPE, 7, PRMEM_CREATE);
	expect(!IS_ERR(inst) && !IS_ERR(other) && inst != other, "%p %p", inst, other);
	err = references(inst) ?: data(inst, other) ?: memory(inst) ?: refs(inst, other) ?: lists();
	if (err)
		return err;
	expect(!prmem_list("api", &cursor, &info) && info.users == 1 && !info.size &&
	       !info.data_size, "%u %llu %llu", info.users, info.size, info.data_size);
	expect(!prmem_destroy(inst) && !prmem_destroy(other), "the end");
	expect(prmem_get("api", "x", TYPE, 7, 0) == ERR_PTR(-ENOENT), "destroyed");
	pr_info("the functions do as they say\n");
	return 0;
}

/* Can one be made? A heap that is refused isn't listed either. */
int probe(void)
{
	struct prmem_instance *inst = prmem_get("api", "probe", TYPE, 1, PRMEM_CREATE);
	struct prmem_cursor cursor = {};
	struct prmem_info info;
	int err;

	err = prmem_list(NULL, &cursor, &info);
	if (IS_ERR(inst)) {
		expect(err == PTR_ERR(inst) || err == -ENOENT, "%d, %ld", err, PTR_ERR(inst));
		return PTR_ERR(inst);
	}
	expect(!err && !prmem_destroy(inst), "%d", err);
	return 0;
}

static struct prmem_instance *held;

/* hold/NAME, with a page, until the module goes. */
int hold(void)
{
	held = prmem_get("hold", name, TYPE, 1, PRMEM_CREATE);
	if (IS_ERR(held)) {
		int err = PTR_ERR(held);

		held = NULL;
		return err;
	}
	expect(prmem_alloc_pages(held, 0), "a page");
	pr_info("holds %s\n", name);
	return 0;
}

void hold_end(void)
{
	prmem_put(held);
}
