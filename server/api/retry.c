// SPDX-License-Identifier: Apache-2.0
// Retries, and answering with what a write has made.
#include "api/retry.h"

#include <string.h>

#include "api/body.h"
#include "api/refusal.h"
#include "base/digest.h"
#include "store/row.h"

#define KEY_MOST 200

// The digest of what was asked: method, path and query, body. A dry run asks for what the request without it would do.
static const char *request_digest(struct call *call)
{
	size_t length;
	const char *body = http_body(call->request, &length),
	           *query = is_dry_run(call) ? NULL : http_query(call->request);
	const char *head = arena_print(call->arena, "%s %s?%s\n", http_method_name(call->request),
	    http_path(call->request), query == NULL ? "" : query);
	struct digest_part parts[] = {{head, strlen(head)}, {body, length}};

	return digest_hex(call->arena, parts, 2);
}

static enum outcome answer_again(struct call *call)
{
	call_step *again = call->route->resource->again;

	return again != NULL ? again(call) : answer_made(call);
}

static enum outcome take_kept(struct call *call, const struct pg_result *rows)
{
	static call_step *const again[] = {answer_again};

	if (pg_rows(rows) == 0)
		return NEXT;
	call->key = NULL; // it is settled here
	if (*pg_text(rows, 0, 0) != 't')
		return refuse(call, PROBLEM_KEY_REUSED, "send another key with another request");
	call->made_id = arena_copy(call->arena, pg_text(rows, 0, 2));
	call->made_version = pg_int(rows, 0, 3);
	call->token_salt = arena_copy(call->arena, pg_text(rows, 0, 4));
	http_reply_header(call->request, "Idempotency-Replayed", "true");
	return call_turn(call, again);
}

enum outcome read_key(struct call *call)
{
	const char *key = http_header(call->request, "Idempotency-Key");

	if (key == NULL || http_method(call->request) != HTTP_POST || call->route->resource == NULL ||
	    call->route->resource->secrecy == SECRET_BODY)
		return NEXT;
	if (!text_is_token(key) || strlen(key) > KEY_MOST) {
		faults_add(&call->faults, "Idempotency-Key", "format", "1 to %d printable ASCII characters", KEY_MOST);
		return refuse(call, PROBLEM_MALFORMED, NULL);
	}
	call->key = arena_copy(call->arena, key);
	call->hash = request_digest(call);
	return NEXT;
}

enum outcome recall_twin(struct call *call)
{
	if (call->key == NULL)
		return NEXT;
	return call_ask(call, ANSWER_FIND, take_kept, call->caller.login, call->key, call->hash);
}

static void tell_version(struct call *call, const struct pg_result *rows, int first)
{
	for (int column = first; column < pg_columns(rows); column++)
		if (strcmp(pg_name(rows, column), "version") == 0)
			http_reply_header(call->request, "ETag",
			    arena_print(call->arena, "\"%s\"", pg_text(rows, 0, column)));
}

enum outcome answer_row(struct call *call, const struct pg_result *rows, int first, int status)
{
	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_NOT_FOUND, NULL);
	json_begin(&call->answer, NULL, '{');
	row_write(&call->answer, rows, 0, first, call_hidden(call));
	json_end(&call->answer, '}');
	tell_version(call, rows, first);
	return call_reply_json(call, status);
}

static enum outcome tell_made(struct call *call, const struct pg_result *rows)
{
	const struct resource *resource = call->route->resource;
	bool created = http_method(call->request) == HTTP_POST;

	if (created && resource->location != NULL)
		http_reply_header(call->request, "Location",
		    arena_print(call->arena, resource->location, call->made_id));
	return answer_row(call, rows, 0, !created ? 200 : resource->status != 0 ? resource->status : 201);
}

enum outcome answer_made(struct call *call)
{
	const struct resource *resource = call->route->resource;
	const char *with = NULL;

	if (resource->with == WITH_VERSION)
		with = arena_print(call->arena, "%lld", (long long)call->made_version);
	else if (resource->with == WITH_TODAY)
		with = call_today(call);
	return call_ask(call, resource->read, tell_made, call->made_id, with);
}

// Outcomes of the writing functions, as they are told.
static const struct {
	const char *outcome;
	enum problem_kind kind;
	const char *detail;
	const char *field; // that is to blame, or NULL
} outcomes[] = {
    {"missing", PROBLEM_NOT_FOUND, NULL},
    {"exists", PROBLEM_EXISTS, NULL},
    {"stale", PROBLEM_VERSION, "somebody else was first; read it again"},
    {"no_edge", PROBLEM_STATE, "the workflow has no such edge"},
    {"kept", PROBLEM_EXISTS, "it was carried out, and its answer is no longer kept"},
    {"designated", PROBLEM_STATE, "this person is designated for a program: designate somebody else first"},
    {"sysadmin", PROBLEM_FIELDS, NULL, "sysadmin"},
    {"deputy", PROBLEM_FIELDS, NULL, "deputy"},
    {"no_admin", PROBLEM_STATE, "a role is lent to administrators only: others are given it"},
    {"held", PROBLEM_STATE, "this person has that role"},
    {"person", PROBLEM_FIELDS, NULL, "login"},
    {"overlap", PROBLEM_STATE, "another designation begins within that time"},
    {"concluded", PROBLEM_STATE, "this review is concluded, and stays as it is"},
    {"unjudged", PROBLEM_STATE, "records of the sample have no verdict yet"},
    {"gap", PROBLEM_STATE, "nobody is designated at that time: begin on or after the program's first designation"},
};

enum outcome refuse_outcome(struct call *call, const char *outcome)
{
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(*outcomes); i++) {
		if (strcmp(outcomes[i].outcome, outcome) != 0)
			continue;
		if (outcomes[i].field != NULL)
			faults_add(&call->faults, outcomes[i].field, "unknown",
			    "%s must be a person with an open account and the role sysadmin", outcomes[i].field);
		return refuse(call, outcomes[i].kind, outcomes[i].detail);
	}
	return refuse(call, PROBLEM_INTERNAL, NULL);
}

enum outcome take_made(struct call *call, const struct pg_result *rows)
{
	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_INTERNAL, NULL);
	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		return refuse_outcome(call, pg_text(rows, 0, 0));
	call->made_id = arena_copy(call->arena, pg_text(rows, 0, 1));
	call->made_version = pg_int(rows, 0, 2);
	return NEXT;
}
