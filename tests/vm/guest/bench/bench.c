// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures named instances on a kernel: insmod bench.ko what=...
 *
 *	alloc	prmem beside gen_pool and alloc_pages
 *	fill	makes count= instances, as many as are missing
 *	lookup	finds count= instances by name
 *	open	the first use of prmem since it was loaded
 *	read	CRC-32C over the memory at phys=, of which size= says how much
 *
 * Each line in the log is: bench: WHAT MEDIAN, in ns.
 */
#define pr_fmt(fmt) "bench: " fmt

#include <linux/crc32c.h>
#include <linux/err.h>
#include <linux/genalloc.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>

#include <prmem/prmem.h>

#define ROUNDS		9
#define TURNS		2000	/* a round; opening and reading have one */
#define LIVE		100000
#define TYPE		0xbe
#define POOL_BASE	0x1000000000UL	/* gen_pool never looks at what it gives */
#define POOL_SIZE	(512UL << 20)

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "alloc, fill, lookup, open or read");

static unsigned int count = 1000;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "Of instances");

static unsigned long phys[32], size[32];
static unsigned int ranges, sizes;
module_param_array(phys, ulong, &ranges, 0444);
MODULE_PARM_DESC(phys, "read: where memory begins");
module_param_array(size, ulong, &sizes, 0444);
MODULE_PARM_DESC(size, "read: how much of it, bytes");

static u32 chosen[TURNS];

/* The same each time: what differs is the machine. */
static u32 random_below(u32 end)
{
	static u64 state = 1;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (u32)(state >> 32) % end;
}

static int compare(const void *a, const void *b)
{
	const u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static u64 median(u64 *rounds)
{
	sort(rounds, ROUNDS, sizeof(*rounds), compare, NULL);
	return rounds[ROUNDS / 2];
}

/* -- allocation: one more, and a random one of those that live is freed -- */

struct contestant {
	const char *name;
	size_t size;
	void *(*get)(const struct contestant *c);
	void (*put)(const struct contestant *c, void *p);
	u32 granule;	/* gen_pool's, an order */
	gfp_t gfp;
	u64 rounds[ROUNDS];
	void **live;
	struct gen_pool *pool;
};

static struct prmem_instance *inst;

static void *prmem_get_one(const struct contestant *c)
{
	return c->size < PAGE_SIZE ? prmem_alloc(inst, c->size) : prmem_alloc_pages(inst, 0);
}

static void prmem_put_one(const struct contestant *c, void *p)
{
	if (WARN_ON_ONCE(c->size < PAGE_SIZE ? prmem_free(inst, p) : prmem_free_pages(inst, p, 0)))
		pr_err("%s: not freed\n", c->name);
}

static void *pool_get_one(const struct contestant *c)
{
	return (void *)gen_pool_alloc(c->pool, c->size);
}

static void pool_put_one(const struct contestant *c, void *p)
{
	gen_pool_free(c->pool, (unsigned long)p, c->size);
}

static void *page_get_one(const struct contestant *c)
{
	return alloc_pages(c->gfp, 0);
}

static void page_put_one(const struct contestant *c, void *p)
{
	__free_pages(p, 0);
}

static struct contestant contestants[] = {
	{ "64 prmem", 64, prmem_get_one, prmem_put_one },
	{ "64 gen_pool", 64, pool_get_one, pool_put_one, .granule = 6 },
	{ "64 gen_pool16", 64, pool_get_one, pool_put_one, .granule = 4 },
	{ "4096 prmem", PAGE_SIZE, prmem_get_one, prmem_put_one },
	{ "4096 gen_pool", PAGE_SIZE, pool_get_one, pool_put_one, .granule = PAGE_SHIFT },
	{ "4096 zeroed", PAGE_SIZE, page_get_one, page_put_one, .gfp = GFP_KERNEL | __GFP_ZERO },
	{ "4096 pages", PAGE_SIZE, page_get_one, page_put_one, .gfp = GFP_KERNEL },
};

static int begin(struct contestant *c)
{
	u32 i;

	c->live = vzalloc(array_size(LIVE, sizeof(*c->live)));
	if (!c->live)
		return -ENOMEM;
	if (c->granule) {
		c->pool = gen_pool_create(c->granule, -1);
		if (!c->pool || gen_pool_add(c->pool, POOL_BASE, POOL_SIZE, -1))
			return -ENOMEM;
	}
	/* The first one is in nobody's way, but a search would take its time. */
	for (i = 0; i < LIVE; i++) {
		c->live[i] = c->get(c);
		if (!c->live[i])
			return -ENOMEM;
		if (i % 1000 == 0)
			cond_resched();
	}
	return 0;
}

static void end(struct contestant *c)
{
	u32 i;

	for (i = 0; c->live && i < LIVE && c->live[i]; i++) {
		c->put(c, c->live[i]);
		if (i % 1000 == 0)
			cond_resched();
	}
	vfree(c->live);
	if (c->pool)
		gen_pool_destroy(c->pool);
}

static int turns(struct contestant *c, u64 *round)
{
	u64 start = ktime_get_ns();
	u32 i;

	for (i = 0; i < TURNS; i++) {
		void *p = c->get(c);

		if (!p)
			return -ENOMEM;
		c->put(c, c->live[chosen[i]]);
		c->live[chosen[i]] = p;
	}
	*round = (ktime_get_ns() - start) / TURNS;
	cond_resched();
	return 0;
}

static int alloc_rounds(void)
{
	u32 round, i;
	int err;

	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < TURNS; i++)
			chosen[i] = random_below(LIVE);
		for (i = 0; i < ARRAY_SIZE(contestants); i++) {
			err = turns(&contestants[i], &contestants[i].rounds[round]);
			if (err)
				return err;
		}
	}
	return 0;
}

