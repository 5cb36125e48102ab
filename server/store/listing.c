// SPDX-License-Identifier: Apache-2.0
// THE LISTING TABLE.
#include "store/listing_parts.h"
#include "store/told.h"

#define ONE_OF(column) column " %l"
#define TIMES(name, column)                                                                                            \
	{name "_from", VALUE_TIME, column " >= %v::timestamptz"},                                                      \
	{                                                                                                              \
		name "_to", VALUE_TIME, column " < %v::timestamptz"                                                    \
	}
#define OPEN "t.state <> all (string_to_array(%t, ','))"

static const struct filter no_filters[] = {{0}};

static const struct filter ticket_filters[] = {
    {"state", VALUE_STATES, ONE_OF("t.state")},
    {"kind", VALUE_KINDS, ONE_OF("coalesce(t.kind, t.claimed_kind)")},
    {"program", VALUE_WORDS, ONE_OF("t.program")},
    {"severity", VALUE_SEVERITIES, ONE_OF("t.severity")},
    {"priority", VALUE_WHOLES, "t.priority = any (string_to_array(%v, ',')::int[])"},
    {"requester", VALUE_WORDS, ONE_OF("t.requester")},
    {"sysadmin", VALUE_WORDS, ONE_OF("t.sysadmin")},
    {"technician", VALUE_WORDS, ONE_OF("t.technician")},
    TIMES("created", "t.created_at"),
    TIMES("updated", "t.updated_at"),
    TIMES("due", "t.due_at"),
    {"overdue", VALUE_TRUTH, "t.due_at < %n::timestamptz and " OPEN,
        "not coalesce(t.due_at < %n::timestamptz and " OPEN ", false)"},
    {"open", VALUE_TRUTH, OPEN, "not (" OPEN ")"},
    {"mine", VALUE_TRUTH, "(t.requester = %c or t.sysadmin = %c or t.technician = %c)"},
    {"q", VALUE_SEARCH,
        "search_finds(b.search, %q::tsquery) and not exists (select from unnest(regexp_split_to_array(lower(trim(%v)), "
        "'\\s+')) w where position(w in lower(concat_ws(' ', b.fields ->> 'title', b.fields ->> 'description'))) = 0)"},
    {0},
};

static const struct filter event_filters[] = {
    {"object", VALUE_WORDS, "e.object_kind = split_part(%v, '/', 1) and e.object_id = split_part(%v, '/', 2)"},
    {"actor", VALUE_WORDS, ONE_OF("e.actor")},
    {"action", VALUE_WORDS, ONE_OF("e.action")},
    {"result", VALUE_WORDS, ONE_OF("e.result")},
    {"from", VALUE_TIME, "e.at >= %v::timestamptz"},
    {"to", VALUE_TIME, "e.at < %v::timestamptz"},
    {"on_loan", VALUE_TRUTH, "e.on_loan is not null", "e.on_loan is null"},
    {0},
};

static const struct filter waiver_filters[] = {
    {"actor", VALUE_WORDS, ONE_OF("e.actor")},
    {"from", VALUE_TIME, "e.at >= %v::timestamptz"},
    {"to", VALUE_TIME, "e.at < %v::timestamptz"},
    {0},
};

static const struct filter loan_filters[] = {
    {"login", VALUE_WORDS, ONE_OF("r.login")},
    {"role", VALUE_WORDS, ONE_OF("r.role")},
    {"from", VALUE_TIME, "coalesce(r.ended_at, r.until) > %v::timestamptz"},
    {"to", VALUE_TIME, "r.since < %v::timestamptz"},
    {0},
};

static const struct filter person_filters[] = {
    {"role", VALUE_WORDS, "(select roles from person r where r.login = p.login) && string_to_array(%v, ',')"},
    {"active", VALUE_TRUTH, "p.active", "not p.active"},
    {0},
};

static const struct filter program_filters[] = {
    {"vendor", VALUE_WORDS, ONE_OF("p.vendor")},
    {"language", VALUE_WORDS, ONE_OF("p.language")},
    {"critical", VALUE_TRUTH, "p.critical", "not p.critical"},
    {"q", VALUE_WORDS, "position(lower(%v) in lower(p.code || ' ' || p.name)) > 0"},
    {0},
};

static const struct filter review_filters[] = {
    {"state", VALUE_WORDS, ONE_OF("r.state")},
    {0},
};

