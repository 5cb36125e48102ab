// SPDX-License-Identifier: Apache-2.0
// weihu completion SHELL: the scripts of client/completion, carried in the program.
#include "cli/cli.h"
#include "cli/handlers.h"
#include "cli/say.h"

#ifndef WEIHU_COMPLETION_DIR
#define WEIHU_COMPLETION_DIR "client/completion"
#endif

#define CARRY(symbol, file)                                                                                            \
	__asm__(".pushsection .rodata\n"                                                                               \
	        ".local " #symbol "\n" #symbol ":\n"                                                                   \
	        ".incbin \"" WEIHU_COMPLETION_DIR "/" file "\"\n"                                                      \
	        ".byte 0\n"                                                                                            \
	        ".popsection\n");                                                                                      \
	extern const char symbol[] __attribute__((visibility("hidden")))

CARRY(script_bash, "weihu.bash");
CARRY(script_zsh, "weihu.zsh");
CARRY(script_fish, "weihu.fish");

int completion_run(struct cli *cli)
{
	const struct {
		const char *shell, *script;
	} scripts[] = {{"bash", script_bash}, {"zsh", script_zsh}, {"fish", script_fish}};
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		if (text_equals(scripts[i].shell, cli->args[0])) {
			fputs(scripts[i].script, cli->out);
			return LEAVE_OK;
		}
	return cli_usage(cli, _("there is no completion for \"%s\": bash, zsh or fish"), cli->args[0]);
}
