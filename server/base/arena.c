// SPDX-License-Identifier: Apache-2.0
// Arenas: blocks in a chain, each twice as large as the one before; all of them go at once.
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef BLOCK_FIRST
#define BLOCK_FIRST 4096
#endif
#ifndef BLOCK_LARGEST
#define BLOCK_LARGEST ((size_t)256 * 1024)
#endif
#define ALIGNMENT _Alignof(max_align_t)

struct block {
	struct block *next;
	size_t room, used;
	_Alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *blocks; // the newest first
};

static _Noreturn void memory_is_out(void)
{
	static const char message[] = "weihu: out of memory\n";

	fwrite(message, 1, sizeof(message) - 1, stderr);
	abort();
}

static struct block *block_new(size_t room)
{
	struct block *block;

	if (room > SIZE_MAX - sizeof(*block))
		memory_is_out();
	block = malloc(sizeof(*block) + room);
	if (block == NULL)
		memory_is_out();
	*block = (struct block){.room = room};
	return block;
}

struct arena *arena_new(void)
{
	struct block *block = block_new(BLOCK_FIRST);
	struct arena *arena = (struct arena *)(void *)block->bytes; // the arena lives in its own first block

	block->used = (sizeof(*arena) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	arena->blocks = block;
	return arena;
}

void arena_wipe(struct arena *arena)
{
	for (struct block *block = arena->blocks, *next; block != NULL; block = next) {
		next = block->next;
		explicit_bzero(block->bytes, block->room); // the arena itself lives in the last one
		free(block);
	}
}

void arena_free(struct arena *arena)
{
	struct block *block = arena == NULL ? NULL : arena->blocks;

	while (block != NULL) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

// A large piece gets a block of its own behind the newest, whose room stays in use.
static void *take_apart(struct arena *arena, size_t size)
{
	struct block *block = block_new(size);

	block->used = size;
	block->next = arena->blocks->next;
	arena->blocks->next = block;
	return block->bytes;
}

static void grow(struct arena *arena)
{
	size_t room = arena->blocks->room * 2;
	struct block *block = block_new(room < BLOCK_LARGEST ? room : BLOCK_LARGEST);

	block->next = arena->blocks;
	arena->blocks = block;
}

void *arena_take_raw(struct arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	void *piece;

	if (size > SIZE_MAX - ALIGNMENT)
		memory_is_out();
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (size > block->room - block->used) {
		if (size > block->room / 2)
			return take_apart(arena, size);
		grow(arena);
		block = arena->blocks;
	}
	piece = block->bytes + block->used;
	block->used += size;
	return piece;
}

void *arena_take(struct arena *arena, size_t size)
{
	return memset(arena_take_raw(arena, size), 0, size);
}

void *arena_take_array(struct arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		memory_is_out();
	return arena_take(arena, count * size);
}

char *arena_copy(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_copy_bytes(arena, text, strlen(text));
}

char *arena_copy_bytes(struct arena *arena, const void *bytes, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		memory_is_out();
	copy = arena_take_raw(arena, length + 1);
	if (length > 0)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
	va_list values;
	char *text;

	va_start(values, format);
	text = arena_vprint(arena, format, values);
	va_end(values);
	return text;
}

char *arena_vprint(struct arena *arena, const char *format, va_list values)
{
	char line[256], *text;
	va_list again;
	int length;

	va_copy(again, values);
	length = vsnprintf(line, sizeof(line), format, values);
	if (length < 0)
		abort(); // a broken format is an error of the program
	if ((size_t)length < sizeof(line)) {
		va_end(again);
		return arena_copy_bytes(arena, line, (size_t)length);
	}
	text = arena_take_raw(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}
