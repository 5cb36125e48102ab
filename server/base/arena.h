// SPDX-License-Identifier: Apache-2.0
// An arena: the one owner of the memory of one piece of work (a request, a configuration, a command).
#ifndef WEIHU_BASE_ARENA_H
#define WEIHU_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

// A new, empty arena. Like everything here it never returns NULL: out of memory aborts the process.
struct arena *arena_new(void);

// Frees the arena and all that was taken from it; NULL is allowed.
void arena_free(struct arena *arena);

// The same, and nothing of it stays behind in the memory: it held secrets.
void arena_wipe(struct arena *arena);

// `size` zeroed bytes, aligned for any type, alive until arena_free().
void *arena_take(struct arena *arena, size_t size);

// `count` zeroed elements of `size` bytes; a product that overflows aborts.
void *arena_take_array(struct arena *arena, size_t count, size_t size);

// `size` bytes as they are, for what is filled at once.
void *arena_take_raw(struct arena *arena, size_t size);

// A NUL-terminated copy of `text`; NULL gives NULL.
char *arena_copy(struct arena *arena, const char *text);

// A NUL-terminated copy of `length` bytes.
char *arena_copy_bytes(struct arena *arena, const void *bytes, size_t length);

// printf into the arena.
char *arena_print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprint(struct arena *arena, const char *format, va_list values) __attribute__((format(printf, 2, 0)));

#endif
