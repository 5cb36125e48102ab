// SPDX-License-Identifier: Apache-2.0
// Reports. The same `as_of` gives the same figures for ever, once all that was being written at that moment has been.
#include "api/report.h"

#include <string.h>

#include "api/list.h"
#include "api/refusal.h"
#include "store/measure.h"
#include "store/row.h"

#define SETTLES (60 * MOMENT_SECOND) // what was begun before is in the record by then, or never
#define DAY_TEXT 10                  // bytes of 2026-11-23

static void list_write(struct json_out *json, const char *key, const char *list)
{
	json_begin(json, key, '[');
	for (const char *rest = list; *rest != '\0'; rest += strspn(rest, ",")) {
		size_t length = strcspn(rest, ",");

		json_add_text(json, NULL, arena_copy_bytes(json->out.arena, rest, length));
		rest += length;
	}
	json_end(json, ']');
}

static void measure_write(struct json_out *json, const struct measure *measure)
{
	json_add_text(json, "measure", measure->name);
	json_add_text(json, "zh", measure->zh);
	json_add_text(json, "en", measure->en);
	json_add_text(json, "unit", measure->unit);
	json_add_text(json, "formula", measure->formula);
}

enum outcome list_reports(struct call *call)
{
	json_begin(&call->answer, NULL, '{');
	json_begin(&call->answer, "items", '[');
	for (size_t i = 0; i < measure_count; i++) {
		json_begin(&call->answer, NULL, '{');
		measure_write(&call->answer, &measures[i]);
		list_write(&call->answer, "by", measures[i].by);
		list_write(&call->answer, "split", measures[i].split);
		json_end(&call->answer, '}');
	}
	json_end(&call->answer, ']');
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}

// What was asked.

static const char *dimension_of(const void *source, const char *dimension)
{
	const struct call *call = source;

	return query_get(&call->query, dimension);
}

static const char *read_day(struct call *call, const char *name)
{
	const char *text = query_get(&call->query, name);
	moment day;

	if (text == NULL)
		faults_add(&call->faults, name, "missing", "%s must be given", name);
	else if (strlen(text) != DAY_TEXT || !moment_read(text, &day))
		faults_add(&call->faults, name, "format", "%s is a day, as in 2026-11-01", name);
	return text;
}

static const char *read_as_of(struct call *call, const char *given)
{
	char text[MOMENT_TEXT];
	moment as_of = call->now;

	if (given != NULL && !moment_read(given, &as_of))
		faults_add(&call->faults, "as_of", "format", "as_of is a time, as in 2026-11-01T00:00:00Z");
	else if (as_of > call->now)
		faults_add(&call->faults, "as_of", "range", "as_of has not come yet");
	return arena_copy(call->arena, moment_print(as_of, text));
}

// A cursor is "offset~as_of": its pages are told as of one moment.
static void read_page(struct call *call, struct measure_ask *ask)
{
	const char *cursor = query_get(&call->query, "cursor"), *tilde = cursor == NULL ? NULL : strchr(cursor, '~');

	read_limit(call);
	ask->limit = call->limit;
	if (cursor == NULL)
		return;
	if (tilde == NULL ||
	    !text_to_int(arena_copy_bytes(call->arena, cursor, (size_t)(tilde - cursor)), 0, INT32_MAX, &ask->offset))
		faults_add(&call->faults, "cursor", "format", "this cursor does not belong to this list");
	else
		ask->as_of = read_as_of(call, tilde + 1);
}

static bool read_detail(struct call *call)
{
	const char *text = query_get(&call->query, "detail");

	if (text != NULL && !text_in_list("true,false", text))
		faults_add(&call->faults, "detail", "format", "detail is true or false");
	return text_equals(text, "true");
}

struct measure_ask report_read(struct call *call)
{
	return (struct measure_ask){
	    .from = read_day(call, "from"),
	    .to = read_day(call, "to"),
	    .as_of = read_as_of(call, query_get(&call->query, "as_of")),
	    .zone = call->house->calendar->zone,
	    .calendar = call->house->calendar->document,
	    .closed = call->house->closed_states,
	    .by = query_get(&call->query, "by"),
	    .caller = call->caller.login,
	    .outside = call->caller.outside,
	    .filter = dimension_of,
	    .source = call,
	};
}

static struct measure_ask read_ask(struct call *call)
{
	struct measure_ask ask = report_read(call);

	ask.detail = read_detail(call);

	read_page(call, &ask);
	return ask;
}

// What is answered.

static void head_write(struct call *call, const struct measure *measure, const struct measure_ask *ask)
{
	struct json_out *json = &call->answer;
	moment as_of;

	measure_write(json, measure);
	json_add_text(json, "from", ask->from);
	json_add_text(json, "to", ask->to);
	json_add_text(json, "zone", ask->zone);
	json_add_text(json, "as_of", ask->as_of);
	if (!ask->detail)
		json_add_bool(json, "settled", moment_read(ask->as_of, &as_of) && as_of <= call->now - SETTLES);
	list_write(json, "by", ask->detail ? measure->by : measure_split(measure, ask, call->arena));
}

static void rows_write(struct json_out *json, const struct pg_result *rows, int from, int until, int first)
{
	json_begin(json, "items", '[');
	for (int row = from; row < until; row++) {
		json_begin(json, NULL, '{');
		row_write(json, rows, row, first, NULL);
		json_end(json, '}');
	}
	json_end(json, ']');
}

#define FIGURE 1 // its first column, behind "total"

static enum outcome tell_figures(struct call *call, const struct pg_result *rows)
{
	json_begin(&call->answer, "total", '{');
	row_write(&call->answer, rows, 0, FIGURE + 1, NULL);
	json_end(&call->answer, '}');
	rows_write(&call->answer, rows, 1, pg_rows(rows), FIGURE);
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}

static enum outcome tell_facts(struct call *call, const struct pg_result *rows)
{
	bool more = pg_rows(rows) > call->limit;
	const struct measure_ask ask = read_ask(call);
	int64_t following = ask.offset + call->limit;

	rows_write(&call->answer, rows, 0, more ? (int)call->limit : pg_rows(rows), 0);
	const char *next = arena_print(call->arena, "%lld~%s", (long long)following, ask.as_of);
	json_add_text(&call->answer, "next", more ? next : NULL);
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}

enum outcome show_report(struct call *call)
{
	const struct measure *measure = measure_find(call->parts.part[0]);
	const struct measure_ask ask = read_ask(call);

	if (measure == NULL)
		return refuse(call, PROBLEM_NOT_FOUND, "there is no such measure");
	if (call->faults.count > 0)
		return refuse(call, PROBLEM_MALFORMED, NULL);
	json_begin(&call->answer, NULL, '{');
	head_write(call, measure, &ask);
	if (!call_ask_measure(call, measure, &ask, ask.detail ? tell_facts : tell_figures)) {
		json_out_init(&call->answer, call->arena);
		return refuse(call, PROBLEM_MALFORMED, NULL);
	}
	return WAIT;
}