static const struct filter review_record_filters[] = {
    {"sampled", VALUE_TRUTH, "r.sampled", "not r.sampled"},
    {"verdict", VALUE_WORDS, ONE_OF("coalesce(r.verdict, 'none')")},
    {0},
};

static const struct filter part_filters[] = {
    {"retired", VALUE_TRUTH, "r.retired", "not r.retired"},
    {0},
};

static const struct filter opening_filters[] = {
    {"from", VALUE_WHOLE, "o.leaf >= %v::bigint", NULL},
    {"to", VALUE_WHOLE, "o.leaf < %v::bigint", NULL},
    {0},
};

#define FAR "timestamptz '9999-01-01 00:00:00+00'" // as indexes have it
static const struct order ticket_orders[] = {
    {"-id", "t.id", "t.id::text", "bigint", true},
    {"id", "t.id", "t.id::text", "bigint", false},
    {"-updated", "t.updated_at", "utc(t.updated_at)", "timestamptz", true},
    {"updated", "t.updated_at", "utc(t.updated_at)", "timestamptz", false},
    {"priority", "coalesce(t.priority, 99)", "coalesce(t.priority, 99)::text", "int", false},
    {"due", "coalesce(t.due_at, " FAR ")", "utc(coalesce(t.due_at, " FAR "))", "timestamptz", false},
    {0},
};

static const struct order up_by_id[] = {{"id", "r.id", "r.id::text", "bigint", false}, {0}};
static const struct order down_by_id[] = {{"-id", "r.id", "r.id::text", "bigint", true}, {0}};
static const struct order by_ticket[] = {{"ticket", "r.ticket", "r.ticket::text", "bigint", false}, {0}};
static const struct order events_up[] = {{"seq", "e.seq", "e.seq::text", "bigint", false}, {0}};
static const struct order events_down[] = {{"-seq", "e.seq", "e.seq::text", "bigint", true},
    {"seq", "e.seq", "e.seq::text", "bigint", false}, {0}};
static const struct order by_leaf[] = {{"leaf", "o.first", "o.first::text", "bigint", false}, {0}};
static const struct order by_size[] = {{"size", "a.size", "a.size::text", "bigint", false}, {0}};
static const struct order by_login[] = {{"login", "p.login", "p.login", "text", false}, {0}};
static const struct order by_code[] = {{"code", "p.code", "p.code", "text", false}, {0}};

#define EVENT                                                                                                          \
	"e.seq, e.at, e.actor, e.role, e.source, e.action, e.object_kind || '/' || e.object_id as object, "            \
	"e.object_version as version, e.from_state, e.to_state, " EVENT_CHANGES " as changes, " EVENT_ADDED            \
	" as added, "                                                                                                  \
	"e.waived, e.on_loan, e.result, e.reason, e.request as request_id"

#define PART "r.id, r.program, r.name, r.state, r.place, r.sort, r.release, r.retired, r.note, r.author, r.updated_at"

