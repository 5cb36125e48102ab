// SPDX-License-Identifier: Apache-2.0
// The period that a report is of, in days.
#ifndef WEIHU_CLI_PERIOD_H
#define WEIHU_CLI_PERIOD_H

#include "cli/cli.h"

#define DAY_TEXT 16 // bytes that a day needs

struct period {
	char from[DAY_TEXT], to[DAY_TEXT]; // the second is not within
};

// From --month, or --from and --to, or the month that runs; LEAVE_OK, or the exit code after a complaint.
int period_read(struct cli *cli, struct period *period);

#endif
