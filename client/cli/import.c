// SPDX-License-Identifier: Apache-2.0
// weihu import: people, programs, readings and tickets from a file. Every row goes through the API by itself, with a
// key made of its source and id: what broke off goes on where it ended, and a second run does no harm.
#include "cli/import.h"

#include <string.h>

#include "base/digest.h"
#include "cli/file.h"
#include "cli/form.h"
#include "cli/handlers.h"
#include "cli/http.h"
#include "cli/output.h"
#include "cli/own.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/url.h"
#include "cli/yaml_text.h"

#define COLUMNS_MOST 16

// THE IMPORT TABLE: what can be imported, where it goes, and its columns. The first columns make a row's id.
static const struct kind {
	const char *name, *path; // {1}: the first column
	size_t id_columns;
	bool in_path; // the first column stands in the path and not in the body
	struct {
		const char *key;
		enum value value;
	} columns[COLUMNS_MOST];
} kinds[] = {
    {"people", "/v1/people", 1, false,
        {{"login", VALUE_TEXT}, {"name", VALUE_TEXT}, {"email", VALUE_TEXT}, {"roles", VALUE_LIST},
            {"vendor", VALUE_TEXT}, {"active", VALUE_TRUTH}}},
    {"programs", "/v1/programs", 1, false,
        {{"code", VALUE_TEXT}, {"name", VALUE_TEXT}, {"language", VALUE_TEXT}, {"vendor", VALUE_TEXT},
            {"source", VALUE_TEXT}, {"critical", VALUE_TRUTH}, {"source_statements", VALUE_WHOLE},
            {"machine_instructions", VALUE_WHOLE}, {"installed_on", VALUE_DAY}, {"not_applicable", VALUE_TEXT},
            {"sysadmin", VALUE_TEXT}, {"deputy", VALUE_TEXT}}},
    {"readings", "/v1/programs/{1}/readings", 2, true,
        {{"program", VALUE_TEXT}, {"read_at", VALUE_TIME}, {"runs", VALUE_WHOLE}, {"failures", VALUE_WHOLE}}},
    {"tickets", "/v1/imports", 1, false, {{"id", VALUE_TEXT}, {"requester", VALUE_TEXT}, {"closed", VALUE_TRUTH}}},
};

#define KINDS (sizeof kinds / sizeof *kinds)

struct import {
	struct cli *cli;
	const struct kind *kind;
	const struct json *map; // of tickets; NULL: columns are fields
	const char *source;
	bool dry, tickets;
	struct record *records;
	struct output *output;
	size_t refused;
	int code; // of what broke it off
};

static const char *cell_text(const struct record *record, const char *key)
{
	return json_text(json_member(record->members, key));
}

static const char *id_of(const struct import *import, const struct record *record)
{
	struct arena *arena = import->cli->arena;
	if (import->map)
		return import_value(arena, json_member(import->map, "row"), record->members);
	const char *id = cell_text(record, import->kind->columns[0].key);
	const char *more = import->kind->id_columns > 1 ? cell_text(record, import->kind->columns[1].key) : NULL;
	return id && *id && more ? arena_print(arena, "%s/%s", id, more) : id && *id ? id : NULL;
}

// Fates.

static void add_member(struct json **end[], struct arena *arena, const char *key, const char *text)
{
	struct json *member = arena_take(arena, sizeof *member);
	*member = (struct json){.type = text ? JSON_TEXT : JSON_NULL, .key = key, .text = text};
	**end = member;
	*end = &member->next;
}

static void tell_fate(struct import *import, const struct record *record, const char *fate, const char *field,
    const char *reason)
{
	struct arena *arena = import->cli->arena;
	struct json item = {.type = JSON_OBJECT, .count = 5}, **end = &item.first;
	add_member(&end, arena, "row", arena_print(arena, "%zu", record->row));
	add_member(&end, arena, "id", id_of(import, record));
	add_member(&end, arena, "fate", fate);
	add_member(&end, arena, "field", field);
	add_member(&end, arena, "reason", reason);
	output_item(import->output, &item);
	import->refused += text_equals(fate, "refused");
}

