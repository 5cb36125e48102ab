// SPDX-License-Identifier: Apache-2.0
// What each kind of event does to the rows of the register.
#include "cli/audit_told.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/canon.h"
#include "audit/index.h"

#define UNTOLD "{\"commitment\":\"\"}" // fits anything

struct token {
	int64_t id;
	const char *login, *kind, *name, *scopes, *expires; // the last three as JSON
	bool ended, perhaps_ended;
	struct token *next;
};

struct designation {
	const char *program, *capacity, *login;
	const char *since, *until; // since "": from a day that is not told; until NULL: open
	struct designation *next;
};

struct row { // told as a whole
	const char *name, *text;
	struct row *next;
};

struct workflow {
	int64_t version;
	const char *digest, *edges; // as JSON
	struct workflow *next;
};

struct telling {
	struct arena *arena;
	struct token *tokens;
	struct designation *designations;
	struct workflow *workflows;
	struct row *rows;
	struct index by_name; // of rows
};

struct telling *telling_new(struct arena *arena)
{
	struct telling *telling = arena_take(arena, sizeof *telling);
	telling->arena = arena;
	index_init(&telling->by_name, arena);
	return telling;
}

static const char *kept(struct telling *telling, const struct json *value)
{
	return value ? arena_copy(telling->arena, canon_text(telling->arena, value)) : UNTOLD;
}

// The later one counts.
static void row_tell(struct telling *telling, const char *name, const char *text)
{
	struct row *row = index_find(&telling->by_name, name);
	if (!row) {
		row = arena_take(telling->arena, sizeof *row);
		*row = (struct row){.name = arena_copy(telling->arena, name), .next = telling->rows};
		telling->rows = row;
		index_add(&telling->by_name, name, row);
	}
	row->text = text;
}

// Tokens and sessions.

static void token_tell(struct telling *telling, const struct token *given)
{
	struct token *token = arena_take(telling->arena, sizeof *token);
	*token = *given;
	token->next = telling->tokens;
	telling->tokens = token;
}

static void token_end(struct telling *telling, int64_t id)
{
	for (struct token *token = telling->tokens; token; token = token->next)
		token->ended |= token->id == id;
}

// All of a person's: of a closed account, or perhaps its sessions, when the password is set in one of them.
static void tokens_end(struct telling *telling, const char *login, bool sessions_perhaps)
{
	for (struct token *token = telling->tokens; token; token = token->next) {
		if (strcmp(token->login, login) != 0)
			continue;
		if (!sessions_perhaps)
			token->ended = true;
		else
			token->perhaps_ended |= strcmp(token->kind, "session") == 0;
	}
}

static void take_person(struct telling *telling, const struct leaf *leaf, const char *login)
{
	const struct json *token = json_member(leaf->changes, "token");
	const struct json *made = json_member(token, "new"),
	                  *active = json_member(json_member(leaf->changes, "active"), "new");
	const struct json *password = json_member(json_member(leaf->changes, "password"), "new");
	int64_t id;
	if (json_int(json_member(made, "id"), &id))
		token_tell(telling,
		    &(struct token){.id = id,
		        .login = arena_copy(telling->arena, login),
		        .kind = "token",
		        .name = kept(telling, json_member(made, "name")),
		        .scopes = kept(telling, json_member(made, "scopes")),
		        .expires = kept(telling, json_member(made, "expires_at"))});
	if (json_int(json_member(json_member(token, "old"), "id"), &id))
		token_end(telling, id);
	if (active && active->type == JSON_FALSE)
		tokens_end(telling, login, false);
	if (!password)
		return;
	tokens_end(telling, login, true);
	row_tell(telling, arena_print(telling->arena, "password/%s", login),
	    arena_print(telling->arena, "{\"id\":\"%s\",\"set_at\":%s}", login, kept(telling, password)));
}

