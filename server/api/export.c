// SPDX-License-Identifier: Apache-2.0
// Exports: a page of rows is asked for when the client has taken the one before, so that an export of any size takes
// the memory of a page.
#include "api/export.h"

#include <string.h>

#include "api/refusal.h"
#include "store/row.h"

#define PAGE 1000 // rows

struct export_state;

// THE EXPORT FORMAT TABLE
struct export_format {
	const char *name, *type;
	void (*begin)(const struct export_state *state, struct buffer *out);
	void (*row)(const struct export *export, const struct pg_result *rows, int row, struct buffer *out);
};

struct export_state {
	const struct export *export;
	const struct export_format *format;
	int64_t after;
	bool bom, ended;
	const char *lang;    // of the headings: zh, en, or NULL: identifiers
	struct arena *arena; // of the page
};

// CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe.

static bool is_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

static void add_cell(struct buffer *out, const char *text, bool is_text)
{
	bool formula = is_text && is_formula(text);

	if (!formula && strpbrk(text, ",\"\r\n") == NULL) {
		buffer_add_text(out, text);
		return;
	}
	buffer_add_text(out, formula ? "\"'" : "\"");
	for (const char *quote; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
		buffer_add(out, text, (size_t)(quote - text) + 1);
		buffer_add_char(out, '"');
	}
	buffer_add_text(out, text);
	buffer_add_char(out, '"');
}

static const char *heading(const struct export_state *state, const struct export_column *column)
{
	if (text_equals(state->lang, "zh"))
		return column->zh;
	return text_equals(state->lang, "en") ? column->en : column->name;
}

static void csv_begin(const struct export_state *state, struct buffer *out)
{
	if (state->bom)
		buffer_add_text(out, "\xEF\xBB\xBF");
	for (const struct export_column *column = state->export->columns; column->name != NULL; column++) {
		if (column != state->export->columns)
			buffer_add_char(out, ',');
		add_cell(out, heading(state, column), true);
	}
	buffer_add_text(out, "\r\n");
}

static void csv_row(const struct export *export, const struct pg_result *rows, int row, struct buffer *out)
{
	for (int i = 0; export->columns[i].name != NULL; i++) {
		const char *text = pg_text(rows, row, i);
		enum pg_type type = pg_type(rows, i);
		char printed[MOMENT_TEXT];

		if (i > 0)
			buffer_add_char(out, ',');
		if (text == NULL)
			continue;
		if (type == PG_TYPE_TRUTH)
			text = *text == 't' ? "true" : "false";
		add_cell(out, type == PG_TYPE_TIME ? row_time(text, printed) : text, type == PG_TYPE_TEXT);
	}
	buffer_add_text(out, "\r\n");
}

// JSON Lines: an object a line.

static void jsonl_begin(const struct export_state *state, struct buffer *out)
{
	(void)state;
	(void)out;
}

static void jsonl_row(const struct export *export, const struct pg_result *rows, int row, struct buffer *out)
{
	struct json_out json = {.out = *out};

	json_begin(&json, NULL, '{');
	for (int i = 0; export->columns[i].name != NULL; i++)
		row_write_column(&json, export->columns[i].name, rows, row, i);
	json_end(&json, '}');
	*out = json.out;
	buffer_add_char(out, '\n');
}

static const struct export_format formats[] = {
    {"csv", "text/csv; charset=utf-8", csv_begin, csv_row},
    {"jsonl", "application/jsonl", jsonl_begin, jsonl_row},
};

#define FORMATS (sizeof(formats) / sizeof(*formats))

// The pages.

static const char *filter_of(const void *source, const char *name)
{
	const struct call *call = source;

	return query_get(&call->query, name);
}

static void page_drop(struct export_state *state)
{
	if (state->arena != NULL)
		arena_free(state->arena);
	state->arena = NULL;
}

static enum outcome tell_page(struct call *call, const struct pg_result *rows);

static enum outcome ask_rows(struct call *call)
{
	struct export_state *state = call->export;
	const struct export_ask ask = {
	    .after = state->after,
	    .limit = PAGE,
	    .internal = call_may(call, "ticket.read_internal"),
	    .caller = call->caller.login,
	    .outside = call->caller.outside,
	    .filter = filter_of,
	    .source = call,
	};

