// SPDX-License-Identifier: Apache-2.0
// weihu export: everything of one kind, from the server straight into a file or a pipe.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/handlers.h"
#include "cli/period.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/url.h"
#include "cli/when.h"

#define WORKBOOK_PATIENCE 3600 // seconds: the first byte comes when the last row is in

static const char *format_of(const struct cli *cli)
{
	static const char *const formats[] = {"csv", "jsonl", "xlsx"};
	const char *format = cli_flag(cli, "format"), *file = cli_flag(cli, "into");
	const char *dot = file ? strrchr(file, '.') : NULL;
	for (size_t i = 0; !format && dot && i < sizeof formats / sizeof *formats; i++)
		if (text_equals(dot + 1, formats[i]))
			format = formats[i];
	return format ? format : "csv";
}

// Measures are of whole days, told by the local clock; the rest is of moments.
static const char *edge(struct cli *cli, bool in_days, const char *time)
{
	return in_days ? arena_print(cli->arena, "%.10s", when_shown(cli->arena, time)) : time;
}

static int add_period(struct cli *cli, struct buffer *query)
{
	static const char *const edges[] = {"from", "to"};
	bool in_days = cli->arg_count > 0 && text_equals(cli->args[0], "measures");
	bool given = cli_flag(cli, edges[0]) || cli_flag(cli, edges[1]);
	struct period period;
	if (cli_flag(cli, "month") || (in_days && !given)) {
		int code = period_read(cli, &period);
		if (code != LEAVE_OK)
			return code;
		url_add_query(query, edges[0], in_days ? period.from : when_time(cli->arena, period.from));
		url_add_query(query, edges[1], in_days ? period.to : when_time(cli->arena, period.to));
		return LEAVE_OK;
	}
	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
		if (cli_flag(cli, edges[i]))
			url_add_query(query, edges[i], edge(cli, in_days, cli_flag(cli, edges[i])));
	return LEAVE_OK;
}

static const char *export_path(const struct cli *cli, const struct buffer *query)
{
	const char *path = url_fill(cli->arena, cli->command->path, cli->args, cli->arg_count);
	return arena_print(cli->arena, "%s%s", path, cli_query(cli, *query->bytes ? query->bytes + 1 : NULL));
}

static int export_into(struct cli *cli, FILE *sink)
{
	struct buffer query;
	buffer_init(&query, cli->arena);
	url_add_query(&query, "format", format_of(cli));
	int wrong = add_period(cli, &query);
	if (wrong != LEAVE_OK)
		return wrong;
	bool whole = text_equals(format_of(cli), "xlsx");
	struct answer answer = http_ask(cli, cli->arena,
	    &(struct request){.method = "GET",
	        .path = export_path(cli, &query),
	        .once = true,
	        .patience = whole ? WORKBOOK_PATIENCE : 0,
	        .sink = sink});
	if (answer.code == LEAVE_OK)
		return LEAVE_OK;
	int code = problem_tell(cli, &answer, &(struct subject){.name = NULL});
	if (answer.code == LEAVE_NETWORK && !answer.status)
		tell(whole ? _("What came so far is no workbook; ask again.")
		           : _("What came so far is not all; --cursor with the number of the last row goes on behind "
		               "it."));
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