// What the server says against a row, field by field.
static void tell_refused(struct import *import, const struct record *record, const struct json *answer)
{
	static const char *const lists[] = {"errors", "unmet"};
	bool told = false;
	for (size_t i = 0; answer && i < sizeof lists / sizeof *lists; i++) {
		const struct json *list = json_member(answer, lists[i]);
		for (const struct json *one = list ? list->first : NULL; one; one = one->next, told = true)
			tell_fate(import, record, "refused", json_text(json_member(one, "field")),
			    json_text(json_member(one, "message")));
	}
	if (!told)
		tell_fate(import, record, "refused", NULL,
		    answer ? json_text(json_member(answer, json_member(answer, "detail") ? "detail" : "title")) : NULL);
}

// Rows as the API takes them.

static bool is_column(const struct kind *kind, const char *key, enum value *value)
{
	for (size_t i = 0; i < COLUMNS_MOST && kind->columns[i].key; i++)
		if (text_equals(kind->columns[i].key, key)) {
			*value = kind->columns[i].value;
			return true;
		}
	return false;
}

// Roles stand in a cell with spaces or semicolons between them, since commas part cells.
static const char *list_text(struct arena *arena, const char *text)
{
	char *list = arena_copy(arena, text);
	for (char *c = list; *c; c++)
		if (*c == ' ' || *c == ';')
			*c = ',';
	return list;
}

static const char *plain_body(struct import *import, const struct record *record)
{
	struct form form = {.arena = import->cli->arena};
	for (const struct json *member = record->members->first; member; member = member->next) {
		enum value value = VALUE_TEXT;
		const char *text = member->text ? member->text : "";
		is_column(import->kind, member->key, &value);
		bool named = import->kind->in_path && text_equals(member->key, import->kind->columns[0].key);
		if (*text && !named)
			form_set(&form, value, member->key, value == VALUE_LIST ? list_text(form.arena, text) : text);
	}
	return form_print(&form);
}

static void set_field(struct form *fields, struct cli *cli, const char *key, const char *text)
{
	own_learn(cli, key);
	if (text && *text)
		form_set_field(fields, key, text);
}

static void mapped_fields(struct import *import, const struct record *record, struct form *fields)
{
	struct arena *arena = import->cli->arena;
	const struct json *rules = json_member(import->map, "fields");
	for (const struct json *rule = rules ? rules->first : NULL; rule; rule = rule->next)
		set_field(fields, import->cli, rule->key, import_value(arena, rule, record->members));
	set_field(fields, import->cli, "imported_history",
	    import_history(arena, json_member(import->map, "history"), record->members));
}

static void column_fields(struct import *import, const struct record *record, struct form *fields)
{
	enum value value;
	for (const struct json *member = record->members->first; member; member = member->next)
		if (!is_column(import->kind, member->key, &value))
			set_field(fields, import->cli, member->key, member->text);
}

static const char *ticket_body(struct import *import, const struct record *record)
{
	struct arena *arena = import->cli->arena;
	struct form fields = {.arena = arena};
	struct json_out json;
	const char *requester = cell_text(record, "requester"), *closed = cell_text(record, "closed");
	bool ended = closed && text_equals(value_normal(arena, VALUE_TRUTH, closed), "true");
	if (import->map) {
		requester = import_value(arena, json_member(import->map, "requester"), record->members);
		ended = import_holds(arena, json_member(import->map, "closed"), record->members);
		mapped_fields(import, record, &fields);
	} else
		column_fields(import, record, &fields);
	json_out_init(&json, arena);
	json_begin(&json, NULL, '{');
	json_add_text(&json, "source", import->source);
	json_add_text(&json, "row", id_of(import, record));
	json_add_text(&json, "requester", requester);
	json_add_bool(&json, "closed", ended);
	json_begin(&json, "fields", '{');
	form_write(&fields, &json);
	json_end(&json, '}');
	json_end(&json, '}');
	return json.out.bytes;
}

// The same row of the same source always has the same key.
static const char *key_of(const struct import *import, const char *id)
{
	struct digest_part parts[] = {{import->kind->name, strlen(import->kind->name) + 1},
	    {import->source, strlen(import->source) + 1}, {id, strlen(id)}};
	return arena_print(import->cli->arena, "import-%s", digest_hex(import->cli->arena, parts, 3));
}

static const char *path_of(const struct import *import, const struct record *record)
{
	struct arena *arena = import->cli->arena;
	const char *name = import->map ? NULL : cell_text(record, import->kind->columns[0].key);
	const char *path = url_fill(arena, import->kind->path, &name, name != NULL);
	return import->dry ? arena_print(arena, "%s?dry_run=true", path) : path;
}

