// SPDX-License-Identifier: Apache-2.0
// Record items and measures, from the replayed log alone.
#include "audit/report.h"

#include <inttypes.h>
#include <string.h>

#include "audit/canon.h"

#define MINUTES_OF_HOUR 60.0

static void add_cell(struct buffer *out, const char *text, bool last)
{
	bool quoted = text != NULL && strpbrk(text, ",\"\r\n") != NULL;

	if (quoted)
		buffer_add_char(out, '"');
	while (text != NULL && *text != '\0') {
		size_t plain = strcspn(text, "\"");

		buffer_add(out, text, plain);
		text += plain;
		if (*text == '"') {
			buffer_add(out, "\"\"", 2);
			text++;
		}
	}
	if (quoted)
		buffer_add_char(out, '"');
	buffer_add_text(out, last ? "\r\n" : ",");
}

// A value as a cell: texts bare, null empty, the rest as JSON.
static const char *plain(const struct json *value, struct arena *arena)
{
	if (value == NULL || value->type == JSON_NULL)
		return "";
	return value->type == JSON_TEXT ? value->text : canon_text(arena, value);
}

void report_event(const struct leaf *leaf, struct buffer *out)
{
	static const char *const members[] = {"seq", "at", "actor", "role", "source", "action", "object",
	    "object_version", "from_state", "to_state", "changes", "added", "waived", "result", "reason", "request_id"};
	const size_t count = sizeof(members) / sizeof(*members);

	add_cell(out, leaf == NULL ? "leaf" : arena_print(out->arena, "%" PRIu64, leaf->position), false);
	for (size_t i = 0; i < count; i++)
		add_cell(out, leaf == NULL ? members[i] : plain(json_member(leaf->json, members[i]), out->arena),
		    i + 1 == count);
}

// The 18 items.

static const struct object *program_of(const struct replay *replay, const char *code, struct arena *arena)
{
	return code == NULL ? NULL : index_find(&replay->objects, arena_print(arena, "program/%s", code));
}

static void add_value(struct buffer *out, const struct object *object, const char *key, bool last)
{
	struct faults faults;
	const char *text = object == NULL ? "null" : object_value(object, key);

	faults_init(&faults, out->arena);
	add_cell(out, text == NULL ? "(erased)" : plain(json_read(out->arena, text, strlen(text), &faults), out->arena),
	    last);
}

static void add_time(struct buffer *out, moment time)
{
	char text[MOMENT_TEXT];

	add_cell(out, time == MOMENT_NONE ? "" : moment_print(time, text), false);
}

static void add_number(struct buffer *out, bool known, int64_t number, bool last)
{
	add_cell(out, known ? arena_print(out->arena, "%" PRId64, number) : "", last);
}

static void add_item_row(const struct replay *replay, const struct object *ticket, const struct change *change,
    struct buffer *out)
{
	static const char *const items[] = {"change_level", "change_id", "statements_added", "statements_deleted",
	    "people", "person_minutes", "by_person", "changed_on", "engineer"};
	const char *code = change != NULL ? json_text(json_member(change->row, "program"))
	                                  : object_text(ticket, "program", out->arena);
	const struct object *program = program_of(replay, code, out->arena);
	const struct reading *reading = program == NULL ? NULL : program->readings;

	add_cell(out, code, false);
	add_value(out, program, "source_statements", false);
	add_value(out, program, "machine_instructions", false);
	if (change != NULL && json_text(json_member(change->row, "language")) != NULL)
		add_cell(out, json_text(json_member(change->row, "language")), false);
	else
		add_value(out, program, "language", false);
	add_value(out, program, "installed_on", false);
	add_number(out, reading != NULL, reading == NULL ? 0 : reading->runs, false);
	add_number(out, reading != NULL, reading == NULL ? 0 : reading->failures, false);
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++)
		add_cell(out, change == NULL ? "" : plain(json_member(change->row, items[i]), out->arena), false);
	add_cell(out, strchr(ticket->name, '/') + 1, false);
	add_value(out, ticket, "kind", false);
	add_time(out, ticket->started);
	add_time(out, ticket->closed);
	add_number(out, true, (int64_t)ticket->workers.count, false);
	add_number(out, true, ticket->work_minutes, false);
	add_value(out, ticket, "benefit", true);
}

