// SPDX-License-Identifier: Apache-2.0
// weihu api: any request, for what has no command of its own.
#include <string.h>

#include "cli/file.h"
#include "cli/form.h"
#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/safe.h"
#include "cli/say.h"

static int print_data(struct cli *cli, const struct json *value)
{
	const struct json *items = value->type == JSON_LIST ? value : json_member(value, "items");
	bool whole = output_is(cli, "json") || output_is(cli, "jsonl") || output_is(cli, "yaml");
	if (whole || !items || items->type != JSON_LIST)
		return output_one(cli, NULL, value);
	struct output *output = output_begin(cli, NULL, true);
	for (const struct json *item = items->first; output && item; item = item->next)
		output_item(output, item);
	if (output)
		output_end(output);
	return output ? LEAVE_OK : LEAVE_USAGE;
}

static int print_answer(struct cli *cli, const struct answer *answer)
{
	if (answer->json && cli_flag(cli, "output"))
		return print_data(cli, answer->json);
	if (answer->json && cli->terminal) {
		json_text_print(cli->out, cli->arena, answer->json, 0);
		fputc('\n', cli->out);
	} else if (cli->terminal)
		fputs(safe_lines(cli->arena, answer->body), cli->out);
	else
		fwrite(answer->body, 1, answer->length, cli->out);
	return LEAVE_OK;
}

int api_run(struct cli *cli)
{
	const char *typed = cli_flag(cli, "data"), *data = typed ? form_typed(cli->arena, typed) : NULL;
	bool bare = *cli->args[0] == '/';
	const char *path = bare ? cli->args[0] : cli->arg_count > 1 ? cli->args[1] : "";
	if (typed && !data)
		return LEAVE_USAGE;
	if (*path != '/' || (bare && cli->arg_count > 1))
		return cli_usage(cli, _("the path must begin with /, as in /v1/me"));
	struct request request = {.method = bare ? data ? "POST" : "GET" : cli->args[0],
	    .path = path,
	    .body = data,
	    .version = cli_flag(cli, "if-version")};
	struct answer answer = http_ask(cli, cli->arena, &request);
	if (answer.code == LEAVE_OK)
		return print_answer(cli, &answer);
	if (answer.status && !cli->terminal)
		fwrite(answer.body, 1, answer.length, cli->out);
	return problem_tell(cli, &answer, &(struct subject){.name = NULL});
}