static void take_session(struct telling *telling, const struct leaf *leaf, const char *number)
{
	const char *login = json_text(json_member(json_member(leaf->changes, "login"), "new"));
	int64_t id;
	if (!text_to_int(number, 1, INT64_MAX, &id))
		return;
	if (!login)
		token_end(telling, id);
	else
		token_tell(telling,
		    &(struct token){.id = id,
		        .login = arena_copy(telling->arena, login),
		        .kind = "session",
		        .name = "\"session\"",
		        .scopes = UNTOLD,
		        .expires = UNTOLD});
}

// Designations: whoever held the capacity steps back for the time of the new one.

static void designation_add(struct telling *telling, const struct designation *given)
{
	struct designation *designation = arena_take(telling->arena, sizeof *designation);
	*designation = *given;
	designation->next = telling->designations;
	telling->designations = designation;
}

static struct designation **designation_on(struct telling *telling, const char *program, const char *capacity,
    const char *day)
{
	struct designation **place = &telling->designations;
	for (; *place; place = &(*place)->next)
		if (strcmp((*place)->program, program) == 0 && strcmp((*place)->capacity, capacity) == 0 &&
		    strcmp((*place)->since, day) <= 0 && (!(*place)->until || strcmp(day, (*place)->until) < 0))
			break;
	return place;
}

static void take_designation(struct telling *telling, const char *program, const char *capacity,
    const struct json *change)
{
	const char *login = json_text(json_member(change, "new")), *since = json_text(json_member(change, "since"));
	const char *until = json_text(json_member(change, "until"));
	struct arena *arena = telling->arena;
	if (!login)
		return;
	struct designation fresh = {arena_copy(arena, program), capacity, arena_copy(arena, login),
	    since ? arena_copy(arena, since) : "", arena_copy(arena, until), NULL};
	struct designation **place = designation_on(telling, program, capacity, fresh.since);
	if (since && *place) {
		struct designation was = **place;
		if (strcmp(was.since, since) == 0)
			*place = was.next;
		else
			(*place)->until = fresh.since;
		if (until && (!was.until || strcmp(until, was.until) < 0)) {
			was.since = fresh.until;
			designation_add(telling, &was);
		}
	}
	designation_add(telling, &fresh);
}

static void take_program(struct telling *telling, const struct leaf *leaf, const char *code)
{
	const struct json *reading = json_member(json_member(leaf->changes, "reading"), "new");
	int64_t id;
	take_designation(telling, code, "sysadmin", json_member(leaf->changes, "sysadmin"));
	take_designation(telling, code, "deputy", json_member(leaf->changes, "deputy"));
	if (!json_int(json_member(reading, "id"), &id))
		return;
	row_tell(telling, arena_print(telling->arena, "reading/%" PRId64, id),
	    arena_print(telling->arena,
	        "{\"author\":\"%s\",\"failures\":%s,\"id\":%" PRId64 ",\"program\":\"%s\",\"read_at\":%s,\"runs\":%s}",
	        leaf->actor, kept(telling, json_member(reading, "failures")), id, code,
	        kept(telling, json_member(reading, "read_at")), kept(telling, json_member(reading, "runs"))));
}

// Workflows.

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// Edges as "action from to", sorted.
static const char *edges_text(struct telling *telling, const struct json *edges)
{
	const char **list = arena_take_array(telling->arena, edges->count + 1, sizeof *list);
	size_t count = 0;
	for (const struct json *edge = edges->first; edge; edge = edge->next) {
		const char *action = json_text(json_member(edge, "action")),
		           *from = json_text(json_member(edge, "from"));
		const char *to = json_text(json_member(edge, "to"));
		list[count++] =
		    arena_print(telling->arena, "%s %s %s", action ? action : "?", from ? from : "-", to ? to : "?");
	}
	qsort(list, count, sizeof *list, compare_texts);
	return arena_print(telling->arena, "[%s%s%s]", count ? "\"" : "",
	    text_join(telling->arena, list, count, "\",\""), count ? "\"" : "");
}

