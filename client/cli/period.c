// SPDX-License-Identifier: Apache-2.0
// The period of a report.
#include "cli/period.h"

#include <stdio.h>
#include <string.h>

#include "cli/say.h"
#include "cli/when.h"

static bool month_days(const char *text, struct period *period)
{
	int year, month, end = 0;
	if (sscanf(text, "%4d-%2d%n", &year, &month, &end) != 2 || text[end] || month < 1 || month > 12 || year < 1000)
		return false;
	snprintf(period->from, DAY_TEXT, "%04d-%02d-01", year % 10000, month % 100);
	snprintf(period->to, DAY_TEXT, "%04d-%02d-01", (year + (month == 12)) % 10000, month % 12 + 1);
	return true;
}

static const char *this_month(struct arena *arena)
{
	return arena_copy_bytes(arena, when_day(arena, "today"), strlen("2026-11"));
}

int period_read(struct cli *cli, struct period *period)
{
	const char *month = cli_flag(cli, "month"), *from = cli_flag(cli, "from"), *to = cli_flag(cli, "to");
	if (month && (from || to))
		return cli_usage(cli, _("--month does not go together with --from and --to"));
	if (!from != !to)
		return cli_usage(cli, _("--from and --to go together"));
	if (from) {
		snprintf(period->from, DAY_TEXT, "%s", from);
		snprintf(period->to, DAY_TEXT, "%s", to);
		return LEAVE_OK;
	}
	if (month_days(month ? month : this_month(cli->arena), period))
		return LEAVE_OK;
	return cli_usage(cli, _("--month wants a month, as in 2026-10, not \"%s\""), month);
}
