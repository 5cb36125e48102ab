// SPDX-License-Identifier: Apache-2.0
// THE COMMAND TABLE (commands.c): noun, verb, what they take, what they are for, who does them. Help, completion,
// parsing and most of the work are read from it.
#ifndef WEIHU_CLI_COMMAND_H
#define WEIHU_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/value.h"

struct cli;
struct resource;

#define ARGUMENT_MOST 3

enum place {         // where the value of a flag goes
	PLACE_HERE,  // the handler asks for it by name
	PLACE_QUERY, // a query parameter
	PLACE_FIELD  // a member of the request's body
};

struct flag {
	char letter;      // 'o', or 0
	const char *name; // "output"
	enum value value; // VALUE_NONE ends a table
	enum place place;
	const char *key;    // in the query or the body; the name where it is NULL
	const char *help;   // msgid
	const char *preset; // what goes to the body where it is not given, or NULL
};

enum count { COUNT_ONE, COUNT_OPTIONAL, COUNT_MANY };

struct argument {
	enum value value; // VALUE_NONE: no more
	enum count count;
	const char *key;         // member of the request's body, or NULL
	const char *placeholder; // where that of its value does not say enough
};

struct command {
	const char *noun, *verb; // verb NULL: the noun alone does something
	const char *aliases;     // of the verb (of the noun where there is no verb), with spaces between, or NULL
	struct argument arguments[ARGUMENT_MOST];
	const char *help;     // one line, msgid
	const char *more;     // a paragraph, msgid, or NULL
	const char *examples; // lines as they would be typed
	const struct flag *flags;
	int (*run)(struct cli *cli); // answers the exit code
	const char *path;            // of the API; {1} is the first argument
	const struct resource *resource;
	const char *done; // msgid said after a write, %s is what was written
	bool paged;       // the list takes limit and cursor
	bool offline;     // needs no server
	bool hidden;
};

struct noun {
	const char *name, *aliases;
	const char *help; // msgid
};

// THE COMMAND TABLE, in parts; a row without noun ends each.
extern const struct command ticket_commands[], record_commands[], commands[];
extern const struct noun nouns[]; // a row without name ends it
extern const struct flag global_flags[];

// The rows one after the other; NULL begins, and NULL ends.
const struct command *command_next(const struct command *command);

// The row of noun and verb (or an alias of either); NULL when there is none. `verb` may be NULL.
const struct command *command_find(const char *noun, const char *verb);
const struct noun *noun_find(const char *name);

// True if `noun` has no verbs: login, api, …
bool noun_stands_alone(const char *noun);

const struct flag *flag_find(const struct command *command, const char *name, size_t length);
const struct flag *flag_of_letter(const struct command *command, char letter);

// The noun, verb or flag nearest to a mistyped one, or NULL.
const char *noun_nearest(const char *mistyped);
const char *verb_nearest(const char *noun, const char *mistyped);
const char *flag_nearest(const struct command *command, const char *mistyped);

// "weihu ticket list [FLAGS]", in the arena.
const char *command_usage(struct arena *arena, const struct command *command);

#endif
