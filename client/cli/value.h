// SPDX-License-Identifier: Apache-2.0
// What can stand behind a flag or as an argument. THE VALUE TABLE (value.c): placeholder, JSON shape, choices.
#ifndef WEIHU_CLI_VALUE_H
#define WEIHU_CLI_VALUE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/json.h"
#include "cli/words.h"
#include "domain/field.h"

enum value {
	VALUE_NONE,  // end of a table
	VALUE_TRUTH, // a flag that takes none: --draft, --no-draft
	VALUE_TEXT,
	VALUE_WHOLE,
	VALUE_MINUTES,
	VALUE_TIME,
	VALUE_DAY,
	VALUE_LIST,
	VALUE_SHARES, // people with their minutes
	VALUE_FILE,
	VALUE_FIELD, // key=value
	VALUE_TICKET,
	VALUE_PERSON,
	VALUE_PROGRAM,
	VALUE_ACTION, // what may be done with the ticket named before
	VALUE_STATE,
	VALUE_KIND,
	VALUE_SEVERITY,
	VALUE_PRIORITY,
	VALUE_ROLE,
	VALUE_ROLES,
	VALUE_STEP,
	VALUE_STEP_RESULT,
	VALUE_LINK,
	VALUE_DESIGNATION,
	VALUE_SOURCE,
	VALUE_DOCUMENTS,
	VALUE_RESULT,
	VALUE_LEVEL,
	VALUE_SORT,
	VALUE_SHELL,
	VALUE_METHOD,
	VALUE_FORMAT,
	VALUE_COLUMNS,
	VALUE_URL,
	VALUE_NOUN,
	VALUE_VERB,
	VALUE_TOKEN, // the number of a token
	VALUE_MEASURE,
	VALUE_EXPORT,
	VALUE_ATTACHMENT, // the number of an attachment
	VALUE_REVIEW,     // the number of a record review
	VALUE_VERDICT,
	VALUE_HEAD,
	VALUE_REVIEW_STATE,
	VALUE_COUNT
};

enum value_shape {
	SHAPE_TEXT,
	SHAPE_WHOLE,
	SHAPE_TRUTH,
	SHAPE_LIST,
	SHAPE_SHARES,
	SHAPE_MINUTES,
	SHAPE_TIME,
	SHAPE_DAY
};

struct value_row {
	const char *placeholder; // STATE, in usage lines
	enum value_shape shape;
	enum words words; // the choices, WORDS_NONE where there are none to name
};

extern const struct value_row value_rows[VALUE_COUNT]; // THE VALUE TABLE

// The kind of value that a ticket's field takes.
enum value value_of_field(enum field_id id);

// Text from the command line in the form that the API reads: 1h30m is 90, "yesterday" a time. What is not understood
// stays as it is: the server says what is wrong with it.
const char *value_normal(struct arena *arena, enum value value, const char *text);

// Adds `text` under `key` in the JSON shape of its kind; an empty text writes null.
void value_write(struct json_out *json, enum value value, const char *key, const char *text);

#endif
