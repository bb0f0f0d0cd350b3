// SPDX-License-Identifier: GPL-2.0-only
/* The two root slots: which one counts, and how the other is written. */
#include "root.h"

static u32 root_checksum(const struct prmem_root_rec *r)
{
	return prmem_port_crc32c(PRMEM_ROOT_SALT, (const u8 *)r + sizeof(r->checksum),
				 sizeof(*r) - sizeof(r->checksum));
}

static u32 table_checksum(const struct prmem_table_rec *t)
{
	return prmem_port_crc32c(PRMEM_TABLE_SALT, (const u8 *)t + sizeof(t->checksum),
				 sizeof(*t) - sizeof(t->checksum));
}

/* A zero-terminated, zero-padded word of printable ASCII. */
static bool is_release(const u8 *s)
{
	size_t i;

	for (i = 0; i < PRMEM_RELEASE_LEN && s[i]; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return i < PRMEM_RELEASE_LEN && prmem_all_zero(s + i, PRMEM_RELEASE_LEN - i);
}

/* Sequences 1, 3, 5... stand in slot A, 2, 4, 6... in slot B. */
static u32 slot_of(u64 sequence)
{
	return (sequence + 1) & 1;
}

/* The part that every format version keeps, then what this version knows. */
static bool root_check(const struct prmem_root_rec *r, u32 slot,
		       const struct prmem_space *space, struct prmem_fault *fault)
{
	u64 sequence = le64_to_cpu(r->sequence), serial = le64_to_cpu(r->next_serial);
	bool all_known = le16_to_cpu(r->minor) <= PRMEM_FORMAT_MINOR &&
			 !(le64_to_cpu(r->feat_compat) & ~PRMEM_FEAT_COMPAT);

	return prmem_holds(fault, !prmem_all_zero(r, sizeof(*r)), PRMEM_BAD_EMPTY, 0, 1) &&
	       prmem_holds(fault, le64_to_cpu(r->magic) != PRMEM_ROOT_WRITING,
			   PRMEM_BAD_UNFINISHED, 0, 1) &&
	       prmem_equal(fault, PRMEM_BAD_MAGIC, le64_to_cpu(r->magic), PRMEM_ROOT_MAGIC) &&
	       prmem_equal(fault, PRMEM_BAD_CHECKSUM, le32_to_cpu(r->checksum),
			   root_checksum(r)) &&
	       prmem_equal(fault, PRMEM_BAD_MAJOR, le16_to_cpu(r->major), PRMEM_FORMAT_MAJOR) &&
	       prmem_holds(fault, !(le64_to_cpu(r->feat_incompat) & ~PRMEM_FEAT_INCOMPAT),
			   PRMEM_BAD_FEATURES, le64_to_cpu(r->feat_incompat),
			   PRMEM_FEAT_INCOMPAT) &&
	       prmem_holds(fault, sequence && sequence <= PRMEM_MAX_SEQUENCE,
			   PRMEM_BAD_SEQUENCE, sequence, sequence ? PRMEM_MAX_SEQUENCE : 1) &&
	       prmem_equal(fault, PRMEM_BAD_SLOT, slot_of(sequence), slot) &&
	       prmem_equal(fault, PRMEM_BAD_SLOT, le32_to_cpu(r->slot), slot) &&
	       prmem_equal(fault, PRMEM_BAD_ID, le64_to_cpu(r->id), space->id) &&
	       prmem_equal(fault, PRMEM_BAD_SIZE, le64_to_cpu(r->size), space->size) &&
	       prmem_holds(fault, r->release[0] && is_release(r->release), PRMEM_BAD_STRING,
			   r->release[0], 0) &&
	       prmem_holds(fault, is_release(r->previous), PRMEM_BAD_STRING, r->previous[0], 0) &&
	       prmem_holds(fault, serial && serial <= PRMEM_MAX_SEQUENCE, PRMEM_BAD_SERIAL,
			   serial, PRMEM_MAX_SEQUENCE) &&
	       prmem_holds(fault, !all_known ||
			   (!r->zero0 && prmem_all_zero(r->zero, sizeof(r->zero))),
			   PRMEM_BAD_ZERO, 1, 0);
}

static bool table_check(const struct prmem_table_rec *t, const struct prmem_root_rec *r,
			u32 slot, const struct prmem_space *space, struct prmem_fault *fault)
{
	return prmem_equal(fault, PRMEM_BAD_TABLE_MAGIC, le64_to_cpu(t->magic),
			   PRMEM_TABLE_MAGIC) &&
	       prmem_equal(fault, PRMEM_BAD_TABLE_CHECKSUM, le32_to_cpu(t->checksum),
			   table_checksum(t)) &&
	       prmem_equal(fault, PRMEM_BAD_TABLE_SEQUENCE, le64_to_cpu(t->sequence),
			   le64_to_cpu(r->sequence)) &&
	       prmem_equal(fault, PRMEM_BAD_TABLE_SLOT, le32_to_cpu(t->slot), slot) &&
	       prmem_holds(fault, !t->zero0 && prmem_all_zero(t->zero, sizeof(t->zero)),
			   PRMEM_BAD_TABLE_ZERO, 1, 0) &&
	       prmem_regions_check(t, le64_to_cpu(r->next_serial), le64_to_cpu(r->feat_incompat),
				   space, fault);
}

static const struct prmem_root_rec *root_at(const u8 *area, u32 slot)
{
	return (const struct prmem_root_rec *)(area + PRMEM_ROOT_OFFSET(slot));
}

static const struct prmem_table_rec *table_at(const u8 *area, u32 slot)
{
	return (const struct prmem_table_rec *)(area + PRMEM_TABLE_OFFSET(slot));
}

static bool is_newer(const struct prmem_fault *fault)
{
	return fault->rule == PRMEM_BAD_MAJOR || fault->rule == PRMEM_BAD_FEATURES;
}

/* Both slots hold: they must be successors. */
static void judge_pair(u64 a, u64 b, struct prmem_judgement *j)
{
	u64 newest = a > b ? a : b, other = a > b ? b : a;

	j->slot = slot_of(newest);
	j->verdict = prmem_equal(&j->fault[!j->slot], PRMEM_BAD_SEQUENCE, other, newest - 1) ?
		     PRMEM_ADOPT : PRMEM_DAMAGED;
}

/*
 * One slot holds. The other may be one whose commit was cut, or before the
 * second commit empty; else something was lost.
 */
static void judge_single(u64 sequence, struct prmem_judgement *j)
{
	enum prmem_rule other;

	j->slot = slot_of(sequence);
	other = j->fault[!j->slot].rule;
	j->verdict = other == PRMEM_BAD_UNFINISHED ||
		     (other == PRMEM_BAD_EMPTY && sequence == 1) ? PRMEM_ADOPT : PRMEM_RECOVER;
}

/* Never written, or cut in the first commit of all, which writes slot A. */
static bool is_blank(const struct prmem_judgement *j)
{
	return j->fault[1].rule == PRMEM_BAD_EMPTY &&
	       (j->fault[0].rule == PRMEM_BAD_EMPTY || j->fault[0].rule == PRMEM_BAD_UNFINISHED);
}

/**
 * prmem_judge() - decide over inherited metadata
 * @area: PRMEM_META_MAPPED bytes of the first range's metadata area; any bytes
 * @space: the reservation
 * @j: is filled
 *
 * Context: Any; the area is only read, and must not change meanwhile.
 */
void prmem_judge(const u8 *area, const struct prmem_space *space, struct prmem_judgement *j)
{
	bool valid[2];
	u32 slot;

	memset(j, 0, sizeof(*j));
	for (slot = 0; slot < 2; slot++) {
		const struct prmem_root_rec *r = root_at(area, slot);

		valid[slot] = root_check(r, slot, space, &j->fault[slot]) &&
			      table_check(table_at(area, slot), r, slot, space, &j->fault[slot]);
	}

	if (is_newer(&j->fault[0]) || is_newer(&j->fault[1])) {
		j->slot = !is_newer(&j->fault[0]);
		j->verdict = PRMEM_NEWER;
	} else if (valid[0] && valid[1]) {
		judge_pair(le64_to_cpu(root_at(area, 0)->sequence),
			   le64_to_cpu(root_at(area, 1)->sequence), j);
	} else if (valid[0] || valid[1]) {
		judge_single(le64_to_cpu(root_at(area, !valid[0])->sequence), j);
	} else if (is_blank(j)) {
		j->verdict = PRMEM_BLANK;
	} else {
		j->slot = j->fault[0].rule == PRMEM_BAD_EMPTY;
		j->verdict = PRMEM_DAMAGED;
	}
}

/**
 * prmem_meta_read() - copy a slot that prmem_judge() adopts
 * @area: the metadata area
 * @slot: the slot
 * @meta: is filled
 *
 * Context: Any.
 */
void prmem_meta_read(const u8 *area, u32 slot, struct prmem_meta *meta)
{
	memcpy(&meta->root, root_at(area, slot), sizeof(meta->root));
	memcpy(&meta->table, table_at(area, slot), sizeof(meta->table));
}

/**
 * prmem_meta_init() - metadata of a new reservation, never committed yet
 * @meta: is filled
 * @space: the reservation
 *
 * Context: Any.
 */
void prmem_meta_init(struct prmem_meta *meta, const struct prmem_space *space)
{
	memset(meta, 0, sizeof(*meta));
	meta->root.major = cpu_to_le16(PRMEM_FORMAT_MAJOR);
	meta->root.minor = cpu_to_le16(PRMEM_FORMAT_MINOR);
	meta->root.magic = cpu_to_le64(PRMEM_ROOT_MAGIC);
	meta->root.id = cpu_to_le64(space->id);
	meta->root.size = cpu_to_le64(space->size);
	meta->root.next_serial = cpu_to_le64(1);
	meta->table.magic = cpu_to_le64(PRMEM_TABLE_MAGIC);
	prmem_regions_init(&meta->table, space);
}

/**
 * prmem_meta_boot() - note that another kernel adopts the memory
 * @meta: the metadata
 * @boot: this kernel's number, struct prmem_shim's
 * @release: this kernel's release, cut to PRMEM_RELEASE_LEN - 1 bytes
 *
 * Context: Any; the caller commits @meta.
 */
void prmem_meta_boot(struct prmem_meta *meta, u64 boot, const char *release)
{
	struct prmem_root_rec *r = &meta->root;
	size_t i;

	r->boots = cpu_to_le64(le64_to_cpu(r->boots) + 1);
	r->boot = cpu_to_le64(boot);
	memcpy(r->previous, r->release, sizeof(r->previous));
	memset(r->release, 0, sizeof(r->release));
	for (i = 0; i < sizeof(r->release) - 1 && release[i]; i++)
		r->release[i] = release[i] > ' ' && release[i] <= '~' ? release[i] : '?';
}

static bool is_sealed(const struct prmem_root_rec *r)
{
	return le64_to_cpu(r->magic) == PRMEM_ROOT_MAGIC &&
	       le32_to_cpu(r->checksum) == root_checksum(r);
}

/* One store, for they share a word: version 0.0, and the checksum right again. */
static void outdate(struct prmem_root_rec *r)
{
	static const u8 version[sizeof(r->major) + sizeof(r->minor)];
	const size_t head = offsetof(struct prmem_root_rec, magic);
	u32 sum = prmem_port_crc32c(PRMEM_ROOT_SALT, version, sizeof(version));

	sum = prmem_port_crc32c(sum, (const u8 *)r + head, sizeof(*r) - head);
	prmem_port_publish((__le64 *)r, cpu_to_le64(sum));
}

/**
 * prmem_wipe() - drop both root slots
 * @area: the metadata area, or the first page of another range
 *
 * First neither is valid, then both are zero: cut anywhere, the memory is
 * refused or blank, never adopted. Where both roots could be valid, and are
 * refused for what they are together, the one that is left when the other has
 * gone must not be adopted: so before that B gets a version that nobody adopts.
 *
 * Context: Any; writes persistent memory.
 */
void prmem_wipe(u8 *area)
{
	static const struct prmem_root_rec zero;
	u32 slot;

	if (is_sealed(root_at(area, 0)) && is_sealed(root_at(area, 1)))
		outdate((struct prmem_root_rec *)root_at(area, 1));
	for (slot = 0; slot < 2; slot++)
		prmem_port_publish(&((struct prmem_root_rec *)root_at(area, slot))->sequence, 0);
	for (slot = 0; slot < 2; slot++)
		prmem_port_write((void *)root_at(area, slot), &zero, sizeof(zero));
}

/* Which features a reader has to know: the table says it. */
static void set_features(struct prmem_meta *meta)
{
	u64 features = le64_to_cpu(meta->root.feat_incompat) & ~PRMEM_FEAT_HEAP;

	if (prmem_regions_have_heap(&meta->table))
		features |= PRMEM_FEAT_HEAP;
	meta->root.feat_incompat = cpu_to_le64(features);
}

/**
 * prmem_commit() - make metadata the newest
 * @area: the metadata area
 * @meta: the metadata; its sequence is raised by one, its features and checksums are set
 *
 * Writes the slot that does not count now: invalidates it, fills it, and
 * publishes it by the store of its magic. Cut anywhere, the memory is
 * adopted as before or as after.
 *
 * Context: Any; writes persistent memory; one caller at a time.
 */
void prmem_commit(u8 *area, struct prmem_meta *meta)
{
	u64 sequence = le64_to_cpu(meta->root.sequence) + 1;
	u32 slot = slot_of(sequence);
	struct prmem_root_rec *root = (struct prmem_root_rec *)root_at(area, slot);
	const size_t head = offsetof(struct prmem_root_rec, magic);
	const size_t tail = head + sizeof(root->magic);

	set_features(meta);
	meta->table.sequence = cpu_to_le64(sequence);
	meta->table.slot = cpu_to_le32(slot);
	meta->table.checksum = cpu_to_le32(table_checksum(&meta->table));
	meta->root.sequence = cpu_to_le64(sequence);
	meta->root.slot = cpu_to_le32(slot);
	meta->root.checksum = cpu_to_le32(root_checksum(&meta->root));

	prmem_port_publish(&root->magic, cpu_to_le64(PRMEM_ROOT_WRITING));
	prmem_port_write((void *)table_at(area, slot), &meta->table, sizeof(meta->table));
	prmem_port_write(root, &meta->root, head);
	prmem_port_write((u8 *)root + tail, (u8 *)&meta->root + tail, sizeof(*root) - tail);
	prmem_port_publish(&root->magic, meta->root.magic);
}
