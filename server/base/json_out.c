// SPDX-License-Identifier: Apache-2.0
// Writing JSON straight into a buffer.
#include <string.h>

#include "base/json.h"

void json_out_init(struct json_out *json, struct arena *arena)
{
	buffer_init(&json->out, arena);
	json->comma = false;
}

static void add_escape(struct buffer *out, unsigned char byte)
{
	static const char shorts[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

	if (byte >= ' ')
		buffer_print(out, "\\%c", byte);
	else if (byte < sizeof(shorts) && shorts[byte] != '\0')
		buffer_print(out, "\\%c", shorts[byte]);
	else
		buffer_print(out, "\\u%04x", byte);
}

// Which bytes of eight are zero: their highest bits (Warren, Hacker's Delight, 6-1).
static uint64_t zeros(uint64_t eight)
{
	return (eight - 0x0101010101010101U) & ~eight & 0x8080808080808080U;
}

static bool is_plain(unsigned char byte)
{
	return byte >= ' ' && byte != '"' && byte != '\\';
}

// How many bytes from `text` on need no escape.
static size_t plain_length(const char *text, size_t length)
{
	size_t plain = 0;
	uint64_t eight;

	for (; plain + sizeof(eight) <= length; plain += sizeof(eight)) {
		memcpy(&eight, text + plain, sizeof(eight));
		if (zeros(eight ^ 0x2222222222222222U) | zeros(eight ^ 0x5c5c5c5c5c5c5c5cU) |
		    ((eight - 0x2020202020202020U) & ~eight & 0x8080808080808080U))
			break;
	}
	while (plain < length && is_plain((unsigned char)text[plain]))
		plain++;
	return plain;
}

static void add_quoted(struct buffer *out, const char *text, size_t length)
{
	const char *end = text + length;

	buffer_add_char(out, '"');
	while (text < end) {
		size_t plain = plain_length(text, (size_t)(end - text));

		buffer_add(out, text, plain);
		text += plain;
		if (text < end)
			add_escape(out, (unsigned char)*text++);
	}
	buffer_add_char(out, '"');
}

// The comma and the key that stand before a value.
static void add_key(struct json_out *json, const char *key)
{
	if (json->comma)
		buffer_add_char(&json->out, ',');
	json->comma = true;
	if (key != NULL) {
		add_quoted(&json->out, key, strlen(key));
		buffer_add_char(&json->out, ':');
	}
}

void json_begin(struct json_out *json, const char *key, char open)
{
	add_key(json, key);
	buffer_add_char(&json->out, open);
	json->comma = false;
}

void json_end(struct json_out *json, char close)
{
	buffer_add_char(&json->out, close);
	json->comma = true;
}

void json_add_text(struct json_out *json, const char *key, const char *text)
{
	if (text == NULL) {
		json_add_null(json, key);
		return;
	}
	add_key(json, key);
	add_quoted(&json->out, text, strlen(text));
}

void json_add_int(struct json_out *json, const char *key, int64_t number)
{
	add_key(json, key);
	buffer_add_int(&json->out, number);
}

void json_add_bool(struct json_out *json, const char *key, bool truth)
{
	json_add_raw(json, key, truth ? "true" : "false");
}

void json_add_null(struct json_out *json, const char *key)
{
	json_add_raw(json, key, NULL);
}

void json_add_raw(struct json_out *json, const char *key, const char *raw)
{
	add_key(json, key);
	buffer_add_text(&json->out, raw == NULL ? "null" : raw);
}

static void add_number(struct json_out *json, const char *key, const struct json *value)
{
	add_key(json, key);
	if (value->text != NULL)
		buffer_add_text(&json->out, value->text);
	else
		buffer_print(&json->out, "%.17g", value->number);
}

static void add_members(struct json_out *json, const char *key, const struct json *value)
{
	bool object = value->type == JSON_OBJECT;

	json_begin(json, key, object ? '{' : '[');
	for (const struct json *member = value->first; member != NULL; member = member->next)
		json_add_value(json, member->key, member);
	json_end(json, object ? '}' : ']');
}

void json_add_value(struct json_out *json, const char *key, const struct json *value)
{
	if (value == NULL || value->type == JSON_NULL)
		json_add_null(json, key);
	else if (value->type == JSON_TEXT)
		json_add_text(json, key, value->text);
	else if (value->type == JSON_NUMBER)
		add_number(json, key, value);
	else if (value->type == JSON_LIST || value->type == JSON_OBJECT)
		add_members(json, key, value);
	else
		json_add_bool(json, key, value->type == JSON_TRUE);
}

void json_splice(struct json_out *json, const char *raw)
{
	const char *from = strchr(raw, '{'), *to = strrchr(raw, '}');

	if (from == NULL || to == NULL)
		return;
	from += 1 + strspn(from + 1, " \t\n\r");
	if (from >= to)
		return;
	add_key(json, NULL);
	buffer_add(&json->out, from, (size_t)(to - from));
}

void json_add_cell(struct json_out *json, const struct json_cell *cell)
{
	struct buffer *out = &json->out;
	char *from = buffer_room(out, cell->key_length + cell->length + 3), *at = from;
	bool plain = !cell->quoted || plain_length(cell->text, cell->length) == cell->length;

	if (json->comma)
		*at++ = ',';
	json->comma = true;
	at = mempcpy(at, cell->key, cell->key_length);
	if (cell->quoted && plain)
		*at++ = '"';
	if (plain)
		at = mempcpy(at, cell->text, cell->length);
	if (cell->quoted && plain)
		*at++ = '"';
	buffer_grew(out, (size_t)(at - from));
	if (!plain)
		add_quoted(out, cell->text, cell->length);
}
