// SPDX-License-Identifier: Apache-2.0
// THE FORMAT TABLE, and what all formats share: which columns, how many items.
#include "cli/output.h"

#include <string.h>

#include "cli/own.h"
#include "cli/say.h"

#define ROOMY 100 // columns of a terminal from which on a table shows more

static void nothing(struct output *output)
{
	(void)output;
}

static const struct format formats[] = {
    // THE FORMAT TABLE
    {"table", table_begin, table_item, table_end, false},
    {"wide", table_begin, table_item, table_end, true},
    {"json", nothing, json_text_item, json_text_end, true},
    {"jsonl", nothing, jsonl_item, nothing, true},
    {"yaml", nothing, yaml_item, yaml_end, true},
    {"csv", csv_begin, csv_item, nothing, true},
    {"tsv", tsv_begin, tsv_item, nothing, true},
    {"name", nothing, name_item, nothing, true},
};

static const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (text_equals(formats[i].name, name))
			return &formats[i];
	return NULL;
}

static const char *wanted_format(const struct cli *cli)
{
	const char *asked = cli_flag(cli, "output");
	return asked ? asked : cli->terminal ? "table" : "tsv";
}

bool output_check(const struct cli *cli)
{
	const char *name = wanted_format(cli), *nearest;
	if (format_find(name))
		return true;
	nearest = words_nearest(WORDS_FORMAT, name);
	if (nearest)
		cli_usage(cli, _("there is no format \"%s\"; did you mean %s?"), name, nearest);
	else
		cli_usage(cli, _("there is no format \"%s\": table, wide, json, jsonl, yaml, csv, tsv or name"), name);
	return false;
}

bool output_is(const struct cli *cli, const char *format)
{
	return text_equals(cli_flag(cli, "output"), format);
}

bool output_is_for_people(const struct cli *cli)
{
	const struct format *format = format_find(wanted_format(cli));
	return format && format->item == table_item;
}

static void add_column(struct output *output, size_t *count, const struct column *column)
{
	output->columns[(*count)++] = column;
}

// A column of a resource of no table: its key is its label.
static const struct column *plain_column(struct arena *arena, const char *key)
{
	struct column *column = arena_take(arena, sizeof *column);
	*column = (struct column){.key = key, .label = key};
	return column;
}

// A field of the team's own stands in every list of tickets, the others of a ticket only where it is shown alone.
static const struct column *field_column(struct output *output, const char *key)
{
	static const enum look looks[] = {
	    [FIELD_TEXT] = LOOK_PROSE,
	    [FIELD_WHOLE] = LOOK_NUMBER,
	    [FIELD_TRUTH] = LOOK_TRUTH,
	    [FIELD_TIME] = LOOK_TIME,
	    [FIELD_NAMES] = LOOK_TEXT,
	};
	enum field_id id;
	own_learn(output->cli, key);
	if (output->resource != &resource_tickets || !field_find(key, &id) || (output->list && id < F_OWN_FIRST))
		return NULL;
	struct column *column = arena_take(output->arena, sizeof *column);
	*column = (struct column){.key = key, .label = fields[id].label, .look = looks[fields[id].type]};
	return column;
}

static size_t rows_of(const struct resource *resource)
{
	size_t count = 0;
	while (resource && resource->columns[count].key)
		count++;
	return count;
}

static bool choose_named(struct output *output, const char *names)
{
	size_t count = 0;
	output->columns = arena_take_array(output->arena, strlen(names) + 1, sizeof *output->columns);
	for (const char *name = names; *name; name += strcspn(name, ","), name += *name == ',') {
		const char *key = arena_copy_bytes(output->arena, name, strcspn(name, ","));
		const struct column *column =
		    output->resource ? column_find(output->resource, key) : plain_column(output->arena, key);
		if (!column)
			column = field_column(output, key);
		if (column) {
			add_column(output, &count, column);
			continue;
		}
		const char *nearest = column_nearest(output->resource, key);
		if (nearest)
			cli_usage(output->cli, _("there is no column \"%s\"; did you mean %s?"), key, nearest);
		else
			cli_usage(output->cli, _("there is no column \"%s\""), key);
		return false;
	}
	output->chosen = true;
	return true;
}

// What shows without being asked for.
static enum rank shown_rank(const struct output *output)
{
	if (output->format->everything || !output->list)
		return RANK_WIDE;
	return output->cli->terminal && output->cli->width < ROOMY ? RANK_TABLE : RANK_ROOMY;
}

static void choose_by_rank(struct output *output)
{
	size_t count = 0, rows = rows_of(output->resource);
	output->columns = arena_take_array(output->arena, rows + 1, sizeof *output->columns);
	for (size_t i = 0; i < rows; i++)
		if (output->resource->columns[i].rank <= shown_rank(output))
			add_column(output, &count, &output->resource->columns[i]);
}

static void choose_by_item(struct output *output, const struct json *item)
{
	size_t count = 0;
	output->columns = arena_take_array(output->arena, item->count + 1, sizeof *output->columns);
	for (const struct json *member = item->first; member && item->type == JSON_OBJECT; member = member->next)
		add_column(output, &count, plain_column(output->arena, arena_copy(output->arena, member->key)));
}

struct output *output_begin(struct cli *cli, const struct resource *resource, bool list)
{
	struct output *output = arena_take(cli->arena, sizeof *output);
	*output = (struct output){.cli = cli,
	    .format = format_find(wanted_format(cli)),
	    .resource = resource,
	    .list = list,
	    .header = !cli_is(cli, "no-header"),
	    .arena = arena_new()};
	const char *names = cli_flag(cli, "columns");
	if (names && !choose_named(output, names)) {
		arena_free(output->arena);
		return NULL;
	}
	if (!names && resource)
		choose_by_rank(output);
	return output;
}

void output_item(struct output *output, const struct json *item)
{
	if (!output->columns)
		choose_by_item(output, item);
	if (output->count == 0)
		output->format->begin(output);
	output->format->item(output, item);
	output->count++;
}

void output_end(struct output *output)
{
	if (!output->columns)
		output->columns = arena_take(output->arena, sizeof *output->columns);
	if (output->count == 0 && !output->failed)
		output->format->begin(output);
	if (output->count > 0 || !output->failed)
		output->format->end(output);
	arena_free(output->arena);
}

int output_one(struct cli *cli, const struct resource *resource, const struct json *item)
{
	struct output *output = output_begin(cli, resource, false);
	if (!output)
		return LEAVE_USAGE;
	output_item(output, item);
	output_end(output);
	return LEAVE_OK;
}

const struct json *output_chosen(const struct output *output, const struct json *item)
{
	if (!output->chosen)
		return item;
	struct json *chosen = arena_take(output->arena, sizeof *chosen), **end = &chosen->first;
	chosen->type = JSON_OBJECT;
	for (size_t i = 0; output->columns[i]; i++) {
		const struct json *value = json_member(item, output->columns[i]->key);
		struct json *member = arena_take(output->arena, sizeof *member);
		if (value)
			*member = *value;
		member->key = output->columns[i]->key;
		member->next = NULL;
		*end = member;
		end = &member->next;
		chosen->count++;
	}
	return chosen;
}

const char *output_name(struct arena *arena, const struct resource *resource, const struct json *item)
{
	const struct column key = {.key = resource ? resource->name_key : "id"};
	const char *value = column_plain(arena, &key, item);
	return resource ? arena_print(arena, "%s/%s", resource->noun, value) : value;
}

void name_item(struct output *output, const struct json *item)
{
	fprintf(output->cli->out, "%s\n", output_name(output->arena, output->resource, item));
}
