// SPDX-License-Identifier: Apache-2.0
// Reading JSON. cJSON finds the structure but is lenient; what it would let pass is refused by a scan before it.
#include "base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MOST 64
#define DIGITS_MOST 63 // cJSON reads no longer numbers
#define WHOLE_MOST (INT64_C(1) << 53)

struct literal { // a number as it was written; cJSON keeps the double alone
	const char *digits;
	struct literal *next;
};

struct reader {
	struct arena *arena;
	struct faults *faults;
	const char *bytes, *at, *end;
	size_t depth;
	struct literal *first, **last; // the numbers, in the order of the text
};

static bool refuse(struct reader *reader, const char *code, const char *what)
{
	faults_add(reader->faults, "", code, "%s at byte %zu", what, (size_t)(reader->at - reader->bytes) + 1);
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool next_is(const struct reader *reader, const char *any)
{
	return reader->at < reader->end && strchr(any, *reader->at) != NULL;
}

static size_t skip_digits(struct reader *reader)
{
	const char *from = reader->at;

	while (reader->at < reader->end && is_digit(*reader->at))
		reader->at++;
	return (size_t)(reader->at - from);
}

// RFC 8259: -? (0 | [1-9][0-9]*) (.[0-9]+)? ([eE][+-]?[0-9]+)?
static bool number_is_well_formed(struct reader *reader)
{
	if (next_is(reader, "-"))
		reader->at++;
	if (next_is(reader, "0"))
		reader->at++;
	else if (skip_digits(reader) == 0)
		return false;
	if (next_is(reader, ".")) {
		reader->at++;
		if (skip_digits(reader) == 0)
			return false;
	}
	if (next_is(reader, "eE")) {
		reader->at++;
		if (next_is(reader, "+-"))
			reader->at++;
		if (skip_digits(reader) == 0)
			return false;
	}
	return !next_is(reader, "0123456789+-.eE");
}

static bool scan_number(struct reader *reader)
{
	const char *from = reader->at;
	struct literal *literal;
	size_t length;

	if (!number_is_well_formed(reader))
		return refuse(reader, "format", "malformed number");
	length = (size_t)(reader->at - from);
	if (length > DIGITS_MOST)
		return refuse(reader, "range", "number with too many digits");
	literal = arena_take(reader->arena, sizeof(*literal));
	literal->digits = arena_copy_bytes(reader->arena, from, length);
	*reader->last = literal;
	reader->last = &literal->next;
	return true;
}

// The four hexadecimal digits behind \u, or -1.
static int scan_unit(struct reader *reader)
{
	int unit = 0;

	if (reader->end - reader->at < 4)
		return -1;
	for (int i = 0; i < 4; i++, reader->at++) {
		char c = *reader->at;

		if (is_digit(c))
			unit = unit * 16 + (c - '0');
		else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
			unit = unit * 16 + ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return unit;
}

// Behind the "\u" of an escape.
static bool scan_point(struct reader *reader)
{
	int unit = scan_unit(reader);

	if (unit < 0)
		return refuse(reader, "format", "malformed \\u escape");
	if (unit == 0)
		return refuse(reader, "format", "NUL (\\u0000)");
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	if (unit < 0xdc00 && reader->end - reader->at >= 2 && reader->at[0] == '\\' && reader->at[1] == 'u') {
		reader->at += 2;
		unit = scan_unit(reader);
		if (unit >= 0xdc00 && unit <= 0xdfff)
			return true;
	}
	return refuse(reader, "format", "lone surrogate");
}

static bool scan_escape(struct reader *reader)
{
	reader->at++;
	if (next_is(reader, "u")) {
		reader->at++;
		return scan_point(reader);
	}
	if (!next_is(reader, "\"\\/bfnrt"))
		return refuse(reader, "format", "unknown escape");
	reader->at++;
	return true;
}

static bool scan_text(struct reader *reader)
{
	reader->at++;
	while (reader->at < reader->end && *reader->at != '"') {
		if ((unsigned char)*reader->at < ' ')
			return refuse(reader, "format", "control character in a string");
		if (*reader->at != '\\')
			reader->at++;
		else if (!scan_escape(reader))
			return false;
	}
	if (reader->at == reader->end)
		return refuse(reader, "format", "string without an end");
	reader->at++;
	return true;
}

static bool scan_one(struct reader *reader)
{
	char c = *reader->at;

	if (c == '"')
		return scan_text(reader);
	if (c == '-' || is_digit(c))
		return scan_number(reader);
	if (((unsigned char)c < ' ' && strchr("\t\n\r", c) == NULL) || (unsigned char)c > '~')
		return refuse(reader, "format", "unexpected character");
	if (c == '{' || c == '[') {
		if (++reader->depth > DEPTH_MOST)
			return refuse(reader, "format", "more than 64 levels");
	} else if ((c == '}' || c == ']') && reader->depth > 0) {
		reader->depth--;
	}
	reader->at++;
	return true;
}

static bool scan(struct reader *reader)
{
	size_t length = (size_t)(reader->end - reader->bytes);
	const char *nul = length == 0 ? NULL : memchr(reader->bytes, '\0', length);

	if (nul != NULL) {
		reader->at = nul;
		return refuse(reader, "format", "NUL");
	}
	if (!text_is_utf8(reader->bytes, length)) {
		faults_add(reader->faults, "", "format", "not UTF-8");
		return false;
	}
	while (reader->at < reader->end)
		if (!scan_one(reader))
			return false;
	return true;
}

static int key_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// Sorted, so that an object of very many keys costs no quadratic time.
static bool keys_are_unique(struct reader *reader, const struct json *object)
{
	const char **keys = arena_take_array(reader->arena, object->count, sizeof(*keys));
	size_t count = 0;
	bool unique = true;

	for (const struct json *member = object->first; member != NULL; member = member->next)
		keys[count++] = member->key;
	if (count > 0)
		qsort(keys, count, sizeof(*keys), key_order);
	for (size_t i = 1; i < count && unique; i++) {
		unique = strcmp(keys[i - 1], keys[i]) != 0;
		if (!unique)
			faults_add(reader->faults, "", "duplicate", "key \"%s\" stands twice in one object", keys[i]);
	}
	return unique;
}

static bool convert(struct reader *reader, const cJSON *from, struct json *value);

static bool convert_members(struct reader *reader, const cJSON *from, struct json *value)
{
	struct json **link = &value->first;

	for (const cJSON *child = from->child; child != NULL; child = child->next) {
		struct json *member = arena_take(reader->arena, sizeof(*member));

		member->key = arena_copy(reader->arena, child->string);
		if (!convert(reader, child, member))
			return false;
		*link = member;
		link = &member->next;
		value->count++;
	}
	return value->type == JSON_LIST || keys_are_unique(reader, value);
}

static bool convert_number(struct reader *reader, const cJSON *from, struct json *value)
{
	if (reader->first == NULL)
		abort(); // the scan has seen each number
	value->type = JSON_NUMBER;
	value->number = from->valuedouble;
	value->text = reader->first->digits;
	reader->first = reader->first->next;
	if (isfinite(value->number))
		return true;
	faults_add(reader->faults, "", "range", "number %s is too large", value->text);
	return false;
}

static bool convert(struct reader *reader, const cJSON *from, struct json *value) // no deeper than DEPTH_MOST
{
	switch (from->type & 0xff) {
	case cJSON_False: value->type = JSON_FALSE; return true;
	case cJSON_True: value->type = JSON_TRUE; return true;
	case cJSON_Number: return convert_number(reader, from, value);
	case cJSON_String:
		value->type = JSON_TEXT;
		value->text = arena_copy(reader->arena, from->valuestring);
		return true;
	case cJSON_Array: value->type = JSON_LIST; return convert_members(reader, from, value);
	case cJSON_Object: value->type = JSON_OBJECT; return convert_members(reader, from, value);
	default: value->type = JSON_NULL; return true;
	}
}

static void *take_or_abort(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL)
		abort();
	return memory;
}

static void set_memory(void)
{
	cJSON_Hooks hooks = {.malloc_fn = take_or_abort, .free_fn = free};

	cJSON_InitHooks(&hooks);
}

// cJSON's tree of the text, or NULL with a fault.
static cJSON *parse(struct reader *reader)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	size_t length = (size_t)(reader->end - reader->bytes);
	const char *end = reader->bytes;
	cJSON *tree;

	pthread_once(&once, set_memory);
	tree = cJSON_ParseWithLengthOpts(reader->bytes, length, &end, false);
	reader->at = end;
	if (tree == NULL) {
		refuse(reader, "format", length == 0 ? "no JSON value" : "malformed JSON");
		return NULL;
	}
	while (next_is(reader, " \t\n\r"))
		reader->at++;
	if (reader->at == reader->end)
		return tree;
	refuse(reader, "format", "something behind the JSON value");
	cJSON_Delete(tree);
	return NULL;
}

