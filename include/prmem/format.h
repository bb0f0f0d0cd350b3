/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What prmem keeps in persistent memory, but for the stamp, which is in shim.h,
 * and for what its consumers keep in instances. SPEC.md describes the same bytes
 * in words; a test compares the two.
 *
 * The contract: all integers are little-endian, and all places are offsets into
 * the reservation. A root begins with a checksum over all that follows in it, and
 * where that stands, what it covers and its salt never change, so that every
 * version of the module can tell a newer format from damage. Otherwise:
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
#define PRMEM_FEAT_INCOMPAT	PRMEM_FEAT_HEAP
#define PRMEM_FEAT_HEAP		(1ULL << 0)	/* there are regions of type heap */

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
	PRMEM_REGION_HEAP = 3,	/* holds instances and their memory */
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

/*
 * A region of type heap:
 *
 *	0            64                  map pages               size
 *	+------------+----------------+--+------------------------+
 *	| prmem_     | page map:      |  | pages                  |
 *	| heap_rec   | a word a page  |0 |                        |
 *	+------------+----------------+--+------------------------+
 *
 * The first PRMEM_HEAP_MAP(size) pages hold header and map; what follows are
 * the pages that the map speaks of. A block is 2^order pages, at a multiple of
 * that, counted from the first page of the map. Its first page's word says what
 * it is, and the words of its other pages say "free": so one store takes a block,
 * and one gives it back.
 *
 *	63        48 47                         12 11   8 7     3 2    0
 *	+-----------+-----------------------------+------+-------+------+
 *	| check     | owner                       | class| order | kind |
 *	+-----------+-----------------------------+------+-------+------+
 *
 * check: a CRC-16, from PRMEM_WORD_SALT on, of 14 bytes: the offset of the page into
 * the reservation (8 bytes), and the low 6 bytes of the word. Its polynomial, 0x3d65,
 * notices any 5 wrong bits of a word and any burst of 16; bits and bytes go in by
 * increasing significance, and nothing is inverted: so the CRC-16 of the offset and
 * all 8 bytes of the word is 0.
 */
#define PRMEM_HEAP_MAGIC	0x31307061656d7270ULL	/* "prmeap01" */
#define PRMEM_HEAP_SALT		0x70616568		/* "heap" */
#define PRMEM_WORD_POLYNOMIAL	0xa6bc		/* 0x3d65, its bits reversed */
#define PRMEM_WORD_SALT		0x6477			/* "wd" */
#define PRMEM_BITS_SALT		0x7362			/* "bs" */
#define PRMEM_MAX_HEAP_END	(1ULL << 43)	/* an owner's number has 36 bits */
#define PRMEM_MAX_ORDER		26		/* blocks of up to 256 GiB */

/* Pages for header and map: 8 bytes for each of the others, and 64. */
#define PRMEM_HEAP_MAP(size)	(((size) / PRMEM_PAGE * 8 + 64 + PRMEM_PAGE + 7) / (PRMEM_PAGE + 8))

struct prmem_heap_rec {
	__le32 checksum;	/* CRC-32C from PRMEM_HEAP_SALT on, no inversion */
	__le32 zero0;
	__le64 magic;
	__le64 id;		/* of the reservation */
	__le64 start;		/* these three: as in the region list */
	__le64 size;
	__le64 serial;
	__u8 zero[16];
};

enum prmem_page_kind {		/* values of a page word's kind */
	PRMEM_PAGE_FREE = 1,
	PRMEM_PAGE_DATA = 2,	/* a block of pages of an instance */
	PRMEM_PAGE_SLAB = 3,	/* a block of small objects of an instance */
	PRMEM_PAGE_INSTANCES = 4,	/* struct prmem_instances_rec */
};

#define PRMEM_WORD_KIND(w)	((w) & 7)
#define PRMEM_WORD_ORDER(w)	((w) >> 3 & 31)
#define PRMEM_WORD_CLASS(w)	((w) >> 8 & 15)
#define PRMEM_WORD_OWNER(w)	((w) >> 12 & 0xfffffffffULL)
#define PRMEM_WORD_CHECK_SHIFT	48

/*
 * A slab begins with its bitmap, in words of 48 bits and a check as above, from
 * PRMEM_BITS_SALT on, with the offset of the word itself; a set bit is an object
 * in use. The objects stand at multiples of their size, from the first one
 * behind the bitmap on (16 bytes: from byte 48 on); what is between is zero.
 */
