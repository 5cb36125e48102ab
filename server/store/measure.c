// SPDX-License-Identifier: Apache-2.0
// THE MEASURE TABLE.
#include "store/measure.h"

#include "base/text.h"

// Parameters that every question has: see measure_ask.c.
#define FROM "($1::date::timestamp at time zone $4)"
#define TO "($2::date::timestamp at time zone $4)"
#define AS_OF "$3::timestamptz"
#define END "least(" TO ", " AS_OF ")"
#define CLOSED "string_to_array($5, ',')"
#define CALENDAR "$6::jsonb"

#define PROGRAMS "programs_told(" AS_OF ")"
#define READINGS "readings_told(" AS_OF ")"
#define TICKETS "tickets_told(" AS_OF ", " CLOSED ")"
#define CHANGES "changes_told(" AS_OF ", $4)"
#define WORK "work_told(" AS_OF ", $4)"
#define CLOSINGS "closings_told(" AS_OF ", " CLOSED ")"

// What a number of changes is divided by: facts without a numerator, at the beginning of the period.
#define CHANGES_AND(scope)                                                                                             \
	"(select ticket, program, language, vendor, kind, person, at, 1 as one, null::int as each from " CHANGES       \
	" union all " scope ")"
#define EACH_PROGRAM                                                                                                   \
	"select null, program, language, vendor, null, null, " FROM ", null, 1 from " PROGRAMS                         \
	" where registered_at < " TO
#define EACH_LANGUAGE                                                                                                  \
	"select distinct null::bigint, null, language, null, null, null, " FROM                                        \
	", null::int, 1 from (select language from " PROGRAMS " where registered_at < " TO                             \
	" union all select language from " CHANGES " where at >= " FROM " and at < " TO                                \
	") l where language is not null"
#define EACH_KIND                                                                                                      \
	"select null, null, null, null, kind, null, " FROM ", null, 1 from "                                           \
	"unnest('{corrective,adaptive,perfective,preventive}'::text[]) kind"

// Deliveries: those that were refused or sent back afterwards had to be worked over.
#define DELIVERIES                                                                                                     \
	"(select t.ticket, t.program, t.language, t.vendor, t.kind, t.person, f.at, "                                  \
	"(f.next_at is not null and f.next_value is null and not f.next_reopens)::int as again "                       \
	"from field_told('finished_at', " AS_OF ") f join " TICKETS " t using (ticket) where f.value is not null)"

// Closed tickets that changed a program, and whether a later ticket says that it was caused by them.
#define CHANGED                                                                                                        \
	"(select t.*, exists (select from event e where e.object_kind = 'ticket' and e.result = 'done' "               \
	"and e.at <= " AS_OF " and e.added #>> '{link,kind}' = 'caused_by' "                                           \
	"and e.added #> '{link,other}' = to_jsonb(t.ticket))::int as blamed from " TICKETS                             \
	" t where closed_at is not null and ticket in (select ticket from " CHANGES "))"

// Closed tickets with the work that was recorded on them.
#define WORKED                                                                                                         \
	"(select t.*, w.minutes from " TICKETS " t left join (select ticket, sum(minutes) as minutes from " WORK       \
	" group by ticket) w using (ticket) where closed_at is not null)"

// Tickets that were open at the end of the period.
#define BACKLOG                                                                                                        \
	"(select ticket, program, language, vendor, kind, person, " FROM " as at, extract(epoch from " END             \
	" - submitted_at) as seconds from tickets_told(" END ", " CLOSED ") where submitted_at < " END                 \
	" and ended_at is null)"

#define SECONDS(from, to) "extract(epoch from " to " - " from ")"

