// SPDX-License-Identifier: Apache-2.0
// Who calls, and what they sent.
#include "api/identity.h"

#include <string.h>
#include <strings.h>

#include "api/cookie.h"
#include "api/refusal.h"
#include "api/routes.h"
#include "base/digest.h"

static enum outcome refuse_unknown_caller(struct call *call)
{
	http_reply_header(call->request, "WWW-Authenticate", "Bearer realm=\"weihu\"");
	return refuse(call, PROBLEM_UNAUTHENTICATED, "send a valid token: Authorization: Bearer wh_…");
}

role_set roles_read(char *names)
{
	role_set roles = 0;
	char *rest = NULL;

	for (const char *name = strtok_r(names, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
		enum role role;

		if (role_find(name, &role))
			roles |= ROLE_BIT(role);
	}
	return roles;
}

// Times of use are kept to the minute, and nobody waits for them.

static void use_noted(const struct pg_result *result, void *context)
{
	(void)result;
	(void)context;
}

static void note_use(struct call *call)
{
	struct json_out deed;
	char at[MOMENT_TEXT];

	json_out_init(&deed, call->arena);
	json_begin(&deed, NULL, '{');
	json_add_text(&deed, "at", moment_print(call->now, at));
	json_add_int(&deed, "id", call->token);
	json_end(&deed, '}');
	pg_write(call->service->pg, TOKEN_USED, deed.out.bytes, 0, use_noted, NULL);
}

// Who holds a token.
struct holder {
	struct person person;
	int64_t token;
	bool session;
	scope_set scopes;
	const char *on_loan, *until; // or NULL
};

#define TOKEN "token" // the kind of such facts

static void holder_read(const struct pg_result *rows, struct holder *holder, struct arena *arena)
{
	holder->person.login = arena_copy(arena, pg_text(rows, 0, 0));
	holder->person.name = arena_copy(arena, pg_text(rows, 0, 1));
	holder->person.roles = roles_read(arena_copy(arena, pg_text(rows, 0, 2)));
	holder->person.outside = *pg_text(rows, 0, 7) == 't';
	holder->token = pg_int(rows, 0, 3);
	holder->session = *pg_text(rows, 0, 4) == 't';
	holder->scopes = scopes_read(pg_text(rows, 0, 5));
	holder->on_loan = arena_copy(arena, pg_text(rows, 0, 8));
	holder->until = arena_copy(arena, pg_text(rows, 0, 9));
	if (holder->on_loan != NULL)
		holder->person.roles |= roles_read(arena_copy(arena, holder->on_loan));
}

static void take_holder(struct call *call, const struct holder *holder)
{
	call->caller = holder->person;
	call->caller.login = arena_copy(call->arena, holder->person.login);
	call->caller.name = arena_copy(call->arena, holder->person.name);
	call->on_loan = arena_copy(call->arena, holder->on_loan);
	call->subject.person = call->caller.login;
	call->known = true;
	call->token = holder->token;
	call->session = holder->session;
	call->scopes = holder->scopes;
}

// Who logs a browser in or changes something with its cookie must be a page of ours.
static bool may_be_forged(const struct call *call)
{
	return http_method(call->request) != HTTP_GET && (call->cookie || call->route->permission == NULL);
}

static enum outcome check_origin(struct call *call)
{
	if (call->cookie && !call->session)
		return refuse_unknown_caller(call);
	const char *fault = may_be_forged(call) ? csrf_fault(call) : NULL;
	return fault == NULL ? NEXT : refuse(call, PROBLEM_FORBIDDEN, fault);
}

static enum outcome know_caller(struct call *call, const struct pg_result *rows)
{
	struct known *known = call->service->known;

	if (pg_rows(rows) == 0)
		return refuse_unknown_caller(call);
	struct holder *holder = known_put(known, TOKEN, call->digest, sizeof(*holder));
	holder_read(rows, holder, known_arena(known));
	take_holder(call, holder);
	if (*pg_text(rows, 0, 6) == 't')
		note_use(call);
	return check_origin(call);
}

// What ends by the clock does not wait for the register to turn. A session cannot have become idle in so short a time.
static bool is_over(const struct call *call, const struct holder *holder)
{
	moment until;

	return holder->until != NULL && (!moment_read(holder->until, &until) || until <= call->now);
}

static const struct holder *holder_by_hearsay(const struct call *call)
{
	const struct holder *holder = NULL;

	if (call->route->vouched && !call->sure)
		holder = known_get(call->service->known, TOKEN, call->digest);
	return holder != NULL && holder->on_loan == NULL && !is_over(call, holder) ? holder : NULL;
}

// What was shown, within the request's headers; NULL: nothing.
static const char *token_shown(struct call *call, size_t *length)
{
	const char *header = http_header(call->request, "Authorization"), scheme[] = "Bearer ";

	if (header == NULL) {
		call->cookie = true;
		return cookie_token(call, length);
	}
	if (strncasecmp(header, scheme, strlen(scheme)) != 0)
		return NULL;
	*length = strlen(header) - strlen(scheme);
	return header + strlen(scheme);
}

// From here on nobody needs it in the headers, and it shall not lie about.
static void take_token(struct call *call)
{
	size_t length = 0;
	const char *token = token_shown(call, &length);

	if (token == NULL)
		return;
	call->shown = arena_copy_bytes(call->arena, token, length);
	http_forget_header(call->request, "Authorization");
	http_forget_header(call->request, "Cookie");
}

static enum outcome ask_caller(struct call *call)
{
	char now[MOMENT_TEXT], idle[MOMENT_TEXT];
	moment idle_since = call->now - call->service->settings->session_idle_minutes * 60 * MOMENT_SECOND;

	return call_ask(call, CALLER_FIND, know_caller, call->digest, moment_print(call->now, now),
	    moment_print(idle_since, idle));
}

enum outcome authenticate(struct call *call)
{
	if (call->route->permission == NULL)
		return may_be_forged(call) && csrf_origin_fault(call) != NULL
		    ? refuse(call, PROBLEM_FORBIDDEN, csrf_origin_fault(call))
		    : NEXT;
	if (call->shown == NULL)
		take_token(call);
	if (call->shown == NULL)
		return refuse_unknown_caller(call);
	struct digest_part part = {call->shown, strlen(call->shown)};
	call->digest = digest_hex(call->arena, &part, 1);
	const struct holder *holder = holder_by_hearsay(call);
	if (holder == NULL)
		return ask_caller(call);
	take_holder(call, holder);
	call->epoch = known_epoch(call->service->known);
	call->hearsay = true;
	return check_origin(call);
}

static bool name_is_known(const struct call *call, const char *name)
{
	if (call->route->listing != LIST_NONE)
		return listing_knows(call->route->listing, name);
	return call->route->parameters != NULL && text_in_list(call->route->parameters, name);
}

enum outcome read_query(struct call *call)
{
	query_read(http_query(call->request), &call->query, call->arena, &call->faults);
	for (size_t i = 0; i < call->query.count; i++)
		if (!name_is_known(call, call->query.items[i].name))
			faults_add(&call->faults, call->query.items[i].name, "unknown",
			    "there is no such parameter here");
	return call->faults.count > 0 ? refuse(call, PROBLEM_MALFORMED, NULL) : NEXT;
}

static bool media_type_is(const char *header, const char *type)
{
	size_t length = strlen(type);

	return header != NULL && strncasecmp(header, type, length) == 0 && strchr("; \t", header[length]) != NULL;
}

static bool body_is_json(const struct call *call)
{
	const char *type = http_header(call->request, "Content-Type");

	return media_type_is(type, "application/json") ||
	    (http_method(call->request) == HTTP_PATCH && media_type_is(type, "application/merge-patch+json"));
}

enum outcome read_body(struct call *call)
{
	size_t length;

	if ((http_method(call->request) & (HTTP_POST | HTTP_PATCH)) == 0 || call->route->takes_file)
		return NEXT;
	if (!body_is_json(call))
		return refuse(call, PROBLEM_MEDIA_TYPE, "send Content-Type: application/json");
	const char *bytes = http_body(call->request, &length);
	call->body = json_read(call->arena, bytes, length, &call->faults);
	if (call->route->resource != NULL && call->route->resource->secrecy == SECRET_BODY)
		http_forget_body(call->request);
	call->secret = call->route->resource != NULL && call->route->resource->secrecy != OPEN;
	if (call->body != NULL && call->body->type != JSON_OBJECT)
		faults_add(&call->faults, "", "type", "the body must be a JSON object");
	return call->faults.count > 0 ? refuse(call, PROBLEM_MALFORMED, NULL) : NEXT;
}

bool call_if_match(const struct call *call, int64_t *version)
{
	const char *header = http_header(call->request, "If-Match");

	*version = 0;
	if (header == NULL || strcmp(header, "*") == 0)
		return true;
	size_t length = strlen(header);
	if (length < 3 || header[0] != '"' || header[length - 1] != '"')
		return false;
	return text_to_int(arena_copy_bytes(call->arena, header + 1, length - 2), 1, INT32_MAX, version);
}
