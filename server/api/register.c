// SPDX-License-Identifier: Apache-2.0
// The register: each handler writes one deed from the members that were read, and answers with what was made.
#include "api/register.h"

#include <stdlib.h>
#include <string.h>

#include "api/body.h"
#include "api/cookie.h"
#include "api/identity.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "base/digest.h"
#include "store/row.h"

#define SALT_BYTES 32

static const char *const sources[] = {"all", "part", "none", NULL};
static const char *const document_states[] = {"complete", "outdated", "incomplete", "none", NULL};
static const char *const capacities[] = {"sysadmin", "deputy", NULL};

static const struct member person_members[] = {
    {PLAIN("login", FIELD_PERSON), REQUIRED},
    {TEXT("name", LINE), REQUIRED},
    {TEXT("email", LINE)},
    {PLAIN("roles", FIELD_NAMES), REQUIRED, THE_DEFAULT},
    {TEXT("vendor", LINE)},
    {PLAIN("active", FIELD_TRUTH), REQUIRED, THE_DEFAULT},
    END,
};

static const struct member token_members[] = {
    {TEXT("name", LINE), REQUIRED},
    {PLAIN("scopes", FIELD_NAMES)},
    {PLAIN("expires_at", FIELD_TIME)},
    END,
};

static const struct member program_members[] = {
    {PLAIN("code", FIELD_PROGRAM), REQUIRED},
    {TEXT("name", LINE), REQUIRED},
    {TEXT("language", LINE)},
    {TEXT("vendor", LINE)},
    {CHOICE("source", sources), REQUIRED, THE_DEFAULT},
    {PLAIN("critical", FIELD_TRUTH), REQUIRED, THE_DEFAULT},
    {NUMBER("source_statements", 0, COUNT_MOST)},
    {NUMBER("machine_instructions", 0, COUNT_MOST)},
    {PLAIN("installed_on", FIELD_DATE)},
    {TEXT("not_applicable", LONG)},
    {PLAIN("sysadmin", FIELD_PERSON), REQUIRED},
    {PLAIN("deputy", FIELD_PERSON)},
    END,
};

static const struct member designation_members[] = {
    {PLAIN("login", FIELD_PERSON), REQUIRED},
    {CHOICE("capacity", capacities), REQUIRED},
    {PLAIN("since", FIELD_DATE), REQUIRED, TODAY},
    {PLAIN("until", FIELD_DATE)},
    END,
};

static const struct member reading_members[] = {
    {PLAIN("read_at", FIELD_TIME), REQUIRED},
    {NUMBER("runs", 0, COUNT_MOST), REQUIRED},
    {NUMBER("failures", 0, COUNT_MOST), REQUIRED},
    END,
};

static const struct member document_members[] = {
    {TEXT("name", LINE), REQUIRED},
    {CHOICE("state", document_states), REQUIRED},
    {TEXT("place", LONG)},
    {PLAIN("retired", FIELD_TRUTH)},
    {TEXT("note", LONG)},
    END,
};

static const struct member asset_members[] = {
    {TEXT("name", LINE), REQUIRED},
    {TEXT("sort", LINE), REQUIRED},
    {TEXT("release", LINE)},
    {PLAIN("retired", FIELD_TRUTH)},
    {TEXT("note", LONG)},
    END,
};

const struct resource person_resource = {"person", PERSON_READ, person_members, .fixed = "login"};
const struct resource new_person_resource = {"person", PERSON_MADE, person_members, WITH_VERSION,
    .location = "/v1/people/%s"};
const struct resource token_resource = {"token", STATEMENT_COUNT, token_members, .again = answer_token_again,
    .secrecy = SECRET_ANSWER};
const struct resource program_resource = {"program", PROGRAM_READ, program_members, WITH_TODAY,
    .fixed = "code,sysadmin,deputy"};
const struct resource new_program_resource = {"program", PROGRAM_MADE, program_members, WITH_VERSION,
    .location = "/v1/programs/%s"};
