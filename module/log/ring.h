/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The log of one boot in persistent memory: a header, and a ring of text.
 *
 *	0                       128                                      bytes
 *	+-----------------------+------------------+-------+----------------+
 *	| struct prmem_log_rec  | new text         | piece | old text       |
 *	+-----------------------+------------------+-------+----------------+
 *	                                           ^
 *	                            written, modulo the size of the text
 *
 * Text is appended in pieces of up to PRMEM_LOG_PIECE bytes: first the text, then
 * the count of all that was ever written, by one store. So a kernel that stops
 * leaves some bytes behind the end that are of a piece that doesn't count: where
 * old text was, which therefore is not read there.
 */
#ifndef PRMEM_LOG_RING_H
#define PRMEM_LOG_RING_H

#include "../core/port.h"

#define PRMEM_LOG_MAGIC		0x3130676f6c6d7270ULL	/* "prmlog01" */
#define PRMEM_LOG_SALT		0x20676f6c		/* "log " */
#define PRMEM_LOG_RELEASE	72
#define PRMEM_LOG_PIECE		1024
#define PRMEM_LOG_MIN		(16U << 10)	/* bytes of a log, its header included */
#define PRMEM_LOG_MAX		(16U << 20)

struct prmem_log_rec {
	__le32 checksum;	/* CRC-32C from PRMEM_LOG_SALT on, up to release */
	__le32 zero0;
	__le64 magic;
	__le64 number;		/* the instance's name */
	__le64 boot;		/* prmem_boot(), of the kernel that wrote it */
	__le64 began;		/* when the kernel began, seconds since 1970 */
	__le64 bytes;		/* of all this, header and text */
	__u8 release[PRMEM_LOG_RELEASE];	/* of the kernel, zero-padded */
	__le64 written;		/* low 48 bits: bytes; high: their check */
	__u8 text[];
};

/**
 * struct prmem_log - an open log, which can be written to
 * @rec: where it is
 * @size: of its text
 * @written: bytes that were ever written to it
 *
 * Size and count are copies, so that nothing in the memory leads a store astray.
 */
struct prmem_log {
	struct prmem_log_rec *rec;
	u32 size;
	u64 written;
};

void prmem_log_make(struct prmem_log_rec *rec, u32 bytes, u64 number, u64 boot, u64 began,
		    const char *release);
const char *prmem_log_fault(const struct prmem_log_rec *rec, size_t bytes, u64 number);
void prmem_log_open(struct prmem_log *log, struct prmem_log_rec *rec);
void prmem_log_append(struct prmem_log *log, const char *text, size_t len);
size_t prmem_log_read(const struct prmem_log_rec *rec, char *to, size_t *skip);

#endif