// Programs with the hours in which they were there, and what severe faults took of them: from when the fault was first
// seen until it was accepted as mended. Where several stand at once, the one that began first bears it.
#define HOURS(from, to) "extract(epoch from " to " - " from ") / 3600"
#define OUTAGES                                                                                                        \
	"(select null::bigint as ticket, p.program, p.language, p.vendor, null::text as kind, null::text as "          \
	"person, " FROM " as at, " HOURS("greatest(p.registered_at, " FROM ")",                                        \
	    END) " as up, " HOURS("greatest(p.registered_at, " FROM ")",                                               \
	    END) " as whole from " PROGRAMS " p "                                                                      \
	         "where p.registered_at < " END " and " FROM " < " END " union all "                                   \
	         "select o.ticket, o.program, o.language, o.vendor, null, null, " FROM ", -" HOURS("o.alone",          \
	             "o.ended") ", null from (select d.*, greatest(d.begun, max(d.ended) over (partition by "          \
	                        "d.program "                                                                           \
	                        "order by d.seen, d.ticket rows between unbounded preceding and 1 preceding)) as "     \
	                        "alone from ("                                                                         \
	                        "select t.ticket, t.program, t.language, t.vendor, coalesce(t.since, t.submitted_at) " \
	                        "as seen, "                                                                            \
	                        "greatest(coalesce(t.since, t.submitted_at), p.registered_at, " FROM ") as begun, "    \
	                        "least(coalesce(t.accepted_at, t.ended_at), " END ") as ended from " TICKETS           \
	                        " t join " PROGRAMS " p using (program) where t.kind = 'corrective' and t.severity = " \
	                        "'severe' and t.submitted_at is not null) d "                                          \
	                        "where d.ended > d.begun) o where o.ended > o.alone)"

#define EVERYTHING "program,language,vendor,kind,person,month"
#define OF_CHANGES .source = CHANGES, .at = "at", .by = EVERYTHING
#define OF_TICKETS .source = TICKETS, .by = EVERYTHING
#define OF_CLOSED OF_TICKETS, .where = "closed_at is not null", .at = "closed_at"
#define OF_READINGS .source = READINGS, .at = "at", .by = "program,language,vendor,month", .left_out = "left_out"
#define LASTS(begin, end)                                                                                              \
	.unit = "hours", .figure = MEASURE_RATIO, .spread = true, .scale = "3600", .denominator = "1", .at = end,      \
	.numerator = SECONDS(begin, end), .left_out = "case when " begin " is null then 'no_beginning' end"
#define PART_OF(truth) .unit = "percent", .figure = MEASURE_RATIO, .numerator = truth, .denominator = "1"