const struct resource designation_resource = {"designation", DESIGNATION_MADE, designation_members, WITH_VERSION};
const struct resource reading_resource = {"reading", READING_READ, reading_members};
const struct resource document_resource = {"document", PART_MADE, document_members, WITH_VERSION};
const struct resource asset_resource = {"asset", PART_MADE, asset_members, WITH_VERSION};

static enum outcome tell_me(struct call *call, const struct pg_result *rows)
{
	json_begin(&call->answer, NULL, '{');
	json_add_text(&call->answer, "login", call->caller.login);
	json_add_text(&call->answer, "name", call->caller.name);
	json_begin(&call->answer, "roles", '[');
	for (enum role role = 0; role < ROLE_COUNT; role++)
		if (person_has(&call->caller, role))
			json_add_text(&call->answer, NULL, role_name(role));
	json_end(&call->answer, ']');
	json_add_raw(&call->answer, "loans", rows == NULL ? "[]" : pg_text(rows, 0, 0));
	if (call->cookie)
		json_add_text(&call->answer, "csrf", csrf_proof(call, call->shown));
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}

// Its roles tell those on loan, too; here stands until when.
enum outcome show_me(struct call *call)
{
	char now[MOMENT_TEXT];

	if (call->on_loan == NULL)
		return tell_me(call, NULL);
	return call_ask(call, LOANS_FIND, tell_me, call->caller.login, moment_print(call->now, now));
}

enum outcome show_named(struct call *call)
{
	call->made_id = call->parts.part[0];
	return answer_made(call);
}

static enum outcome take_named(struct call *call, const struct pg_result *rows)
{
	return pg_rows(rows) == 0 ? refuse(call, PROBLEM_NOT_FOUND, NULL) : NEXT;
}

enum outcome find_named(struct call *call)
{
	return call_ask(call, call->route->resource->read, take_named, call->parts.part[0], call_today(call));
}

// What stands at the path's {name}, or in the body of what is made.
static const char *object_name(const struct call *call, const char *key)
{
	return call->parts.count > 0 ? call->parts.part[0] : body_text(call, key);
}

// A change is guarded by the version that If-Match names; without it the last one counts, whichever that is.
static bool version_write(struct call *call, struct json_out *deed)
{
	int64_t version;

	if (http_method(call->request) != HTTP_PATCH)
		return true;
	if (!call_if_match(call, &version)) {
		faults_add(&call->faults, "If-Match", "format", "send the ETag as it came, \"7\"");
		return false;
	}
	if (version != 0)
		json_add_int(deed, "version", version);
	else
		json_add_text(deed, "version", "last");
	return true;
}

// A dry run does all of it, and the database takes it back.

static enum outcome tell_rehearsed(struct call *call, const struct pg_result *rows)
{
	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_INTERNAL, NULL);
	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		return refuse_outcome(call, pg_text(rows, 0, 0));
	json_begin(&call->answer, NULL, '{');
	json_add_bool(&call->answer, "allowed", true);
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}

static enum outcome save(struct call *call, enum statement_id statement, struct json_out *deed)
{
	if (!is_dry_run(call))
		return call_write(call, statement, deed, 0, take_made);
	json_add_text(deed, "rehearses", statements[statement].name);
	return call_write(call, REHEARSE, deed, 0, tell_rehearsed);
}

static bool roles_are_known(struct call *call)
{
	const struct json *roles = json_member(call->body, "roles");

	for (const struct json *role = roles == NULL ? NULL : roles->first; role != NULL; role = role->next) {
		enum role known;

		if (!role_find(role->text, &known))
			faults_add(&call->faults, "roles", "choice", "there is no role %s", role->text);
	}
	return call->faults.count == 0;
}

enum outcome save_person(struct call *call)
{
	struct json_out *deed = call_deed(call, call->parts.count > 0 ? "edit" : "add", "admin");

	if (!roles_are_known(call))
		return refuse(call, PROBLEM_FIELDS, NULL);
	json_add_text(deed, "login", object_name(call, "login"));
	json_add_raw(deed, "patch", call->patch.out.bytes);
	if (!version_write(call, deed))
		return refuse(call, PROBLEM_MALFORMED, NULL);
	return save(call, PERSON_SAVE, deed);
}

