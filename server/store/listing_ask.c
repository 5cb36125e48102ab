// SPDX-License-Identifier: Apache-2.0
// How a statement is put together from the listing table: keyset pages, so that a deep page costs what the first does.
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "domain/field.h"
#include "domain/search.h"
#include "store/listing_parts.h"

#define PARAMETERS_MOST 64
#define RELATED " and exists (select from relations_of('ticket', t.id::text, %c, %d::date) r where r %l)"

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

// Of a cursor, "order~tie~key"; what is none is refused later.
static const char *page_key(const struct listing_ask *ask)
{
	const char *key = ask->cursor == NULL ? NULL : strrchr(ask->cursor, '~'),
	           *from = ask->filter(ask->source, "from");
	int64_t number;

	key = key != NULL ? key + 1 : from;
	return key != NULL && text_to_int(key, 0, INT64_MAX, &number) ? key : "0";
}

static const char *page_tie(const struct listing_ask *ask, struct arena *arena)
{
	const char *tie = ask->cursor == NULL ? NULL : strchr(ask->cursor, '~'),
	           *end = tie == NULL ? NULL : strchr(tie + 1, '~');

	return end == NULL ? "" : arena_copy_bytes(arena, tie + 1, (size_t)(end - tie - 1));
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
	case 'k': return page_key(ask);
	case 'y': return page_tie(ask, composer->sql.arena);
	case 'm': return arena_print(composer->sql.arena, "%" PRId64, ask->limit + 1);
	default: return value;
	}
}

// One value is said as such: an index on it and the tie has a page in its order, of several it has not.
static void add_list(struct composer *composer, const char *value)
{
	const bool several = value != NULL && strchr(value, ',') != NULL;

	buffer_add_text(&composer->sql, several ? "= any (string_to_array(" : "= ");
	add_parameter(composer, value);
	buffer_add_text(&composer->sql, several ? ", ','))" : "");
}

// Copies SQL of a row, with a parameter for each %x.
static void add_sql(struct composer *composer, const char *sql, const char *value)
{
	for (const char *percent; (percent = strchr(sql, '%')) != NULL; sql = percent + 2) {
		buffer_add(&composer->sql, sql, (size_t)(percent - sql));
		if (percent[1] == 'l')
			add_list(composer, value);
		else
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
	return arena_print(arena, "b.fields ->> '%s' %%l", field->key);
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
	buffer_add_text(&composer.sql, " from ");
	add_sql(&composer, listing->from, NULL);
	buffer_add_text(&composer.sql, " where ");
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
