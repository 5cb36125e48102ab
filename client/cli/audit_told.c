// SPDX-License-Identifier: Apache-2.0
// What each kind of event does to the rows of the register.
#include "cli/audit_told.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/canon.h"
#include "audit/index.h"
#include "cli/audit_told_parts.h"

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

struct factor {
	const char *login, *confirmed, *codes; // as JSON; confirmed NULL: there is none
	struct factor *next;
};

struct loan {
	int64_t id;
	const char *login, *lender, *since, *ended;
	const char *role, *reason, *until; // as JSON
	struct loan *next;
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
	struct factor *factors;
	struct loan *loans;
	struct review_telling *reviews;
	struct row *rows;
	struct index by_name; // of rows
};

struct telling *telling_new(struct arena *arena)
{
	struct telling *telling = arena_take(arena, sizeof *telling);
	telling->arena = arena;
	index_init(&telling->by_name, arena);
	telling->reviews = review_telling_new(arena);
	return telling;
}

const char *told_value(struct arena *arena, const struct json *value)
{
	return value ? arena_copy(arena, canon_text(arena, value)) : UNTOLD;
}

const char *told_text(struct arena *arena, const char *text)
{
	return canon_text(arena, &(struct json){.type = text ? JSON_TEXT : JSON_NULL, .text = text});
}

void told_tell(struct arena *arena, told_row *tell, void *context, const char *name, const char *text, bool may_go)
{
	struct faults faults;
	faults_init(&faults, arena);
	const struct json *row = json_read(arena, text, strlen(text), &faults);
	if (row)
		tell(context, name, row, may_go);
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

// Second factors. How many recovery codes there are is told when one is used.

static struct factor *factor_of(struct telling *telling, const char *login)
{
	struct factor *factor = telling->factors;
	while (factor && strcmp(factor->login, login) != 0)
		factor = factor->next;
	if (!factor) {
		factor = arena_take(telling->arena, sizeof *factor);
		*factor = (struct factor){.login = arena_copy(telling->arena, login), .next = telling->factors};
		telling->factors = factor;
	}
	return factor;
}

static void take_factor(struct telling *telling, const struct leaf *leaf, const char *login)
{
	const struct json *change = json_member(leaf->changes, "second_factor");
	const struct json *confirmed = json_member(change, "new"),
	                  *codes = json_member(leaf->changes, "recovery_codes");
	if (change) {
		struct factor *factor = factor_of(telling, login);
		factor->confirmed =
		    confirmed && confirmed->type != JSON_NULL ? told_value(telling->arena, confirmed) : NULL;
		factor->codes = UNTOLD;
		tokens_end(telling, login, true);
	}
	if (codes)
		factor_of(telling, login)->codes = told_value(telling->arena, json_member(codes, "new"));
}

// Roles on loan. Who is no administrator any more has none.

static void loans_end(struct telling *telling, const char *login, const char *at)
{
	for (struct loan *loan = telling->loans; loan; loan = loan->next)
		if (strcmp(loan->login, login) == 0 && !loan->ended && strncmp(loan->until + 1, at, strlen(at)) > 0)
			loan->ended = arena_copy(telling->arena, at);
}

static bool names(const struct json *list, const char *wanted)
{
	for (const struct json *item = list->first; item; item = item->next)
		if (text_equals(json_text(item), wanted))
			return true;
	return false;
}

static void take_loan(struct telling *telling, const struct leaf *leaf, const char *login)
{
	const struct json *change = json_member(leaf->changes, "loan"), *made = json_member(change, "new");
	const struct json *roles = json_member(json_member(leaf->changes, "roles"), "new");
	int64_t id;
	if (json_int(json_member(made, "id"), &id)) {
		struct loan *loan = arena_take(telling->arena, sizeof *loan);
		*loan = (struct loan){.id = id,
		    .login = arena_copy(telling->arena, login),
		    .lender = arena_copy(telling->arena, leaf->actor),
		    .since = arena_copy(telling->arena, leaf->at),
		    .role = told_value(telling->arena, json_member(made, "role")),
		    .reason = told_value(telling->arena, json_member(made, "reason")),
		    .until = told_value(telling->arena, json_member(made, "until")),
		    .next = telling->loans};
		telling->loans = loan;
	}
	if (json_int(json_member(json_member(change, "old"), "id"), &id))
		for (struct loan *loan = telling->loans; loan; loan = loan->next)
			if (loan->id == id)
				loan->ended = arena_copy(telling->arena, leaf->at);
	if (roles && roles->type == JSON_LIST && !names(roles, "admin"))
		loans_end(telling, login, leaf->at);
}

static void take_person(struct telling *telling, const struct leaf *leaf, const char *login)
{
	take_factor(telling, leaf, login);
	take_loan(telling, leaf, login);
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
		        .name = told_value(telling->arena, json_member(made, "name")),
		        .scopes = told_value(telling->arena, json_member(made, "scopes")),
		        .expires = told_value(telling->arena, json_member(made, "expires_at"))});
	if (json_int(json_member(json_member(token, "old"), "id"), &id))
		token_end(telling, id);
	if (active && active->type == JSON_FALSE) {
		tokens_end(telling, login, false);
		loans_end(telling, login, leaf->at);
	}
	if (!password)
		return;
	tokens_end(telling, login, true);
	row_tell(telling, arena_print(telling->arena, "password/%s", login),
	    arena_print(telling->arena, "{\"id\":\"%s\",\"set_at\":%s}", login, told_value(telling->arena, password)));
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

