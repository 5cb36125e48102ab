// SPDX-License-Identifier: Apache-2.0
// Paths and queries.
#include "http/path.h"

#include <string.h>

#include "base/text.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The bytes with their %XX decoded (and with `plus`, '+' as a space); NULL for a bad escape, NUL or invalid UTF-8.
static char *decode(const char *raw, size_t length, bool plus, struct arena *arena)
{
	char *text = arena_take(arena, length + 1);
	size_t size = 0;

	for (size_t i = 0; i < length; i++) {
		int high, low;

		if (raw[i] != '%') {
			text[size++] = plus && raw[i] == '+' ? ' ' : raw[i];
			continue;
		}
		high = i + 1 < length ? hex_value(raw[i + 1]) : -1;
		low = i + 2 < length ? hex_value(raw[i + 2]) : -1;
		if (high < 0 || low < 0 || (high == 0 && low == 0))
			return NULL;
		text[size++] = (char)(high * 16 + low);
		i += 2;
	}
	return text_is_utf8(text, size) ? text : NULL;
}

static bool take_part(const char *raw, size_t length, struct path_parts *parts, struct arena *arena)
{
	char *part = decode(raw, length, false, arena);

	if (part == NULL || *part == '\0' || strchr(part, '/') != NULL || parts->count == PATH_PARTS_MOST)
		return false;
	parts->part[parts->count++] = part;
	return true;
}

// "{name*}" takes all that is left, slashes among it; nothing of that needs escapes.
static bool is_rest(const char *pattern, size_t length)
{
	return length > 2 && *pattern == '{' && pattern[length - 2] == '*';
}

static bool take_rest(const char *path, struct path_parts *parts, struct arena *arena)
{
	if (*path == '\0' || strchr(path, '%') != NULL || !text_is_utf8(path, strlen(path)) ||
	    parts->count == PATH_PARTS_MOST)
		return false;
	parts->part[parts->count++] = arena_copy(arena, path);
	return true;
}

// Segment by segment. What the pattern spells out is compared decoded: /v1/%74ickets is /v1/tickets.
bool path_match(const char *pattern, const char *path, struct path_parts *parts, struct arena *arena)
{
	*parts = (struct path_parts){.count = 0};
	while (*pattern == '/' && *path == '/') {
		size_t wanted = strcspn(++pattern, "/"), given = strcspn(++path, "/");

		if (is_rest(pattern, wanted))
			return take_rest(path, parts, arena);
		if (*pattern == '{') {
			if (!take_part(path, given, parts, arena))
				return false;
		} else {
			bool plain = given == wanted && memcmp(path, pattern, wanted) == 0;
			const char *text =
			    plain || memchr(path, '%', given) == NULL ? NULL : decode(path, given, false, arena);

			if (!plain && (text == NULL || strlen(text) != wanted || memcmp(text, pattern, wanted) != 0))
				return false;
		}
		pattern += wanted;
		path += given;
	}
	return *pattern == '\0' && *path == '\0';
}

static void read_item(const char *raw, size_t length, struct query *query, struct arena *arena, struct faults *faults)
{
	const char *equals = memchr(raw, '=', length);
	size_t name_length = equals == NULL ? length : (size_t)(equals - raw);
	char *name = decode(raw, name_length, true, arena), *value;

	if (name == NULL) {
		faults_add(faults, "", "format", "a name in the query is not well percent-encoded UTF-8");
		return;
	}
	value = equals == NULL ? arena_copy(arena, "") : decode(equals + 1, length - name_length - 1, true, arena);
	if (value == NULL)
		faults_add(faults, name, "format", "is not well percent-encoded UTF-8");
	else if (query_get(query, name) != NULL)
		faults_add(faults, name, "duplicate", "is given twice");
	else
		query->items[query->count++] = (struct query_item){name, value};
}

bool query_read(const char *raw, struct query *query, struct arena *arena, struct faults *faults)
{
	size_t before = faults->count, most = 1;

	*query = (struct query){.count = 0};
	if (raw == NULL)
		return true;
	for (const char *at = raw; *at != '\0'; at++)
		most += *at == '&';
	query->items = arena_take_array(arena, most, sizeof(*query->items));
	while (*raw != '\0') {
		size_t length = strcspn(raw, "&");

		if (length > 0)
			read_item(raw, length, query, arena, faults);
		raw += raw[length] == '&' ? length + 1 : length;
	}
	return faults->count == before;
}

const char *query_get(const struct query *query, const char *name)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, name) == 0)
			return query->items[i].value;
	return NULL;
}

const char *query_escape(struct arena *arena, const char *text)
{
	struct buffer escaped;

	buffer_init(&escaped, arena);
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		    (byte >= '0' && byte <= '9') || strchr("-._~", byte) != NULL;

		buffer_print(&escaped, plain ? "%c" : "%%%02X", byte);
	}
	return escaped.bytes;
}
