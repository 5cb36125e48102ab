// SPDX-License-Identifier: Apache-2.0
// Names of tiles, and what bundles hold.
#include "audit/tile.h"

#include <inttypes.h>
#include <string.h>

static void index_print(struct buffer *path, uint64_t index)
{
	uint64_t scale = 1;

	while (index / scale >= 1000)
		scale *= 1000;
	for (; scale > 1; scale /= 1000)
		buffer_print(path, "x%03" PRIu64 "/", index / scale % 1000);
	buffer_print(path, "%03" PRIu64, index % 1000);
}

const char *tile_path(const struct tile *tile, struct arena *arena)
{
	struct buffer path;

	buffer_init(&path, arena);
	if (tile->level == TILE_ENTRIES)
		buffer_add_text(&path, "entries/");
	else
		buffer_print(&path, "%d/", tile->level);
	index_print(&path, tile->index);
	if (tile->width < TILE_WIDTH)
		buffer_print(&path, ".p/%u", tile->width);
	return path.bytes;
}

// Up to `most` digits without leading zeroes (unless there are to be exactly `exact` of them); -1 when there are none.
static int digits_read(const char **at, int most, int exact)
{
	int value = 0, count = 0;

	for (; (*at)[count] >= '0' && (*at)[count] <= '9' && count <= most; count++)
		value = value * 10 + (*at)[count] - '0';
	bool right = exact > 0 ? count == exact : count > 0 && count <= most && (**at != '0' || count == 1);
	*at += count;
	return right ? value : -1;
}

static bool index_read(const char **at, uint64_t *index)
{
	bool more = true;

	*index = 0;
	for (int groups = 0; more; groups++) {
		more = **at == 'x';
		*at += more;
		int group = digits_read(at, 3, 3);
		if (group < 0 || groups == 6 || (groups == 0 && more && group == 0) || (more && *(*at)++ != '/'))
			return false;
		*index = *index * 1000 + (uint64_t)group;
	}
	return true;
}

bool tile_read_path(const char *path, struct tile *tile)
{
	static const char entries[] = "entries/";

	tile->level = TILE_ENTRIES;
	tile->width = TILE_WIDTH;
	if (strncmp(path, entries, strlen(entries)) == 0) {
		path += strlen(entries);
	} else {
		tile->level = digits_read(&path, 2, 0);
		if (tile->level < 0 || tile->level > TILE_LEVEL_MOST || *path++ != '/')
			return false;
	}
	if (!index_read(&path, &tile->index))
		return false;
	if (strncmp(path, ".p/", 3) == 0) {
		path += 3;
		int width = digits_read(&path, 3, 0);
		if (width < 1 || width >= TILE_WIDTH)
			return false;
		tile->width = (unsigned)width;
	}
	return *path == '\0';
}

uint64_t tile_level_count(int level, uint64_t size)
{
	return level <= 0 ? size : size >> (TILE_HEIGHT * level);
}

bool tile_each(uint64_t size, bool (*take)(void *context, const struct tile *tile), void *context)
{
	for (int level = TILE_ENTRIES; level <= TILE_LEVEL_MOST; level++) {
		uint64_t count = tile_level_count(level, size);

		for (uint64_t from = 0; from < count; from += TILE_WIDTH) {
			uint64_t left = count - from;
			const struct tile tile = {level, from / TILE_WIDTH,
			    left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH};

			if (!take(context, &tile))
				return false;
		}
	}
	return true;
}

void entry_add(struct buffer *bundle, const void *bytes, size_t length)
{
	buffer_add_char(bundle, (char)(length >> 8));
	buffer_add_char(bundle, (char)(length & 255));
	buffer_add(bundle, bytes, length);
}

bool entry_next(const unsigned char *bundle, size_t length, size_t *at, const unsigned char **entry,
    size_t *entry_length)
{
	if (length - *at < 2)
		return false;
	*entry_length = (size_t)bundle[*at] << 8 | bundle[*at + 1];
	if (length - *at - 2 < *entry_length)
		return false;
	*entry = bundle + *at + 2;
	*at += 2 + *entry_length;
	return true;
}
