// SPDX-License-Identifier: Apache-2.0
// weihu export: everything of one kind, from the server straight into a file or a pipe.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/handlers.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/url.h"

static const char *export_path(const struct cli *cli)
{
	const char *path = url_fill(cli->arena, cli->command->path, cli->args, cli->arg_count);
	return arena_print(cli->arena, "%s%s", path, cli_query(cli, NULL));
}

static int export_into(struct cli *cli, FILE *sink)
{
	struct answer answer = http_ask(cli, cli->arena,
	    &(struct request){.method = "GET", .path = export_path(cli), .once = true, .sink = sink});
	if (answer.code == LEAVE_OK)
		return LEAVE_OK;
	int code = problem_tell(cli, &answer, &(struct subject){.name = NULL});
	if (answer.code == LEAVE_NETWORK && !answer.status)
		tell(_("What came so far is not all; --cursor with the number of the last row goes on behind it."));
	return code;
}

static int export_to_file(struct cli *cli, const char *name)
{
	FILE *file = fopen(name, "we");
	if (!file) {
		say(_("%s: %s"), name, strerror(errno));
		return LEAVE_OTHER;
	}
	int code = export_into(cli, file);
	if (fclose(file) != 0 && code == LEAVE_OK) {
		say(_("%s: %s"), name, strerror(errno));
		return LEAVE_OTHER;
	}
	return code;
}

int export_run(struct cli *cli)
{
	const char *name = cli_flag(cli, "into");
	if (name)
		return export_to_file(cli, name);
	if (cli->terminal)
		return cli_usage(cli, _("an export goes into a file (--into FILE) or a pipe"));
	return export_into(cli, cli->out);
}