void report_items(const struct replay *replay, struct buffer *out)
{
	buffer_add_text(out,
	    "program_id,source_statements,machine_instructions,language,installed_on,runs_since_install,"
	    "failures_since_install,change_level,change_id,statements_added,statements_deleted,people,person_minutes,"
	    "by_person,changed_on,engineer,"
	    "request_id,kind,started_at,finished_at,cumulative_people,cumulative_person_minutes,benefit\r\n");
	for (const struct object *ticket = replay->first; ticket != NULL; ticket = ticket->next) {
		if (!object_is(ticket, "ticket") || ticket->hidden)
			continue;
		if (ticket->changes == NULL)
			add_item_row(replay, ticket, NULL, out);
		for (const struct change *change = ticket->changes; change != NULL; change = change->next)
			add_item_row(replay, ticket, change, out);
	}
}

// Measures. A figure keeps its two sums, so that nobody has to trust the division.

struct figure {
	const char *by;
	double upper, lower;
	struct figure *next;
};

struct sums {
	struct arena *arena;
	struct figure *list;
};

static struct figure *figure_of(struct sums *sums, const char *by)
{
	struct figure **place = &sums->list;

	while (*place != NULL && strcmp((*place)->by, by) < 0)
		place = &(*place)->next;
	if (*place == NULL || strcmp((*place)->by, by) != 0) {
		struct figure *figure = arena_take(sums->arena, sizeof(*figure));

		*figure = (struct figure){.by = arena_copy(sums->arena, by), .next = *place};
		*place = figure;
	}
	return *place;
}

static void add_to(struct sums *sums, const char *by, double upper, double lower)
{
	struct figure *figure = figure_of(sums, by);

	figure->upper += upper;
	figure->lower += lower;
}

#define NO_LANGUAGE "(none)"

struct tally {
	struct arena *arena;
	const struct replay *replay;
	struct sums m1, m2, m3, m4, m5, m6, m7;
	struct index programs, languages;
	double changes, changes_in_a_language, submitted;
};

static void tally_readings(struct tally *tally, const struct object *program)
{
	for (const struct reading *late = program->readings; late != NULL && late->next != NULL; late = late->next) {
		const struct reading *early = late->next;

		if (late->runs >= early->runs && late->failures >= early->failures) // a counter that falls begins anew
			add_to(&tally->m1, "", (double)(late->failures - early->failures),
			    (double)(late->runs - early->runs));
	}
}

static double number_of(const struct json *row, const char *key, bool *known)
{
	int64_t number = 0;

	*known = json_int(json_member(row, key), &number);
	return (double)number;
}

static const char *language_of(const struct tally *tally, const struct json *row)
{
	const char *language = json_text(json_member(row, "language"));
	const struct object *program = program_of(tally->replay, json_text(json_member(row, "program")), tally->arena);

	if (language == NULL && program != NULL)
		language = object_text(program, "language", tally->arena);
	return language == NULL ? NO_LANGUAGE : language;
}

static void tally_language(struct tally *tally, const char *language)
{
	if (strcmp(language, NO_LANGUAGE) != 0 && index_find(&tally->languages, language) == NULL)
		index_add(&tally->languages, language, tally);
}

static void tally_change(struct tally *tally, const char *kind, const struct json *row)
{
	bool known, added_known, deleted_known;
	double hours = number_of(row, "person_minutes", &known) / MINUTES_OF_HOUR;
	double statements =
	    number_of(row, "statements_added", &added_known) + number_of(row, "statements_deleted", &deleted_known);
	const char *language = language_of(tally, row);

	tally->changes++;
	add_to(&tally->m2, kind, hours, 1);
	add_to(&tally->m3,
	    arena_print(tally->arena, "%s/%s/%s", plain(json_member(row, "program"), tally->arena), language, kind), 1,
	    1);
	if (added_known && deleted_known)
		add_to(&tally->m4, "", hours, statements);
	add_to(&tally->m5, language, hours, 1);
	tally->changes_in_a_language += strcmp(language, NO_LANGUAGE) != 0;
	tally_language(tally, language);
}

