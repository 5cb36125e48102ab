// SPDX-License-Identifier: Apache-2.0
// JSON in and out. Reading is strict (RFC 8259 and more, see json_read); writing needs no tree.
#ifndef WEIHU_BASE_JSON_H
#define WEIHU_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT };

// A value as read; everything lives in the arena that json_read() was given.
struct json {
	enum json_type type;
	const char *key;    // within an object
	const char *text;   // JSON_TEXT; of a JSON_NUMBER the digits as they were written
	double number;      // JSON_NUMBER
	struct json *first; // members of a list or an object
	struct json *next;  // sibling
	size_t count;       // how many members
};

// Reads one value that fills all of the bytes. Refused, each with a fault whose field is "": anything that is not JSON,
// invalid UTF-8, NUL (also as \u0000), lone surrogates, a key twice in one object, more than 64 levels, trailing bytes.
const struct json *json_read(struct arena *arena, const char *bytes, size_t length, struct faults *faults);

// The member called `key`, or NULL.
const struct json *json_member(const struct json *object, const char *key);

// The text of a JSON_TEXT, else NULL; NULL is allowed.
const char *json_text(const struct json *value);

// True if `value` is a number without a fraction that a double holds exactly (|n| <= 2^53).
bool json_int(const struct json *value, int64_t *number);

const char *json_type_name(enum json_type type); // null, boolean, number, string, list, object

// The writer: commas and escapes are its job. Keys are NULL inside lists and for the outermost value.
struct json_out {
	struct buffer out;
	bool comma; // the next value needs one before it
};

void json_out_init(struct json_out *json, struct arena *arena);
void json_begin(struct json_out *json, const char *key, char open);           // '{' or '['
void json_end(struct json_out *json, char close);                             // '}' or ']'
void json_add_text(struct json_out *json, const char *key, const char *text); // NULL writes null
void json_add_int(struct json_out *json, const char *key, int64_t number);
void json_add_bool(struct json_out *json, const char *key, bool truth);
void json_add_null(struct json_out *json, const char *key);
void json_add_raw(struct json_out *json, const char *key, const char *raw); // JSON text as it is; NULL writes null
void json_add_value(struct json_out *json, const char *key, const struct json *value);

// A member whose key is written beforehand, for many rows of the same members.
struct json_cell {
	const char *key; // "\"state\":"
	size_t key_length;
	const char *text;
	size_t length;
	bool quoted; // else the text is JSON as it is
};
void json_add_cell(struct json_out *json, const struct json_cell *cell);

// The members of JSON object text `raw` ("{...}", as PostgreSQL prints jsonb) spliced into the open object.
void json_splice(struct json_out *json, const char *raw);

#endif