	state->arena = arena_new();
	if (call_ask_export(call, state->export, &ask, state->arena, tell_page))
		return WAIT;
	page_drop(state);
	return refuse(call, PROBLEM_MALFORMED, NULL);
}

static enum outcome go_on(struct call *call)
{
	return call->export->ended ? call_stream_end(call, true) : ask_rows(call);
}

// Nothing can be refused any more once the first piece is out: the answer is cut off.
static enum outcome cut_off(struct call *call, const struct pg_result *rows)
{
	log_line(LOG_ERROR, &call->subject, "an export was cut off: %s", pg_message(rows));
	page_drop(call->export);
	return call_stream_end(call, false);
}

static bool begin_stream(struct call *call, struct buffer *out)
{
	struct export_state *state = call->export;

	call->failed = cut_off;
	http_reply_header(call->request, "Content-Disposition",
	    arena_print(call->arena, "attachment; filename=\"%s.%s\"", state->export->name, state->format->name));
	state->format->begin(state, out);
	return call_stream_begin(call, state->format->type);
}

static enum outcome tell_page(struct call *call, const struct pg_result *rows)
{
	struct export_state *state = call->export;
	struct buffer out;
	bool wants_body = true;

	buffer_init(&out, state->arena);
	if (call->failed != cut_off)
		wants_body = begin_stream(call, &out);
	for (int row = 0; row < pg_rows(rows); row++)
		state->format->row(state->export, rows, row, &out);
	if (pg_rows(rows) > 0)
		state->after = pg_int(rows, pg_rows(rows) - 1, 0);
	state->ended = pg_rows(rows) < PAGE;
	enum outcome outcome = wants_body && out.length > 0 ? call_stream(call, out.bytes, out.length, go_on)
	                                                    : call_stream_end(call, true);
	page_drop(state);
	return outcome;
}

// What was asked.

static void read_format(struct call *call, struct export_state *state)
{
	const char *name = query_get(&call->query, "format");

	for (size_t i = 0; i < FORMATS; i++)
		if (text_equals(formats[i].name, name == NULL ? formats[0].name : name))
			state->format = &formats[i];
	if (state->format == NULL)
		faults_add(&call->faults, "format", "choice", "format is csv or jsonl");
}

static void read_choices(struct call *call, struct export_state *state)
{
	const char *bom = query_get(&call->query, "bom"), *cursor = query_get(&call->query, "cursor");

	state->bom = text_equals(bom, "true");
	state->lang = query_get(&call->query, "lang");
	if (bom != NULL && !text_in_list("true,false", bom))
		faults_add(&call->faults, "bom", "format", "bom is true or false");
	if (state->lang != NULL && !text_in_list("zh,en", state->lang))
		faults_add(&call->faults, "lang", "choice", "lang is zh or en");
	if (cursor != NULL && !text_to_int(cursor, 0, INT64_MAX, &state->after))
		faults_add(&call->faults, "cursor", "format",
		    "cursor is the first column of the last row that arrived");
}

static void refuse_filters(struct call *call, const struct export *export)
{
	static const char *const all[] = {"program", "kind"};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		bool known = false;

		for (const struct export_filter *filter = export->filters; filter->name != NULL; filter++)
			known = known || text_equals(filter->name, all[i]);
		if (!known && query_get(&call->query, all[i]) != NULL)
			faults_add(&call->faults, all[i], "unknown", "%s cannot be chosen by %s", export->name, all[i]);
	}
}

enum outcome begin_export(struct call *call)
{
	struct export_state *state = arena_take(call->arena, sizeof(*state));

	*state = (struct export_state){.export = export_find(call->parts.part[0])};
	if (state->export == NULL)
		return refuse(call, PROBLEM_NOT_FOUND, "there is no such export");
	read_format(call, state);
	read_choices(call, state);
	refuse_filters(call, state->export);
	call->export = state;
	return call->faults.count > 0 ? refuse(call, PROBLEM_MALFORMED, NULL) : ask_rows(call);
}
