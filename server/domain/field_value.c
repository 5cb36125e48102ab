// SPDX-License-Identifier: Apache-2.0
// Values of fields: checked as JSON, kept as text, written back as JSON. One row per type.
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "domain/field.h"
#include "domain/name.h"

#define LIST_MOST 50       // items of a list
#define TOKEN_MOST 64      // characters of a login or a program's code
#define SHARE_MOST 1000000 // minutes of one person

typedef bool value_check(const struct field *field, const struct json *value, struct faults *faults);

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

// Control characters other than tab and line breaks; and line breaks, too, where there is one line only.
static bool has_control(const char *text, bool one_line)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			if (*c != '\t' && (one_line || (*c != '\n' && *c != '\r')))
				return true;
	return false;
}

static bool check_text(const struct field *field, const struct json *value, struct faults *faults)
{
	int64_t points = (int64_t)text_points(value->text);

	if (points < field->least || points > field->most)
		faults_add(faults, field->key, "length",
		    "must have %" PRId64 " to %" PRId64 " characters, has %" PRId64, field->least, field->most, points);
	else if (is_blank(value->text))
		faults_add(faults, field->key, "length", "must not be blank");
	else if (has_control(value->text, field->most <= FIELD_LINE_MOST))
		faults_add(faults, field->key, "format", "must not hold control characters%s",
		    field->most <= FIELD_LINE_MOST ? " or line breaks" : "");
	else
		return true;
	return false;
}

static bool check_whole(const struct field *field, const struct json *value, struct faults *faults)
{
	int64_t number;

	if (!json_int(value, &number)) {
		faults_add(faults, field->key, "type", "must be a whole number");
		return false;
	}
	if (number >= field->least && number <= field->most)
		return true;
	if (field->most == INT64_MAX)
		faults_add(faults, field->key, "range", "must be %" PRId64 " or more", field->least);
	else
		faults_add(faults, field->key, "range", "must be %" PRId64 " to %" PRId64, field->least, field->most);
	return false;
}

static bool check_truth(const struct field *field, const struct json *value, struct faults *faults)
{
	(void)field, (void)value, (void)faults; // a boolean is right
	return true;
}

static bool check_time(const struct field *field, const struct json *value, struct faults *faults)
{
	moment time;

	if (moment_read(value->text, &time))
		return true;
	faults_add(faults, field->key, "format", "must be a time such as 2026-11-23T04:54:41Z (RFC 3339)");
	return false;
}

static bool check_date(const struct field *field, const struct json *value, struct faults *faults)
{
	moment time;

	if (strlen(value->text) == strlen("2026-11-23") && moment_read(value->text, &time))
		return true;
	faults_add(faults, field->key, "format", "must be a day such as 2026-11-23");
	return false;
}

static bool check_choice(const struct field *field, const struct json *value, struct faults *faults)
{
	size_t count = 0;

	for (; field->choices[count] != NULL; count++)
		if (text_equals(field->choices[count], value->text))
			return true;
	faults_add(faults, field->key, "choice", "must be one of: %s",
	    text_join(faults->arena, field->choices, count, ", "));
	return false;
}

static bool check_token(const struct field *field, const struct json *value, struct faults *faults)
{
	size_t length = strlen(value->text);

	if (length == 0 || length > TOKEN_MOST)
		faults_add(faults, field->key, "length", "must have 1 to %d characters", TOKEN_MOST);
	else if (!text_is_token(value->text) || strchr(value->text, ',') != NULL)
		faults_add(faults, field->key, "format", "must be printable ASCII without spaces or commas");
	else
		return true;
	return false;
}

static bool is_repeated(const struct json *list, const struct json *item)
{
	for (const struct json *other = list->first; other != item; other = other->next)
		if (text_equals(other->text, item->text))
			return true;
	return false;
}

static bool check_tokens(const struct field *field, const struct json *value, struct faults *faults)
{
	if (value->count > LIST_MOST) {
		faults_add(faults, field->key, "length", "must have at most %d items", LIST_MOST);
		return false;
	}
	for (const struct json *item = value->first; item != NULL; item = item->next) {
		if (item->type != JSON_TEXT) {
			faults_add(faults, field->key, "type", "must be a list of strings");
			return false;
		}
		if (!check_token(field, item, faults))
			return false;
		if (is_repeated(value, item)) {
			faults_add(faults, field->key, "format", "must not name '%s' twice", item->text);
			return false;
		}
	}
	return true;
}

static bool is_shared(const struct json *list, const struct json *share)
{
	for (const struct json *other = list->first; other != share; other = other->next)
		if (text_equals(json_text(json_member(other, "login")), json_text(json_member(share, "login"))))
			return true;
	return false;
}

static bool check_share(const struct field *field, const struct json *share, struct faults *faults)
{
	const struct json *login = json_member(share, "login"), *minutes = json_member(share, "minutes");
	int64_t number;

	if (share->type != JSON_OBJECT || share->count != 2 || login == NULL || minutes == NULL ||
	    login->type != JSON_TEXT || !json_int(minutes, &number)) {
		faults_add(faults, field->key, "type", "must be a list of {login, minutes}");
		return false;
	}
	if (number >= 1 && number <= SHARE_MOST)
		return check_token(field, login, faults);
	faults_add(faults, field->key, "range", "the minutes of '%s' must be 1 to %d", login->text, SHARE_MOST);
	return false;
}

