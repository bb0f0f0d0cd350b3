/* SPDX-License-Identifier: GPL-2.0-only */
/* A checker of heaps written from SPEC.md alone: neither the core nor format.h is used. */
#ifndef HEAPREAD_H
#define HEAPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct read_region - a region of type heap, as the region list has it
 * @base: its bytes
 * @start: offset into the reservation
 * @size: bytes
 * @serial: its serial
 */
struct read_region {
	const uint8_t *base;
	uint64_t start;
	uint64_t size;
	uint64_t serial;
};

/**
 * struct read_instance - a record that is live or dying
 * @record: its bytes
 * @number: the instance's
 * @live: or dying
 * @ref: of its data, if it is live
 * @size: of its data
 * @pages: of all its blocks
 */
struct read_instance {
	const uint8_t *record;
	uint64_t number;
	bool live;
	uint64_t ref;
	uint64_t size;
	uint64_t pages;
};

/**
 * struct read_extent - a piece of memory that an instance has
 * @owner: the instance's number
 * @ref: offset into the reservation of the first byte
 * @size: bytes
 * @object: in a slab; else a block
 */
struct read_extent {
	uint64_t owner;
	uint64_t ref;
	uint64_t size;
	bool object;
};

/**
 * struct read_block - a block that isn't free
 * @region: where it is
 * @page: its first page, counted from the first that the map speaks of
 * @word: that page's word
 */
struct read_block {
	const struct read_region *region;
	uint64_t page;
	uint64_t word;
};

/**
 * struct read_heap - what was found; all zero before the first use
 * @broken: the first rule that is broken, or NULL
 * @at: the page or the region that it is about
 * @instances: by number
 * @extents: by ref
 * @blocks: by place
 * @free: free pages
 * @tables: pages of instances
 * @idle: slabs without an object in use, and pages of instances without an instance
 */
struct read_heap {
	const char *broken;
	uint64_t at;
	struct read_instance *instances;
	size_t nr_instances, room_instances;
	struct read_extent *extents;
	size_t nr_extents, room_extents;
	struct read_block *blocks;
	size_t nr_blocks, room_blocks;
	uint64_t free;
	uint64_t tables;
	uint64_t idle;
};

/* CRC-32C is 0, as with port_hooks.blind. */
extern bool heap_read_blind;

/* The regions stand in the order of their offsets. What is in @heap from before is dropped. */
bool heap_read(struct read_heap *heap, const struct read_region *region, size_t count, uint64_t id);
void heap_read_free(struct read_heap *heap);

/* As heap_read() finds it; NULL if there is none. */
const struct read_extent *extent_at(const struct read_heap *heap, uint64_t ref);

/* Is a block of 2^@order pages free, in regions that are sound? */
bool heap_has_room(const struct read_region *region, size_t count, unsigned int order);

#endif
