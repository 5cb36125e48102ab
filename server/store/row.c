// SPDX-License-Identifier: Apache-2.0
// Rows as JSON (written from PostgreSQL's text straight into the answer) and as tickets for the rules.
#include "store/row.h"

#include <string.h>

// The connection's time zone is UTC: what follows the seconds is at most a fraction and "+00".
const char *row_time(const char *text, char printed[MOMENT_TEXT])
{
	size_t length = strlen(text);

	if (length < 22 || length > 29 || text[10] != ' ' || strcmp(text + length - 3, "+00") != 0)
		return text; // infinity, or a year before 1 or beyond 9999
	memcpy(printed, text, 19);
	printed[10] = 'T';
	memcpy(printed + 19, ".000000Z", 9);
	if (text[19] == '.')
		memcpy(printed + 20, text + 20, length - 3 - 20);
	return printed;
}

const char *row_cell(const struct pg_result *result, int row, int column, enum pg_type type, size_t *length,
    char printed[MOMENT_TEXT])
{
	const char *text = pg_cell(result, row, column, length);

	if (text == NULL || (type != PG_TYPE_TRUTH && type != PG_TYPE_TIME))
		return text;
	if (type == PG_TYPE_TIME)
		text = row_time(text, printed);
	else
		text = *text == 't' ? "true" : "false";
	*length = strlen(text);
	return text;
}

// A column of a result, and the cell that is being written.
struct column {
	struct json_cell cell;
	enum pg_type type;
	bool body;
};

// `key` has room for the name and three bytes more.
static struct column column_at(const struct pg_result *result, int index, const char *name, size_t length, char *key)
{
	key[0] = '"';
	memcpy(key + 1, name, length);
	key[1 + length] = '"';
	key[2 + length] = ':';
	return (struct column){.cell = {.key = key, .key_length = length + 3},
	    .type = pg_type(result, index),
	    .body = pg_type(result, index) == PG_TYPE_JSON && strcmp(name, "body") == 0};
}

static struct column column_of(const struct pg_result *result, int index, const char *name, struct arena *arena)
{
	size_t length = strlen(name);

	return column_at(result, index, name, length, arena_take_raw(arena, length + 3));
}

static bool names_any(const char *text, const char *keys, struct arena *arena)
{
	char *rest = NULL;

	for (char *key = strtok_r(arena_copy(arena, keys), ",", &rest); key != NULL; key = strtok_r(NULL, ",", &rest))
		if (strstr(text, key) != NULL)
			return true;
	return false;
}

// The members of a body but for the hidden ones.
static void write_body(struct json_out *json, const char *text, const char *hidden)
{
	struct faults faults;

	if (hidden == NULL || !names_any(text, hidden, json->out.arena)) {
		json_splice(json, text);
		return;
	}
	faults_init(&faults, json->out.arena);
	const struct json *body = json_read(json->out.arena, text, strlen(text), &faults);
	for (const struct json *member = body == NULL ? NULL : body->first; member != NULL; member = member->next)
		if (!text_in_list(hidden, member->key))
			json_add_value(json, member->key, member);
}

static bool is_bare(enum pg_type type)
{
	return type == PG_TYPE_NUMBER || type == PG_TYPE_TRUTH || type == PG_TYPE_JSON;
}

static void cell_write(struct json_out *json, struct column *column, const char *text, size_t length)
{
	struct json_cell *cell = &column->cell;

	cell->quoted = text != NULL && !is_bare(column->type);
	cell->text = text == NULL ? "null" : text;
	cell->length = text == NULL ? strlen("null") : length;
	json_add_cell(json, cell);
}

void row_write_column(struct json_out *json, const char *key, const struct pg_result *result, int row, int column)
{
	struct column described = column_of(result, column, key, json->out.arena);
	char printed[MOMENT_TEXT];
	size_t length;
	const char *text = row_cell(result, row, column, described.type, &length, printed);

	cell_write(json, &described, text, length);
}

static void columns_write(struct json_out *json, struct column *columns, const struct pg_result *result, int row,
    int first, const char *hidden)
{
	int end = pg_columns(result);

	for (int i = first; i < end; i++) {
		struct column *column = &columns[i - first];
		char printed[MOMENT_TEXT];
		size_t length;
		const char *text = row_cell(result, row, i, column->type, &length, printed);

		if (column->body && text != NULL)
			write_body(json, text, hidden);
		else
			cell_write(json, column, text, length);
	}
}

static struct column *columns_of(const struct pg_result *result, int first, struct arena *arena)
{
	int count = pg_columns(result) - first;
	struct column *columns = arena_take_array(arena, count > 0 ? (size_t)count : 0, sizeof(*columns));

	for (int i = 0; i < count; i++)
		columns[i] = column_of(result, first + i, pg_name(result, first + i), arena);
	return columns;
}

void row_write(struct json_out *json, const struct pg_result *result, int row, int first, const char *hidden)
{
	columns_write(json, columns_of(result, first, json->out.arena), result, row, first, hidden);
}

