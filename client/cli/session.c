// SPDX-License-Identifier: Apache-2.0
// weihu login, logout, whoami.
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/profile.h"
#include "cli/resource.h"
#include "cli/safe.h"
#include "cli/say.h"

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
	warn_of_clear_text(cli);
	cli->token = new_token(cli);
	if (!cli->token)
		return LEAVE_LOGIN;
	int code;
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
	if (!profile_keep(cli, NULL))
		return LEAVE_OTHER;
	if (cli->terminal)
		tell(_("The token of profile \"%s\" is forgotten here; to make it worthless: weihu person revoke LOGIN "
		       "N"),
		    cli->profile);
	return LEAVE_OK;
}

int session_whoami_run(struct cli *cli)
{
	return resource_run_show(cli);
}
