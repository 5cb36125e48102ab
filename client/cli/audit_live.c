// SPDX-License-Identifier: Apache-2.0
// What the log says of each row, and what the row says.
#include "cli/audit_live.h"

#include <inttypes.h>
#include <string.h>

#include "audit/canon.h"
#include "cli/audit_told.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/url.h"

struct told {             // a row as the log tells it
	const char *name; // "event/17", "comment/5"
	const char *text; // canonical JSON
	const char *leaf; // its place, for complaints
	bool seen;        // in the table
	bool may_go;      // from it, in time
	struct told *next;
};

struct live {
	struct cli *cli;
	struct verification *verification;
	struct arena *arena;
	struct index told;
	struct told *first;
	struct telling *telling; // rows of the register
	int64_t high;            // the highest event in the log
	uint64_t compared, hidden, fresh;
};

struct live *live_new(struct cli *cli, struct verification *verification)
{
	struct live *live = arena_take(cli->arena, sizeof *live);
	*live = (struct live){.cli = cli,
	    .verification = verification,
	    .arena = cli->arena,
	    .telling = telling_new(cli->arena)};
	index_init(&live->told, cli->arena);
	return live;
}

static void note_row(struct live *live, const char *name, const struct json *row, const char *leaf, bool may_go)
{
	struct told *told = arena_take(live->arena, sizeof *told);
	*told = (struct told){.name = arena_copy(live->arena, name),
	    .text = canon_text(live->arena, row),
	    .leaf = arena_copy(live->arena, leaf),
	    .may_go = may_go,
	    .next = live->first};
	live->first = told;
	if (!index_find(&live->told, name))
		index_add(&live->told, name, told);
}

// An event as its row says it: without the link to the leaf before.
static struct json *without_link(const struct json *leaf, struct arena *arena)
{
	struct json *copy = arena_take(arena, sizeof *copy), **end = &copy->first;
	*copy = *leaf;
	for (const struct json *member = leaf->first; member; member = member->next) {
		if (text_equals(member->key, "previous"))
			continue;
		*end = arena_take(arena, sizeof **end);
		**end = *member;
		end = &(*end)->next;
	}
	*end = NULL;
	return copy;
}

static void take_leaf(void *context, const struct leaf *leaf)
{
	struct live *live = context;
	struct arena *arena = arena_new();
	const char *place = arena_print(arena, "leaf %" PRIu64, leaf->position);
	note_row(live, arena_print(arena, "event/%" PRId64, leaf->seq), without_link(leaf->json, arena), place, false);
	telling_take(live->telling, leaf);
	if (leaf->seq > live->high)
		live->high = leaf->seq;
	const struct json *added = leaf->added && leaf->added->type == JSON_OBJECT ? leaf->added->first : NULL;
	if (!text_starts(leaf->object, "ticket/"))
		added = NULL;
	for (; added && text_equals(leaf->result, "done"); added = added->next) {
		int64_t id;
		if (json_int(json_member(added, "id"), &id))
			note_row(live, arena_print(arena, "%s/%" PRId64, added->key, id), added, place, false);
	}
	arena_free(arena);
}

void live_watch(struct live *live)
{
	live->verification->seen = take_leaf;
	live->verification->seen_context = live;
}

static void complain(struct live *live, const char *name, const char *code, const char *message)
{
	faults_add(&live->verification->faults, name, code, "%s", message);
}

// What was erased says nothing, and so fits anything.
static bool matches(const struct json *told, const struct json *row, struct arena *arena)
{
	if (leaf_is_commitment(told))
		return true;
	if (told->type != row->type || told->count != row->count)
		return false;
	if (told->type != JSON_OBJECT && told->type != JSON_LIST)
		return strcmp(canon_text(arena, told), canon_text(arena, row)) == 0;
	const struct json *other = row->first;
	for (const struct json *member = told->first; member; member = member->next, other = other->next) {
		const struct json *fellow = told->type == JSON_OBJECT ? json_member(row, member->key) : other;
		if (!fellow || !matches(member, fellow, arena))
			return false;
	}
	return true;
}

static bool is_true(const struct json *value)
{
	return value && value->type == JSON_TRUE;
}

