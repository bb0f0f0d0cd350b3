// SPDX-License-Identifier: GPL-2.0-only
/* Instances' records in persistent memory: what they say, and its checksums. */
#include "record.h"

#define SEALED_FROM	offsetof(struct prmem_instance_rec, type)
#define SEALED_LEN	(offsetof(struct prmem_instance_rec, data) - SEALED_FROM)

/**
 * prmem_record_seal() - the word that gives a record a state
 * @rec: the record, but for its state
 * @state: the state
 * @number: the instance's
 *
 * Context: Any.
 * Return: The word, to be stored as the record's state.
 */
__le64 prmem_record_seal(const struct prmem_instance_rec *rec, u32 state, u64 number)
{
	/* In one piece: of some kernels the call takes longer than the sum. */
	struct {
		__le64 head[2];
		u8 rest[SEALED_LEN];
	} what;
	size_t len = sizeof(what.head);

	what.head[0] = cpu_to_le64(state);
	what.head[1] = cpu_to_le64(number);
	if (state != PRMEM_INSTANCE_FREE) {
		memcpy(what.rest, (const u8 *)rec + SEALED_FROM, sizeof(what.rest));
		len = sizeof(what);
	}
	return cpu_to_le64((u64)state << 32 |
			   prmem_port_crc32c(PRMEM_INSTANCE_SALT, &what, len));
}

/**
 * prmem_data_seal() - the word that makes a data slot count
 * @data: the slot, but for its word
 * @slot: 0 or 1
 * @number: the instance's
 * @sequence: of the change
 *
 * Context: Any.
 * Return: The word.
 */
__le64 prmem_data_seal(const struct prmem_data_rec *data, u32 slot, u64 number, u32 sequence)
{
	const __le64 what[4] = {
		cpu_to_le64((u64)slot << 32 | sequence), cpu_to_le64(number), data->ref, data->size,
	};

	return cpu_to_le64((u64)sequence << 32 |
			   prmem_port_crc32c(PRMEM_DATA_SALT, what, sizeof(what)));
}

/**
 * prmem_data_current() - which of two slots counts
 * @data: the slots, of which one is valid, the other valid or being written
 *
 * Context: Any.
 * Return: The slot's number.
 */
u32 prmem_data_current(const struct prmem_data_rec data[2])
{
	u64 a = le64_to_cpu(data[0].word), b = le64_to_cpu(data[1].word);

	if (a == PRMEM_DATA_WRITING || b == PRMEM_DATA_WRITING)
		return a == PRMEM_DATA_WRITING;
	/* Sequences wrap, and are neighbours. */
	return (u32)(b >> 32) == (u32)((a >> 32) + 1);
}
