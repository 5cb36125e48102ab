// SPDX-License-Identifier: Apache-2.0
// weihu ticket comment, steps, work: what is recorded on a ticket beside its fields.
#include <string.h>

#include "cli/editor.h"
#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "cli/ticket.h"
#include "cli/url.h"

static const struct json *comment_one(struct cli *cli, const char *id, const void *text, int *code)
{
	struct json_out json;
	json_out_init(&json, cli->arena);
	json_begin(&json, NULL, '{');
	json_add_text(&json, "text", text);
	if (cli_flag(cli, "internal"))
		json_add_bool(&json, "internal", cli_is(cli, "internal"));
	json_end(&json, '}');
	struct request request = {.method = "POST", .path = ticket_path(cli, id, "/comments"), .body = json.out.bytes};
	struct answer answer = http_ask(cli, cli->arena, &request);
	*code = answer.code;
	if (answer.code != LEAVE_OK)
		problem_tell(cli, &answer, &(struct subject){.name = ticket_name(cli, id)});
	else if (cli->terminal && !cli_flag(cli, "output"))
		resource_tell_done(cli, answer.json);
	return answer.code == LEAVE_OK ? answer.json : NULL;
}

int ticket_comment_run(struct cli *cli)
{
	const char *text = cli_flag(cli, "comment");
	if (text_equals(text, "-") || (!text && !cli->interactive && !editor_is_set()))
		text = form_typed(cli->arena, "-");
	else if (!text)
		text = editor_text(cli->arena, arena_print(cli->arena, _("A comment on ticket %s."), cli->args[0]));
	if (!text)
		return LEAVE_OTHER;
	if (!*text) {
		say(_("nothing was written, nothing is added"));
		return LEAVE_OTHER;
	}
	return ticket_each(cli, 0, comment_one, text);
}

int ticket_steps_run(struct cli *cli)
{
	int code = resource_run_list(cli);
	if (code != LEAVE_OK || !cli->terminal || cli_flag(cli, "output"))
		return code;
	const struct json *answer = resource_peek(cli, ticket_path(cli, cli->args[0], "/steps"));
	const char *next = answer ? json_text(json_member(answer, "next_step")) : NULL;
	if (next)
		cli_note(cli, _("Next: %s; %sweihu ticket step %s %s passed"), words_label(WORDS_STEP, next),
		    _("try: "), cli->args[0], next);
	return LEAVE_OK;
}

int ticket_work_run(struct cli *cli)
{
	for (size_t i = 0; i < cli->given_count; i++)
		if (cli->given[i].flag->place == PLACE_FIELD)
			return resource_run_create(cli);
	return resource_run_list(cli);
}