static const char *row_name(const char *table, const struct json *row, struct arena *arena)
{
	const struct json *id = json_member(row, text_equals(table, "event") ? "seq" : "id");
	return arena_print(arena, "%s/%s", table, id && id->text ? id->text : "?");
}

// A row of a ticket that this administrator does not see: the server tells no more than whether it agrees.
static void compare_hidden(struct live *live, const char *name, const struct json *row)
{
	live->hidden++;
	if (!is_true(json_member(row, "agrees")))
		complain(live, name, "changed", _("differs from the log; you may not read how"));
}

// The first designation of a program is told without its day.
static struct told *told_find(struct live *live, const char *name, struct arena *arena)
{
	struct told *told = index_find(&live->told, name);
	const char *day = text_starts(name, "designation/") ? strrchr(name, '/') : NULL;
	return told || !day ? told : index_find(&live->told, arena_print(arena, "%.*s/", (int)(day - name), name));
}

// Rows that have no version may have moved on since the checkpoint.
static bool may_have_moved(const struct live *live, const char *name)
{
	static const char *const moving[] = {"token/", "password/", "designation/", "factor/", "loan/", "document/",
	    "asset/", "review/", "record/"};
	bool moves = false;
	for (size_t i = 0; i < sizeof moving / sizeof *moving; i++)
		moves |= text_starts(name, moving[i]);
	return moves && live->fresh > 0;
}

static void compare_known(struct live *live, const char *name, struct told *told, const struct json *row,
    struct arena *arena)
{
	struct faults faults;
	faults_init(&faults, arena);
	told->seen = true;
	if (is_true(json_member(row, "hidden"))) {
		compare_hidden(live, name, row);
		return;
	}
	const struct json *wanted = json_read(arena, told->text, strlen(told->text), &faults);
	if ((!wanted || !matches(wanted, row, arena)) && !may_have_moved(live, name))
		complain(live, name, "changed",
		    arena_print(arena, _("says %s, but %s says %s"), canon_text(arena, row), told->leaf, told->text));
}

static void compare_told(struct live *live, const char *table, const struct json *row, struct arena *arena)
{
	bool event = text_equals(table, "event");
	int64_t number = 0;
	const char *name = row_name(table, row, arena);
	struct told *told = told_find(live, name, arena);
	live->compared++;
	if (told)
		compare_known(live, name, told, row, arena);
	else if (event && json_int(json_member(row, "seq"), &number) && number > live->high)
		live->fresh++;
	else if (!event && is_true(json_member(row, "hidden")))
		compare_hidden(live, name, row);
	else if (live->verification->archived == 0 && (event || live->fresh == 0))
		complain(live, name, "inserted", _("is in the table, but the log knows nothing of it"));
}

// Objects that are told change by change: tickets, people, programs.

static const char *initial_of(const char *key)
{
	static const struct {
		const char *key, *text;
	} initials[] = {{"active", "true"}, {"roles", "[]"}, {"critical", "false"}, {"source", "\"all\""}};
	for (size_t i = 0; i < sizeof initials / sizeof *initials; i++)
		if (text_equals(initials[i].key, key))
			return initials[i].text;
	return "null";
}

static bool stands_apart(const char *key)
{
	static const char apart[] = "login,code,version,created_at,updated_at";
	return text_in_list(apart, key);
}

static void compare_values(struct live *live, const struct object *object, const struct json *row, bool ticket,
    struct arena *arena)
{
	for (const struct json *member = row->first; member; member = member->next) {
		const char *told = object_value(object, member->key), *text = canon_text(arena, member);
		if (!told || (!ticket && stands_apart(member->key)))
			continue;
		if (!ticket && text_equals(told, "null"))
			told = initial_of(member->key);
		if (!text_equals(told, text))
			complain(live, object->name, "changed",
			    arena_print(arena, _("%s is %s, but the log says %s"), member->key, text, told));
	}
}

static void compare_missing(struct live *live, const struct object *object, const struct json *fields,
    struct arena *arena)
{
	for (const struct held *value = object->values; value; value = value->next)
		if (value->text && !text_equals(value->text, "null") && !json_member(fields, value->key))
			complain(live, object->name, "changed",
			    arena_print(arena, _("%s is empty, but the log says %s"), value->key, value->text));
}

