// SPDX-License-Identifier: Apache-2.0
// Secrets that a command needs: from a file, a pipe or a terminal, never an argument.
#ifndef WEIHU_CLI_SECRET_H
#define WEIHU_CLI_SECRET_H

#include "cli/cli.h"

// The first line of the file that the flag names, which others must not be able to read; else what is typed, unseen;
// else the first line of standard input. NULL after a complaint.
const char *secret_of(struct cli *cli, const char *flag, const char *question);

#endif
