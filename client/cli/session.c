// SPDX-License-Identifier: Apache-2.0
// weihu login, logout, whoami, and passwords.
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/file.h"
#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/profile.h"
#include "cli/resource.h"
#include "cli/safe.h"
#include "cli/say.h"
#include "cli/secret.h"
#include "cli/url.h"

// From the file named by the flag, else from a pipe, else typed; never from the arguments.
static const char *new_token(struct cli *cli)
{
	const char *file = cli_flag(cli, "token-file");
	if (file)
		return profile_read_token(cli->arena, file);
	if (!cli_may_ask(cli))
		return profile_read_token(cli->arena, "-");
	const char *typed =
	    ask_secret(cli->arena, arena_print(cli->arena, _("Token for %s (not shown):"), cli->server));
	return typed && profile_is_token(typed) ? typed : NULL;
}

static const char *session_body(struct cli *cli, const char *login, const char *password, const char *code)
{
	struct json_out json;
	json_out_init(&json, cli->arena);
	json_begin(&json, NULL, '{');
	json_add_text(&json, "login", login);
	json_add_text(&json, "password", password);
	if (code)
		json_add_text(&json, "code", code);
	json_end(&json, '}');
	return json.out.bytes;
}

static struct answer ask_session(struct cli *cli, const char *login, const char *password, const char *code)
{
	struct request request = {.method = "POST",
	    .path = "/v1/sessions",
	    .body = session_body(cli, login, password, code)};
	return http_ask(cli, cli->arena, &request);
}

// The password was right, and there is a second factor.
static bool wants_code(const struct answer *answer)
{
	const char *type = answer->json ? json_text(json_member(answer->json, "type")) : NULL;
	return answer->status == 401 && text_equals(type, "urn:weihu:problem:second_factor");
}

// Logs in by password; the exit code. What is kept afterwards is the session's token.
static int open_session(struct cli *cli, const char *login)
{
	const char *question = arena_print(cli->arena, _("Password of %s for %s (not shown):"), login, cli->server);
	const char *password = secret_of(cli, "password-file", question);
	if (!password)
		return LEAVE_LOGIN;
	cli->token = NULL;
	struct answer answer = ask_session(cli, login, password, NULL);
	if (wants_code(&answer)) {
		const char *code = secret_of(cli, "code-file", _("Code of the app, or a recovery code:"));
		if (!code)
			return LEAVE_LOGIN;
		answer = ask_session(cli, login, password, code);
	}
	if (answer.status == 401) {
		say(_("the login, the password or the code is wrong"));
		return LEAVE_LOGIN;
	}
	if (answer.code != LEAVE_OK)
		return problem_tell(cli, &answer, &(struct subject){.name = NULL});
	const char *token = answer.json ? json_text(json_member(answer.json, "token")) : NULL;
	if (!token || !profile_is_token(token))
		return LEAVE_OTHER;
	cli->token = token;
	return LEAVE_OK;
}

// What goes over the network in clear can be read by others on it.
static void warn_of_clear_text(const struct cli *cli)
{
	static const char *const fine[] = {"https://", "http://127.", "http://localhost", "http://[::1]"};
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
		if (text_starts(cli->server, fine[i]))
			return;
	tell(_("Beware: %s is not encrypted; the token can be read on its way."), cli->server);
}

int session_login_run(struct cli *cli)
{
	int code = LEAVE_OK;
	warn_of_clear_text(cli);
	if (cli->arg_count > 0)
		code = open_session(cli, cli->args[0]);
	else if (!(cli->token = new_token(cli)))
		code = LEAVE_LOGIN;
	if (code != LEAVE_OK)
		return code;
	const struct json *me = resource_get(cli, cli->command->path, NULL, &code);
	if (!me)
		return code;
	if (!profile_keep(cli, cli->token))
		return LEAVE_OTHER;
	if (!output_is_for_people(cli))
		return output_one(cli, cli->command->resource, me);
	static const struct column login = {.key = "login"},
	                           roles = {.key = "roles", .look = LOOK_WORDS, .words = WORDS_ROLE};
	const char *held = column_shown(cli->arena, &roles, me);
	tell(_("Logged in to %s as %s%s%s%s."), cli->server,
	    safe_line(cli->arena, column_plain(cli->arena, &login, me)), *held ? " (" : "", held, *held ? ")" : "");
	tell(_("  next: weihu ticket list --mine --open"));
	return LEAVE_OK;
}

int session_logout_run(struct cli *cli)
{
	struct answer ended = {0};
	if (cli->token)
		ended = http_ask(cli, cli->arena,
		    &(struct request){.method = "DELETE", .path = "/v1/sessions/current", .seconds = 5});
	if (!profile_keep(cli, NULL))
		return LEAVE_OTHER;
	if (cli->terminal && cli->token && ended.code == LEAVE_OK)
		tell(_("Logged out of %s."), cli->server);
	else if (cli->terminal)
		tell(_("The token of profile \"%s\" is forgotten here; to make it worthless: weihu person revoke LOGIN "
		       "N"),
		    cli->profile);
	return LEAVE_OK;
}

int session_whoami_run(struct cli *cli)
{
	return resource_run_show(cli);
}

// A new password is typed twice, since nobody sees it.
static const char *new_password(struct cli *cli)
{
	const char *first = secret_of(cli, "password-file", _("New password (not shown):"));
	if (!first || cli_flag(cli, "password-file") || !cli_may_ask(cli))
		return first;
	const char *again = ask_secret(cli->arena, _("Once more:"));
	if (text_equals(first, again))
		return first;
	say(_("these were two different passwords"));
	return NULL;
}

// One's own takes the current one; "" where there is none.
static const char *current_password(struct cli *cli)
{
	if (!cli_flag(cli, "current-file") && !cli_may_ask(cli))
		return "";
	const struct json *me = resource_peek(cli, "/v1/me");
	if (!text_equals(me ? json_text(json_member(me, "login")) : NULL, cli->args[0]))
		return "";
	return secret_of(cli, "current-file", _("Current password (not shown; empty if there is none):"));
}

int person_password_run(struct cli *cli)
{
	const char *current = current_password(cli), *password = current ? new_password(cli) : NULL;
	if (!password)
		return LEAVE_OTHER;
	struct json_out json;
	json_out_init(&json, cli->arena);
	json_begin(&json, NULL, '{');
	json_add_text(&json, "password", password);
	if (*current)
		json_add_text(&json, "current", current);
	json_end(&json, '}');
	struct request request = {.method = "POST",
	    .body = json.out.bytes,
	    .path = url_fill(cli->arena, cli->command->path, cli->args, cli->arg_count)};
	struct answer answer = http_ask(cli, cli->arena, &request);
	if (answer.code != LEAVE_OK)
		return problem_tell(cli, &answer, &(struct subject){.name = resource_subject(cli)});
	if (cli->terminal)
		tell(_("The password of %s is set; other sessions have ended."), cli->args[0]);
	return LEAVE_OK;
}
