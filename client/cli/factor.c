// SPDX-License-Identifier: Apache-2.0
// weihu person enrol and unenrol: second factors.
#include <string.h>

#include "cli/ask.h"
#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/safe.h"
#include "cli/say.h"
#include "cli/secret.h"
#include "cli/url.h"

// POST of one member to the command's path and what follows; the answer, whose problem was told.
static struct answer post(struct cli *cli, const char *below, const char *key, const char *text)
{
	struct json_out json;
	json_out_init(&json, cli->arena);
	json_begin(&json, NULL, '{');
	json_add_text(&json, key, text);
	json_end(&json, '}');
	const char *path = url_fill(cli->arena, cli->command->path, cli->args, cli->arg_count);
	struct request request = {.method = "POST",
	    .once = true,
	    .body = json.out.bytes,
	    .path = arena_print(cli->arena, "%s%s", path, below)};
	struct answer answer = http_ask(cli, cli->arena, &request);
	if (answer.code != LEAVE_OK)
		problem_tell(cli, &answer, &(struct subject){.name = resource_subject(cli)});
	return answer;
}

static void show_text(struct cli *cli, const struct json *json, const char *key)
{
	const char *text = json ? json_text(json_member(json, key)) : NULL;
	tell("  %s", text ? safe_line(cli->arena, text) : "");
}

static int show_recovery_codes(struct cli *cli, const struct json *json)
{
	const struct json *codes = json ? json_member(json, "recovery_codes") : NULL;
	tell(_("From now on a login takes a code. These let you in without the app, each of them once; they are shown "
	       "this "
	       "once:"));
	for (const struct json *code = codes ? codes->first : NULL; code; code = code->next)
		fprintf(cli->out, "%s\n", safe_line(cli->arena, json_text(code)));
	return LEAVE_OK;
}

int person_enrol_run(struct cli *cli)
{
	if (!cli_may_ask(cli))
		return cli_usage(cli, _("enrolling is a talk: it needs a terminal"));
	const char *current = secret_of(cli, "current-file", _("Current password (not shown):"));
	if (!current)
		return LEAVE_OTHER;
	struct answer begun = post(cli, "", "current", current);
	if (begun.code != LEAVE_OK)
		return (int)begun.code;
	tell(_("Let your app read this, or type the secret into it:"));
	show_text(cli, begun.json, "uri");
	show_text(cli, begun.json, "secret");
	const char *code = ask_line(cli->arena, _("The code that it shows:"));
	if (!code)
		return LEAVE_OTHER;
	struct answer confirmed = post(cli, "/confirmation", "code", code);
	return confirmed.code == LEAVE_OK ? show_recovery_codes(cli, confirmed.json) : (int)confirmed.code;
}

static int tell_gone(struct cli *cli)
{
	if (cli->terminal)
		tell(_("%s has no second factor any more; sessions have ended."), cli->args[0]);
	return LEAVE_OK;
}

// One's own takes a code; of others an administrator takes it away.
int person_unenrol_run(struct cli *cli)
{
	const struct json *me = resource_peek(cli, "/v1/me");
	if (text_equals(me ? json_text(json_member(me, "login")) : NULL, cli->args[0])) {
		const char *code = secret_of(cli, "code-file", _("Code of the app, or a recovery code:"));
		struct answer answer = {.code = LEAVE_OTHER};
		if (code)
			answer = post(cli, "/removal", "code", code);
		return answer.code == LEAVE_OK ? tell_gone(cli) : (int)answer.code;
	}
	struct request request = {.method = "DELETE",
	    .path = url_fill(cli->arena, cli->command->path, cli->args, cli->arg_count)};
	struct answer answer = http_ask(cli, cli->arena, &request);
	if (answer.code != LEAVE_OK)
		return problem_tell(cli, &answer, &(struct subject){.name = resource_subject(cli)});
	return tell_gone(cli);
}