#define PRMEM_CLASSES		8	/* 16, 32, ... 2048 bytes */
#define PRMEM_CLASS_SIZE(c)	(16U << (c))
#define PRMEM_SLAB_BITS		48

/* Of a class below 8, each a byte of a constant: a slab's order, its head, its objects. */
#define PRMEM_CLASS_ORDER(c)	((__u32)(0x0403020000000000ULL >> 8 * (c) & 255))
#define PRMEM_SLAB_HEAD(c)	((__u32)(0x8040201008040203ULL >> 8 * (c) & 255) * 16)
#define PRMEM_SLAB_OBJECTS(c)	((__u32)(0x1f1f1f0f1f3f7ffdULL >> 8 * (c) & 255))

#define PRMEM_LABEL_LEN		64	/* a subsystem or an instance's name, zero-padded */
#define PRMEM_INSTANCE_SALT	0x74736e69		/* "inst" */
#define PRMEM_DATA_SALT		0x61746164		/* "data" */
#define PRMEM_DATA_WRITING	0x676e697469727764ULL	/* "dwriting" */

enum prmem_instance_state {	/* the upper half of struct prmem_instance_rec.state */
	PRMEM_INSTANCE_FREE = 1,	/* the record is unused, the rest of it is anything */
	PRMEM_INSTANCE_LIVE = 2,
	PRMEM_INSTANCE_DYING = 3,	/* being destroyed: its memory is free or will be */
};

/*
 * Which memory is an instance's data, in two slots: the one that counts stays
 * while the other is written, with PRMEM_DATA_WRITING for its word meanwhile.
 */
struct prmem_data_rec {
	__le64 word;		/* low half: CRC-32C from PRMEM_DATA_SALT on; high: sequence */
	__le64 ref;		/* offset into the reservation; 0: none */
	__le64 size;		/* bytes */
};

/*
 * An instance's number is 32 times the number of its page in the reservation, plus
 * its place in that page. The state's low half is the CRC-32C, from
 * PRMEM_INSTANCE_SALT on, of: the state's upper half (4 bytes), zero (4 bytes), the
 * number (8 bytes); and unless the state is free, of the bytes from type to name.
 */
struct prmem_instance_rec {
	__le64 state;
	__le32 type;		/* these two: the consumer's */
	__le32 version;
	__u8 subsystem[PRMEM_LABEL_LEN];
	__u8 name[PRMEM_LABEL_LEN];
	struct prmem_data_rec data[2];
};

#define PRMEM_INSTANCES		21	/* instances a page */
#define PRMEM_NUMBER(page, i)	((__u64)(page) * 32 + (i))

struct prmem_instances_rec {
	__u8 zero[64];
	struct prmem_instance_rec instance[PRMEM_INSTANCES];
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

PRMEM_AT(prmem_heap_rec, checksum, 0);
PRMEM_AT(prmem_heap_rec, zero0, 4);
PRMEM_AT(prmem_heap_rec, magic, 8);
PRMEM_AT(prmem_heap_rec, id, 16);
PRMEM_AT(prmem_heap_rec, start, 24);
PRMEM_AT(prmem_heap_rec, size, 32);
PRMEM_AT(prmem_heap_rec, serial, 40);
PRMEM_AT(prmem_heap_rec, zero, 48);
static_assert(sizeof(struct prmem_heap_rec) == 64, "size");

PRMEM_AT(prmem_data_rec, word, 0);
PRMEM_AT(prmem_data_rec, ref, 8);
PRMEM_AT(prmem_data_rec, size, 16);
static_assert(sizeof(struct prmem_data_rec) == 24, "size");

PRMEM_AT(prmem_instance_rec, state, 0);
PRMEM_AT(prmem_instance_rec, type, 8);
PRMEM_AT(prmem_instance_rec, version, 12);
PRMEM_AT(prmem_instance_rec, subsystem, 16);
PRMEM_AT(prmem_instance_rec, name, 80);
PRMEM_AT(prmem_instance_rec, data, 144);
static_assert(sizeof(struct prmem_instance_rec) == 192, "size");

PRMEM_AT(prmem_instances_rec, zero, 0);
PRMEM_AT(prmem_instances_rec, instance, 64);
static_assert(sizeof(struct prmem_instances_rec) == PRMEM_PAGE, "size");
#undef PRMEM_AT

#endif
