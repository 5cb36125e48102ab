// SPDX-License-Identifier: Apache-2.0
// Fields of the team's own: what the server's configuration declares, learnt when a command meets one.
#ifndef WEIHU_CLI_OWN_H
#define WEIHU_CLI_OWN_H

#include "cli/command.h"

// Learns them from the server when `key` could be one of them and is not known yet.
void own_learn(struct cli *cli, const char *key);

// The same for every member of a ticket.
void own_learn_of(struct cli *cli, const struct json *ticket);

#endif
