/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Everything that prmem keeps in persistent memory. SPEC.md describes the same
 * bytes in words; a test compares the two.
 *
 * The contract: all integers are little-endian, all places are offsets into
 * the reservation, and every structure begins with a checksum over all that
 * follows in it. Where the checksum stands, what it covers and its salt never
 * change, so that every version of the module can tell a newer format from
 * damage. Otherwise:
 *
 *  - a change that older modules can ignore, and preserve when they write:
 *    raise PRMEM_FORMAT_MINOR, and set a bit in feat_compat;
 *  - any other change: a bit in feat_incompat, or raise PRMEM_FORMAT_MAJOR.
 *
 * The first 2 MiB of each range are its metadata area, the rest belongs to the
 * regions. The first page of the first range is the metadata page:
 *
 *	   0 +---------+
 *	     | stamp   |	struct prmem_stamp (shim.h)
 *	  64 +---------+
 *	     | root A  |	struct prmem_root_rec, odd sequences
 *	2048 +---------+
 *	     | stamp   |	the same again
 *	2112 +---------+
 *	     | root B  |	struct prmem_root_rec, even sequences
 *	4096 +---------+
 *	     | table A |	struct prmem_table_rec, belongs to root A
 *	20480+---------+
 *	     | table B |	struct prmem_table_rec, belongs to root B
 *	36864+---------+
 *
 * In the other ranges the places of the root slots are zero.
 */
#ifndef PRMEM_FORMAT_H
#define PRMEM_FORMAT_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#else
#include <assert.h>
#endif

#include "shim.h"

#define PRMEM_FORMAT_MAJOR	1
#define PRMEM_FORMAT_MINOR	0
#define PRMEM_FEAT_COMPAT	0ULL	/* the feature bits this version knows */
#define PRMEM_FEAT_INCOMPAT	0ULL

#define PRMEM_PAGE		4096
#define PRMEM_STAMP_OFFSET(n)	((n) * 2048)
#define PRMEM_ROOT_OFFSET(n)	((n) * 2048 + 64)
#define PRMEM_TABLE_OFFSET(n)	(4096 + (n) * 16384)
#define PRMEM_META_MAPPED	36864	/* what of the metadata area is in use */
#define PRMEM_META_SIZE		PRMEM_GRAIN

#define PRMEM_ROOT_MAGIC	0x3130746f6f726d70ULL	/* "pmroot01" */
#define PRMEM_ROOT_WRITING	0x676e697469727770ULL	/* "pwriting" */
#define PRMEM_ROOT_SALT		0x746f6f72		/* "root" */
#define PRMEM_TABLE_MAGIC	0x31306e6765726d70ULL	/* "pmregn01" */
#define PRMEM_TABLE_SALT	0x6e676572		/* "regn" */

#define PRMEM_RELEASE_LEN	72	/* a kernel's release, zero-padded */
#define PRMEM_NAME_LEN		32	/* a region's name, zero-padded */
#define PRMEM_MAX_REGIONS	255
#define PRMEM_MAX_SEQUENCE	(1ULL << 62)

/* A root slot: valid with the table of the same letter, published last. */
struct prmem_root_rec {
	__le32 checksum;	/* CRC-32C from PRMEM_ROOT_SALT on, no inversion */
	__le16 major;
	__le16 minor;
	__le64 magic;		/* PRMEM_ROOT_WRITING while the slot is filled */
	__le64 sequence;	/* counts the commits; 0 is never valid */
	__le64 feat_compat;
	__le64 feat_incompat;
	__le64 id;		/* of the reservation, as in the stamps */
	__le64 size;		/* of the reservation: the ranges' sum */
	__le32 slot;		/* 0: A, 1: B */
	__le32 zero0;
	__le64 boots;		/* kernels that adopted the memory */
	__le64 boot;		/* struct prmem_shim's, of the last of them */
	__le64 next_serial;	/* of the region created next */
	__u8 release[PRMEM_RELEASE_LEN];	/* of the last of them */
	__u8 previous[PRMEM_RELEASE_LEN];	/* of the one before it */
	__u8 zero[1752];
};

