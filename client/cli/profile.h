// SPDX-License-Identifier: Apache-2.0
// Which server, which token: flags, then the environment, then the profile file.
#ifndef WEIHU_CLI_PROFILE_H
#define WEIHU_CLI_PROFILE_H

#include <stdbool.h>

#include "cli/cli.h"

#define PROFILE_SERVER "http://127.0.0.1:8420" // where a fresh weihud listens

// Settles cli->server, token, ca_file and profile; false after a complaint.
bool profile_settle(struct cli *cli);

// Keeps server and token under the profile's name (a NULL token: forgets it) and makes it the default one.
bool profile_keep(struct cli *cli, const char *token);

// The path of the profile file.
const char *profile_path(struct arena *arena);

// A token read from file or standard input without the space around it; NULL after a complaint.
const char *profile_read_token(struct arena *arena, const char *name);

// False (after a complaint) for what can be no token.
bool profile_is_token(const char *token);

#endif