static void tally_program(struct tally *tally, const struct object *program)
{
	const char *language = object_text(program, "language", tally->arena);

	tally_readings(tally, program);
	index_add(&tally->programs, program->name, tally);
	tally_language(tally, language == NULL ? NO_LANGUAGE : language);
}

static void tally_ticket(struct tally *tally, const struct object *ticket)
{
	const char *kind = object_text(ticket, "kind", tally->arena);

	if (kind == NULL)
		kind = object_text(ticket, "claimed_kind", tally->arena);
	if (kind == NULL)
		kind = "(none)";
	for (const struct change *change = ticket->changes; change != NULL; change = change->next)
		tally_change(tally, kind, change->row);
	if (ticket->submitted == MOMENT_NONE)
		return;
	tally->submitted++;
	add_to(&tally->m7, kind, 100, 0);
	if (ticket->closed != MOMENT_NONE)
		add_to(&tally->m6, "", (double)(ticket->closed - ticket->submitted) / (double)MOMENT_HOUR, 1);
}

static void add_figure(struct buffer *out, const char *measure, const char *by, double upper, double lower)
{
	add_cell(out, measure, false);
	add_cell(out, by, false);
	add_cell(out, arena_print(out->arena, "%.6g", upper), false);
	add_cell(out, arena_print(out->arena, "%.6g", lower), false);
	add_cell(out, lower == 0 ? "" : arena_print(out->arena, "%.6g", upper / lower), true);
}

static void add_figures(struct buffer *out, const char *measure, const struct sums *sums)
{
	for (const struct figure *figure = sums->list; figure != NULL; figure = figure->next)
		add_figure(out, measure, figure->by, figure->upper, figure->lower);
	if (sums->list == NULL)
		add_figure(out, measure, "", 0, 0);
}

// Of a share the whole is the same for all kinds.
static void add_shares(struct buffer *out, const struct tally *tally)
{
	for (struct figure *figure = tally->m7.list; figure != NULL; figure = figure->next)
		figure->lower = tally->submitted;
	add_figures(out, "M7 share of requests, percent", &tally->m7);
}

static void tally_init(struct tally *tally, const struct replay *replay, struct arena *arena)
{
	struct sums *all[] = {&tally->m1, &tally->m2, &tally->m3, &tally->m4, &tally->m5, &tally->m6, &tally->m7};

	*tally = (struct tally){.arena = arena, .replay = replay};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		all[i]->arena = arena;
	index_init(&tally->programs, arena);
	index_init(&tally->languages, arena);
}

void report_measures(const struct replay *replay, struct buffer *out)
{
	struct tally tally;

	tally_init(&tally, replay, out->arena);
	for (const struct object *object = replay->first; object != NULL; object = object->next) {
		if (object_is(object, "program"))
			tally_program(&tally, object);
		else if (object_is(object, "ticket") && !object->hidden)
			tally_ticket(&tally, object);
	}
	buffer_add_text(out, "measure,by,numerator,denominator,value\r\n");
	add_figures(out, "M1 failures per run", &tally.m1);
	for (const struct figure *figure = tally.m2.list; figure != NULL; figure = figure->next)
		add_figure(out, "M2 person-hours by kind", figure->by, figure->upper, 1);
	add_figure(out, "M3 changes per program", "", tally.changes, (double)tally.programs.count);
	add_figure(out, "M3 changes per language", "", tally.changes_in_a_language, (double)tally.languages.count);
	add_figure(out, "M3 changes per kind", "", tally.changes, 4);
	for (const struct figure *figure = tally.m3.list; figure != NULL; figure = figure->next)
		add_figure(out, "M3 changes by program/language/kind", figure->by, figure->upper, 1);
	add_figures(out, "M4 person-hours per statement", &tally.m4);
	add_figures(out, "M5 person-hours per change by language", &tally.m5);
	add_figures(out, "M6 hours from submission to closing", &tally.m6);
	add_shares(out, &tally);
}
