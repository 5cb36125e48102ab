// SPDX-License-Identifier: Apache-2.0
// Sessions and passwords. An attempt is counted before it is judged, and all that fail look and take alike: an unknown
// login, a closed account, an account without a password, a wrong password.
#include "api/session.h"

#include <string.h>

#include "api/body.h"
#include "api/cookie.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "base/digest.h"

static const struct member session_members[] = {
    {TEXT("login", LINE), REQUIRED},
    {TEXT("password", SECRET_LONGEST), REQUIRED},
    {TEXT("code", LINE)},
    {PLAIN("cookie", FIELD_TRUTH)},
    END,
};

static const struct member password_members[] = {
    {TEXT("password", SECRET_LONGEST), REQUIRED},
    {TEXT("current", SECRET_LONGEST)},
    END,
};

const struct resource session_resource = {"session", STATEMENT_COUNT, session_members, .secrecy = SECRET_BODY};
const struct resource password_resource = {"password", STATEMENT_COUNT, password_members, .secrecy = SECRET_BODY};

// Trying.

static enum outcome take_attempt(struct call *call, const struct pg_result *rows)
{
	call->wait = pg_int(rows, 0, 1);
	if (call->wait > 0)
		return refuse(call, PROBLEM_TOO_MANY,
		    arena_print(call->arena, "try again in %lld seconds", (long long)call->wait));
	call->hash_job.hash = arena_copy(call->arena, pg_text(rows, 0, 2));
	return NEXT;
}

static enum outcome ask_attempt(struct call *call, const char *login)
{
	const struct settings *settings = call->service->settings;
	struct json_out *deed = call_deed(call, "login", NULL);

	json_add_text(deed, "login", login);
	json_add_int(deed, "account_tries", settings->login_tries);
	json_add_int(deed, "address_tries", settings->login_tries_address);
	json_add_int(deed, "wait_most", settings->login_wait_most);
	return call_write(call, LOGIN_TRY, deed, 0, take_attempt);
}

enum outcome try_login(struct call *call)
{
	return ask_attempt(call, body_text(call, "login"));
}

// Hashing goes on beside the loop; the call comes back with its next step.

static void hash_ended(void *context)
{
	call_run(context);
}

static enum outcome ask_hash(struct call *call)
{
	call->hash_job.ended = hash_ended;
	call->hash_job.context = call;
	if (hasher_take(call->service->hasher, &call->hash_job))
		return WAIT;
	return refuse(call, PROBLEM_UNAVAILABLE, "too many log in at once; try again");
}

enum outcome check_password(struct call *call)
{
	call->hash_job.password = body_text(call, "password");
	call->hash_job.check = true;
	return ask_hash(call);
}

// Opening and ending.

// A browser keeps its token where no script reads it.
static bool wants_cookie(const struct call *call)
{
	const struct json *cookie = json_member(call->body, "cookie");

	return cookie != NULL && cookie->type == JSON_TRUE;
}

static enum outcome tell_session(struct call *call, const struct pg_result *rows)
{
	char ends[MOMENT_TEXT];

	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		return refuse_login(call);
	json_begin(&call->answer, NULL, '{');
	json_add_int(&call->answer, "id", pg_int(rows, 0, 1));
	json_add_text(&call->answer, "login", call->caller.login);
	if (wants_cookie(call)) {
		cookie_give(call, call->token_made, call->service->settings->session_hours * 3600);
		json_add_text(&call->answer, "csrf", csrf_proof(call, call->token_made));
	} else {
		json_add_text(&call->answer, "token", call->token_made);
	}
	json_add_text(&call->answer, "expires_at",
	    moment_print(call->now + call->service->settings->session_hours * MOMENT_HOUR, ends));
	json_end(&call->answer, '}');
	return call_reply_json(call, 201);
}

bool login_may_be(const char *login)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";

	return *login != '\0' && strlen(login) <= 32 && login[strspn(login, letters)] == '\0';
}

// What cannot be a login may be a password in the wrong place: it does not go into the record.
static const char *login_to_record(const char *login)
{
	return login_may_be(login) ? login : "-";
}

static enum outcome refuse_entry(struct call *call, enum problem_kind kind, const char *detail)
{
	http_reply_header(call->request, "WWW-Authenticate", "Bearer realm=\"weihu\"");
	call->claimed = login_to_record(body_text(call, "login"));
	return refuse(call, kind, detail);
}

enum outcome refuse_login(struct call *call)
{
	return refuse_entry(call, PROBLEM_UNAUTHENTICATED, "the login, the password or the code is wrong");
}

