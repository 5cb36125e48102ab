// SPDX-License-Identifier: Apache-2.0
// weihu: reads the command line by THE COMMAND TABLE (commands.c), runs the row's handler, shows what came of it.
#include <string.h>

#include "cli/cli.h"
#include "cli/handlers.h"
#include "cli/http.h"
#include "cli/output.h"
#include "cli/profile.h"
#include "cli/say.h"
#include "cli/screen.h"

static int run_help(struct cli *cli)
{
	const struct command *command = cli->command;
	if (command->run != help_run) {
		cli->args[0] = command->noun;
		cli->args[1] = command->verb;
		cli->arg_count = command->verb ? 2 : 1;
	}
	return help_run(cli);
}

static int run_command(struct cli *cli)
{
	if (cli_is(cli, "version"))
		return version_run(cli);
	if (cli_is(cli, "help") || cli->command->run == help_run)
		return run_help(cli);
	if (!output_check(cli))
		return LEAVE_USAGE;
	if (!cli->command->offline && !profile_settle(cli))
		return LEAVE_LOGIN;
	return cli->command->run(cli);
}

int main(int argc, char **argv)
{
	say_choose_language();
	struct cli cli = {.arena = arena_new()};
	screen_open(&cli);
	int code = cli_parse(&cli, argc, argv);
	cli.verbose = cli_is(&cli, "verbose");
	if (code == LEAVE_OK)
		code = run_command(&cli);
	if (!screen_close(&cli) && code == LEAVE_OK)
		code = LEAVE_OTHER;
	http_free(cli.http);
	arena_free(cli.arena);
	return code;
}