enum prmem_region_type {	/* values of struct prmem_region_rec.type */
	PRMEM_REGION_POOL = 1,	/* unassigned */
	PRMEM_REGION_DISK = 2,	/* given to libnvdimm */
};

struct prmem_region_rec {
	__le64 start;		/* offset, a multiple of PRMEM_GRAIN */
	__le64 size;		/* bytes, a non-zero multiple of PRMEM_GRAIN */
	__le64 serial;		/* order of creation; a pool has 0 */
	__le32 type;
	__le32 zero;
	__u8 name[PRMEM_NAME_LEN];	/* a pool has none */
};

/* The regions of all ranges, without gaps, in the order of their offsets. */
struct prmem_table_rec {
	__le32 checksum;	/* CRC-32C from PRMEM_TABLE_SALT on, no inversion */
	__le32 slot;
	__le64 magic;
	__le64 sequence;	/* that of the root of this slot */
	__le32 count;
	__le32 zero0;
	__u8 zero[32];
	struct prmem_region_rec region[PRMEM_MAX_REGIONS];	/* the rest is zero */
};

/* Nothing of this may move. */
#define PRMEM_AT(type, member, offset) \
	static_assert(__builtin_offsetof(struct type, member) == (offset), \
		      #type "." #member " has moved")
PRMEM_AT(prmem_stamp, checksum, 0);
PRMEM_AT(prmem_stamp, abi, 4);
PRMEM_AT(prmem_stamp, magic, 8);
PRMEM_AT(prmem_stamp, id, 16);
PRMEM_AT(prmem_stamp, base, 24);
PRMEM_AT(prmem_stamp, size, 32);
PRMEM_AT(prmem_stamp, index, 40);
PRMEM_AT(prmem_stamp, count, 44);
PRMEM_AT(prmem_stamp, zero, 48);
static_assert(sizeof(struct prmem_stamp) == 64, "size");

PRMEM_AT(prmem_root_rec, checksum, 0);
PRMEM_AT(prmem_root_rec, major, 4);
PRMEM_AT(prmem_root_rec, minor, 6);
PRMEM_AT(prmem_root_rec, magic, 8);
PRMEM_AT(prmem_root_rec, sequence, 16);
PRMEM_AT(prmem_root_rec, feat_compat, 24);
PRMEM_AT(prmem_root_rec, feat_incompat, 32);
PRMEM_AT(prmem_root_rec, id, 40);
PRMEM_AT(prmem_root_rec, size, 48);
PRMEM_AT(prmem_root_rec, slot, 56);
PRMEM_AT(prmem_root_rec, zero0, 60);
PRMEM_AT(prmem_root_rec, boots, 64);
PRMEM_AT(prmem_root_rec, boot, 72);
PRMEM_AT(prmem_root_rec, next_serial, 80);
PRMEM_AT(prmem_root_rec, release, 88);
PRMEM_AT(prmem_root_rec, previous, 160);
PRMEM_AT(prmem_root_rec, zero, 232);
static_assert(sizeof(struct prmem_root_rec) == 2048 - 64, "size");

PRMEM_AT(prmem_region_rec, start, 0);
PRMEM_AT(prmem_region_rec, size, 8);
PRMEM_AT(prmem_region_rec, serial, 16);
PRMEM_AT(prmem_region_rec, type, 24);
PRMEM_AT(prmem_region_rec, zero, 28);
PRMEM_AT(prmem_region_rec, name, 32);
static_assert(sizeof(struct prmem_region_rec) == 64, "size");

PRMEM_AT(prmem_table_rec, checksum, 0);
PRMEM_AT(prmem_table_rec, slot, 4);
PRMEM_AT(prmem_table_rec, magic, 8);
PRMEM_AT(prmem_table_rec, sequence, 16);
PRMEM_AT(prmem_table_rec, count, 24);
PRMEM_AT(prmem_table_rec, zero0, 28);
PRMEM_AT(prmem_table_rec, zero, 32);
PRMEM_AT(prmem_table_rec, region, 64);
static_assert(sizeof(struct prmem_table_rec) == 16384, "size");
#undef PRMEM_AT

#endif
