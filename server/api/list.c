// SPDX-License-Identifier: Apache-2.0
// Lists (RFC 8288 for the Link header).
#include "api/list.h"

#include "api/permit.h"
#include "api/refusal.h"
#include "store/row.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MOST 500

static const char *filter_of(const void *source, const char *name)
{
	const struct call *call = source;

	return query_get(&call->query, name);
}

bool read_limit(struct call *call)
{
	const char *text = query_get(&call->query, "limit");

	call->limit = LIMIT_DEFAULT;
	if (text == NULL || text_to_int(text, 1, LIMIT_MOST, &call->limit))
		return true;
	faults_add(&call->faults, "limit", "range", "limit is a number from 1 to %d", LIMIT_MOST);
	return false;
}

// Who compares the tables with the log sees the comments there anyway.
static bool may_read_internal(const struct call *call)
{
	return call_may(call, "ticket.read_internal") ||
	    (call->route->listing == LIST_OPENINGS && call_may(call, "audit.compare"));
}

enum outcome ask_page(struct call *call, call_reader *reader)
{
	char now[MOMENT_TEXT];

	if (!read_limit(call))
		return refuse(call, PROBLEM_MALFORMED, NULL);
	const struct listing_ask ask = {
	    .scope = call->parts.count > 0 ? call->parts.part[0] : NULL,
	    .caller = call->caller.login,
	    .today = call_today(call),
	    .now = moment_print(call->now, now),
	    .states = call->house->states,
	    .closed = call->house->closed_states,
	    .cursor = query_get(&call->query, "cursor"),
	    .sort = query_get(&call->query, "sort"),
	    .outside = call->caller.outside,
	    .relations = relations_text(call->relations, call->arena),
	    .internal = may_read_internal(call),
	    .hidden = call_hidden(call),
	    .limit = call->limit,
	    .filter = filter_of,
	    .source = call,
	};
	if (!call_ask_list(call, call->route->listing, &ask, reader))
		return refuse(call, PROBLEM_MALFORMED, NULL);
	return WAIT;
}

// The same request again, but for its cursor.
static void link_next(struct call *call, const char *cursor)
{
	struct buffer link;

	buffer_init(&link, call->arena);
	buffer_print(&link, "<%s?", http_path(call->request));
	for (size_t i = 0; i < call->query.count; i++)
		if (!text_equals(call->query.items[i].name, "cursor"))
			buffer_print(&link, "%s=%s&", call->query.items[i].name,
			    query_escape(call->arena, call->query.items[i].value));
	buffer_print(&link, "cursor=%s>; rel=\"next\"", query_escape(call->arena, cursor));
	http_reply_header(call->request, "Link", link.bytes);
}

void page_write(struct call *call, const struct pg_result *rows)
{
	struct json_out *json = &call->answer;
	bool more = pg_rows(rows) > call->limit;
	int count = more ? (int)call->limit : pg_rows(rows);

	json_begin(json, NULL, '{');
	json_begin(json, "items", '[');
	row_write_all(json, rows, count, LISTING_ITEM);
	json_end(json, ']');
	const char *cursor = NULL;
	if (more)
		cursor =
		    listing_cursor(call->route->listing, query_get(&call->query, "sort"), rows, count - 1, call->arena);
	json_add_text(json, "next", cursor);
	if (more)
		link_next(call, cursor);
}

static enum outcome tell_page(struct call *call, const struct pg_result *rows)
{
	page_write(call, rows);
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}

enum outcome list(struct call *call)
{
	return ask_page(call, tell_page);
}
