// SPDX-License-Identifier: Apache-2.0
// THE LISTING TABLE, and how a statement is put together from it: keyset pages, so that a deep page costs what the
// first does.
#include "store/listing.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "domain/field.h"
#include "domain/search.h"
#include "store/told.h"

// In the SQL of a row these stand for parameters: %v the filter's value, %s the scope, %c the caller, %n now, %d today,
// %t the terminal states, %i whether internal comments and what was worked are wanted, %h the fields that the caller
// does not see, %o whether the caller is of a vendor, %q the value as a search query.
enum value_type {
	VALUE_WORDS,
	VALUE_STATES,
	VALUE_KINDS,
	VALUE_SEVERITIES,
	VALUE_WHOLES,
	VALUE_WHOLE,
	VALUE_TIME,
	VALUE_TRUTH,
	VALUE_SEARCH
};

struct filter {
	const char *name;
	enum value_type type;
	const char *sql;
	const char *sql_false; // VALUE_TRUTH: when it is false; NULL: then it filters nothing
};

struct order {
	const char *name;
	const char *column; // what is sorted by
	const char *text;   // the same as the cursor writes it
	const char *type;   // what the cursor is read back as
	bool descending;
};

struct listing {
	const char *items, *from;
	const char *where; // always holds; NULL: nothing
	const char *tie;   // unique column that ends every order
	const char *tie_type;
	const struct filter *filters; // end with a NULL name
	const struct order *orders;   // likewise; the first is the default
	const char *twin; // of the tie in a joined table: a page deep below is not joined from the top; or NULL
};

#define ONE_OF(column) column " = any (string_to_array(%v, ','))"
#define TIMES(name, column)                                                                                            \
	{name "_from", VALUE_TIME, column " >= %v::timestamptz"},                                                      \
	{                                                                                                              \
		name "_to", VALUE_TIME, column " < %v::timestamptz"                                                    \
	}
#define RELATED " and exists (select from relations_of('ticket', t.id::text, %c, %d::date) r where " ONE_OF("r") ")"
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
    {"from", VALUE_WHOLE, "o.position >= %v::bigint", NULL},
    {"to", VALUE_WHOLE, "o.position < %v::bigint", NULL},
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
static const struct order by_leaf[] = {{"leaf", "o.position", "o.position::text", "bigint", false}, {0}};
static const struct order by_size[] = {{"size", "a.size", "a.size::text", "bigint", false}, {0}};
static const struct order by_login[] = {{"login", "p.login", "p.login", "text", false}, {0}};
static const struct order by_code[] = {{"code", "p.code", "p.code", "text", false}, {0}};

#define EVENT                                                                                                          \
	"e.seq, e.at, e.actor, e.role, e.source, e.action, e.object_kind || '/' || e.object_id as object, "            \
	"e.object_version as version, e.from_state, e.to_state, " EVENT_CHANGES " as changes, " EVENT_ADDED            \
	" as added, "                                                                                                  \
	"e.waived, e.on_loan, e.result, e.reason, e.request as request_id"

#define PART "r.id, r.program, r.name, r.state, r.place, r.sort, r.release, r.retired, r.note, r.author, r.updated_at"

