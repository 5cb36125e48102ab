// SPDX-License-Identifier: Apache-2.0
// Second factors. A code is a guess like a password, and counted as one; what is wrong with it is not told at a login.
#include "api/factor.h"

#include <string.h>

#include "api/body.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "api/session.h"
#include "base/digest.h"
#include "base/totp.h"
#include "store/row.h"

#define RECOVERY_CODES 10

static const struct member factor_members[] = {
    {TEXT("current", SECRET_LONGEST), REQUIRED},
    END,
};

static const struct member code_members[] = {
    {TEXT("code", LINE), REQUIRED},
    END,
};

const struct resource factor_resource = {"second_factor", STATEMENT_COUNT, factor_members, .secrecy = SECRET_BODY};
const struct resource factor_code_resource = {"second_factor", STATEMENT_COUNT, code_members, .secrecy = SECRET_BODY};

// Finding.

static enum outcome take_factor(struct call *call, const struct pg_result *rows)
{
	struct factor *factor = arena_take(call->arena, sizeof(*factor));

	if (pg_rows(rows) == 0)
		return NEXT;
	factor->sealed = arena_copy(call->arena, pg_text(rows, 0, 0));
	factor->confirmed = *pg_text(rows, 0, 1) == 't';
	factor->last_step = pg_int(rows, 0, 2);
	call->factor = factor;
	return NEXT;
}

enum outcome find_login_factor(struct call *call)
{
	static call_step *const refused[] = {refuse_login};

	if (!call->hash_job.done)
		return refuse(call, PROBLEM_UNAVAILABLE, NULL);
	if (!call->hash_job.matches)
		return call_turn(call, refused);
	return call_ask(call, FACTOR_FIND, take_factor, body_text(call, "login"));
}

enum outcome find_factor(struct call *call)
{
	return call_ask(call, FACTOR_FIND, take_factor, call->parts.part[0]);
}

// Codes.

// The step that the code is of, or 0.
static int64_t step_of(struct call *call, const char *login, const char *code)
{
	unsigned char secret[TOTP_SECRET];

	if (!vault_open(call->service->vault, login, call->factor->sealed, secret, sizeof(secret))) {
		log_line(LOG_ERROR, &call->subject, "the second factor of %s was sealed under another key", login);
		return 0;
	}
	int64_t step = totp_match(secret, code, call->now, call->factor->last_step);
	explicit_bzero(secret, sizeof(secret));
	return step;
}

static const char *code_digest(struct call *call, const char *code)
{
	const char *plain = recovery_plain(code, call->arena);
	const struct digest_part part = {plain, strlen(plain)};

	return digest_hex(call->arena, &part, 1);
}

// Uses the code up; `reader` hears whether it was one. False, and nothing asked, when it is plainly none.
static bool use(struct call *call, const char *login, const char *code, call_reader *reader)
{
	bool recovers = strlen(code) != TOTP_DIGITS;
	int64_t step = recovers ? 0 : step_of(call, login, code);

	if (!recovers && step == 0)
		return false;
	struct json_out *deed = call_deed(call, "second_factor", NULL);
	json_add_text(deed, "login", login);
	if (recovers)
		json_add_text(deed, "hash", code_digest(call, code));
	else
		json_add_int(deed, "step", step);
	call_write(call, FACTOR_USE, deed, 0, reader);
	return true;
}

static bool is_done(const struct pg_result *rows)
{
	return pg_rows(rows) == 1 && strcmp(pg_text(rows, 0, 0), "done") == 0;
}

static enum outcome login_code_used(struct call *call, const struct pg_result *rows)
{
	return is_done(rows) ? NEXT : refuse_login(call);
}

enum outcome use_login_code(struct call *call)
{
	const char *login = body_text(call, "login"), *code = body_text(call, "code");

	if (call->factor == NULL || !call->factor->confirmed)
		return NEXT;
	if (code == NULL)
		return refuse_without_code(call);
	call->caller.login = login; // for the event of a recovery code
	return use(call, login, code, login_code_used) ? WAIT : refuse_login(call);
}

static enum outcome refuse_code(struct call *call)
{
	faults_add(&call->faults, "code", "wrong", "this is no code of now, or one that was used");
	return refuse(call, PROBLEM_FIELDS, NULL);
}

static enum outcome code_used(struct call *call, const struct pg_result *rows)
{
	return is_done(rows) ? NEXT : refuse_code(call);
}

enum outcome use_code(struct call *call)
{
	if (call->factor == NULL || !call->factor->confirmed)
		return refuse(call, PROBLEM_STATE, "there is no second factor");
	return use(call, call->caller.login, body_text(call, "code"), code_used) ? WAIT : refuse_code(call);
}

// Showing: whether there is one, never what it is.

