// SPDX-License-Identifier: Apache-2.0
// Data on its way out, in any format. THE FORMAT TABLE is in output.c; each format has its writer.
#ifndef WEIHU_CLI_OUTPUT_H
#define WEIHU_CLI_OUTPUT_H

#include <stdbool.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/column.h"

struct output;

struct format { // how a format begins, takes an item and ends
	const char *name;
	void (*begin)(struct output *output);
	void (*item)(struct output *output, const struct json *item);
	void (*end)(struct output *output);
	bool everything; // all columns and not only those of a table
};

struct output {
	struct cli *cli;
	const struct format *format;
	const struct resource *resource;
	const struct column **columns; // NULL-terminated
	bool chosen;                   // they were chosen by --columns
	bool list;                     // of many; else of one
	bool header;
	bool failed; // the server broke off: what came is shown, of nothing nothing
	size_t count;
	struct arena *arena; // lives until output_end()
	void *state;         // the writer's own
};

// Starts a list, or one thing, of the resource (NULL: any JSON, whose columns its first item tells). NULL after a
// complaint.
struct output *output_begin(struct cli *cli, const struct resource *resource, bool list);
void output_item(struct output *output, const struct json *item);
void output_end(struct output *output);

// One thing from begin to end; the exit code.
int output_one(struct cli *cli, const struct resource *resource, const struct json *item);

// True if people read it: a table or a page on a terminal, and no format was asked for that programs read.
bool output_is_for_people(const struct cli *cli);

// True if -o names `format`.
bool output_is(const struct cli *cli, const char *format);

// False after a complaint: -o names no format.
bool output_check(const struct cli *cli);

// The columns of the item, as an object: what --columns leaves of it.
const struct json *output_chosen(const struct output *output, const struct json *item);

// The writers, by format.
void table_begin(struct output *output);
void table_item(struct output *output, const struct json *item);
void table_end(struct output *output);
void csv_begin(struct output *output);
void csv_item(struct output *output, const struct json *item);
void tsv_begin(struct output *output);
void tsv_item(struct output *output, const struct json *item);
void json_text_item(struct output *output, const struct json *item);
void json_text_end(struct output *output);
void jsonl_item(struct output *output, const struct json *item);
void yaml_item(struct output *output, const struct json *item);
void yaml_end(struct output *output);
void name_item(struct output *output, const struct json *item);

// A value as indented JSON without a line end.
void json_text_print(FILE *out, struct arena *arena, const struct json *value, int depth);

// "ticket/42".
const char *output_name(struct arena *arena, const struct resource *resource, const struct json *item);

#endif
