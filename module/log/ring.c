// SPDX-License-Identifier: GPL-2.0-only
/* The log of one boot: making, checking, writing, reading. */
#include <linux/compiler.h>
#include <asm/barrier.h>

#include "ring.h"

#define COUNT_BITS	48
#define COUNT_MASK	((1ULL << COUNT_BITS) - 1)

#define HEAD		offsetof(struct prmem_log_rec, text)
#define SEALED		offsetof(struct prmem_log_rec, written)

static_assert(HEAD == 128, "the header has another size");

static __le64 seal_count(u64 count)
{
	const __le64 word = cpu_to_le64(count & COUNT_MASK);
	u64 check = prmem_port_crc32c(PRMEM_LOG_SALT, &word, sizeof(word));

	return cpu_to_le64((count & COUNT_MASK) | check << COUNT_BITS);
}

static u32 checksum(const struct prmem_log_rec *rec)
{
	return prmem_port_crc32c(PRMEM_LOG_SALT, (const u8 *)rec + 4, SEALED - 4);
}

/* Pairs with the barriers of the publishing store. */
static u64 written_now(const struct prmem_log_rec *rec)
{
	u64 written;

	smp_rmb();	/* text that was copied is older than this count */
	written = le64_to_cpu(READ_ONCE(rec->written)) & COUNT_MASK;
	smp_rmb();	/* text that will be copied is what this count speaks of, or newer */
	return written;
}

/* What of the text can be read: the rest may be under a piece that doesn't count. */
static u64 first_kept(u64 written, u32 size)
{
	const u32 kept = size - PRMEM_LOG_PIECE;

	return written > kept ? written - kept : 0;
}

/**
 * prmem_log_make() - write the header of an empty log
 * @rec: memory that nothing leads to yet
 * @bytes: its size
 * @number: of the log
 * @boot: of the kernel, unlike other boots'
 * @began: when the kernel began, seconds since 1970
 * @release: the kernel's release
 *
 * Context: Any.
 */
void prmem_log_make(struct prmem_log_rec *rec, u32 bytes, u64 number, u64 boot, u64 began,
		    const char *release)
{
	struct prmem_log_rec head = {
		.magic = cpu_to_le64(PRMEM_LOG_MAGIC),
		.number = cpu_to_le64(number),
		.boot = cpu_to_le64(boot),
		.began = cpu_to_le64(began),
		.bytes = cpu_to_le64(bytes),
		.written = seal_count(0),
	};

	memcpy(head.release, release, strnlen(release, PRMEM_LOG_RELEASE - 1));
	head.checksum = cpu_to_le32(checksum(&head));
	prmem_port_write(rec, &head, HEAD);
}

static bool is_release(const u8 *release)
{
	size_t i, len = strnlen((const char *)release, PRMEM_LOG_RELEASE);

	for (i = 0; i < PRMEM_LOG_RELEASE; i++)
		if (i < len ? release[i] <= ' ' || release[i] > '~' : release[i])
			return false;
	return len && len < PRMEM_LOG_RELEASE;
}

/**
 * prmem_log_fault() - find out what is wrong with a log
 * @rec: the log, anything
 * @bytes: that may be read there
 * @number: of the log
 *
 * Context: Any.
 * Return: the broken rule, or NULL: it can be read.
 */
const char *prmem_log_fault(const struct prmem_log_rec *rec, size_t bytes, u64 number)
{
	__le64 written;

	if (bytes < PRMEM_LOG_MIN || bytes > PRMEM_LOG_MAX)
		return "size of its memory";
	if (rec->magic != cpu_to_le64(PRMEM_LOG_MAGIC))
		return "magic";
	if (rec->checksum != cpu_to_le32(checksum(rec)))
		return "checksum";
	if (rec->number != cpu_to_le64(number))
		return "number";
	if (rec->bytes != cpu_to_le64(bytes))
		return "size";
	if (!is_release(rec->release))
		return "release";
	if (rec->zero0)
		return "byte that must be zero";
	written = READ_ONCE(rec->written);	/* the log may be in use */
	if (written != seal_count(le64_to_cpu(written)))
		return "count";
	return NULL;
}

/**
 * prmem_log_open() - go on with a log
 * @log: is filled
 * @rec: the log, without a fault
 *
 * Context: Any.
 */
void prmem_log_open(struct prmem_log *log, struct prmem_log_rec *rec)
{
	log->rec = rec;
	log->size = le64_to_cpu(rec->bytes) - HEAD;
	log->written = le64_to_cpu(rec->written) & COUNT_MASK;
}

/* An NMI that never returns may come at any place, and append in its turn. */
static void append_piece(struct prmem_log *log, const char *text, u32 len)
{
	const u32 at = log->written % log->size;
	const u32 part = len < log->size - at ? len : log->size - at;

	prmem_port_write(log->rec->text + at, text, part);
	prmem_port_write(log->rec->text, text + part, len - part);
	log->written += len;
	prmem_port_publish(&log->rec->written, seal_count(log->written));
}

/**
 * prmem_log_append() - write some text
 * @log: the log
 * @text: need not end in a zero, nor be whole lines
 * @len: bytes of it
 *
 * Context: Any, one at a time.
 */
void prmem_log_append(struct prmem_log *log, const char *text, size_t len)
{
	size_t piece;

	for (; len; text += piece, len -= piece) {
		piece = len < PRMEM_LOG_PIECE ? len : PRMEM_LOG_PIECE;
		append_piece(log, text, piece);
	}
}

/* Up to and with the first end of a line, or nothing if there is none. */
static size_t torn_line(const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);

	return end ? end + 1 - text : 0;
}

/**
 * prmem_log_read() - copy what a log holds
 * @rec: the log, without a fault; may be written to meanwhile
 * @to: room for all its bytes
 * @skip: is set to where the text begins in @to
 *
 * Where earlier text was lost, it begins with a whole line.
 *
 * Context: Any.
 * Return: where the text ends in @to.
 */
size_t prmem_log_read(const struct prmem_log_rec *rec, char *to, size_t *skip)
{
	const u32 size = le64_to_cpu(rec->bytes) - HEAD;
	const u64 end = written_now(rec);
	const u64 start = first_kept(end, size);
	const u32 at = start % size, len = end - start;
	const u32 part = len < size - at ? len : size - at;
	u64 first;

	memcpy(to, rec->text + at, part);
	memcpy(to + part, rec->text, len - part);
	first = first_kept(written_now(rec), size);
	if (first < start)
		first = start;
	*skip = first < end ? first - start : len;
	if (first)
		*skip += torn_line(to + *skip, len - *skip);
	return len;
}
