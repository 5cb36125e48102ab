// SPDX-License-Identifier: Apache-2.0
// A form: what is to be sent, by key, however it was gathered: flags, -F, an editor, questions.
#ifndef WEIHU_CLI_FORM_H
#define WEIHU_CLI_FORM_H

#include <stdbool.h>

#include "cli/cli.h"

struct entry {
	const char *key, *text; // an empty text clears
	enum value value;
	struct entry *next;
};

struct form {
	struct arena *arena;
	struct entry *first, *last;
};

// Arguments that have a key, flags of PLACE_FIELD, and every -F; false after a complaint.
bool form_take(struct form *form, struct cli *cli);

// Sets or replaces an entry.
void form_set(struct form *form, enum value value, const char *key, const char *text);
void form_set_field(struct form *form, const char *key, const char *text);

const char *form_text(const struct form *form, const char *key); // NULL: not there

// The members of a JSON object into the open one, or as an object of its own.
void form_write(const struct form *form, struct json_out *json);
const char *form_print(const struct form *form);

// What a person typed as a value: @FILE is what the file holds, - what standard input says, @@ an @. NULL after a
// complaint.
const char *form_typed(struct arena *arena, const char *text);

#endif
