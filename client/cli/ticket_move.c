// SPDX-License-Identifier: Apache-2.0
// weihu ticket do and why: the workflow's actions as verbs, and why not.
#include <string.h>

#include "cli/ask.h"
#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/safe.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "cli/ticket.h"

static bool is_known_action(const char *action)
{
	return text_equals(words_nearest(WORDS_ACTION, action), action);
}

static int complain_of_action(struct cli *cli, const char *action, const struct json *rows)
{
	const char *nearest = verb_nearest("ticket", action);
	size_t best = nearest ? text_distance(action, nearest) : SIZE_MAX;
	for (const struct json *row = rows ? rows->first : NULL; row; row = row->next) {
		const char *name = json_text(json_member(row, "action"));
		size_t distance = name ? text_distance(action, name) : SIZE_MAX;
		if (distance < best && words_close(action, distance)) {
			best = distance;
			nearest = name;
		}
	}
	if (nearest)
		return cli_usage(cli, _("there is no action \"%s\"; did you mean \"%s\"?"), action, nearest);
	return cli_usage(cli, _("there is no action \"%s\""), action);
}

// A team's workflow can have actions of its own: what this program does not know is asked of the server.
static int check_action(struct cli *cli, const char *action)
{
	if (is_known_action(action))
		return LEAVE_OK;
	int code;
	const struct json *workflow = resource_get(cli, "/v1/workflow", NULL, &code);
	if (!workflow || ticket_action(workflow, action))
		return code;
	return complain_of_action(cli, action, json_member(workflow, "actions"));
}

// Asks for what the action wants and neither the ticket nor the flags have.
static bool ask_missing(struct cli *cli, struct form *form, const char *id)
{
	const struct json *transitions = resource_peek(cli, ticket_path(cli, id, "/transitions"));
	const char *missing = ticket_missing(cli->arena, ticket_action(transitions, cli->args[0]));
	for (const char *key = missing; *key; key += *key == ',') {
		size_t length = strcspn(key, ",");
		const char *name = arena_copy_bytes(cli->arena, key, length);
		if (!form_text(form, name) && !ask_field(form, name))
			return false;
		key += length;
	}
	return true;
}

static const char *move_body(struct cli *cli, const struct form *form, const char *comment)
{
	struct json_out json;
	json_out_init(&json, cli->arena);
	json_begin(&json, NULL, '{');
	json_add_text(&json, "action", cli->args[0]);
	json_begin(&json, "fields", '{');
	form_write(form, &json);
	json_end(&json, '}');
	if (comment)
		json_add_text(&json, "comment", comment);
	json_end(&json, '}');
	return json.out.bytes;
}

// A dry run that says no leaves as the move itself would have.
static int code_of_refusal(const struct json *verdict)
{
	const struct json *unmet = json_member(verdict, "unmet"), *allowed = json_member(verdict, "allowed");
	if (allowed && allowed->type == JSON_TRUE)
		return LEAVE_OK;
	bool fields_only = true;
	for (const struct json *one = unmet ? unmet->first : NULL; one; one = one->next) {
		const char *guard = json_text(json_member(one, "guard"));
		if (text_equals(guard, "party") || text_equals(guard, "separation"))
			return LEAVE_FORBIDDEN;
		fields_only &= guard && text_starts(guard, "field_");
	}
	return fields_only ? LEAVE_FIELDS : LEAVE_CONFLICT;
}

static const struct json *answer_of_dry_run(struct cli *cli, const char *id, const struct json *verdict, int *code)
{
	*code = code_of_refusal(verdict);
	if (output_is_for_people(cli) && !cli_flag(cli, "output")) {
		fprintf(cli->out, "#%s\n", id);
		ticket_print_action(cli, verdict, id, false);
	}
	return verdict;
}

struct move { // the same for every ticket
	struct form form;
	const char *comment;
};