// False when there is no sense in going on.
static bool import_row(struct import *import, const struct record *record)
{
	const char *id = id_of(import, record);
	struct request request = {.method = "POST",
	    .path = path_of(import, record),
	    .body = import->tickets ? ticket_body(import, record) : plain_body(import, record),
	    .key = key_of(import, id)};
	struct answer answer = http_ask(import->cli, import->cli->arena, &request);
	const struct json *allowed = answer.json ? json_member(answer.json, "allowed") : NULL;
	if (answer.status == 0 || answer.code == LEAVE_LOGIN || answer.code == LEAVE_NETWORK || answer.status == 403) {
		import->code = problem_tell(import->cli, &answer, &(struct subject){.name = NULL});
		return false;
	}
	if (answer.status == 409 && strstr(answer.body, "urn:weihu:problem:exists"))
		tell_fate(import, record, "there_already", NULL, NULL);
	else if (answer.code != LEAVE_OK || (import->dry && allowed && allowed->type == JSON_FALSE))
		tell_refused(import, record, answer.json);
	else
		tell_fate(import, record,
		    answer.replayed   ? "there_already"
		        : import->dry ? "would_be_added"
		                      : "added",
		    NULL, NULL);
	return true;
}

// What is wrong with a row before the server is asked; "" in `field` when it is the row as a whole.
static bool is_wrong(struct import *import, const struct record *record)
{
	const char *id = record->wrong ? NULL : id_of(import, record), *other;
	if (record->wrong) {
		tell_fate(import, record, "refused", record->field, record->wrong);
		return true;
	}
	const char *id_field = import->map ? "row" : import->kind->columns[0].key;
	if (!id) {
		tell_fate(import, record, "refused", id_field, _("must be filled"));
		return true;
	}
	for (const struct record *before = import->records; before != record; before = before->next)
		if (!before->wrong && (other = id_of(import, before)) && text_equals(other, id)) {
			tell_fate(import, record, "refused", id_field,
			    arena_print(import->cli->arena, _("stands in row %zu, too"), before->row));
			return true;
		}
	return false;
}

static const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (text_equals(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

// False after a complaint.
static bool read_map(struct import *import, const char **list)
{
	struct cli *cli = import->cli;
	const char *file = cli_flag(cli, "map");
	char *text = file ? file_read(cli->arena, file) : NULL;
	if (!file)
		return true;
	import->map = text ? yaml_text_read(cli->arena, text, file) : NULL;
	if (!import->map)
		return false;
	if (import->map->type != JSON_OBJECT || !json_member(import->map, "row") ||
	    !json_member(import->map, "fields")) {
		say(_("%s: a mapping has row and fields at least"), file);
		return false;
	}
	*list = json_text(json_member(import->map, "records"));
	if (json_text(json_member(import->map, "source")))
		import->source = json_text(json_member(import->map, "source"));
	return true;
}

int import_run(struct cli *cli)
{
	struct import import = {.cli = cli,
	    .kind = kind_named(cli->args[0]),
	    .dry = cli_is(cli, "dry-run"),
	    .source = "csv"};
	const char *list = NULL;
	bool goes_on = true;
	if (!import.kind)
		return cli_usage(cli, _("people, programs, readings or tickets can be imported, not \"%s\""),
		    cli->args[0]);
	import.tickets = text_equals(import.kind->name, "tickets");
	if (cli_flag(cli, "map") && !import.tickets)
		return cli_usage(cli, _("--map is for tickets"));
	if (!read_map(&import, &list))
		return LEAVE_USAGE;
	import.source = cli_flag(cli, "source") ? cli_flag(cli, "source") : import.source;
	import.records = import_read(cli, cli->args[1], cli_flag(cli, "encoding"), list);
	if (!import.records)
		return LEAVE_USAGE;
	import.output = output_begin(cli, cli->command->resource, true);
	if (!import.output)
		return LEAVE_USAGE;
	for (const struct record *record = import.records; goes_on && record; record = record->next)
		goes_on = is_wrong(&import, record) || import_row(&import, record);
	output_end(import.output);
	if (!goes_on)
		return import.code;
	return import.refused > 0 ? LEAVE_FIELDS : LEAVE_OK;
}
