// SPDX-License-Identifier: Apache-2.0
// How a question for a measure is put together: its facts, and then the figures over them.
#include "store/measure.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

// A fact's dimensions, in the order in which they are told; of `age` only the days are known.
static const struct {
	const char *name, *sql;
} dimensions[] = {
    {"program", "s.program"},
    {"language", "s.language"},
    {"vendor", "s.vendor"},
    {"kind", "s.kind"},
    {"person", "s.person"},
    {"month", "to_char(s.moment at time zone $4, 'YYYY-MM')"},
    {"age",
        "case when s.num <= 7 * 86400 then '00-07' when s.num <= 30 * 86400 then '08-30' "
        "when s.num <= 90 * 86400 then '31-90' else '91-' end"},
};

#define DIMENSIONS (sizeof(dimensions) / sizeof(*dimensions))
#define FIXED 6 // parameters that every question has
#define ABOUT 6 // those of add_columns() or add_detail()

struct composer {
	struct buffer sql;
	const char *values[FIXED + DIMENSIONS + ABOUT];
	int count;
};

const char *measure_split(const struct measure *measure, const struct measure_ask *ask, struct arena *arena)
{
	const char *asked = ask->by != NULL ? ask->by : measure->split, *names[DIMENSIONS];
	size_t count = 0;

	for (size_t i = 0; i < DIMENSIONS; i++)
		if (text_in_list(asked, dimensions[i].name))
			names[count++] = dimensions[i].name;
	return text_join(arena, names, count, ",");
}

const char *measure_split_known(const struct measure *measure, const char *by, struct arena *arena)
{
	const char *names[DIMENSIONS];
	size_t count = 0;

	if (by == NULL)
		return measure->split;
	for (size_t i = 0; i < DIMENSIONS; i++) {
		const char *name = dimensions[i].name;
		bool must = measure->figure == MEASURE_SHARE && text_equals(name, "kind");

		if (must || (text_in_list(by, name) && measure_knows(measure, name)))
			names[count++] = name;
	}
	return text_join(arena, names, count, ",");
}

static const char *or_else(const char *text, const char *otherwise)
{
	return text != NULL ? text : otherwise;
}

static void add_filters(struct composer *composer, const struct measure *measure, const struct measure_ask *ask,
    struct faults *faults)
{
	for (size_t i = 0; i < DIMENSIONS; i++) {
		const char *value = ask->filter(ask->source, dimensions[i].name);

		if (value == NULL)
			continue;
		if (!text_in_list(measure->by, dimensions[i].name))
			faults_add(faults, dimensions[i].name, "unknown", "%s is not told apart by %s", measure->name,
			    dimensions[i].name);
		composer->values[composer->count++] = value;
		buffer_print(&composer->sql, " and %s = any (string_to_array($%d, ','))", dimensions[i].sql,
		    composer->count);
	}
}

// fact: ticket, the dimensions, num, den, left_out.
static void add_facts(struct composer *composer, const struct measure *measure, const struct measure_ask *ask,
    struct faults *faults)
{
	struct buffer *sql = &composer->sql;

	buffer_add_text(sql, "with fact as materialized (select s.ticket");
	for (size_t i = 0; i < DIMENSIONS; i++)
		buffer_print(sql, ", %s as %s", dimensions[i].sql, dimensions[i].name);
	buffer_print(sql,
	    ", s.why as left_out, case when s.why is null then s.num end as num, case when s.why is null then s.den "
	    "end as den "
	    "from (select r.*, (%s) as moment, (%s)::numeric as num, (%s)::numeric as den, (%s)::text as why from %s r "
	    "where (%s)) s where s.moment >= ($1::date::timestamp at time zone $4) and "
	    "s.moment < ($2::date::timestamp at time zone $4) and $3::timestamptz is not null and $5::text is not null "
	    "and $6::text is not null",
	    measure->at, measure->numerator, or_else(measure->denominator, "null"), or_else(measure->left_out, "null"),
	    measure->source, or_else(measure->where, "true"));
	add_filters(composer, measure, ask, faults);
	buffer_add_text(sql, ")");
}