static int bench_alloc(void)
{
	int err = 0;
	u32 i;

	inst = prmem_get("bench", "alloc", TYPE, 1, PRMEM_CREATE);
	if (IS_ERR(inst))
		return PTR_ERR(inst);
	for (i = 0; i < ARRAY_SIZE(contestants) && !err; i++)
		err = begin(&contestants[i]);
	err = err ?: alloc_rounds();
	for (i = 0; i < ARRAY_SIZE(contestants); i++) {
		end(&contestants[i]);
		if (!err)
			pr_info("%s %llu\n", contestants[i].name, median(contestants[i].rounds));
	}
	return prmem_destroy(inst) ?: err;
}

/* -- instances by name -- */

static char (*names)[PRMEM_LABEL_MAX + 1];

static void make_name(char *name, u32 i)
{
	snprintf(name, PRMEM_LABEL_MAX + 1, "device-%08x/queue", i * 2654435761U);
}

static int bench_fill(void)
{
	char name[PRMEM_LABEL_MAX + 1];
	u32 i;

	for (i = 0; i < count; i++) {
		make_name(name, i);
		inst = prmem_get("bench", name, TYPE, 1, PRMEM_CREATE);
		if (IS_ERR(inst))
			return PTR_ERR(inst);
		prmem_put(inst);
		if (i % 1000 == 0)
			cond_resched();
	}
	return 0;
}

static int get_and_put(const char *name)
{
	struct prmem_instance *found = prmem_get("bench", name, TYPE, 1, 0);

	if (IS_ERR(found))
		return PTR_ERR(found);
	prmem_put(found);
	return 0;
}

/* It is found, and isn't held as it is of another type: the lookup alone. */
static int find(const char *name)
{
	return prmem_get("bench", name, TYPE + 1, 1, 0) == ERR_PTR(-EPROTOTYPE) ? 0 : -ENOENT;
}

static int look_up(int (*one)(const char *name), u64 *round)
{
	u64 start = ktime_get_ns();
	int err = 0;
	u32 i;

	for (i = 0; i < TURNS && !err; i++)
		err = one(names[i]);
	*round = (ktime_get_ns() - start) / TURNS;
	cond_resched();
	return err;
}

static int bench_lookup(void)
{
	u64 found[ROUNDS], held[ROUNDS];
	u32 round, i;
	int err = 0;

	names = vmalloc(array_size(TURNS, sizeof(*names)));
	if (!names)
		return -ENOMEM;
	for (round = 0; round < ROUNDS && !err; round++) {
		for (i = 0; i < TURNS; i++)
			make_name(names[i], random_below(count));
		err = look_up(find, &found[round]) ?: look_up(get_and_put, &held[round]);
	}
	vfree(names);
	if (!err) {
		pr_info("%u find %llu\n", count, median(found));
		pr_info("%u get_and_put %llu\n", count, median(held));
	}
	return err;
}

/* -- opening -- */

static int bench_open(void)
{
	u64 start = ktime_get_ns();

	inst = prmem_get("bench", "none", TYPE, 1, 0);
	if (inst != ERR_PTR(-ENOENT))
		return IS_ERR(inst) ? PTR_ERR(inst) : -EEXIST;
	pr_info("open %llu\n", ktime_get_ns() - start);
	return 0;
}

static u32 checksum(const u8 *p, size_t bytes)
{
	u32 crc = 0;

	for (; bytes >= PAGE_SIZE; bytes -= PAGE_SIZE, p += PAGE_SIZE) {
		crc ^= crc32c(0, p, PAGE_SIZE);
		if (bytes % SZ_2M == 0)
			cond_resched();
	}
	return crc;
}

static int bench_read(void)
{
	u64 start, time = 0;
	u32 crc = 0, i;
	void *base;

	for (i = 0; i < ranges && i < sizes; i++) {
		base = memremap(phys[i], size[i], MEMREMAP_WB);
		if (!base)
			return -ENOMEM;
		start = ktime_get_ns();
		crc ^= checksum(base, size[i]);
		time += ktime_get_ns() - start;
		memunmap(base);
	}
	pr_info("read %llu\n", time);
	pr_info("checksum %#x\n", crc);
	return 0;
}

static int __init bench_init(void)
{
	static const struct {
		const char *what;
		int (*run)(void);
	} all[] = {
		{ "alloc", bench_alloc }, { "fill", bench_fill }, { "lookup", bench_lookup },
		{ "open", bench_open }, { "read", bench_read },
	};
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		if (strcmp(what, all[i].what))
			continue;
		err = all[i].run();
		if (err)
			pr_err("%s: error %d\n", what, -err);
		return err;
	}
	return -EINVAL;
}

static void __exit bench_exit(void)
{
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("Measures named instances");
MODULE_LICENSE("GPL");
