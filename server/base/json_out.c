// SPDX-License-Identifier: Apache-2.0
// Writing JSON straight into a buffer.
#include <inttypes.h>
#include <string.h>

#include "base/json.h"

void json_out_init(struct json_out *json, struct arena *arena)
{
	buffer_init(&json->out, arena);
	json->comma = false;
}

static void add_quoted(struct buffer *out, const char *text)
{
	static const char shorts[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	const char *plain = text; // what stands from here on needs no escape

	buffer_add_char(out, '"');
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte >= ' ' && byte != '"' && byte != '\\')
			continue;
		buffer_add(out, plain, (size_t)(text - plain));
		plain = text + 1;
		if (byte >= ' ')
			buffer_print(out, "\\%c", byte);
		else if (byte < sizeof(shorts) && shorts[byte] != '\0')
			buffer_print(out, "\\%c", shorts[byte]);
		else
			buffer_print(out, "\\u%04x", byte);
	}
	buffer_add(out, plain, (size_t)(text - plain));
	buffer_add_char(out, '"');
}

// The comma and the key that stand before a value.
static void add_key(struct json_out *json, const char *key)
{
	if (json->comma)
		buffer_add_char(&json->out, ',');
	json->comma = true;
	if (key != NULL) {
		add_quoted(&json->out, key);
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
	add_quoted(&json->out, text);
}

void json_add_int(struct json_out *json, const char *key, int64_t number)
{
	add_key(json, key);
	buffer_print(&json->out, "%" PRId64, number);
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