enum outcome refuse_without_code(struct call *call)
{
	return refuse_entry(call, PROBLEM_SECOND_FACTOR, "send the code of the second factor, too: \"code\"");
}

enum outcome open_session(struct call *call)
{
	char ends[MOMENT_TEXT];

	call->caller.login = body_text(call, "login");
	call->token_made = random_token(call->arena);
	struct digest_part part = {call->token_made, strlen(call->token_made)};
	struct json_out *deed = call_deed(call, "login", NULL);
	json_add_text(deed, "login", call->caller.login);
	json_add_text(deed, "hash_of_token", digest_hex(call->arena, &part, 1));
	json_add_text(deed, "expires_at",
	    moment_print(call->now + call->service->settings->session_hours * MOMENT_HOUR, ends));
	if (*call->hash_job.made != '\0')
		json_add_text(deed, "password_hash", call->hash_job.made);
	return call_write(call, SESSION_ADD, deed, 0, tell_session);
}

static enum outcome tell_done(struct call *call, const struct pg_result *rows)
{
	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		return refuse_outcome(call, pg_text(rows, 0, 0));
	return call_reply(call, 204, NULL, "", 0);
}

enum outcome end_session(struct call *call)
{
	if (!call->session)
		return refuse(call, PROBLEM_STATE, "this is a token, not a session: revoke it instead");
	struct json_out *deed = call_deed(call, "logout", NULL);
	json_add_int(deed, "id", call->token);
	json_add_text(deed, "login", call->caller.login);
	if (call->cookie)
		cookie_take_back(call);
	return call_write(call, SESSION_END, deed, 0, tell_done);
}

// A proof.

enum outcome try_own(struct call *call)
{
	return ask_attempt(call, call->caller.login);
}

enum outcome check_own_password(struct call *call)
{
	call->hash_job.password = body_text(call, "current");
	call->hash_job.check = true;
	return ask_hash(call);
}

enum outcome judge_own_password(struct call *call)
{
	if (!call->hash_job.done)
		return refuse(call, PROBLEM_UNAVAILABLE, NULL);
	if (call->hash_job.matches)
		return NEXT;
	faults_add(&call->faults, "current", "wrong", "this is not the current password");
	return refuse(call, PROBLEM_FIELDS, NULL);
}

// Passwords. One's own takes the current one, where there is one; that is a guess like any other.

enum outcome check_new_password(struct call *call)
{
	const char *password = body_text(call, "password");
	size_t least = (size_t)call->service->settings->password_least;

	if (text_points(password) < least)
		faults_add(&call->faults, "password", "length", "a password has at least %zu characters", least);
	else if (text_has_line(call->service->refused, password))
		faults_add(&call->faults, "password", "common", "this password is known to too many");
	else if (strstr(password, call->parts.part[0]) != NULL)
		faults_add(&call->faults, "password", "format", "a password does not hold the login");
	return call->faults.count > 0 ? refuse(call, PROBLEM_FIELDS, NULL) : NEXT;
}

static enum outcome check_current(struct call *call)
{
	static call_step *const go_on[] = {judge_own_password, make_password, save_password};

	call->next = go_on;
	if (call->hash_job.hash == NULL && call->service->asker != NULL)
		return refuse(call, PROBLEM_STATE, "this password is the directory's: it is changed there");
	if (call->hash_job.hash == NULL)
		return call_turn(call, go_on + 1);
	if (body_text(call, "current") != NULL)
		return check_own_password(call);
	faults_add(&call->faults, "current", "missing", "current must be filled");
	return refuse(call, PROBLEM_FIELDS, NULL);
}

enum outcome try_current_password(struct call *call)
{
	static call_step *const own[] = {check_current};

	if (!call_is_own(call))
		return NEXT;
	call->next = own;
	return try_own(call);
}

enum outcome make_password(struct call *call)
{
	call->hash_job = (struct hash_job){.password = body_text(call, "password"), .make = true};
	return ask_hash(call);
}

enum outcome save_password(struct call *call)
{
	struct json_out *deed = call_deed(call, "password", call_is_own(call) ? NULL : "admin");

	if (!call->hash_job.done)
		return refuse(call, PROBLEM_UNAVAILABLE, NULL);
	json_add_text(deed, "login", call->parts.part[0]);
	json_add_text(deed, "password_hash", call->hash_job.made);
	if (call->session && call_is_own(call))
		json_add_int(deed, "but", call->token);
	return call_write(call, PASSWORD_SET, deed, 0, tell_done);
}