static void compare_object(struct live *live, const char *table, const struct json *row, struct arena *arena)
{
	bool ticket = text_equals(table, "ticket"), hidden = is_true(json_member(row, "hidden"));
	const struct json *key = json_member(row, ticket ? "id" : text_equals(table, "person") ? "login" : "code");
	const char *name = arena_print(arena, "%s/%s", table, key && key->text ? key->text : "?");
	const struct object *object = index_find(&live->verification->replay.objects, name);
	int64_t version = 0;
	live->compared++;
	if (!object || object->version == 0) {
		if (live->fresh == 0 && live->verification->archived == 0)
			complain(live, name, "inserted", _("is in the table, but the log knows nothing of it"));
		return;
	}
	json_int(json_member(row, "version"), &version);
	if (version > object->version && live->fresh > 0)
		return; // moved on since the checkpoint
	if (version != object->version)
		complain(live, name, "changed",
		    arena_print(arena, _("is at version %" PRId64 ", but the log says %" PRId64), version,
		        object->version));
	if (ticket && !text_equals(json_text(json_member(row, "state")), object->state))
		complain(live, name, "changed",
		    arena_print(arena, _("is in state %s, but the log says %s"), json_text(json_member(row, "state")),
		        object->state ? object->state : "-"));
	if (hidden)
		compare_hidden(live, name, row);
	else
		compare_values(live, object, ticket ? json_member(row, "fields") : row, ticket, arena);
	if (ticket && !hidden)
		compare_missing(live, object, json_member(row, "fields"), arena);
}

static int compare_table(struct live *live, const char *table)
{
	static const char objects[] = "ticket,person,program";
	const char *cursor = NULL;
	do {
		struct arena *arena = arena_new();
		struct buffer query;
		buffer_init(&query, arena);
		if (cursor)
			url_add_query(&query, "cursor", cursor);
		const char *path = arena_print(arena, "/v1/audit/rows/%s%s", table, query.bytes);
		struct answer answer = http_ask(live->cli, arena, &(struct request){.method = "GET", .path = path});
		if (answer.code != LEAVE_OK || !answer.json) {
			int code = problem_tell(live->cli, &answer, &(struct subject){.name = NULL});
			arena_free(arena);
			return code;
		}
		const struct json *items = json_member(answer.json, "items");
		for (const struct json *row = items ? items->first : NULL; row; row = row->next)
			(text_in_list(objects, table) ? compare_object : compare_told)(live, table, row, arena);
		cursor = arena_copy(live->arena, json_text(json_member(answer.json, "next")));
		arena_free(arena);
	} while (cursor);
	return LEAVE_OK;
}

static void tell_row(void *context, const char *name, const struct json *row, bool may_go)
{
	note_row(context, name, row, _("the log"), may_go);
}

int live_compare(struct live *live)
{
	static const char *const tables[] = {"event", "ticket", "comment", "attachment", "step", "change", "work",
	    "link", "person", "program", "token", "password", "factor", "loan", "designation", "reading", "document",
	    "asset", "workflow", "review", "record", "decision", "key"};
	telling_end(live->telling, tell_row, live);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		int code = compare_table(live, tables[i]);
		if (code != LEAVE_OK)
			return code;
	}
	for (const struct told *told = live->first; told; told = told->next)
		if (!told->seen && !told->may_go && !may_have_moved(live, told->name))
			complain(live, told->name, "deleted",
			    arena_print(live->arena, _("is gone from its table, but %s says %s"), told->leaf,
			        told->text));
	return LEAVE_OK;
}

void live_print(const struct live *live, struct cli *cli)
{
	fprintf(cli->out,
	    _("  ✓ %" PRIu64 " rows of the tables say what the log says; %" PRIu64 " events are too new to be in it\n"),
	    live->compared, live->fresh);
	if (live->hidden > 0)
		fprintf(cli->out,
		    _("  – %" PRIu64
		      " of these rows are of tickets that you do not see: that they agree is the server's word\n"),
		    live->hidden);
}
