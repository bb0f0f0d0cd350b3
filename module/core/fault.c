// SPDX-License-Identifier: GPL-2.0-only
/* Broken rules in words. */
#include "fault.h"

static const char *const texts[PRMEM_RULES] = {
	[PRMEM_SOUND] = "sound",
	[PRMEM_BAD_EMPTY] = "empty",
	[PRMEM_BAD_UNFINISHED] = "unfinished",
	[PRMEM_BAD_MAGIC] = "magic",
	[PRMEM_BAD_CHECKSUM] = "checksum",
	[PRMEM_BAD_ABI] = "stamp version",
	[PRMEM_BAD_MAJOR] = "format version",
	[PRMEM_BAD_FEATURES] = "incompatible features",
	[PRMEM_BAD_SEQUENCE] = "sequence",
	[PRMEM_BAD_SLOT] = "slot number",
	[PRMEM_BAD_ID] = "reservation id",
	[PRMEM_BAD_BASE] = "base",
	[PRMEM_BAD_SIZE] = "size",
	[PRMEM_BAD_INDEX] = "range number",
	[PRMEM_BAD_COUNT] = "number of ranges",
	[PRMEM_BAD_TWINS] = "two sound stamps that differ",
	[PRMEM_BAD_MISSING] = "missing range",
	[PRMEM_BAD_REMAINS] = "remains of a reservation",
	[PRMEM_BAD_STRING] = "kernel release",
	[PRMEM_BAD_SERIAL] = "next serial",
	[PRMEM_BAD_ZERO] = "byte that must be zero",
	[PRMEM_BAD_TABLE_MAGIC] = "region table: magic",
	[PRMEM_BAD_TABLE_CHECKSUM] = "region table: checksum",
	[PRMEM_BAD_TABLE_SEQUENCE] = "region table: sequence",
	[PRMEM_BAD_TABLE_SLOT] = "region table: slot number",
	[PRMEM_BAD_TABLE_COUNT] = "region table: number of regions",
	[PRMEM_BAD_TABLE_ZERO] = "region table: byte that must be zero",
	[PRMEM_BAD_REGION_START] = "region: start",
	[PRMEM_BAD_REGION_SIZE] = "region: size",
	[PRMEM_BAD_REGION_TYPE] = "region: type",
	[PRMEM_BAD_REGION_NAME] = "region: name",
	[PRMEM_BAD_REGION_SERIAL] = "region: serial",
	[PRMEM_BAD_REGION_ZERO] = "region: byte that must be zero",
	[PRMEM_BAD_REGION_END] = "region table: end of the last region",
	[PRMEM_BAD_TABLE_FEATURES] = "region table: features",
	[PRMEM_BAD_HEAP_MAGIC] = "heap: magic",
	[PRMEM_BAD_HEAP_CHECKSUM] = "heap: checksum",
	[PRMEM_BAD_HEAP_ID] = "heap: reservation id",
	[PRMEM_BAD_HEAP_PLACE] = "heap: place",
	[PRMEM_BAD_HEAP_SERIAL] = "heap: serial",
	[PRMEM_BAD_HEAP_ZERO] = "heap: byte that must be zero",
	[PRMEM_BAD_PAGE_CHECK] = "page: check",
	[PRMEM_BAD_PAGE_KIND] = "page: kind",
	[PRMEM_BAD_PAGE_CLASS] = "page: class",
	[PRMEM_BAD_PAGE_ORDER] = "page: order",
	[PRMEM_BAD_PAGE_OWNER] = "page: owner",
	[PRMEM_BAD_PAGE_INSIDE] = "page: inside a block",
	[PRMEM_BAD_INSTANCES_ZERO] = "instances: byte that must be zero",
	[PRMEM_BAD_INSTANCE_STATE] = "instance: state",
	[PRMEM_BAD_INSTANCE_CHECKSUM] = "instance: checksum",
	[PRMEM_BAD_INSTANCE_SUBSYSTEM] = "instance: subsystem",
	[PRMEM_BAD_INSTANCE_NAME] = "instance: name",
	[PRMEM_BAD_INSTANCE_TWICE] = "instance: two of one name",
	[PRMEM_BAD_INSTANCE_DATA] = "instance: data",
	[PRMEM_BAD_SLAB_CHECK] = "slab: check",
	[PRMEM_BAD_SLAB_BIT] = "slab: bit without an object",
	[PRMEM_BAD_SLAB_ZERO] = "slab: byte that must be zero",
	[PRMEM_BAD_INSTANCE_PLACE] = "instance: data place",
};

/**
 * prmem_fault_text() - name what a rule is about
 * @rule: the rule
 *
 * Context: Any.
 * Return: A constant text, to be followed by what was found and expected.
 */
const char *prmem_fault_text(enum prmem_rule rule)
{
	return (unsigned int)rule < PRMEM_RULES ? texts[rule] : "unknown rule";
}