const struct json *json_read(struct arena *arena, const char *bytes, size_t length, struct faults *faults)
{
	struct reader reader = {.arena = arena, .faults = faults, .bytes = bytes, .at = bytes, .end = bytes + length};
	struct json *value;
	cJSON *tree;
	bool good;

	reader.last = &reader.first;
	if (!scan(&reader))
		return NULL;
	tree = parse(&reader);
	if (tree == NULL)
		return NULL;
	value = arena_take(arena, sizeof(*value));
	good = convert(&reader, tree, value);
	cJSON_Delete(tree);
	return good ? value : NULL;
}

const struct json *json_member(const struct json *object, const char *key)
{
	if (object == NULL || object->type != JSON_OBJECT)
		return NULL;
	for (const struct json *member = object->first; member != NULL; member = member->next)
		if (strcmp(member->key, key) == 0)
			return member;
	return NULL;
}

const char *json_text(const struct json *value)
{
	return value != NULL && value->type == JSON_TEXT ? value->text : NULL;
}

bool json_int(const struct json *value, int64_t *number)
{
	if (value == NULL || value->type != JSON_NUMBER)
		return false;
	if (value->text != NULL && strpbrk(value->text, ".eE") == NULL)
		return text_to_int(value->text, -WHOLE_MOST, WHOLE_MOST, number);
	// Written with a fraction or an exponent: at 2^53 itself the double may have been rounded.
	if (fabs(value->number) >= (double)WHOLE_MOST || trunc(value->number) != value->number)
		return false;
	*number = (int64_t)value->number;
	return true;
}

const char *json_type_name(enum json_type type)
{
	static const char *const names[] = {
	    [JSON_NULL] = "null",
	    [JSON_FALSE] = "boolean",
	    [JSON_TRUE] = "boolean",
	    [JSON_NUMBER] = "number",
	    [JSON_TEXT] = "string",
	    [JSON_LIST] = "list",
	    [JSON_OBJECT] = "object",
	};

	return names[type];
}
