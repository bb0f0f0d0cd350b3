// SPDX-License-Identifier: GPL-2.0-only
/* A consumer of named instances for tests: insmod instances.ko what=... */
#include "instances.h"

#include <linux/module.h>

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "fill, verify, change, destroy, api, probe, hold, limits, stress, stressed or calls");

unsigned int seed = 1;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "Other numbers, other instances");

unsigned int count = 200;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "How many instances fill makes");

unsigned int stage = 1;
module_param(stage, uint, 0444);
MODULE_PARM_DESC(stage, "verify: 1 after fill, 2 after change");

unsigned int threads = 4;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "Of stress");

unsigned long long bytes;
module_param(bytes, ullong, 0444);
MODULE_PARM_DESC(bytes, "limits: what limits= says");

char *name = "";
module_param(name, charp, 0444);
MODULE_PARM_DESC(name, "hold: the instance; limits: max or min");

static const struct {
	const char *what;
	int (*run)(void);
} all[] = {
	{ "fill", fill }, { "verify", verify }, { "change", change }, { "destroy", destroy_all },
	{ "api", api }, { "probe", probe }, { "hold", hold }, { "limits", limits },
	{ "stress", stress_start }, { "stressed", stress_verify },
	{ "calls", calls },
};

static int __init instances_init(void)
{
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

static void __exit instances_exit(void)
{
	stress_stop();
	hold_end();
}

module_init(instances_init);
module_exit(instances_exit);
MODULE_DESCRIPTION("Uses named instances, for a test");
MODULE_LICENSE("GPL");