static void take_part(struct telling *telling, const struct leaf *leaf, const char *code, const char *part)
{
	const struct json *made = json_member(json_member(leaf->changes, part), "new");
	int64_t id;
	if (json_int(json_member(made, "id"), &id))
		row_tell(telling, arena_print(telling->arena, "%s/%" PRId64, part, id),
		    arena_print(telling->arena, "{\"author\":%s,\"program\":%s,%s",
		        told_text(telling->arena, leaf->actor), told_text(telling->arena, code),
		        told_value(telling->arena, made) + 1));
}

static void take_program(struct telling *telling, const struct leaf *leaf, const char *code)
{
	take_part(telling, leaf, code, "document");
	take_part(telling, leaf, code, "asset");
	const struct json *reading = json_member(json_member(leaf->changes, "reading"), "new");
	int64_t id;
	take_designation(telling, code, "sysadmin", json_member(leaf->changes, "sysadmin"));
	take_designation(telling, code, "deputy", json_member(leaf->changes, "deputy"));
	if (!json_int(json_member(reading, "id"), &id))
		return;
	row_tell(telling, arena_print(telling->arena, "reading/%" PRId64, id),
	    arena_print(telling->arena,
	        "{\"author\":\"%s\",\"failures\":%s,\"id\":%" PRId64 ",\"program\":\"%s\",\"read_at\":%s,\"runs\":%s}",
	        leaf->actor, told_value(telling->arena, json_member(reading, "failures")), id, code,
	        told_value(telling->arena, json_member(reading, "read_at")),
	        told_value(telling->arena, json_member(reading, "runs"))));
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
		workflow->digest = told_value(telling->arena, digest);
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

static void take_review(struct telling *telling, const struct leaf *leaf, const char *id)
{
	review_telling_take(telling->reviews, leaf, id);
}

void telling_take(struct telling *telling, const struct leaf *leaf)
{
	static const struct {
		const char *kind;
		void (*take)(struct telling *telling, const struct leaf *leaf, const char *id);
	} takes[] = {{"person/", take_person}, {"session/", take_session}, {"program/", take_program},
	    {"workflow/", take_workflow}, {"review/", take_review}, {"log/", take_log}};
	if (!text_equals(leaf->result, "done"))
		return;
	for (size_t i = 0; i < sizeof takes / sizeof *takes; i++)
		if (text_starts(leaf->object, takes[i].kind))
			takes[i].take(telling, leaf, leaf->object + strlen(takes[i].kind));
}

static void tell_borrowed(struct telling *telling, told_row *tell, void *context)
{
	struct arena *arena = telling->arena;
	for (const struct factor *factor = telling->factors; factor; factor = factor->next)
		if (factor->confirmed)
			told_tell(telling->arena, tell, context, arena_print(arena, "factor/%s", factor->login),
			    arena_print(arena, "{\"codes\":%s,\"confirmed_at\":%s,\"id\":%s}", factor->codes,
			        factor->confirmed, told_text(telling->arena, factor->login)),
			    false);
	for (const struct loan *loan = telling->loans; loan; loan = loan->next)
		told_tell(telling->arena, tell, context, arena_print(arena, "loan/%" PRId64, loan->id),
		    arena_print(arena,
		        "{\"ended_at\":%s,\"id\":%" PRId64
		        ",\"lender\":%s,\"login\":%s,\"reason\":%s,\"role\":%s,\"since\":\"%s\",\"until\":%s}",
		        told_text(telling->arena, loan->ended), loan->id, told_text(telling->arena, loan->lender),
		        told_text(telling->arena, loan->login), loan->reason, loan->role, loan->since, loan->until),
		    false);
}

void telling_end(struct telling *telling, told_row *tell, void *context)
{
	struct arena *arena = telling->arena;
	tell_borrowed(telling, tell, context);
	review_telling_end(telling->reviews, tell, context);
	for (const struct token *token = telling->tokens; token; token = token->next)
		told_tell(telling->arena, tell, context, arena_print(arena, "token/%" PRId64, token->id),
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
		told_tell(telling->arena, tell, context, arena_print(arena, "designation/%s", id),
		    arena_print(arena, "{\"id\":%s,\"login\":\"%s\",\"until\":%s%s%s}",
		        *one->since ? arena_print(arena, "\"%s\"", id) : UNTOLD, one->login, one->until ? "\"" : "",
		        one->until ? one->until : "null", one->until ? "\"" : ""),
		    !*one->since && one->until);
	}
	for (const struct workflow *workflow = telling->workflows; workflow; workflow = workflow->next)
		told_tell(telling->arena, tell, context, arena_print(arena, "workflow/%" PRId64, workflow->version),
		    arena_print(arena, "{\"digest\":%s,\"edges\":%s,\"id\":%" PRId64 "}", workflow->digest,
		        workflow->edges, workflow->version),
		    false);
	for (const struct row *row = telling->rows; row; row = row->next)
		told_tell(telling->arena, tell, context, row->name, row->text, false);
}