static void take_workflow(struct telling *telling, const struct leaf *leaf, const char *number)
{
	const struct json *digest = json_member(json_member(leaf->changes, "digest"), "new");
	const struct json *edges = json_member(json_member(leaf->changes, "edges"), "new");
	struct workflow *workflow = telling->workflows;
	int64_t version;
	if (!text_to_int(number, 1, INT32_MAX, &version))
		return;
	while (workflow && workflow->version != version)
		workflow = workflow->next;
	if (!workflow) {
		workflow = arena_take(telling->arena, sizeof *workflow);
		*workflow = (struct workflow){version, UNTOLD, UNTOLD, telling->workflows};
		telling->workflows = workflow;
	}
	if (digest)
		workflow->digest = kept(telling, digest);
	if (edges)
		workflow->edges = edges_text(telling, edges);
}

static void take_log(struct telling *telling, const struct leaf *leaf, const char *origin)
{
	const char *verifier = json_text(json_member(json_member(leaf->changes, "key"), "new"));
	(void)origin;
	if (verifier)
		row_tell(telling, arena_print(telling->arena, "key/%s", verifier),
		    arena_print(telling->arena, "{\"id\":\"%s\"}", verifier));
}

void telling_take(struct telling *telling, const struct leaf *leaf)
{
	static const struct {
		const char *kind;
		void (*take)(struct telling *telling, const struct leaf *leaf, const char *id);
	} takes[] = {{"person/", take_person}, {"session/", take_session}, {"program/", take_program},
	    {"workflow/", take_workflow}, {"log/", take_log}};
	if (!text_equals(leaf->result, "done"))
		return;
	for (size_t i = 0; i < sizeof takes / sizeof *takes; i++)
		if (text_starts(leaf->object, takes[i].kind))
			takes[i].take(telling, leaf, leaf->object + strlen(takes[i].kind));
}

static void tell_text(struct telling *telling, told_row *tell, void *context, const char *name, const char *text,
    bool may_go)
{
	struct faults faults;
	faults_init(&faults, telling->arena);
	const struct json *row = json_read(telling->arena, text, strlen(text), &faults);
	if (row)
		tell(context, name, row, may_go);
}

void telling_end(struct telling *telling, told_row *tell, void *context)
{
	struct arena *arena = telling->arena;
	for (const struct token *token = telling->tokens; token; token = token->next)
		tell_text(telling, tell, context, arena_print(arena, "token/%" PRId64, token->id),
		    arena_print(arena,
		        "{\"expires_at\":%s,\"id\":%" PRId64
		        ",\"kind\":\"%s\",\"login\":\"%s\",\"name\":%s,\"revoked\":%s,\"scopes\":%s}",
		        token->expires, token->id, token->kind, token->login, token->name,
		        token->ended               ? "true"
		            : token->perhaps_ended ? UNTOLD
		                                   : "false",
		        token->scopes),
		    strcmp(token->kind, "session") == 0);
	for (const struct designation *one = telling->designations; one; one = one->next) {
		const char *id = arena_print(arena, "%s/%s/%s", one->program, one->capacity, one->since);
		tell_text(telling, tell, context, arena_print(arena, "designation/%s", id),
		    arena_print(arena, "{\"id\":%s,\"login\":\"%s\",\"until\":%s%s%s}",
		        *one->since ? arena_print(arena, "\"%s\"", id) : UNTOLD, one->login, one->until ? "\"" : "",
		        one->until ? one->until : "null", one->until ? "\"" : ""),
		    !*one->since && one->until);
	}
	for (const struct workflow *workflow = telling->workflows; workflow; workflow = workflow->next)
		tell_text(telling, tell, context, arena_print(arena, "workflow/%" PRId64, workflow->version),
		    arena_print(arena, "{\"digest\":%s,\"edges\":%s,\"id\":%" PRId64 "}", workflow->digest,
		        workflow->edges, workflow->version),
		    false);
	for (const struct row *row = telling->rows; row; row = row->next)
		tell_text(telling, tell, context, row->name, row->text, false);
}