static const struct listing listings[LISTING_COUNT] = {
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
    [LIST_OPENINGS] = {"o.position as leaf, o.path, o.salt, o.value", "opening o",
        "(%i::boolean or not o.internal) and not exists (select from leaf l where l.position = o.position "
        "and ticket_hidden(case when starts_with(l.object, 'ticket/') then substr(l.object, 8) "
        "when starts_with(l.object, 'review/') "
        "then (select e.added #>> '{verdict,ticket}' from event e where e.seq = l.seq) end, %c, %o::boolean)) "
        "and not (o.path = '/added' and ticket_hidden(coalesce(o.value::jsonb #>> '{link,other}', "
        "o.value::jsonb #>> '{verdict,ticket}'), %c, %o::boolean))",
        "o.path", "text", opening_filters, by_leaf},
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

#define PARAMETERS_MOST 64

struct composer {
	struct buffer sql;
	const struct listing_ask *ask;
	const char *values[PARAMETERS_MOST];
	int count;
	bool filtered;
};

static void add_parameter(struct composer *composer, const char *value)
{
	composer->values[composer->count++] = value;
	buffer_print(&composer->sql, "$%d", composer->count);
}

static const char *value_named(const struct composer *composer, char name, const char *value)
{
	const struct listing_ask *ask = composer->ask;

	switch (name) {
	case 's': return ask->scope;
	case 'c': return ask->caller;
	case 'n': return ask->now;
	case 'd': return ask->today;
	case 't': return ask->closed;
	case 'o': return ask->outside ? "true" : "false";
	case 'i': return ask->internal ? "true" : "false";
	case 'h': return ask->hidden == NULL ? "" : ask->hidden;
	case 'q': return search_query(composer->sql.arena, value);
	default: return value;
	}
}

// Copies SQL of a row, with a parameter for each %x.
static void add_sql(struct composer *composer, const char *sql, const char *value)
{
	for (const char *percent; (percent = strchr(sql, '%')) != NULL; sql = percent + 2) {
		buffer_add(&composer->sql, sql, (size_t)(percent - sql));
		add_parameter(composer, value_named(composer, percent[1], value));
	}
	buffer_add_text(&composer->sql, sql);
}

static bool is_choice(enum field_id id, const char *item)
{
	for (const char *const *choice = fields[id].choices; *choice != NULL; choice++)
		if (strcmp(*choice, item) == 0)
			return true;
	return false;
}

static bool item_is_right(enum value_type type, const char *item, const struct listing_ask *ask)
{
	int64_t number;

	switch (type) {
	case VALUE_WHOLES: return text_to_int(item, INT32_MIN, INT32_MAX, &number);
	case VALUE_STATES: return text_in_list(ask->states, item);
	case VALUE_KINDS: return is_choice(F_KIND, item);
	case VALUE_SEVERITIES: return is_choice(F_SEVERITY, item);
	default: return true;
	}
}

static bool items_are_right(enum value_type type, const char *value, const struct listing_ask *ask, struct arena *arena)
{
	char *rest = NULL;

	for (char *item = strtok_r(arena_copy(arena, value), ",", &rest); item != NULL;
	     item = strtok_r(NULL, ",", &rest))
		if (!item_is_right(type, item, ask))
			return false;
	return *value != '\0';
}

static bool value_is_right(enum value_type type, const char *value, const struct listing_ask *ask, struct arena *arena)
{
	int64_t number;
	moment time;

	switch (type) {
	case VALUE_WHOLE: return text_to_int(value, 0, INT64_MAX, &number);
	case VALUE_TIME: return moment_read(value, &time);
	case VALUE_TRUTH: return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
	case VALUE_SEARCH: return search_query(arena, value) != NULL;
	default: return items_are_right(type, value, ask, arena);
	}
}

// In UTC: PostgreSQL does not know every offset that RFC 3339 allows.
static const char *time_plain(const char *value, struct arena *arena)
{
	moment time;

	return moment_read(value, &time) ? moment_print(time, arena_take(arena, MOMENT_TEXT)) : value;
}

static void add_filters(struct composer *composer, const struct filter *filters, struct faults *faults)
{
	for (const struct filter *filter = filters; filter->name != NULL; filter++) {
		const char *value = composer->ask->filter(composer->ask->source, filter->name);

		if (value == NULL)
			continue;
		if (!value_is_right(filter->type, value, composer->ask, composer->sql.arena)) {
			faults_add(faults, filter->name, "format", "%s cannot be read here", filter->name);
			continue;
		}
		const char *sql =
		    filter->type == VALUE_TRUTH && strcmp(value, "false") == 0 ? filter->sql_false : filter->sql;
		if (sql == NULL)
			continue;
		composer->filtered = true;
		buffer_add_text(&composer->sql, " and (");
		add_sql(composer, sql, filter->type == VALUE_TIME ? time_plain(value, composer->sql.arena) : value);
		buffer_add_text(&composer->sql, ")");
	}
}

// What a ticket's own fields are filtered by: any of the values, of a list or a text as a whole.
static const char *own_filter(const struct field *field, struct arena *arena)
{
	if (field->type == FIELD_PEOPLE)
		return arena_print(arena, "b.fields -> '%s' ?| string_to_array(%%v, ',')", field->key);
	if (field->type == FIELD_TEXT)
		return arena_print(arena, "b.fields ->> '%s' = %%v", field->key);
	return arena_print(arena, "b.fields ->> '%s' = any (string_to_array(%%v, ','))", field->key);
}

static void add_own_filters(struct composer *composer, struct faults *faults)
{
	for (enum field_id id = F_OWN_FIRST; id < FIELD_COUNT && fields[id].key != NULL; id++) {
		const char *value = composer->ask->filter(composer->ask->source, fields[id].key);

		if (value == NULL || composer->count == PARAMETERS_MOST - 8) // room for the page itself
			continue;
		if (text_in_list(composer->ask->hidden, fields[id].key)) {
			faults_add(faults, fields[id].key, "hidden", "%s is not for your eyes", fields[id].key);
			continue;
		}
		composer->filtered = true;
		buffer_add_text(&composer->sql, " and ");
		add_sql(composer, own_filter(&fields[id], composer->sql.arena), value);
	}
	if (composer->ask->relations != NULL) // said always, it would keep the statement from having one plan
		add_sql(composer, RELATED, composer->ask->relations);
}

static void add_own_items(struct composer *composer)
{
	for (enum field_id id = F_OWN_FIRST; id < FIELD_COUNT && fields[id].key != NULL; id++)
		if (!text_in_list(composer->ask->hidden, fields[id].key))
			buffer_print(&composer->sql, ", b.fields -> '%s' as %s", fields[id].key, fields[id].key);
}

static const struct order *order_named(const struct listing *listing, const char *name)
{
	for (const struct order *order = listing->orders; order->name != NULL; order++)
		if (name == NULL || strcmp(order->name, name) == 0)
			return order;
	return NULL;
}

// Whether PostgreSQL can read the text as this type.
static bool key_is_right(const char *type, const char *text)
{
	int64_t number;
	moment time;

	if (strcmp(type, "bigint") == 0 || strcmp(type, "int") == 0)
		return text_to_int(text, INT64_MIN, strcmp(type, "int") == 0 ? INT32_MAX : INT64_MAX, &number);
	return strcmp(type, "timestamptz") != 0 || moment_read(text, &time);
}

// A cursor is "order~tie~key": where the page before ended. For a key that is known each page would be planned anew.
static bool add_cursor(struct composer *composer, const struct listing *listing, const struct order *order)
{
	char *rest = NULL, *cursor = arena_copy(composer->sql.arena, composer->ask->cursor);
	const char *name = strtok_r(cursor, "~", &rest), *tie = strtok_r(NULL, "~", &rest);

	if (name == NULL || tie == NULL || rest == NULL || strcmp(name, order->name) != 0 ||
	    !key_is_right(order->type, rest) || !key_is_right(listing->tie_type, tie))
		return false;
	const char *const bounds[] = {listing->tie, listing->twin};
	bool plain = strcmp(order->column, listing->tie) == 0;
	for (size_t i = 0; plain && i < 2 && bounds[i] != NULL; i++) {
		buffer_print(&composer->sql, " and %s %c (select $%d::%s)", bounds[i], order->descending ? '<' : '>',
		    composer->count + 1, listing->tie_type);
		composer->values[composer->count++] = tie;
	}
	if (plain)
		return true;
	buffer_print(&composer->sql, " and (%s, %s) %c ((select $%d::%s), (select $%d::%s))", order->column,
	    listing->tie, order->descending ? '<' : '>', composer->count + 1, order->type, composer->count + 2,
	    listing->tie_type);
	composer->values[composer->count++] = rest;
	composer->values[composer->count++] = tie;
	return true;
}

static void add_order(struct composer *composer, const struct listing *listing, const struct order *order)
{
	const char *direction = order->descending ? "desc" : "asc";

	buffer_print(&composer->sql, " order by %s %s, %s %s limit %lld", order->column, direction, listing->tie,
	    direction, (long long)composer->ask->limit + 1);
}

bool listing_ask(struct pg *pg, enum listing_id id, const struct listing_ask *ask, struct arena *arena,
    struct faults *faults, pg_done *done, void *context)
{
	const struct listing *listing = &listings[id];
	const struct order *order = order_named(listing, ask->sort);
	struct composer composer = {.ask = ask};

	if (order == NULL) {
		faults_add(faults, "sort", "choice", "this list cannot be sorted by %s", ask->sort);
		return false;
	}
	buffer_init(&composer.sql, arena);
	buffer_print(&composer.sql, "select (select epoch from register_epoch), %s, %s::text, ", order->text,
	    listing->tie);
	add_sql(&composer, listing->items, NULL);
	if (id == LIST_TICKETS)
		add_own_items(&composer);
	buffer_print(&composer.sql, " from %s where ", listing->from);
	add_sql(&composer, listing->where == NULL ? "true" : listing->where, NULL);
	add_filters(&composer, listing->filters, faults);
	if (id == LIST_TICKETS)
		add_own_filters(&composer, faults);
	if (ask->cursor != NULL && !add_cursor(&composer, listing, order))
		faults_add(faults, "cursor", "format", "this cursor does not belong to this list");
	if (faults->count > 0)
		return false;
	add_order(&composer, listing, order);
	// How rare a filter's value is makes the plan; without filters there is one plan for all.
	pg_ask_sql(pg, &(struct pg_sql){composer.sql.bytes, !composer.filtered, composer.count, composer.values}, done,
	    context);
	return true;
}

const char *listing_cursor(enum listing_id id, const char *sort, const struct pg_result *result, int row,
    struct arena *arena)
{
	return arena_print(arena, "%s~%s~%s", order_named(&listings[id], sort)->name, pg_text(result, row, 1),
	    pg_text(result, row, 0));
}

bool listing_knows(enum listing_id id, const char *name)
{
	for (const struct filter *filter = listings[id].filters; filter->name != NULL; filter++)
		if (strcmp(filter->name, name) == 0)
			return true;
	enum field_id own;
	return (id == LIST_TICKETS && field_find(name, &own) && own >= F_OWN_FIRST) || strcmp(name, "sort") == 0 ||
	    strcmp(name, "limit") == 0 || strcmp(name, "cursor") == 0;
}
