// SPDX-License-Identifier: Apache-2.0
// Tiles and entry bundles (C2SP tlog-tiles): the files that a log is made of.
#ifndef WEIHU_AUDIT_TILE_H
#define WEIHU_AUDIT_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/tree.h"
#include "base/text.h"

#define TILE_ENTRIES (-1)     // the level of entry bundles
#define TILE_LEVEL_MOST 7     // 256^8 leaves are more than 64 bits count
#define ENTRY_MOST UINT16_MAX // bytes

struct tile {
	int level; // or TILE_ENTRIES
	uint64_t index;
	unsigned width; // 1 to 256
};

// "0/x001/234.p/17", "entries/000": what stands behind "tile/".
const char *tile_path(const struct tile *tile, struct arena *arena);
bool tile_read_path(const char *path, struct tile *tile);

// How many hashes the level has in a log of `size` leaves (entry bundles are as level 0).
uint64_t tile_level_count(int level, uint64_t size);

// Calls for every tile and bundle of a log of `size` leaves, partial ones among them; stops when one answers false.
bool tile_each(uint64_t size, bool (*take)(void *context, const struct tile *tile), void *context);

void entry_add(struct buffer *bundle, const void *bytes, size_t length);
// The entry at *at; false when the bundle ends within it. *at moves behind it.
bool entry_next(const unsigned char *bundle, size_t length, size_t *at, const unsigned char **entry,
    size_t *entry_length);

#endif