// The token goes out with this answer and is kept nowhere; only its hash is.

// When the token ends, as times are written here; NULL: never.
static const char *end_text(struct call *call)
{
	const char *text = body_text(call, "expires_at");
	moment end;

	if (text == NULL || !moment_read(text, &end))
		return NULL;
	return moment_print(end, arena_take(call->arena, MOMENT_TEXT));
}

static void scopes_write(struct json_out *json, scope_set scopes)
{
	json_begin(json, "scopes", '[');
	for (enum scope scope = 0; scope < SCOPE_COUNT; scope++)
		if (scopes & SCOPE_BIT(scope))
			json_add_text(json, NULL, scope_names[scope]);
	json_end(json, ']');
}

static enum outcome tell_token(struct call *call, int64_t id, moment made)
{
	char at[MOMENT_TEXT];

	json_begin(&call->answer, NULL, '{');
	json_add_int(&call->answer, "id", id);
	json_add_text(&call->answer, "login", call->parts.part[0]);
	json_add_text(&call->answer, "name", body_text(call, "name"));
	json_add_text(&call->answer, "token", call->token_made);
	scopes_write(&call->answer, call->scopes_made);
	json_add_text(&call->answer, "expires_at", end_text(call));
	json_add_text(&call->answer, "created_at", moment_print(made, at));
	json_end(&call->answer, '}');
	return call_reply_json(call, 201);
}

static enum outcome tell_token_made(struct call *call, const struct pg_result *rows)
{
	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		return refuse_outcome(call, pg_text(rows, 0, 0));
	return tell_token(call, pg_int(rows, 0, 1), call->now);
}

// A token passes on no more than the one that makes it, and all of that where nothing is said.
static bool take_scopes(struct call *call)
{
	const struct json *asked = json_member(call->body, "scopes");

	if (asked == NULL || asked->type == JSON_NULL)
		call->scopes_made = call->scopes;
	for (const struct json *name = asked == NULL ? NULL : asked->first; name != NULL; name = name->next) {
		scope_set scope = scopes_read(name->text);

		if (scope == 0)
			faults_add(&call->faults, "scopes", "choice", "there is no scope %s", name->text);
		else if ((scope & call->scopes) == 0)
			faults_add(&call->faults, "scopes", "range", "your own token lacks the scope %s", name->text);
		call->scopes_made |= scope;
	}
	if (call->scopes_made == 0)
		faults_add(&call->faults, "scopes", "missing", "a token has some scope");
	return call->faults.count == 0;
}

static bool end_is_ahead(struct call *call)
{
	const char *text = body_text(call, "expires_at");
	moment end;

	if (text != NULL && moment_read(text, &end) && end <= call->now)
		faults_add(&call->faults, "expires_at", "range", "expires_at lies in the past");
	return call->faults.count == 0;
}

// With an Idempotency-Key it can be told again, but only to who shows the same token again.
static void make_token(struct call *call)
{
	char salt[2 * SALT_BYTES + 1];

	call->token_made = random_token(call->arena);
	if (call->key == NULL)
		return;
	random_hex(SALT_BYTES, salt);
	call->token_salt = arena_copy(call->arena, salt);
	call->token_made = derived_token(call->arena, call->shown, salt);
}

static enum outcome take_token_again(struct call *call, const struct pg_result *rows)
{
	char printed[MOMENT_TEXT];
	moment made;

	if (pg_rows(rows) == 0 || !moment_read(row_time(pg_text(rows, 0, 1), printed), &made))
		return refuse(call, PROBLEM_INTERNAL, NULL);
	call->token_made = derived_token(call->arena, call->shown, call->token_salt);
	struct digest_part part = {call->token_made, strlen(call->token_made)};
	if (strcmp(digest_hex(call->arena, &part, 1), pg_text(rows, 0, 2)) != 0)
		return refuse(call, PROBLEM_STATE,
		    "the token was made by who showed another token: ask as then, or revoke it");
	call->scopes_made = scopes_read(pg_text(rows, 0, 0));
	return tell_token(call, strtoll(call->made_id, NULL, 10), made);
}

