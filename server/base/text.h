// SPDX-License-Identifier: Apache-2.0
// Text: UTF-8 checks, whole numbers read strictly, and a growing buffer.
#ifndef WEIHU_BASE_TEXT_H
#define WEIHU_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

// True if the bytes are well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong, nothing above U+10FFFF).
bool text_is_utf8(const char *text, size_t length);

// How many code points well-formed `text` has.
size_t text_points(const char *text);

// True if every byte of non-empty `text` is printable ASCII without spaces.
bool text_is_token(const char *text);

bool text_equals(const char *a, const char *b); // NULL equals only NULL
bool text_starts(const char *text, const char *prefix);

// True if `item` is one of the items of `list`, "a,b,c" (NULL: empty).
bool text_in_list(const char *list, const char *item);

#define INT_TEXT 21 // room for int64_t in decimal

// Prints it and returns its first digit or sign, somewhere within `text`, which it ends.
char *int_print(int64_t number, char text[INT_TEXT]);

// A whole decimal number within [least, most]: an optional '-', digits, nothing else.
bool text_to_int(const char *text, int64_t least, int64_t most, int64_t *number);

// "a, b and c" is for people; this is for lists in messages: the items with `between` between them.
char *text_join(struct arena *arena, const char *const *items, size_t count, const char *between);

// The edit distance (Damerau-Levenshtein, adjacent swaps count one), for "did you mean".
size_t text_distance(const char *a, const char *b);

// True if `line` is one of the lines of `text`, whatever the case of its ASCII letters; an empty one is none.
bool text_has_line(const char *text, const char *line);

// A buffer that grows in its arena; `bytes` is always NUL-terminated.
struct buffer {
	struct arena *arena;
	char *bytes;
	size_t length, room;
};

void buffer_init(struct buffer *buffer, struct arena *arena);
void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_add_char(struct buffer *buffer, char c);
void buffer_add_int(struct buffer *buffer, int64_t number);

// Room for `more` bytes, which are to be written there at once; then buffer_grew() tells how many were.
char *buffer_room(struct buffer *buffer, size_t more);
void buffer_grew(struct buffer *buffer, size_t by);
void buffer_print(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