void row_write_all(struct json_out *json, const struct pg_result *result, int count, int first)
{
	struct column *columns = columns_of(result, first, json->out.arena);

	for (int row = 0; row < count; row++) {
		json_begin(json, NULL, '{');
		columns_write(json, columns, result, row, first, NULL);
		json_end(json, '}');
	}
}

void row_write_lines(struct buffer *out, const struct pg_result *result)
{
	struct column *columns = columns_of(result, 0, out->arena);
	struct json_out json = {.out = *out};

	for (int row = 0; row < pg_rows(result); row++) {
		json.comma = false;
		json_begin(&json, NULL, '{');
		columns_write(&json, columns, result, row, 0, NULL);
		json_end(&json, '}');
		buffer_add_char(&json.out, '\n');
	}
	*out = json.out;
}

// The columns of ticket_view, in its order.
enum ticket_column { T_ID, T_VERSION, T_STATE, T_WORKFLOW, T_FIELDS };

static const enum field_id column_fields[] = {F_KIND, F_CLAIMED_KIND, F_PROGRAM, F_SEVERITY, F_PRIORITY, F_REQUESTER,
    F_SYSADMIN, F_TECHNICIAN, F_PLANNED_START, F_PLANNED_END, F_DUE_AT};

#define COLUMN_FIELDS (int)(sizeof(column_fields) / sizeof(*column_fields))
#define T_BODY (T_FIELDS + COLUMN_FIELDS + 2) // after created_at and updated_at
#define T_COUNT (T_BODY + 1)

static void read_columns(const struct pg_result *result, int row, int first, struct ticket *ticket, struct arena *arena)
{
	for (int i = 0; i < COLUMN_FIELDS; i++) {
		const char *text = pg_text(result, row, first + T_FIELDS + i);
		char printed[MOMENT_TEXT];

		if (text != NULL && fields[column_fields[i]].type == FIELD_TIME)
			text = row_time(text, printed);
		ticket->values[column_fields[i]] = arena_copy(arena, text);
	}
}

static void read_body(const char *body, struct ticket *ticket, struct arena *arena)
{
	struct faults faults;

	faults_init(&faults, arena);
	const struct json *document = body == NULL ? NULL : json_read(arena, body, strlen(body), &faults);
	if (document == NULL)
		return;
	for (const struct json *member = document->first; member != NULL; member = member->next) {
		enum field_id id;

		// A field of the team's own may have been declared otherwise when it was filled.
		if (field_find(member->key, &id) && (id < F_OWN_FIRST || field_check(id, member, &faults)))
			ticket->values[id] = field_text(arena, id, member);
	}
}

void row_read_ticket(const struct pg_result *result, int row, int first, struct ticket *ticket, struct arena *arena)
{
	*ticket = (struct ticket){
	    .id = pg_int(result, row, first + T_ID),
	    .version = pg_int(result, row, first + T_VERSION),
	    .workflow = (int)pg_int(result, row, first + T_WORKFLOW),
	    .state = arena_copy(arena, pg_text(result, row, first + T_STATE)),
	};
	read_columns(result, row, first, ticket, arena);
	read_body(pg_text(result, row, first + T_BODY), ticket, arena);
}

// "problem_analysis:passed:li,design_change:…"
static void read_steps(const char *text, struct ticket *ticket, struct arena *arena)
{
	if (text == NULL)
		return;
	size_t most = 1;
	for (const char *c = text; *c != '\0'; c++)
		most += *c == ',';
	struct step_entry *entries = arena_take_array(arena, most, sizeof(*entries));
	char *rest = NULL, *parts = NULL;
	for (char *entry = strtok_r(arena_copy(arena, text), ",", &rest); entry != NULL;
	     entry = strtok_r(NULL, ",", &rest)) {
		struct step_entry *read = &entries[ticket->step_count];
		const char *step = strtok_r(entry, ":", &parts), *result = strtok_r(NULL, ":", &parts);

		read->person = strtok_r(NULL, ":", &parts);
		if (step_find(step, &read->step) && step_result_find(result, &read->result))
			ticket->step_count++;
	}
	ticket->steps = entries;
}

void row_read_facts(const struct pg_result *result, int row, struct ticket *ticket, struct arena *arena)
{
	row_read_ticket(result, row, 0, ticket, arena);
	ticket->deputy = arena_copy(arena, pg_text(result, row, T_COUNT));
	ticket->designated = arena_copy(arena, pg_text(result, row, T_COUNT + 1));
	read_steps(pg_text(result, row, T_COUNT + 2), ticket, arena);
	ticket->change_count = pg_int(result, row, T_COUNT + 3);
	ticket->work_count = pg_int(result, row, T_COUNT + 4);
	ticket->clash_count = pg_int(result, row, T_COUNT + 5);
	ticket->record_gaps = (record_items)pg_int(result, row, T_COUNT + 6);
}
