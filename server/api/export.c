// SPDX-License-Identifier: Apache-2.0
// Exports: a page of rows is asked for when there is nothing but the page before it to be sent, so that an export of
// any size takes the memory of two pages.
#include "api/export.h"

#include "api/export_parts.h"
#include "api/refusal.h"

#define PAGE 1000 // rows

// THE EXPORT FORMAT TABLE
static const struct export_format *const formats[] = {&export_csv, &export_jsonl, &export_xlsx};

#define FORMATS (sizeof(formats) / sizeof(*formats))

const char *export_heading(const struct export_state *state, const struct export_column *column)
{
	if (text_equals(state->lang, "zh"))
		return column->zh;
	return text_equals(state->lang, "en") ? column->en : column->name;
}

void export_head(struct call *call)
{
	const struct export_state *state = call->export;

	http_reply_header(call->request, "Content-Disposition",
	    arena_print(call->arena, "attachment; filename=\"%s.%s\"", state->export->name, state->format->name));
}

// The pages.

static const char *filter_of(const void *source, const char *name)
{
	const struct call *call = source;

	return query_get(&call->query, name);
}

void export_drop_page(struct export_state *state)
{
	arena_free(state->arena);
	state->arena = NULL;
}

static bool is_of_measures(const struct export_state *state)
{
	return state->export->from == NULL;
}

static enum outcome take_page(struct call *call, const struct pg_result *rows)
{
	struct export_state *state = call->export;

	if (pg_rows(rows) > 0)
		state->after = pg_int(rows, pg_rows(rows) - 1, 0);
	state->ended = is_of_measures(state) ? !export_measures_left(call) : pg_rows(rows) < PAGE;
	return state->format->tell(call, rows);
}

static bool compose(struct call *call)
{
	struct export_state *state = call->export;
	const struct export_ask ask = {
	    .limit = PAGE,
	    .internal = call_may(call, "ticket.read_internal"),
	    .hidden = call_hidden(call),
	    .caller = call->caller.login,
	    .outside = call->caller.outside,
	    .filter = filter_of,
	    .source = call,
	};

	state->question = export_compose(state->export, &ask, call->arena, &call->faults);
	return state->question != NULL;
}

bool export_ask_page(struct call *call)
{
	struct export_state *state = call->export;

	if (is_of_measures(state))
		return export_ask_measures(call, take_page);
	if (state->question == NULL && !compose(call))
		return false;
	call_ask_export(call, state->question, state->after, take_page);
	return true;
}

// What was asked.

static void read_format(struct call *call, struct export_state *state)
{
	const char *name = query_get(&call->query, "format");

	for (size_t i = 0; i < FORMATS; i++)
		if (text_equals(formats[i]->name, name == NULL ? formats[0]->name : name))
			state->format = formats[i];
	if (state->format == NULL)
		faults_add(&call->faults, "format", "choice", "format is csv, jsonl or xlsx");
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
	static const char *const all[] = {"program", "kind", "by", "as_of"};

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
	state->columns = export_columns(state->export, call->arena);
	read_format(call, state);
	read_choices(call, state);
	refuse_filters(call, state->export);
	call->export = state;
	if (call->faults.count == 0 && export_ask_page(call))
		return WAIT;
	return refuse(call, PROBLEM_MALFORMED, NULL);
}