static const struct json *move_one(struct cli *cli, const char *id, const void *with, int *code)
{
	const struct move *move = with;
	struct form form = move->form;
	bool dry = cli_is(cli, "dry-run");
	*code = LEAVE_OTHER;
	if (!dry && cli->arg_count == 2 && cli_may_ask(cli) && !ask_missing(cli, &form, id))
		return NULL;
	struct request request = {.method = "POST",
	    .body = move_body(cli, &form, move->comment),
	    .path = ticket_path(cli, id, dry ? "/transitions?dry_run=true" : "/transitions"),
	    .version = cli_flag(cli, "if-version")};
	struct answer answer = http_ask(cli, cli->arena, &request);
	*code = answer.code;
	if (answer.code != LEAVE_OK) {
		problem_tell(cli, &answer, &(struct subject){ticket_name(cli, id), cli->args[0]});
		return NULL;
	}
	return dry && answer.json ? answer_of_dry_run(cli, id, answer.json, code) : answer.json;
}

int ticket_do_run(struct cli *cli)
{
	const char *comment = cli_flag(cli, "comment");
	int code = check_action(cli, cli->args[0]);
	if (code != LEAVE_OK)
		return code;
	struct move move = {{.arena = cli->arena}, comment};
	if (text_equals(comment, "-"))
		move.comment = form_typed(cli->arena, comment);
	if (!form_take(&move.form, cli) || (comment && !move.comment))
		return LEAVE_USAGE;
	if (!cli_is(cli, "dry-run"))
		return ticket_each(cli, 1, move_one, &move);
	struct command dry_run = *cli->command;
	dry_run.resource = &resource_transitions;
	cli->command = &dry_run;
	return ticket_each(cli, 1, move_one, &move);
}

// Those that the state allows, each with what stands against it; of the others the names will do.
static void print_actions(struct cli *cli, const struct json *actions)
{
	struct buffer others;
	buffer_init(&others, cli->arena);
	for (const struct json *row = actions ? actions->first : NULL; row; row = row->next) {
		const char *action = json_text(json_member(row, "action"));
		if (ticket_is_from_here(row))
			ticket_print_action(cli, row, cli->args[0], false);
		else
			buffer_print(&others, "%s%s", others.length > 0 ? ", " : "", action ? action : "?");
	}
	if (others.length > 0)
		fprintf(cli->out, "\n  %s\n    %s\n", _("in other states:"),
		    screen_wrap(cli->arena, safe_line(cli->arena, others.bytes), cli->width - 4, 4));
}

static int print_why(struct cli *cli, const struct json *transitions, const struct json *asked)
{
	const char *state = json_text(json_member(transitions, "state"));
	fprintf(cli->out, "#%s: %s\n", cli->args[0], words_label(WORDS_STATE, safe_line(cli->arena, state)));
	if (asked)
		ticket_print_action(cli, asked, cli->args[0], true);
	else
		print_actions(cli, json_member(transitions, "actions"));
	return LEAVE_OK;
}

int ticket_why_run(struct cli *cli)
{
	int code;
	const char *action = cli->arg_count > 1 ? cli->args[1] : NULL;
	const struct json *transitions =
	    resource_get(cli, ticket_path(cli, cli->args[0], "/transitions"), ticket_name(cli, cli->args[0]), &code);
	if (!transitions)
		return code;
	const struct json *actions = json_member(transitions, "actions");
	if (action && !ticket_action(transitions, action)) {
		if (!is_known_action(action))
			return complain_of_action(cli, action, actions);
		say(_("ticket/%s: \"%s\" is not possible in its state"), cli->args[0], action);
		return LEAVE_CONFLICT;
	}
	const struct json *asked = action ? ticket_action(transitions, action) : NULL;
	if (output_is_for_people(cli))
		return print_why(cli, transitions, asked);
	if (asked)
		return output_one(cli, cli->command->resource, asked);
	struct output *output = output_begin(cli, cli->command->resource, true);
	if (!output)
		return LEAVE_USAGE;
	for (const struct json *row = actions ? actions->first : NULL; row; row = row->next)
		output_item(output, row);
	output_end(output);
	return LEAVE_OK;
}
