/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the kernel's prmem shim and the prmem module share. */
#ifndef PRMEM_SHIM_H
#define PRMEM_SHIM_H

#include <linux/types.h>

/* From here to the end mark the text stands in the kernel patch too. */
#define PRMEM_SHIM_ABI		1	/* rises with any change below */
#define PRMEM_MAX_RANGES	8
#define PRMEM_GRAIN		0x200000ULL	/* 2 MiB: what ranges are aligned to */
#define PRMEM_STAMP_MAGIC	0x706d6174736d7270ULL	/* "prmstamp" */

struct prmem_stamp {		/* at offsets 0 and 2048 of a range's first page */
	__le32 checksum, abi;	/* CRC-32 (IEEE, as zlib's) of all that follows it */
	__le64 magic, id;	/* id: the reservation's, not 0 */
	__le64 base, size;	/* of this range: physical address, bytes */
	__le32 index, count;	/* of this range; of ranges in the reservation */
	__le64 zero[2];
};

struct prmem_shim {
	__u32 abi, inherited;	/* 1: the kernel before handed the memory over */
	__u64 boot, count;	/* a number unlike other boots'; of ranges, 0: none */
	struct prmem_range { __u64 base, size; } range[PRMEM_MAX_RANGES];	/* in no order */
};

/* End of the shared text. */

#endif
