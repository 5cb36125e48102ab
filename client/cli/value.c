// SPDX-License-Identifier: Apache-2.0
// What can stand behind a flag or as an argument, and how it goes to the server.
#include "cli/value.h"

#include <string.h>

#include "base/text.h"
#include "cli/when.h"

const struct value_row value_rows[VALUE_COUNT] = {
    [VALUE_TRUTH] = {NULL, SHAPE_TRUTH, WORDS_NONE},
    [VALUE_TEXT] = {"TEXT", SHAPE_TEXT, WORDS_NONE},
    [VALUE_WHOLE] = {"N", SHAPE_WHOLE, WORDS_NONE},
    [VALUE_MINUTES] = {"MINUTES", SHAPE_MINUTES, WORDS_NONE},
    [VALUE_TIME] = {"TIME", SHAPE_TIME, WORDS_NONE},
    [VALUE_DAY] = {"DAY", SHAPE_DAY, WORDS_NONE},
    [VALUE_LIST] = {"A,B", SHAPE_LIST, WORDS_NONE},
    [VALUE_SHARES] = {"LOGIN=MINUTES,…", SHAPE_SHARES, WORDS_NONE},
    [VALUE_FILE] = {"FILE", SHAPE_TEXT, WORDS_NONE},
    [VALUE_FIELD] = {"KEY=VALUE", SHAPE_TEXT, WORDS_FIELD},
    [VALUE_TICKET] = {"ID", SHAPE_WHOLE, WORDS_NONE},
    [VALUE_PERSON] = {"LOGIN", SHAPE_TEXT, WORDS_NONE},
    [VALUE_PROGRAM] = {"PROGRAM", SHAPE_TEXT, WORDS_NONE},
    [VALUE_ACTION] = {"ACTION", SHAPE_TEXT, WORDS_ACTION},
    [VALUE_STATE] = {"STATE", SHAPE_TEXT, WORDS_STATE},
    [VALUE_KIND] = {"KIND", SHAPE_TEXT, WORDS_KIND},
    [VALUE_SEVERITY] = {"SEVERITY", SHAPE_TEXT, WORDS_SEVERITY},
    [VALUE_PRIORITY] = {"PRIORITY", SHAPE_TEXT, WORDS_NONE},
    [VALUE_ROLE] = {"ROLE", SHAPE_TEXT, WORDS_ROLE},
    [VALUE_ROLES] = {"ROLE,ROLE", SHAPE_LIST, WORDS_ROLE},
    [VALUE_STEP] = {"STEP", SHAPE_TEXT, WORDS_STEP},
    [VALUE_STEP_RESULT] = {"RESULT", SHAPE_TEXT, WORDS_STEP_RESULT},
    [VALUE_LINK] = {"LINK", SHAPE_TEXT, WORDS_LINK},
    [VALUE_DESIGNATION] = {"ROLE", SHAPE_TEXT, WORDS_DESIGNATION},
    [VALUE_SOURCE] = {"SOURCE", SHAPE_TEXT, WORDS_SOURCE},
    [VALUE_DOCUMENTS] = {"STATE", SHAPE_TEXT, WORDS_DOCUMENTS},
    [VALUE_RESULT] = {"RESULT", SHAPE_TEXT, WORDS_RESULT},
    [VALUE_LEVEL] = {"LEVEL", SHAPE_TEXT, WORDS_LEVEL},
    [VALUE_SORT] = {"ORDER", SHAPE_TEXT, WORDS_SORT},
    [VALUE_SHELL] = {"SHELL", SHAPE_TEXT, WORDS_SHELL},
    [VALUE_METHOD] = {"METHOD", SHAPE_TEXT, WORDS_METHOD},
    [VALUE_FORMAT] = {"FORMAT", SHAPE_TEXT, WORDS_FORMAT},
    [VALUE_COLUMNS] = {"A,B,C", SHAPE_LIST, WORDS_NONE},
    [VALUE_URL] = {"URL", SHAPE_TEXT, WORDS_NONE},
    [VALUE_NOUN] = {"NOUN", SHAPE_TEXT, WORDS_NONE},
    [VALUE_VERB] = {"VERB", SHAPE_TEXT, WORDS_NONE},
    [VALUE_TOKEN] = {"N", SHAPE_WHOLE, WORDS_NONE},
    [VALUE_EXPORT] = {"tickets|changes|work|events|measures", SHAPE_TEXT, WORDS_NONE},
    [VALUE_ATTACHMENT] = {"NUMBER", SHAPE_WHOLE, WORDS_NONE},
    [VALUE_REVIEW] = {"REVIEW", SHAPE_WHOLE, WORDS_NONE},
    [VALUE_VERDICT] = {"VERDICT", SHAPE_TEXT, WORDS_VERDICT},
    [VALUE_HEAD] = {"HEAD", SHAPE_TEXT, WORDS_HEAD},
    [VALUE_REVIEW_STATE] = {"STATE", SHAPE_TEXT, WORDS_REVIEW_STATE},
    [VALUE_MEASURE] = {"MEASURE", SHAPE_TEXT, WORDS_NONE},
};

