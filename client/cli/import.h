// SPDX-License-Identifier: Apache-2.0
// Imports: records read from a file, mapped, and sent one by one with every one's fate told.
#ifndef WEIHU_CLI_IMPORT_H
#define WEIHU_CLI_IMPORT_H

#include "base/json.h"
#include "cli/cli.h"

struct record {                     // of the file
	const struct json *members; // an object
	size_t row;                 // in the file: its line in CSV, its place from 1 in JSON
	const char *field, *wrong;  // what cannot be read of it, or NULL
	struct record *next;
};

// The records of a CSV file (RFC 4180, its first row names the columns) or of a JSON file: a list, or the object's
// member `list`. In UTF-8, with or without a byte order mark, or in `encoding`. NULL after a complaint about the whole
// file.
struct record *import_read(struct cli *cli, const char *name, const char *encoding, const char *list);

// The value that `rule` asks of a record: the path of a member ("author.name"), or a map of from, values, else, text.
// NULL: none, or the record has none.
const char *import_value(struct arena *arena, const struct json *rule, const struct json *members);

// What `rule` (list, line) makes of a list in the record: a line for each item. NULL: none.
const char *import_history(struct arena *arena, const struct json *rule, const struct json *members);

// True if the value that `rule` asks for is one of its values.
bool import_holds(struct arena *arena, const struct json *rule, const struct json *members);

#endif
