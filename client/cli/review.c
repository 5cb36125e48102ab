// SPDX-License-Identifier: Apache-2.0
// weihu review: opening one for a period, deciding, the report.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/form.h"
#include "cli/handlers.h"
#include "cli/http.h"
#include "cli/period.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/url.h"

static const char *own_path(const struct cli *cli)
{
	return url_fill(cli->arena, cli->command->path, cli->args, cli->arg_count);
}

static int post(struct cli *cli, const char *path, const struct form *form, const struct json **made)
{
	struct answer answer =
	    http_ask(cli, cli->arena, &(struct request){.method = "POST", .path = path, .body = form_print(form)});
	*made = answer.json;
	if (answer.code == LEAVE_OK)
		return LEAVE_OK;
	return problem_tell(cli, &answer, &(struct subject){.name = resource_subject(cli)});
}

int review_open_run(struct cli *cli)
{
	struct form form = {.arena = cli->arena};
	struct period period;
	const struct json *made;
	int code = period_read(cli, &period);
	if (code != LEAVE_OK)
		return code;
	if (!form_take(&form, cli))
		return LEAVE_USAGE;
	form_set(&form, VALUE_DAY, "from", period.from);
	form_set(&form, VALUE_DAY, "to", period.to);
	code = post(cli, own_path(cli), &form, &made);
	return code == LEAVE_OK ? resource_tell_done(cli, made) : code;
}

// A preventive ticket that the decision is about, filed as any other.
static int file_preventive(struct cli *cli, const char *title, struct form *decision)
{
	struct form form = {.arena = cli->arena};
	const struct json *made;
	const char *program = cli_flag(cli, "program");
	if (!program)
		return cli_usage(cli, _("of which program? say --program PROGRAM"));
	form_set(&form, VALUE_TEXT, "title", title);
	form_set(&form, VALUE_TEXT, "description", form_text(decision, "text"));
	form_set(&form, VALUE_PROGRAM, "program", program);
	form_set(&form, VALUE_KIND, "claimed_kind", "preventive");
	form_set(&form, VALUE_TEXT, "plan_item", arena_print(cli->arena, _("Record review %s"), cli->args[0]));
	int code = post(cli, "/v1/tickets", &form, &made);
	const struct json *id = code == LEAVE_OK ? json_member(made, "id") : NULL;
	if (id)
		form_set(decision, VALUE_TICKET, "ticket", id->text);
	return code;
}

int review_decide_run(struct cli *cli)
{
	struct form form = {.arena = cli->arena};
	const struct json *made;
	const char *title = cli_flag(cli, "preventive");
	if (!form_take(&form, cli))
		return LEAVE_USAGE;
	if (!form_text(&form, "text"))
		return cli_usage(cli, _("what was decided? say --text TEXT"));
	int code = title ? file_preventive(cli, title, &form) : LEAVE_OK;
	if (code == LEAVE_OK)
		code = post(cli, own_path(cli), &form, &made);
	return code == LEAVE_OK ? resource_tell_done(cli, made) : code;
}

static const char *report_format(const struct cli *cli)
{
	const char *format = cli_flag(cli, "format"), *file = cli_flag(cli, "into");
	const char *dot = file ? strrchr(file, '.') : NULL;
	return format ? format : dot && text_equals(dot, ".html") ? "html" : "md";
}

static int report_write(struct cli *cli, const struct answer *answer)
{
	const char *name = cli_flag(cli, "into");
	FILE *file = name ? fopen(name, "we") : cli->out;
	bool written = file && fwrite(answer->body, 1, answer->length, file) == answer->length;
	if (file && name)
		written = fclose(file) == 0 && written;
	if (!written)
		say(_("%s: %s"), name ? name : "-", strerror(errno));
	return written ? LEAVE_OK : LEAVE_OTHER;
}

int review_report_run(struct cli *cli)
{
	struct buffer path;
	const char *lang = cli_flag(cli, "lang");
	buffer_init(&path, cli->arena);
	url_add_query(&path, "format", report_format(cli));
	url_add_query(&path, "lang", lang ? lang : say_language());
	struct answer answer = http_ask(cli, cli->arena,
	    &(struct request){.method = "GET", .path = arena_print(cli->arena, "%s%s", own_path(cli), path.bytes)});
	if (answer.code == LEAVE_OK)
		return report_write(cli, &answer);
	return problem_tell(cli, &answer, &(struct subject){.name = resource_subject(cli)});
}