enum value value_of_field(enum field_id id)
{
	static const enum value kinds[] = {
	    [FIELD_TEXT] = VALUE_TEXT,
	    [FIELD_WHOLE] = VALUE_WHOLE,
	    [FIELD_TRUTH] = VALUE_TRUTH,
	    [FIELD_TIME] = VALUE_TIME,
	    [FIELD_CHOICE] = VALUE_TEXT,
	    [FIELD_PERSON] = VALUE_PERSON,
	    [FIELD_PEOPLE] = VALUE_LIST,
	    [FIELD_PROGRAM] = VALUE_PROGRAM,
	    [FIELD_TICKET] = VALUE_TICKET,
	    [FIELD_NAMES] = VALUE_LIST,
	};
	return strstr(fields[id].key, "minutes") ? VALUE_MINUTES : kinds[fields[id].type];
}

static const char *normal_truth(const char *text)
{
	static const char *const words[][2] = {{"yes", "true"}, {"on", "true"}, {"no", "false"}, {"off", "false"}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_equals(text, words[i][0]))
			return words[i][1];
	return text;
}

const char *value_normal(struct arena *arena, enum value value, const char *text)
{
	const char *normal = NULL;
	switch (value_rows[value].shape) {
	case SHAPE_TRUTH: normal = normal_truth(text); break;
	case SHAPE_MINUTES: normal = when_minutes(arena, text); break;
	case SHAPE_TIME: normal = when_time(arena, text); break;
	case SHAPE_DAY: normal = when_day(arena, text); break;
	case SHAPE_TEXT:
	case SHAPE_WHOLE:
	case SHAPE_LIST:
	case SHAPE_SHARES: break;
	}
	if (value == VALUE_TICKET)
		text += text_starts(text, "ticket/") ? strlen("ticket/") : *text == '#';
	return normal ? normal : text;
}

static void write_list(struct json_out *json, const char *key, const char *text)
{
	json_begin(json, key, '[');
	for (const char *item = text; *item; item += *item == ',') {
		size_t length = strcspn(item, ",");
		if (length > 0)
			json_add_text(json, NULL, arena_copy_bytes(json->out.arena, item, length));
		item += length;
	}
	json_end(json, ']');
}

// chen=1h30m,hu=45
static void write_shares(struct json_out *json, const char *key, const char *text)
{
	struct arena *arena = json->out.arena;
	json_begin(json, key, '[');
	for (const char *share = text; *share; share += *share == ',') {
		size_t length = strcspn(share, ","), login = strcspn(share, "=,");
		if (length > 0) {
			const char *minutes =
			    login < length ? arena_copy_bytes(arena, share + login + 1, length - login - 1) : "";
			json_begin(json, NULL, '{');
			json_add_text(json, "login", arena_copy_bytes(arena, share, login));
			value_write(json, VALUE_MINUTES, "minutes", value_normal(arena, VALUE_MINUTES, minutes));
			json_end(json, '}');
		}
		share += length;
	}
	json_end(json, ']');
}

void value_write(struct json_out *json, enum value value, const char *key, const char *text)
{
	enum value_shape shape = value_rows[value].shape;
	int64_t number;
	if (!*text)
		json_add_null(json, key);
	else if (shape == SHAPE_LIST)
		write_list(json, key, text);
	else if (shape == SHAPE_SHARES)
		write_shares(json, key, text);
	else if ((shape == SHAPE_WHOLE || shape == SHAPE_MINUTES) && text_to_int(text, INT64_MIN, INT64_MAX, &number))
		json_add_int(json, key, number);
	else if (shape == SHAPE_TRUTH && (text_equals(text, "true") || text_equals(text, "false")))
		json_add_bool(json, key, *text == 't');
	else
		json_add_text(json, key, text);
}
