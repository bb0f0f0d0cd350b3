/* SPDX-License-Identifier: GPL-2.0-only */
/* nvdimm_region_delete(): before 6.0 what it does is exported, but not declared for drivers. */
#ifndef PRMEM_COMPAT_REGION_DELETE_H
#define PRMEM_COMPAT_REGION_DELETE_H

#include <linux/libnvdimm.h>

#ifndef PRMEM_HAVE_NVDIMM_REGION_DELETE
/* The values are those of drivers/nvdimm/nd.h. */
enum nd_async_mode {
	ND_SYNC,
	ND_ASYNC,
};

void nd_device_unregister(struct device *dev, enum nd_async_mode mode);

static inline void nvdimm_region_delete(struct nd_region *nd_region)
{
	nd_device_unregister(nd_region_dev(nd_region), ND_SYNC);
}
#endif

#endif
