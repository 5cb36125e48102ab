// SPDX-License-Identifier: Apache-2.0
// RFC 8785: members in the order of UTF-16 code units, numbers as ECMAScript prints them, no spaces.
#include "audit/canon.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_MOST 9007199254740992.0 // 2^53: whole numbers below it are exact

// UTF-8 sorts like UTF-16 but for characters beyond U+FFFF, which UTF-16 puts before U+E000: so their first byte does
// here.
static int rank_of(unsigned char byte)
{
	return byte == 0xee || byte == 0xef ? byte + 0x100 : byte;
}

int canon_key_order(const char *a, const char *b)
{
	const unsigned char *one = (const unsigned char *)a, *other = (const unsigned char *)b;

	while (*one != '\0' && *one == *other) {
		one++;
		other++;
	}
	return rank_of(*one) - rank_of(*other);
}

static int compare_keys(const void *a, const void *b)
{
	return canon_key_order((*(const struct json *const *)a)->key, (*(const struct json *const *)b)->key);
}

static void write_text(struct buffer *out, const char *text)
{
	struct json_out json = {.out = *out};

	json_add_text(&json, NULL, text);
	*out = json.out;
}

// The digits of %.*e and its exponent, laid out as Number::toString of ECMA-262 does.
static void write_digits(struct buffer *out, const char *digits, int count, int exponent)
{
	int point = exponent + 1;

	if (count <= point && point <= 21) {
		buffer_print(out, "%.*s", count, digits);
		for (int i = count; i < point; i++)
			buffer_add_char(out, '0');
	} else if (0 < point && point <= 21) {
		buffer_print(out, "%.*s.%.*s", point, digits, count - point, digits + point);
	} else if (-6 < point && point <= 0) {
		buffer_add_text(out, "0.");
		for (int i = point; i < 0; i++)
			buffer_add_char(out, '0');
		buffer_print(out, "%.*s", count, digits);
	} else {
		buffer_print(out, "%c", digits[0]);
		if (count > 1)
			buffer_print(out, ".%.*s", count - 1, digits + 1);
		buffer_print(out, "e%+d", exponent);
	}
}

static void write_number(struct buffer *out, double number)
{
	char text[40], digits[24] = "";
	int precision = 0, count = 0;

	if (fabs(number) < WHOLE_MOST && number == (double)(int64_t)number) {
		buffer_add_int(out, (int64_t)number);
		return;
	}
	if (number < 0)
		buffer_add_char(out, '-');
	number = fabs(number);
	do
		snprintf(text, sizeof(text), "%.*e", precision, number);
	while (strtod(text, NULL) != number && ++precision < 17);
	const char *at = text;
	for (; *at != 'e'; at++)
		if (*at != '.')
			digits[count++] = *at;
	while (count > 1 && digits[count - 1] == '0')
		count--;
	write_digits(out, digits, count, (int)strtol(at + 1, NULL, 10));
}

// What was canonical before needs no sorting.
static void sort_members(const struct json **members, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (compare_keys(&members[i - 1], &members[i]) > 0) {
			qsort(members, count, sizeof(const struct json *), compare_keys);
			return;
		}
}

static void write_object(struct buffer *out, const struct json *value)
{
	const struct json **members = arena_take_array(out->arena, value->count + 1, sizeof(const struct json *));
	size_t count = 0;

	for (const struct json *member = value->first; member != NULL; member = member->next)
		members[count++] = member;
	sort_members(members, count);
	buffer_add_char(out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_add_char(out, ',');
		write_text(out, members[i]->key);
		buffer_add_char(out, ':');
		canon_write(out, members[i]);
	}
	buffer_add_char(out, '}');
}

static void write_list(struct buffer *out, const struct json *value)
{
	buffer_add_char(out, '[');
	for (const struct json *member = value->first; member != NULL; member = member->next) {
		if (member != value->first)
			buffer_add_char(out, ',');
		canon_write(out, member);
	}
	buffer_add_char(out, ']');
}

void canon_write(struct buffer *out, const struct json *value)
{
	switch (value->type) {
	case JSON_NULL: buffer_add_text(out, "null"); break;
	case JSON_FALSE: buffer_add_text(out, "false"); break;
	case JSON_TRUE: buffer_add_text(out, "true"); break;
	case JSON_NUMBER: write_number(out, value->number); break;
	case JSON_TEXT: write_text(out, value->text); break;
	case JSON_LIST: write_list(out, value); break;
	case JSON_OBJECT: write_object(out, value); break;
	}
}

const char *canon_text(struct arena *arena, const struct json *value)
{
	struct buffer out;

	buffer_init(&out, arena);
	canon_write(&out, value);
	return out.bytes;
}