// figure: the dimensions asked for, total, numerator, denominator, n, left_out, median, p90, most.
static void add_groups(struct composer *composer, const struct measure *measure, const char *by)
{
	struct buffer *sql = &composer->sql;
	const char *scale = or_else(measure->scale, "1");

	buffer_print(sql,
	    ", figure as (select %s%s coalesce(sum(num), 0) / %s as numerator, %s as denominator, "
	    "count(num) as n, count(left_out) as left_out, ",
	    by, *by == '\0' ? "true as total," : ",", scale,
	    measure->figure == MEASURE_RATIO ? "coalesce(sum(den), 0)" : "null::numeric");
	if (*by != '\0')
		buffer_print(sql, "grouping(%s) > 0 as total, ", by);
	for (size_t i = 0; i < 2; i++)
		buffer_print(sql, "%s%s as %s, ",
		    measure->spread ? i == 0 ? "percentile_cont(0.5)" : "percentile_cont(0.9)" : "null::float8",
		    measure->spread
		        ? arena_print(sql->arena, " within group (order by (num / nullif(den, 0) / %s)::float8)", scale)
		        : "",
		    i == 0 ? "median" : "p90");
	if (measure->spread)
		buffer_print(sql, "max(num / nullif(den, 0) / %s) as most from fact", scale);
	else
		buffer_add_text(sql, "null::numeric as most from fact");
	if (*by != '\0')
		buffer_print(sql, " group by grouping sets ((), (%s))", by);
	buffer_add_text(sql, ")");
}

// The value: a quotient, a sum, or a share of what stands in the same group but for the kind. Shares are rounded so
// that they add up to 100: what is missing goes to those that lost most by rounding down.
static void add_value(struct composer *composer, const struct measure *measure, const char *by)
{
	struct buffer *sql = &composer->sql;
	bool percent = text_equals(measure->unit, "percent");

	if (measure->figure == MEASURE_SHARE) {
		struct buffer within;

		buffer_init(&within, sql->arena);
		buffer_add_text(&within, "partition by total");
		for (size_t i = 0; i < DIMENSIONS; i++)
			if (text_in_list(by, dimensions[i].name) && strcmp(dimensions[i].name, "kind") != 0)
				buffer_print(&within, ", %s", dimensions[i].name);
		buffer_print(sql,
		    ", part as (select *, sum(n) over (%s) as whole from figure), "
		    "rounded as (select *, floor(100 * n / nullif(whole, 0)) as low, 100 * n %% nullif(whole, 0) as "
		    "rest from part), "
		    "told as (select *, low + (row_number() over (%s order by rest desc%s) <= 100 - sum(low) over "
		    "(%s))::int as "
		    "value from rounded)",
		    within.bytes, within.bytes, text_in_list(by, "kind") ? ", kind" : "", within.bytes);
	} else if (measure->figure == MEASURE_RATIO) {
		buffer_print(sql, ", told as (select *, numerator%s / nullif(denominator, 0) as value from figure)",
		    percent ? " * 100" : "");
	} else {
		buffer_add_text(sql, ", told as (select *, numerator as value from figure)");
	}
}

#define ROUNDED(expression, name) "trim_scale(round(" expression ", 4)) as " name

static void add_answer(struct composer *composer, const struct measure *measure, const char *by)
{
	struct buffer *sql = &composer->sql;

	buffer_add_text(sql, " select total, jsonb_build_object(");
	for (size_t i = 0, told = 0; i < DIMENSIONS; i++)
		if (text_in_list(by, dimensions[i].name))
			buffer_print(sql, "%s'%s', %s", told++ > 0 ? ", " : "", dimensions[i].name, dimensions[i].name);
	buffer_print(sql,
	    ") as \"group\", " ROUNDED("numerator", "numerator") ", %s as denominator, n, left_out, " ROUNDED("value",
	        "value") ", value is not null as defined, " ROUNDED("median::numeric",
	        "median") ", " ROUNDED("p90::numeric", "p90") ", " ROUNDED("most",
	        "most") " from told order by total desc",
	    measure->figure == MEASURE_SHARE ? "whole::numeric" : "trim_scale(round(denominator, 4))");
	for (size_t i = 0; i < DIMENSIONS; i++)
		if (text_in_list(by, dimensions[i].name))
			buffer_print(sql, ", %s nulls last", dimensions[i].name);
}