static bool check_shares(const struct field *field, const struct json *value, struct faults *faults)
{
	if (value->count < 1 || value->count > LIST_MOST) {
		faults_add(faults, field->key, "length", "must have 1 to %d items", LIST_MOST);
		return false;
	}
	for (const struct json *share = value->first; share != NULL; share = share->next) {
		if (!check_share(field, share, faults))
			return false;
		if (is_shared(value, share)) {
			faults_add(faults, field->key, "format", "must not name '%s' twice",
			    json_text(json_member(share, "login")));
			return false;
		}
	}
	return true;
}

static const char *whole_text(struct arena *arena, const struct json *value)
{
	int64_t number = 0;

	json_int(value, &number);
	return arena_print(arena, "%" PRId64, number);
}

static const char *truth_text(struct arena *arena, const struct json *value)
{
	return arena_copy(arena, value->type == JSON_TRUE ? "true" : "false");
}

static const char *time_text(struct arena *arena, const struct json *value)
{
	moment time = 0;

	moment_read(value->text, &time);
	return moment_print(time, arena_take(arena, MOMENT_TEXT));
}

static const char *plain_text(struct arena *arena, const struct json *value)
{
	return arena_copy(arena, value->text);
}

static const char *list_text(struct arena *arena, const struct json *value)
{
	struct buffer text;

	if (value->first == NULL)
		return NULL;
	buffer_init(&text, arena);
	for (const struct json *item = value->first; item != NULL; item = item->next) {
		buffer_add_text(&text, item->text);
		if (item->next != NULL)
			buffer_add_char(&text, ',');
	}
	return text.bytes;
}

static void write_whole(struct json_out *json, const char *key, const char *text)
{
	int64_t number;

	if (text_to_int(text, INT64_MIN, INT64_MAX, &number))
		json_add_int(json, key, number);
	else
		json_add_null(json, key);
}

static void write_truth(struct json_out *json, const char *key, const char *text)
{
	json_add_bool(json, key, text_equals(text, "true"));
}

static void write_list(struct json_out *json, const char *key, const char *text)
{
	const char *item;
	size_t length;

	json_begin(json, key, '[');
	while ((length = list_next(&text, &item)) > 0)
		json_add_text(json, NULL, arena_copy_bytes(json->out.arena, item, length));
	json_end(json, ']');
}

static const struct {
	const char *name;
	enum json_type json; // JSON_TRUE stands for both truths
	const char *wanted;
	value_check *check;
	const char *(*text)(struct arena *arena, const struct json *value);
	void (*write)(struct json_out *json, const char *key, const char *text);
} types[] = {
    [FIELD_TEXT] = {"text", JSON_TEXT, "a string", check_text, plain_text, json_add_text},
    [FIELD_WHOLE] = {"whole", JSON_NUMBER, "a whole number", check_whole, whole_text, write_whole},
    [FIELD_TRUTH] = {"truth", JSON_TRUE, "true or false", check_truth, truth_text, write_truth},
    [FIELD_TIME] = {"time", JSON_TEXT, "a string with a time (RFC 3339)", check_time, time_text, json_add_text},
    [FIELD_DATE] = {"date", JSON_TEXT, "a string with a day", check_date, plain_text, json_add_text},
    [FIELD_CHOICE] = {"choice", JSON_TEXT, "a string", check_choice, plain_text, json_add_text},
    [FIELD_PERSON] = {"person", JSON_TEXT, "a string with a login", check_token, plain_text, json_add_text},
    [FIELD_PEOPLE] = {"people", JSON_LIST, "a list of logins", check_tokens, list_text, write_list},
    [FIELD_PROGRAM] = {"program", JSON_TEXT, "a string with a program's code", check_token, plain_text, json_add_text},
    [FIELD_TICKET] = {"ticket", JSON_NUMBER, "the number of a ticket", check_whole, whole_text, write_whole},
    [FIELD_NAMES] = {"names", JSON_LIST, "a list of names", check_tokens, list_text, write_list},
    [FIELD_SHARES] = {"shares", JSON_LIST, "a list of {login, minutes}", check_shares, NULL, NULL},
};

const char *field_type_name(enum field_type type)
{
	return types[type].name;
}

bool field_check(enum field_id id, const struct json *value, struct faults *faults)
{
	return field_check_row(&fields[id], value, faults);
}

bool field_check_row(const struct field *field, const struct json *value, struct faults *faults)
{
	enum json_type type = value->type == JSON_FALSE ? JSON_TRUE : value->type;

	if (type == JSON_NULL)
		return true;
	if (type == types[field->type].json)
		return types[field->type].check(field, value, faults);
	faults_add(faults, field->key, "type", "must be %s, not %s", types[field->type].wanted,
	    json_type_name(value->type));
	return false;
}

const char *field_text(struct arena *arena, enum field_id id, const struct json *value)
{
	return value->type == JSON_NULL ? NULL : types[fields[id].type].text(arena, value);
}

void field_write(struct json_out *json, enum field_id id, const char *text)
{
	if (text == NULL)
		json_add_null(json, fields[id].key);
	else
		types[fields[id].type].write(json, fields[id].key, text);
}
