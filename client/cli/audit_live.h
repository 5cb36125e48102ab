// SPDX-License-Identifier: Apache-2.0
// The tables of a running server held against its log, row by row.
#ifndef WEIHU_CLI_AUDIT_LIVE_H
#define WEIHU_CLI_AUDIT_LIVE_H

#include "audit/verify.h"
#include "cli/cli.h"

struct live;

struct live *live_new(struct cli *cli, struct verification *verification);
// Before the verification runs: keeps what each leaf says.
void live_watch(struct live *live);
// Behind it: fetches the tables; each row that differs is a fault of the verification. The exit code of a complaint.
int live_compare(struct live *live);
void live_print(const struct live *live, struct cli *cli); // what was compared

#endif