static void add_detail(struct composer *composer, const struct measure *measure, const struct measure_ask *ask)
{
	const char *scale = or_else(measure->scale, "1");

	composer->values[composer->count++] = ask->caller;
	composer->values[composer->count++] = ask->outside ? "true" : "false";
	buffer_add_text(&composer->sql, " select ticket");
	for (size_t i = 0; i < DIMENSIONS; i++)
		if (text_in_list(measure->by, dimensions[i].name))
			buffer_print(&composer->sql, ", %s", dimensions[i].name);
	buffer_print(&composer->sql,
	    ", " ROUNDED("num / %s", "numerator") ", " ROUNDED("den",
	        "denominator") ", left_out from fact "
	                       "where (ticket is not null or num is not null or left_out is not null) "
	                       "and not coalesce(ticket_hidden(ticket::text, $%d, $%d::boolean), false) "
	                       "order by ticket, program, language, kind, person, month, num, den, left_out offset "
	                       "%lld limit %lld",
	    scale, composer->count - 1, composer->count, (long long)ask->offset, (long long)ask->limit + 1);
}

// What stands before and behind the figures when other columns are asked for.
static void add_columns(struct composer *composer, const struct measure *measure, const struct measure_ask *ask)
{
	static const char *const about[ABOUT] = {"number", "measure", "zh", "en", "unit", "formula"};
	const char *values[ABOUT] = {arena_print(composer->sql.arena, "%d", measure_number(measure)), measure->name,
	    measure->zh, measure->en, measure->unit, measure->formula};

	buffer_add_text(&composer->sql, ") f, (select");
	for (size_t i = 0; i < ABOUT; i++) {
		composer->values[composer->count++] = values[i];
		buffer_print(&composer->sql, "%s $%d::%s as %s", i == 0 ? "" : ",", composer->count,
		    i == 0 ? "int" : "text", about[i]);
	}
	buffer_print(&composer->sql, ") m where %s order by f.total desc, f.\"group\"", ask->none ? "false" : "true");
}

// Of a share, one dimension says what is shared among.
static bool split_is_right(const struct measure *measure, const char *by, struct arena *arena, struct faults *faults)
{
	size_t count = 0, known = 0;

	for (const char *name = by; *name != '\0'; name += strspn(name, ",")) {
		const char *dimension = arena_copy_bytes(arena, name, strcspn(name, ","));

		name += strlen(dimension);
		count++;
		known += text_in_list(measure->by, dimension);
	}
	if (known == count && (measure->figure != MEASURE_SHARE || text_in_list(by, "kind")))
		return true;
	faults_add(faults, "by", "choice", "%s is told apart by %s%s", measure->name, measure->by,
	    measure->figure == MEASURE_SHARE ? ", and always by kind" : "");
	return false;
}

bool measure_ask(struct pg *pg, const struct measure *measure, const struct measure_ask *ask, struct arena *arena,
    struct faults *faults, pg_done *done, void *context)
{
	const char *by = measure_split(measure, ask, arena);
	struct composer composer = {.values = {ask->from, ask->to, ask->as_of, ask->zone, ask->closed, ask->calendar},
	    .count = FIXED};

	split_is_right(measure, or_else(ask->by, measure->split), arena, faults);
	buffer_init(&composer.sql, arena);
	if (ask->columns != NULL)
		buffer_print(&composer.sql, "select %s from (", ask->columns);
	add_facts(&composer, measure, ask, faults);
	if (faults->count > 0)
		return false;
	if (ask->detail) {
		add_detail(&composer, measure, ask);
	} else {
		add_groups(&composer, measure, by);
		add_value(&composer, measure, by);
		add_answer(&composer, measure, by);
	}
	if (ask->columns != NULL)
		add_columns(&composer, measure, ask);
	const struct pg_sql sql = {.text = composer.sql.bytes, .count = composer.count, .values = composer.values};
	pg_ask_slow(pg, &sql, done, context);
	return true;
}