const struct listing listings[LISTING_COUNT] = {
    [LIST_TICKETS] = {"t.*, b.fields ->> 'title' as title", "ticket t join ticket_body b on b.ticket = t.id",
        "ticket_seen(t.requester, t.sysadmin, t.technician, b.fields, %c, %o::boolean)", "t.id", "bigint",
        ticket_filters, ticket_orders, "b.ticket"},
    [LIST_COMMENTS] = {"r.*", "comment r", "r.ticket = %s::bigint and (%i::boolean or not r.internal)", "r.id",
        "bigint", no_filters, up_by_id},
    [LIST_ATTACHMENTS] = {"r.*", "attachment r", "r.ticket = %s::bigint and (%i::boolean or not r.internal)", "r.id",
        "bigint", no_filters, up_by_id},
    [LIST_STEPS] = {"r.id, r.ticket, r.step, r.result, r.person, r.started_at, r.finished_at, "
                    "case when %i::boolean then r.minutes end as minutes, r.evidence, r.reason, r.created_at",
        "technical_step r", "r.ticket = %s::bigint", "r.id", "bigint", no_filters, up_by_id},
    [LIST_CHANGES] = {"r.*", "program_change r", "r.ticket = %s::bigint", "r.id", "bigint", no_filters, up_by_id},
    [LIST_WORK] = {"r.*", "work_entry r", "r.ticket = %s::bigint", "r.id", "bigint", no_filters, up_by_id},
    [LIST_LINKS] = {"r.*", "ticket_link r",
        "(r.ticket = %s::bigint or r.other = %s::bigint) "
        "and not ticket_hidden(r.ticket::text, %c, %o::boolean) and not ticket_hidden(r.other::text, %c, %o::boolean)",
        "r.id", "bigint", no_filters, up_by_id},
    [LIST_TICKET_EVENTS] = {EVENT, "event e", "e.object_kind = 'ticket' and e.object_id = %s", "e.seq", "bigint",
        event_filters, events_up},
    [LIST_EVENTS] = {EVENT, "event e", "(e.object_kind <> 'ticket' or not ticket_hidden(e.object_id, %c, %o::boolean))",
        "e.seq", "bigint", event_filters, events_down},
    [LIST_PEOPLE] = {"p.*", "person_view p", NULL, "p.login", "text", person_filters, by_login},
    [LIST_TOKENS] = {"r.id, r.login, r.name, r.kind, to_jsonb(r.scopes) as scopes, r.created_at, r.expires_at, "
                     "r.last_used_at, r.revoked_at",
        "token r", "r.login = %s", "r.id", "bigint", no_filters, up_by_id},
    [LIST_LOANS] = {"r.*", "role_loan r", "r.login = %s", "r.id", "bigint", no_filters, down_by_id},
    [LIST_LOANS_TOLD] = {"r.*, (select count(*) from event e where e.actor = r.login and e.at >= r.since "
                         "and e.at < coalesce(r.ended_at, r.until) and e.on_loan is not null) as events",
        "role_loan r", NULL, "r.id", "bigint", loan_filters, down_by_id},
    [LIST_WAIVERS] = {"e.seq, e.at, e.actor, e.role, e.action, e.object_kind || '/' || e.object_id as object, "
                      "e.object_version as version, e.waived, e.on_loan, e.request as request_id",
        "event e",
        "e.waived is not null and (e.object_kind <> 'ticket' or not ticket_hidden(e.object_id, %c, %o::boolean))",
        "e.seq", "bigint", waiver_filters, events_down},
    [LIST_PROGRAMS] =
        {"p.*, designated(p.code, 'sysadmin', %d::date) as sysadmin, designated(p.code, 'deputy', %d::date) as deputy",
            "program_view p", NULL, "p.code", "text", program_filters, by_code},
    [LIST_DESIGNATIONS] = {"r.*", "designation r", "r.program = %s", "r.id", "bigint", no_filters, up_by_id},
    [LIST_READINGS] = {"r.*", "reading_view r", "r.program = %s", "r.id", "bigint", no_filters, down_by_id},
    [LIST_DOCUMENTS] = {PART, "program_part r", "r.program = %s and r.part = 'document'", "r.id", "bigint",
        part_filters, up_by_id},
    [LIST_ASSETS] = {PART, "program_part r", "r.program = %s and r.part = 'asset'", "r.id", "bigint", part_filters,
        up_by_id},
    [LIST_PROGRAM_EVENTS] = {EVENT, "event e", "e.object_kind = 'program' and e.object_id = %s", "e.seq", "bigint",
        event_filters, events_up},
    [LIST_OPENINGS] = {"o.leaf, o.path, o.salt, o.value",
        "openings_from(%k::bigint, %y, %m::int, %c, %o::boolean, %i::boolean) o", NULL, "o.tie", "text",
        opening_filters, by_leaf},
    [LIST_REVIEWS] = {"r.*", "(select a.* from review v, review_at(v.id, v.version + 1) a) r", NULL, "r.id", "bigint",
        review_filters, down_by_id},
    [LIST_REVIEW_RECORDS] = {"r.*, t.version as current_version", "review_record r join ticket t on t.id = r.ticket",
        "r.review = %s::bigint and not ticket_hidden(r.ticket::text, %c, %o::boolean)", "r.ticket", "bigint",
        review_record_filters, by_ticket},
    [LIST_REVIEW_DECISIONS] = {"r.*", "review_decision r", "r.review = %s::bigint", "r.id", "bigint", no_filters,
        up_by_id},
    [LIST_ANCHORS] = {"a.kind, a.name, a.size, a.note as checkpoint, a.proof, a.at", "anchor a", NULL,
        "(a.kind || a.name)", "text", no_filters, by_size},
};
