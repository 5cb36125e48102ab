// SPDX-License-Identifier: Apache-2.0
// weihu person token, revoke and reclaim.
#include "cli/form.h"
#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/safe.h"
#include "cli/say.h"
#include "cli/url.h"

// The token alone goes to standard output, where a file can catch it; the words about it do not.
int person_token_run(struct cli *cli)
{
	struct form form = {.arena = cli->arena};
	if (!form_take(&form, cli))
		return LEAVE_USAGE;
	struct request request = {.method = "POST",
	    .body = form_print(&form),
	    .path = url_fill(cli->arena, cli->command->path, cli->args, cli->arg_count)};
	struct answer answer = http_ask(cli, cli->arena, &request);
	if (answer.code != LEAVE_OK)
		return problem_tell(cli, &answer, &(struct subject){.name = resource_subject(cli)});
	const char *token = answer.json ? json_text(json_member(answer.json, "token")) : NULL;
	if (cli_flag(cli, "output") || !token)
		return resource_tell_done(cli, answer.json);
	tell(_("A token for %s, shown this once; keep it where only its owner can read it:"), cli->args[0]);
	fprintf(cli->out, "%s\n", safe_line(cli->arena, token));
	return LEAVE_OK;
}

// DELETE for each number behind the login.
static int end_each(struct cli *cli, const char *kind, const char *done)
{
	int worst = LEAVE_OK;
	for (size_t i = 1; i < cli->arg_count; i++) {
		const char *names[] = {cli->args[0], cli->args[i]};
		struct request request = {.method = "DELETE",
		    .path = url_fill(cli->arena, cli->command->path, names, 2)};
		struct answer answer = http_ask(cli, cli->arena, &request);
		const char *name = arena_print(cli->arena, "%s/%s", kind, cli->args[i]);
		if (answer.code != LEAVE_OK)
			problem_tell(cli, &answer, &(struct subject){.name = name});
		else if (output_is(cli, "name"))
			fprintf(cli->out, "%s\n", name);
		else if (cli->terminal)
			tell(_(done), name);
		worst = worst == LEAVE_OK ? (int)answer.code : worst;
	}
	return worst;
}

int person_revoke_run(struct cli *cli)
{
	return end_each(cli, "token", N_("%s is revoked."));
}

int person_reclaim_run(struct cli *cli)
{
	return end_each(cli, "loan", N_("%s is taken back."));
}