enum outcome answer_token_again(struct call *call)
{
	return call_ask(call, TOKEN_AGAIN, take_token_again, call->made_id);
}

enum outcome add_token(struct call *call)
{
	struct json_out *deed = call_deed(call, "token", call_is_own(call) ? NULL : "admin");

	if (!take_scopes(call) || !end_is_ahead(call))
		return refuse(call, PROBLEM_FIELDS, NULL);
	make_token(call);
	struct digest_part part = {call->token_made, strlen(call->token_made)};
	json_add_text(deed, "login", call->parts.part[0]);
	json_add_text(deed, "name", body_text(call, "name"));
	json_add_text(deed, "hash_of_token", digest_hex(call->arena, &part, 1));
	json_add_text(deed, "salt", call->token_salt);
	json_add_text(deed, "scopes", scopes_text(call->scopes_made, call->arena));
	json_add_text(deed, "expires_at", end_text(call));
	return call_write(call, TOKEN_ADD, deed, 0, tell_token_made);
}

static enum outcome tell_ended(struct call *call, const struct pg_result *rows)
{
	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		return refuse_outcome(call, pg_text(rows, 0, 0));
	return call_reply(call, 204, NULL, "", 0);
}

enum outcome end_of_person(struct call *call, const char *action, enum statement_id statement)
{
	struct json_out *deed = call_deed(call, action, call_is_own(call) ? NULL : "admin");
	int64_t id;

	if (!text_to_int(call->parts.part[1], 1, INT64_MAX, &id))
		return refuse(call, PROBLEM_NOT_FOUND, NULL);
	json_add_text(deed, "login", call->parts.part[0]);
	json_add_int(deed, "id", id);
	return call_write(call, statement, deed, 0, tell_ended);
}

enum outcome revoke_token(struct call *call)
{
	return end_of_person(call, "revoke", TOKEN_REVOKE);
}

enum outcome save_program(struct call *call)
{
	struct json_out *deed = call_deed(call, call->parts.count > 0 ? "edit" : "add", "admin");

	json_add_text(deed, "code", object_name(call, "code"));
	json_add_raw(deed, "patch", call->patch.out.bytes);
	json_add_text(deed, "sysadmin", body_text(call, "sysadmin"));
	json_add_text(deed, "deputy", body_text(call, "deputy"));
	json_add_text(deed, "day", call_today(call));
	if (!version_write(call, deed))
		return refuse(call, PROBLEM_MALFORMED, NULL);
	return save(call, PROGRAM_SAVE, deed);
}

// A deed about the program at {code} that holds the body's members.
static struct json_out *program_deed(struct call *call, const char *action)
{
	struct json_out *deed = call_deed(call, action, NULL);

	json_add_text(deed, "code", call->parts.part[0]);
	json_splice(deed, call->patch.out.bytes);
	return deed;
}

enum outcome add_designation(struct call *call)
{
	const char *since = body_text(call, "since"), *until = body_text(call, "until");

	if (until != NULL && strcmp(until, since == NULL ? call_today(call) : since) <= 0) {
		faults_add(&call->faults, "until", "range",
		    "until is the first day on which it no longer holds: after since");
		return refuse(call, PROBLEM_FIELDS, NULL);
	}
	return call_write(call, DESIGNATION_ADD, program_deed(call, "designate"), 0, take_made);
}

enum outcome add_reading(struct call *call)
{
	return save(call, READING_ADD, program_deed(call, "reading"));
}

enum outcome save_part(struct call *call)
{
	struct json_out *deed = call_deed(call, call->route->resource->kind, NULL);

	json_add_text(deed, "code", call->parts.part[0]);
	json_add_text(deed, "part", call->route->resource->kind);
	json_add_raw(deed, "patch", call->patch.out.bytes);
	return call_write(call, PART_SAVE, deed, 0, take_made);
}
