// SPDX-License-Identifier: Apache-2.0
// Secrets that a command needs.
#include "cli/secret.h"

#include <string.h>

#include "cli/ask.h"
#include "cli/file.h"

const char *secret_of(struct cli *cli, const char *flag, const char *question)
{
	const char *file = cli_flag(cli, flag);
	if (!file && cli_may_ask(cli))
		return ask_secret(cli->arena, question);
	char *text = file_read_secret(cli->arena, file ? file : "-");
	if (text)
		text[strcspn(text, "\r\n")] = '\0';
	return text;
}
