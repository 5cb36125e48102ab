// SPDX-License-Identifier: Apache-2.0
// Text: UTF-8 checks, whole numbers read strictly, edit distance, and a growing buffer.
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The lead bytes of UTF-8: how many bytes follow, and within what the first of them must lie (that alone rules out
// overlong forms, surrogates, and what lies above U+10FFFF).
static const struct lead {
	unsigned char first, last;
	unsigned char follow, least, most;
} leads[] = {
    {0x00, 0x7f, 0, 0x00, 0x00},
    {0xc2, 0xdf, 1, 0x80, 0xbf},
    {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf},
    {0xed, 0xed, 2, 0x80, 0x9f},
    {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf},
    {0xf1, 0xf3, 3, 0x80, 0xbf},
    {0xf4, 0xf4, 3, 0x80, 0x8f},
};

static const struct lead *lead_find(unsigned char byte)
{
	static const size_t count = sizeof(leads) / sizeof(leads[0]);

	for (size_t i = byte < 0xe1 ? 0 : 3; i < count; i++)
		if (byte >= leads[i].first && byte <= leads[i].last)
			return &leads[i];
	return NULL;
}

// How many bytes the code point at `at` takes, 0 if it is malformed.
static size_t point_length(const unsigned char *at, size_t left)
{
	const struct lead *lead = lead_find(at[0]);

	if (lead == NULL || left <= lead->follow)
		return 0;
	if (lead->follow > 0 && (at[1] < lead->least || at[1] > lead->most))
		return 0;
	for (size_t i = 2; i <= lead->follow; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return (size_t)lead->follow + 1;
}

bool text_is_utf8(const char *text, size_t length)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t left = length;

	while (left > 0) {
		uint64_t eight;

		if (left >= sizeof(eight)) { // ASCII, eight at a time
			memcpy(&eight, at, sizeof(eight));
			if ((eight & 0x8080808080808080U) == 0) {
				at += sizeof(eight);
				left -= sizeof(eight);
				continue;
			}
		}
		size_t size = at[0] < 0x80 ? 1 : point_length(at, left);

		if (size == 0)
			return false;
		at += size;
		left -= size;
	}
	return true;
}

size_t text_points(const char *text)
{
	size_t points = 0;

	for (; *text != '\0'; text++)
		points += ((unsigned char)*text & 0xc0) != 0x80;
	return points;
}

bool text_is_token(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

bool text_equals(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool text_in_list(const char *list, const char *item)
{
	size_t length = strlen(item);

	while (list != NULL && *list != '\0') {
		size_t part = strcspn(list, ",");

		if (part == length && strncmp(list, item, length) == 0)
			return true;
		list += part + (list[part] == ',');
	}
	return false;
}

bool text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_to_int(const char *text, int64_t least, int64_t most, int64_t *number)
{
	bool negative = *text == '-';
	const char *digit = negative ? text + 1 : text;
	int64_t value = 0;

	if (*digit == '\0')
		return false;
	for (; *digit != '\0'; digit++) {
		if (*digit < '0' || *digit > '9')
			return false;
		// Counted below zero, where there is room for INT64_MIN too.
		if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, *digit - '0', &value))
			return false;
	}
	if (!negative && __builtin_sub_overflow((int64_t)0, value, &value))
		return false;
	if (value < least || value > most)
		return false;
	*number = value;
	return true;
}

char *text_join(struct arena *arena, const char *const *items, size_t count, const char *between)
{
	struct buffer joined;

	buffer_init(&joined, arena);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_add_text(&joined, between);
		buffer_add_text(&joined, items[i]);
	}
	return joined.bytes;
}

static size_t least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

// One row of the table of distances; `before` and `row` are the two rows above it.
static void distance_row(const char *a, const char *b, size_t i, const size_t *before, const size_t *above, size_t *row)
{
	row[0] = i;
	for (size_t j = 1; b[j - 1] != '\0'; j++) {
		size_t change = above[j - 1] + (a[i - 1] != b[j - 1]);

		row[j] = least_of(change, least_of(above[j], row[j - 1]) + 1);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
			row[j] = least_of(row[j], before[j - 2] + 1);
	}
}

size_t text_distance(const char *a, const char *b)
{
	size_t width = strlen(b) + 1, height = strlen(a), distance;
	struct arena *arena = arena_new();
	size_t *before = arena_take_array(arena, width, sizeof(*before));
	size_t *above = arena_take_array(arena, width, sizeof(*above));
	size_t *row = arena_take_array(arena, width, sizeof(*row));

	for (size_t j = 0; j < width; j++)
		above[j] = j;
	for (size_t i = 1; i <= height; i++) {
		size_t *oldest = before;

		distance_row(a, b, i, before, above, row);
		before = above;
		above = row;
		row = oldest;
	}
	distance = above[width - 1];
	arena_free(arena);
	return distance;
}

bool text_has_line(const char *text, const char *line)
{
	size_t wanted = strlen(line);

	while (wanted > 0 && *text != '\0') {
		size_t length = strcspn(text, "\r\n");

		if (length == wanted && strncasecmp(text, line, length) == 0)
			return true;
		text += length + strspn(text + length, "\r\n");
	}
	return false;
}

void buffer_init(struct buffer *buffer, struct arena *arena)
{
	*buffer = (struct buffer){.arena = arena, .room = 64};
	buffer->bytes = arena_take_raw(arena, buffer->room);
	buffer->bytes[0] = '\0';
}

static void buffer_enlarge(struct buffer *buffer, size_t more)
{
	size_t room = buffer->room;
	char *bytes;

	if (more > SIZE_MAX / 2 - buffer->length - 1)
		abort();
	while (room < buffer->length + more + 1)
		room *= 2;
	bytes = arena_take_raw(buffer->arena, room);
	memcpy(bytes, buffer->bytes, buffer->length + 1);
	buffer->bytes = bytes;
	buffer->room = room;
}

// With the NUL behind them there is always room for one more than `length`.
char *buffer_room(struct buffer *buffer, size_t more)
{
	if (more >= buffer->room - buffer->length)
		buffer_enlarge(buffer, more);
	return buffer->bytes + buffer->length;
}

void buffer_grew(struct buffer *buffer, size_t by)
{
	buffer->length += by;
	buffer->bytes[buffer->length] = '\0';
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	if (length == 0)
		return;
	memcpy(buffer_room(buffer, length), bytes, length);
	buffer_grew(buffer, length);
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_add_char(struct buffer *buffer, char c)
{
	*buffer_room(buffer, 1) = c;
	buffer_grew(buffer, 1);
}

char *int_print(int64_t number, char text[INT_TEXT])
{
	uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char *at = text + (INT_TEXT - 1);

	*at = '\0';
	do {
		*--at = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (number < 0)
		*--at = '-';
	return at;
}

void buffer_add_int(struct buffer *buffer, int64_t number)
{
	char text[INT_TEXT];

	buffer_add_text(buffer, int_print(number, text));
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
	size_t room = buffer->room - buffer->length;
	va_list values;
	int length;

	va_start(values, format);
	length = vsnprintf(buffer->bytes + buffer->length, room, format, values);
	va_end(values);
	if (length < 0)
		abort();
	if ((size_t)length >= room) {
		char *at = buffer_room(buffer, (size_t)length);

		va_start(values, format);
		vsnprintf(at, (size_t)length + 1, format, values);
		va_end(values);
	}
	buffer->length += (size_t)length;
}
