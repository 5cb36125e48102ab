// SPDX-License-Identifier: Apache-2.0
// How a cell of THE COLUMN TABLES reads.
#include "cli/column.h"

#include <string.h>

#include "base/text.h"
#include "cli/number.h"
#include "cli/safe.h"
#include "cli/say.h"
#include "cli/when.h"

const struct column *column_find(const struct resource *resource, const char *key)
{
	for (const struct column *column = resource->columns; column->key; column++)
		if (text_equals(column->key, key))
			return column;
	return NULL;
}

const char *column_nearest(const struct resource *resource, const char *mistyped)
{
	const char *nearest = NULL;
	size_t best = SIZE_MAX;
	for (const struct column *column = resource->columns; column->key; column++) {
		size_t distance = text_distance(mistyped, column->key);
		if (distance < best) {
			best = distance;
			nearest = column->key;
		}
	}
	return nearest && words_close(mistyped, best) ? nearest : NULL;
}

static const char *plain_list(struct arena *arena, const struct json *list)
{
	struct buffer text;
	buffer_init(&text, arena);
	for (const struct json *item = list->first; item; item = item->next) {
		if (item != list->first)
			buffer_add_char(&text, ',');
		buffer_add_text(&text, column_text(arena, item));
	}
	return text.bytes;
}

const char *column_text(struct arena *arena, const struct json *value)
{
	if (!value || value->type == JSON_NULL)
		return "";
	switch (value->type) {
	case JSON_TEXT: return value->text;
	case JSON_NUMBER: return number_text(arena, value->number);
	case JSON_TRUE: return "true";
	case JSON_FALSE: return "false";
	case JSON_LIST:
		if (!value->first || value->first->type != JSON_OBJECT)
			return plain_list(arena, value);
		break;
	default: break;
	}
	struct json_out json;
	json_out_init(&json, arena);
	json_add_value(&json, NULL, value);
	return json.out.bytes;
}

const char *column_plain(struct arena *arena, const struct column *column, const struct json *item)
{
	return column_text(arena, json_member(item, column->key));
}

static const char *shown_words(struct arena *arena, enum words words, const struct json *value)
{
	if (value->type == JSON_TEXT)
		return words_label(words, value->text);
	struct buffer text;
	buffer_init(&text, arena);
	for (const struct json *item = value->first; item; item = item->next) {
		const char *identifier = value->type == JSON_OBJECT ? item->key : column_text(arena, item);
		buffer_print(&text, "%s%s", text.length > 0 ? ", " : "", words_label(words, identifier));
	}
	return text.bytes;
}

static const char *shown_loans(struct arena *arena, enum words words, const struct json *loans)
{
	struct buffer text;
	buffer_init(&text, arena);
	for (const struct json *loan = loans->first; loan; loan = loan->next) {
		const char *role = column_text(arena, json_member(loan, "role"));
		const char *until = column_text(arena, json_member(loan, "until"));
		buffer_add_text(&text, text.length > 0 ? ", " : "");
		buffer_print(&text, _("%s until %s"), words_label(words, role), when_shown(arena, until));
	}
	return text.bytes;
}

static const char *shown_shares(struct arena *arena, const struct json *shares)
{
	struct buffer text;
	int64_t minutes;
	buffer_init(&text, arena);
	for (const struct json *share = shares->first; share; share = share->next) {
		const char *login = column_text(arena, json_member(share, "login"));
		if (json_int(json_member(share, "minutes"), &minutes))
			buffer_print(&text, "%s%s %s", text.length > 0 ? ", " : "", login,
			    when_span(arena, (long)minutes));
	}
	return text.bytes;
}

static const char *shown_value(struct arena *arena, const struct column *column, const struct json *value)
{
	int64_t number;
	switch (column->look) {
	case LOOK_TIME: return when_shown(arena, column_text(arena, value));
	case LOOK_DAY:
		return arena_copy_bytes(arena, when_shown(arena, column_text(arena, value)), strlen("2026-11-23"));
	case LOOK_TRUTH: return value->type == JSON_TRUE ? _("yes") : _("no");
	case LOOK_WORDS:
	case LOOK_KEYS: return shown_words(arena, column->words, value);
	case LOOK_LOANS: return shown_loans(arena, column->words, value);
	case LOOK_SHARES: return shown_shares(arena, value);
	case LOOK_MINUTES: return json_int(value, &number) ? when_span(arena, (long)number) : column_text(arena, value);
	case LOOK_NAMED:
		return arena_print(arena, "%s (%s)", column_text(arena, value),
		    shown_words(arena, column->words, value));
	case LOOK_TICKET: return arena_print(arena, "#%s", column_text(arena, value));
	case LOOK_TEXT:
	case LOOK_PROSE:
	case LOOK_LOCAL:
	case LOOK_NUMBER: break;
	}
	return column_text(arena, value);
}

static const char *shown_key(struct arena *arena, const struct column *column)
{
	bool local = column->look == LOOK_LOCAL && text_equals(say_language(), "zh");
	return local ? arena_print(arena, "%s_zh", column->key) : column->key;
}

const char *column_shown(struct arena *arena, const struct column *column, const struct json *item)
{
	const struct json *value = json_member(item, shown_key(arena, column));
	if (column->instead && (!value || value->type == JSON_NULL))
		value = json_member(item, column->instead);
	if (!value || value->type == JSON_NULL)
		return "";
	return safe_line(arena, shown_value(arena, column, value));
}

bool column_is_text(const struct column *column, const struct json *item)
{
	const struct json *value = json_member(item, column->key);
	return value && value->type != JSON_NUMBER;
}
