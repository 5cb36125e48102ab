// SPDX-License-Identifier: Apache-2.0
// What the ticket commands share.
#include "cli/ticket.h"

#include <string.h>

#include "cli/output.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/safe.h"
#include "cli/say.h"
#include "cli/screen.h"

const char *ticket_path(const struct cli *cli, const char *id, const char *rest)
{
	return arena_print(cli->arena, "/v1/tickets/%s%s", id, rest);
}

const char *ticket_name(const struct cli *cli, const char *id)
{
	return arena_print(cli->arena, "ticket/%s", id);
}

static const char *plain(struct cli *cli, const struct json *object, const char *key)
{
	return column_plain(cli->arena, &(struct column){.key = key}, object);
}

const char *ticket_heading(struct cli *cli, const struct json *ticket)
{
	const char *title = plain(cli, ticket, "title");
	return arena_print(cli->arena, "#%s %s", plain(cli, ticket, "id"), safe_line(cli->arena, title));
}

bool ticket_is_from_here(const struct json *row)
{
	const struct json *unmet = json_member(row, "unmet");
	for (const struct json *one = unmet ? unmet->first : NULL; one; one = one->next)
		if (text_equals(json_text(json_member(one, "guard")), "state"))
			return false;
	return true;
}

bool ticket_is_open(const struct json *row)
{
	const struct json *unmet = json_member(row, "unmet");
	for (const struct json *one = unmet ? unmet->first : NULL; one; one = one->next)
		if (!text_equals(json_text(json_member(one, "guard")), "field_missing"))
			return false;
	const struct json *allowed = json_member(row, "allowed");
	return (unmet && unmet->first) || (allowed && allowed->type == JSON_TRUE);
}

// What is allowed now, as verbs to type.
static void tell_next(struct cli *cli, const char *id)
{
	const struct json *transitions = resource_peek(cli, ticket_path(cli, id, "/transitions"));
	const struct json *actions = transitions ? json_member(transitions, "actions") : NULL;
	struct buffer verbs;
	buffer_init(&verbs, cli->arena);
	for (const struct json *row = actions ? actions->first : NULL; row; row = row->next)
		if (ticket_is_open(row))
			buffer_print(&verbs, "%s%s", verbs.length > 0 ? ", " : "", plain(cli, row, "action"));
	if (verbs.length > 0)
		tell(_("  you can now: %s"), safe_line(cli->arena, verbs.bytes));
	else
		tell(_("  next is for others; who and why: weihu ticket why %s"), id);
}

void ticket_tell(struct cli *cli, const struct json *ticket)
{
	tell("%s: %s", ticket_heading(cli, ticket), words_label(WORDS_STATE, plain(cli, ticket, "state")));
	tell_next(cli, plain(cli, ticket, "id"));
}

const struct json *ticket_action(const struct json *transitions, const char *action)
{
	const struct json *actions = transitions ? json_member(transitions, "actions") : NULL;
	for (const struct json *row = actions ? actions->first : NULL; row; row = row->next)
		if (text_equals(json_text(json_member(row, "action")), action))
			return row;
	return NULL;
}

const char *ticket_missing(struct arena *arena, const struct json *row)
{
	struct buffer keys;
	buffer_init(&keys, arena);
	const struct json *unmet = row ? json_member(row, "unmet") : NULL;
	for (const struct json *one = unmet ? unmet->first : NULL; one; one = one->next) {
		const char *field = json_text(json_member(one, "field"));
		if (field && text_equals(json_text(json_member(one, "guard")), "field_missing"))
			buffer_print(&keys, "%s%s", keys.length > 0 ? "," : "", field);
	}
	return keys.bytes;
}

static void print_fields(struct cli *cli, const char *label, const char *keys)
{
	fprintf(cli->out, "      %s", label);
	for (const char *key = keys; *key; key += *key == ',') {
		size_t length = strcspn(key, ",");
		const char *name = arena_copy_bytes(cli->arena, key, length);
		fprintf(cli->out, "%s%s (%s)", key == keys ? "" : ", ", words_label(WORDS_FIELD, name),
		    safe_line(cli->arena, name));
		key += length;
	}
	fputc('\n', cli->out);
}

void ticket_print_action(struct cli *cli, const struct json *row, const char *id, bool each)
{
	const char *action = safe_line(cli->arena, plain(cli, row, "action")), *to = plain(cli, row, "to");
	const struct json *unmet = json_member(row, "unmet");
	const char *missing = ticket_missing(cli->arena, row);
	bool open = ticket_is_open(row);
	fprintf(cli->out, "  %s%s%s %s%s%s", screen_tint(cli, open ? TINT_GREEN : TINT_RED), open ? "✓" : "✗",
	    screen_tint(cli, TINT_PLAIN), screen_tint(cli, TINT_BOLD), action, screen_tint(cli, TINT_PLAIN));
	const char *label = words_telling_label(WORDS_ACTION, action);
	if (label)
		fprintf(cli->out, "  %s", label);
	if (*to)
		fprintf(cli->out, " → %s", safe_line(cli->arena, words_label(WORDS_STATE, to)));
	fputc('\n', cli->out);
	if (*missing && !each)
		print_fields(cli, _("to give: "), missing);
	if (!open || each)
		problem_print_unmet(cli, cli->out, unmet, &(struct subject){ticket_name(cli, id), action}, 6, each);
}

int ticket_each(struct cli *cli, size_t first, ticket_visit *visit, const void *with)
{
	bool people = output_is_for_people(cli) && !cli_flag(cli, "output");
	struct output *output = people ? NULL : output_begin(cli, cli->command->resource, cli->arg_count - first > 1);
	int worst = LEAVE_OK, code;
	if (!people && !output)
		return LEAVE_USAGE;
	for (size_t i = first; i < cli->arg_count; i++) {
		const struct json *item = visit(cli, cli->args[i], with, &code);
		if (worst == LEAVE_OK)
			worst = code;
		if (item && output)
			output_item(output, item);
		else if (item && code == LEAVE_OK && json_member(item, "state"))
			ticket_tell(cli, item);
	}
	if (output) {
		output->failed = worst != LEAVE_OK;
		output_end(output);
	}
	return worst;
}
