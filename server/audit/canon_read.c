// SPDX-License-Identifier: Apache-2.0
// One pass over a copy in which texts are unescaped where they stand. A log has millions of leaves: base/json.h, which
// must be ready for anything, takes ten times as long.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audit/canon.h"

#define DEPTH_MOST 64
#define WHOLE_DIGITS 15 // so many are exact in a double, and stand as they are

struct reader {
	struct arena *arena;
	char *at, *end;
	bool loose; // as PostgreSQL prints jsonb: blanks, another order of keys, other numbers
	int depth;
};

static struct json *read_value(struct reader *reader);

static void skip_blanks(struct reader *reader)
{
	while (reader->loose && *reader->at == ' ')
		reader->at++;
}

static bool skip_char(struct reader *reader, char c)
{
	skip_blanks(reader);
	if (*reader->at != c)
		return false;
	reader->at++;
	return true;
}

// The control character behind "\u", which stands for those alone that have no shorter escape; 0 for any other.
static char read_unit(struct reader *reader)
{
	static const char digits[] = "0123456789abcdef", with_escape[] = "\b\t\n\f\r";
	const char *low;

	if (strncmp(reader->at, "00", 2) != 0 || (reader->at[2] != '0' && reader->at[2] != '1') ||
	    reader->at[3] == '\0' || (low = strchr(digits, reader->at[3])) == NULL)
		return 0;
	char c = (char)((reader->at[2] - '0') * 16 + (low - digits));
	reader->at += 4;
	return c != '\0' && strchr(with_escape, c) != NULL ? '\0' : c;
}

static char read_escape(struct reader *reader)
{
	static const char escapes[] = "\"\\btnfr", meanings[] = "\"\\\b\t\n\f\r";
	const char *escape = *reader->at == '\0' ? NULL : strchr(escapes, *reader->at);

	if (escape != NULL) {
		reader->at++;
		return meanings[escape - escapes];
	}
	return *reader->at++ == 'u' ? read_unit(reader) : '\0';
}

// Behind the quote.
static char *read_text(struct reader *reader)
{
	char *text = reader->at, *to = text;

	for (;;) {
		unsigned char c = (unsigned char)*reader->at;

		if (c < ' ') // the end, too
			return NULL;
		reader->at++;
		if (c == '"')
			break;
		*to = c == '\\' ? read_escape(reader) : (char)c;
		if (*to++ == '\0')
			return NULL;
	}
	*to = '\0';
	return text;
}

static bool is_whole(const char *digits, size_t length)
{
	size_t sign = *digits == '-';

	if (length == sign || length - sign > WHOLE_DIGITS || (digits[sign] == '0' && length > 1))
		return false;
	return strspn(digits + sign, "0123456789") == length - sign;
}

static struct json *read_number(struct reader *reader, struct json *value)
{
	size_t length = strspn(reader->at, "-+.0123456789eE");
	char *end, *digits = arena_copy_bytes(reader->arena, reader->at, length);

	reader->at += length;
	value->type = JSON_NUMBER;
	value->text = digits;
	if (is_whole(digits, length)) {
		value->number = (double)strtoll(digits, NULL, 10);
		return value;
	}
	value->number = strtod(digits, &end);
	if (length == 0 || *end != '\0' || !isfinite(value->number))
		return NULL;
	return reader->loose || strcmp(canon_text(reader->arena, value), digits) == 0 ? value : NULL;
}

static struct json *read_word(struct reader *reader, struct json *value)
{
	static const struct {
		const char *word;
		enum json_type type;
	} words[] = {{"null", JSON_NULL}, {"true", JSON_TRUE}, {"false", JSON_FALSE}};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (text_starts(reader->at, words[i].word)) {
			reader->at += strlen(words[i].word);
			value->type = words[i].type;
			return value;
		}
	return NULL;
}

static const char *read_key(struct reader *reader, const char *last)
{
	const char *key = skip_char(reader, '"') ? read_text(reader) : NULL;

	if (key == NULL || !skip_char(reader, ':'))
		return NULL;
	return reader->loose || last == NULL || canon_key_order(last, key) < 0 ? key : NULL;
}

static struct json *read_members(struct reader *reader, struct json *value, char close)
{
	struct json **end = &value->first;
	const char *key = NULL;

	if (++reader->depth > DEPTH_MOST)
		return NULL;
	while (!skip_char(reader, close)) {
		if (value->count++ > 0 && !skip_char(reader, ','))
			return NULL;
		if (value->type == JSON_OBJECT && (key = read_key(reader, key)) == NULL)
			return NULL;
		struct json *member = read_value(reader);
		if (member == NULL)
			return NULL;
		member->key = key;
		*end = member;
		end = &member->next;
	}
	reader->depth--;
	return value;
}

static struct json *read_value(struct reader *reader)
{
	struct json *value = arena_take(reader->arena, sizeof(*value));

	skip_blanks(reader);
	switch (*reader->at) {
	case '"':
		reader->at++;
		value->type = JSON_TEXT;
		value->text = read_text(reader);
		return value->text == NULL ? NULL : value;
	case '{':
		reader->at++;
		value->type = JSON_OBJECT;
		return read_members(reader, value, '}');
	case '[':
		reader->at++;
		value->type = JSON_LIST;
		return read_members(reader, value, ']');
	case 'n':
	case 't':
	case 'f': return read_word(reader, value);
	default: return read_number(reader, value);
	}
}

static struct json *read_all(struct arena *arena, const char *bytes, size_t length, bool loose)
{
	char *copy = arena_copy_bytes(arena, bytes, length);
	struct reader reader = {.arena = arena, .at = copy, .end = copy + length, .loose = loose};
	struct json *value = read_value(&reader);

	return reader.at == reader.end ? value : NULL;
}

struct json *canon_read(struct arena *arena, const char *bytes, size_t length)
{
	return text_is_utf8(bytes, length) ? read_all(arena, bytes, length, false) : NULL;
}

struct json *canon_read_stored(struct arena *arena, const char *text)
{
	return read_all(arena, text, strlen(text), true);
}