static enum outcome tell_factor(struct call *call, const struct pg_result *rows)
{
	bool enrolled = pg_rows(rows) == 1 && *pg_text(rows, 0, 1) == 't';

	json_begin(&call->answer, NULL, '{');
	json_add_text(&call->answer, "login", call->parts.part[0]);
	json_add_bool(&call->answer, "enrolled", enrolled);
	if (enrolled)
		row_write_column(&call->answer, "since", rows, 0, 3);
	else
		json_add_null(&call->answer, "since");
	json_add_int(&call->answer, "recovery_codes", enrolled ? pg_int(rows, 0, 4) : 0);
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}

enum outcome show_factor(struct call *call)
{
	return call_ask(call, FACTOR_FIND, tell_factor, call->parts.part[0]);
}

// Enrolling.

static enum outcome tell_secret(struct call *call, const struct pg_result *rows)
{
	if (!is_done(rows))
		return refuse(call, PROBLEM_STATE, "there is a second factor already: remove it first");
	json_begin(&call->answer, NULL, '{');
	json_add_text(&call->answer, "login", call->caller.login);
	json_add_text(&call->answer, "secret", call->token_made);
	json_add_text(&call->answer, "uri",
	    arena_print(call->arena, "otpauth://totp/weihu:%s?secret=%s&issuer=weihu&algorithm=SHA1&digits=6&period=30",
	        call->caller.login, call->token_made));
	json_end(&call->answer, '}');
	return call_reply_json(call, 201);
}

enum outcome begin_factor(struct call *call)
{
	unsigned char secret[TOTP_SECRET];
	struct json_out *deed = call_deed(call, "second_factor", NULL);

	totp_secret(secret);
	call->token_made = base32_print(secret, sizeof(secret), call->arena);
	json_add_text(deed, "login", call->caller.login);
	json_add_text(deed, "secret",
	    vault_seal(call->service->vault, call->caller.login, secret, sizeof(secret), call->arena));
	explicit_bzero(secret, sizeof(secret));
	return call_write(call, FACTOR_BEGIN, deed, 0, tell_secret);
}

static enum outcome tell_recovery_codes(struct call *call, const struct pg_result *rows)
{
	if (!is_done(rows))
		return refuse(call, PROBLEM_STATE, "the enrolment was begun anew meanwhile");
	json_end(&call->answer, ']');
	json_end(&call->answer, '}');
	return call_reply_json(call, 201);
}

// The codes go into the answer, their digests into the deed.
static void recovery_codes_make(struct call *call, struct json_out *deed)
{
	json_begin(&call->answer, NULL, '{');
	json_begin(&call->answer, "recovery_codes", '[');
	json_begin(deed, "hashes", '[');
	for (int i = 0; i < RECOVERY_CODES; i++) {
		const char *code = recovery_code(call->arena);

		json_add_text(&call->answer, NULL, code);
		json_add_text(deed, NULL, code_digest(call, code));
	}
	json_end(deed, ']');
}

// Sessions other than this one end when what lets somebody in has changed.
static void session_spare(const struct call *call, struct json_out *deed)
{
	if (call->session && call_is_own(call))
		json_add_int(deed, "but", call->token);
}

enum outcome confirm_factor(struct call *call)
{
	if (call->factor == NULL || call->factor->confirmed)
		return refuse(call, PROBLEM_STATE, "no enrolment was begun");
	int64_t step = step_of(call, call->caller.login, body_text(call, "code"));
	if (step == 0)
		return refuse_code(call);
	struct json_out *deed = call_deed(call, "enrol", NULL);
	json_add_text(deed, "login", call->caller.login);
	json_add_text(deed, "secret", call->factor->sealed);
	json_add_int(deed, "step", step);
	recovery_codes_make(call, deed);
	session_spare(call, deed);
	return call_write(call, FACTOR_CONFIRM, deed, 0, tell_recovery_codes);
}

// Taking away: by a code of it, or by an administrator, for somebody else, without one.

static enum outcome tell_ended(struct call *call, const struct pg_result *rows)
{
	if (!is_done(rows))
		return refuse(call, PROBLEM_NOT_FOUND, "there is no second factor");
	return call_reply(call, 204, NULL, "", 0);
}

enum outcome end_factor(struct call *call)
{
	struct json_out *deed = call_deed(call, "remove", call_is_own(call) ? NULL : "admin");

	json_add_text(deed, "login", call->parts.part[0]);
	session_spare(call, deed);
	return call_write(call, FACTOR_END, deed, 0, tell_ended);
}

enum outcome reset_factor(struct call *call)
{
	if (call_is_own(call))
		return refuse(call, PROBLEM_FORBIDDEN,
		    "one's own is removed with a code of it, or by another administrator");
	return end_factor(call);
}