const struct measure measures[] = {
    // The seven of the regulations.
    {"failures_per_run", "每次程序运行平均失效次数", "Failures per run",
        .formula = "Σ Δfailures ÷ Σ Δruns between readings; a counter that falls begins a new series", .unit = "ratio",
        OF_READINGS, .split = "", .numerator = "failures - failures_before", .denominator = "runs - runs_before"},
    {"person_hours", "每类维护总人时", "Person-hours per kind", .formula = "Σ person-minutes ÷ 60 of the changes made",
        .unit = "hours", .figure = MEASURE_SUM, OF_CHANGES, .split = "kind", .numerator = "person_minutes",
        .scale = "60"},
    {"changes_per_program", "每个程序平均变动数", "Changes per program",
        .formula = "changes ÷ registered programs, unchanged ones too", .unit = "ratio",
        .source = CHANGES_AND(EACH_PROGRAM), .at = "at", .by = "program,language,vendor", .split = "",
        .numerator = "one", .denominator = "each"},
    {"changes_per_language", "每种语言平均变动数", "Changes per language", .formula = "changes ÷ languages in use",
        .unit = "ratio", .source = CHANGES_AND(EACH_LANGUAGE), .at = "at", .by = "language", .split = "",
        .numerator = "one", .denominator = "each", .left_out = "case when language is null then 'no_language' end"},
    {"changes_per_kind", "每类维护平均变动数", "Changes per kind", .formula = "changes ÷ 4", .unit = "ratio",
        .source = CHANGES_AND(EACH_KIND), .at = "at", .by = "kind", .split = "", .numerator = "one",
        .denominator = "each", .left_out = "case when kind is null then 'no_kind' end"},
    {"changes", "变动数", "Changes", .formula = "changes made", .unit = "count", .figure = MEASURE_SUM, OF_CHANGES,
        .split = "program,language,kind", .numerator = "1"},
    {"hours_per_statement", "增删一个源语句平均人时", "Person-hours per statement added or deleted",
        .formula = "Σ person-hours ÷ Σ (statements added + deleted) of changes where both are known", .unit = "hours",
        OF_CHANGES, .split = "", .spread = true, .numerator = "person_minutes", .denominator = "statements",
        .scale = "60", .left_out = "case when statements is null then 'not_counted' end"},
    {"hours_per_change", "每种语言平均人时", "Person-hours per change, by language",
        .formula = "Σ person-hours ÷ changes", .unit = "hours", OF_CHANGES, .split = "language", .spread = true,
        .numerator = "person_minutes", .denominator = "1", .scale = "60"},
    {"turnaround", "维护要求平均周转时间", "Turnaround of a request",
        .formula = "Σ (closed − submitted) ÷ requests closed", OF_TICKETS, .where = "closed_at is not null",
        .split = "", LASTS("submitted_at", "closed_at")},
    {"turnaround_worked", "维护要求平均周转时间（工作时间）", "Turnaround in working time",
        .formula = "Σ working hours from submitted to closed ÷ requests closed, by the calendar", OF_TICKETS,
        .where = "closed_at is not null", .at = "closed_at", .split = "", .unit = "hours", .spread = true,
        .numerator = "worked_seconds(" CALENDAR ", $4, submitted_at, closed_at)", .denominator = "1", .scale = "3600",
        .left_out = "case when submitted_at is null then 'no_beginning' "
                    "when not within_calendar(" CALENDAR ", $4, submitted_at, closed_at) then 'no_calendar' end"},
    {"share_of_kinds", "各类维护所占百分比", "Share of each kind",
        .formula = "100 · requests of the kind ÷ requests submitted, rounded to add up to 100", .unit = "percent",
        .figure = MEASURE_SHARE, OF_TICKETS, .at = "submitted_at", .split = "kind", .numerator = "1",
        .left_out = "case when kind is null then 'no_kind' end"},

    // How long things take; each is defined apart.
    {"acknowledge", "响应时间", "Time to acknowledge", .formula = "first move by anybody but the requester − submitted",
        OF_TICKETS, .split = "", LASTS("submitted_at", "acknowledged_at")},
    {"start", "开工时间", "Time to start", .formula = "work started − submitted", OF_TICKETS, .split = "",
        LASTS("submitted_at", "started_at")},
    {"repair", "修复时间", "Time to repair", .formula = "delivered − work started, of corrective maintenance",
        OF_TICKETS, .where = "kind = 'corrective'", .split = "", LASTS("started_at", "finished_at")},
    {"restore", "恢复时间", "Time to restore", .formula = "accepted − submitted, of corrective maintenance", OF_TICKETS,
        .where = "kind = 'corrective'", .split = "", LASTS("submitted_at", "accepted_at")},
    {"resolve", "了结时间", "Time to resolve",
        .formula = "closed, rejected or cancelled − submitted, of requests submitted", OF_TICKETS,
        .where = "submitted_at is not null", .split = "", LASTS("submitted_at", "ended_at")},

    // How well they go.
    {"submitted", "提交的要求数", "Requests submitted", .formula = "requests submitted", .unit = "count",
        .figure = MEASURE_SUM, OF_TICKETS, .at = "submitted_at", .split = "", .numerator = "1"},
    {"closed", "关闭的要求数", "Requests closed", .formula = "requests closed, and not reopened since", .unit = "count",
        .figure = MEASURE_SUM, OF_CLOSED, .split = "", .numerator = "1"},
    {"work_hours", "记录的工时", "Hours of work recorded", .formula = "Σ minutes of work ÷ 60", .unit = "hours",
        .figure = MEASURE_SUM, .source = WORK, .at = "at", .by = EVERYTHING, .split = "person", .numerator = "minutes",
        .scale = "60"},
    {"time_between_failures", "平均失效间隔时间", "Mean time between failures",
        .formula = "Σ time between readings ÷ Σ Δfailures", .unit = "hours", OF_READINGS, .split = "",
        .numerator = SECONDS("at_before", "at"), .denominator = "failures - failures_before", .scale = "3600"},
    {"availability", "可用率", "Availability",
        .formula =
            "100 · (hours of the period − hours in which a severe fault stood, from when it was first seen until "
            "it was accepted as mended) ÷ hours of the period; facts are programs and faults",
        .unit = "percent", .figure = MEASURE_RATIO, .source = OUTAGES, .at = "at", .by = "program,language,vendor",
        .split = "program", .numerator = "up", .denominator = "whole"},
    {"first_time_fix", "一次修复率", "Fixed the first time",
        .formula = "100 · first closings with no delivery refused or sent back and no reopening within 30 days ÷ first "
                   "closings",
        .source = CLOSINGS, .at = "at", .by = EVERYTHING, .split = "", .left_out = "left_out",
        PART_OF("(not failed and (reopened_at > at + interval '30 days') is not false)::int")},
    {"reopened", "重开率", "Reopened within 30 days",
        .formula = "100 · first closings reopened within 30 days ÷ first closings", .source = CLOSINGS, .at = "at",
        .by = EVERYTHING, .split = "", .left_out = "left_out",
        PART_OF("(reopened_at <= at + interval '30 days' is true)::int")},
    {"rework", "返工率", "Deliveries refused or sent back",
        .formula = "100 · deliveries refused or sent back ÷ deliveries", .source = DELIVERIES, .at = "at",
        .by = EVERYTHING, .split = "", PART_OF("again")},
    {"change_failures", "变更失败率", "Changes that caused another request",
        .formula =
            "100 · closed requests with a change that a later request names as its cause ÷ closed requests with a "
            "change",
        .source = CHANGED, .at = "closed_at", .by = EVERYTHING, .split = "", PART_OF("blamed")},
    {"backlog_age", "积压时长", "Age of the backlog",
        .formula = "Σ (end of the period − submitted) ÷ requests open at its end", .unit = "days", .source = BACKLOG,
        .at = "at", .by = "age,program,language,vendor,kind,person", .split = "age", .spread = true,
        .numerator = "seconds", .denominator = "1", .scale = "86400"},
    {"on_time", "按期完成率", "Delivered on time",
        .formula = "100 · requests delivered by the time due ÷ requests due; waiting for the requester does not count, "
                   "and whatever is overdue is missed",
        OF_TICKETS, .at = "due_at + waited * interval '1 second'", .split = "",
        .where = "(ended_at is null or closed_at is not null) and "
                 "(finished_at is not null or due_at + waited * interval '1 second' <= " AS_OF ")",
        PART_OF("(finished_at <= due_at + waited * interval '1 second' is true)::int")},
    {"estimate", "估计与实际之比", "Estimate by actual effort",
        .formula = "Σ estimated person-minutes ÷ Σ minutes of work recorded, of closed requests", .unit = "ratio",
        .source = WORKED, .at = "closed_at", .by = EVERYTHING, .split = "", .spread = true,
        .numerator = "effort_minutes", .denominator = "minutes",
        .left_out = "case when effort_minutes is null then 'no_estimate' when minutes is null then 'no_work' end"},
    {"plan_kept", "预防性维护计划完成率", "Preventive plan kept",
        .formula = "100 · preventive requests delivered by their planned end ÷ preventive requests planned to end",
        OF_TICKETS, .at = "planned_end", .split = "",
        .where = "kind = 'preventive' and (finished_at is not null or planned_end <= " AS_OF ")",
        PART_OF("(finished_at <= planned_end is true)::int")},
    {"rating", "满意度", "Satisfaction", .formula = "Σ ratings ÷ rated requests, of closed requests", .unit = "score",
        OF_CLOSED, .split = "", .spread = true, .numerator = "rating", .denominator = "1",
        .left_out = "case when rating is null then 'not_rated' end"},
    {"rating_response", "评价回收率", "Closed requests that were rated",
        .formula = "100 · rated requests ÷ closed requests", OF_CLOSED, .split = "",
        PART_OF("(rating is not null)::int")},
};

const size_t measure_count = sizeof(measures) / sizeof(*measures);

int measure_number(const struct measure *measure)
{
	return (int)(measure - measures) + 1;
}

bool measure_knows(const struct measure *measure, const char *dimension)
{
	return text_in_list(measure->by, dimension);
}

const struct measure *measure_find(const char *name)
{
	for (size_t i = 0; i < measure_count; i++)
		if (text_equals(measures[i].name, name))
			return &measures[i];
	return NULL;
}
