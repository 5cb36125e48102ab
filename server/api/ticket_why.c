// SPDX-License-Identifier: Apache-2.0
// Why, and why not: every action judged for the caller as the ticket stands; and where routing would send it.
#include <string.h>

#include "api/refusal.h"
#include "api/ticket.h"

// Judged with nothing given: fields that are still to come make no action impossible, they are what it requires.
static bool is_possible(const struct verdict *verdict)
{
	return verdict->kind == VERDICT_ALLOWED || verdict->kind == VERDICT_INCOMPLETE;
}

enum outcome judge_actions(struct call *call)
{
	const struct given nothing = {0};
	size_t count = call->workflow->action_count;

	call->verdicts = arena_take_array(call->arena, count, sizeof(*call->verdicts));
	for (size_t i = 0; i < count; i++) {
		call->verdicts[i] = workflow_judge(call->workflow, &call->ticket, (int)i, &call->caller, &nothing,
		    call->now, call->arena);
		call->more_roles |= roles_wanted(&call->verdicts[i]);
	}
	return NEXT;
}

static void fields_write(struct json_out *json, const char *key, const field_set *set)
{
	json_begin(json, key, '[');
	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(set, id))
			json_add_text(json, NULL, fields[id].key);
	json_end(json, ']');
}

static void action_write(struct call *call, struct json_out *json, const struct verdict *verdict)
{
	const struct action *action = verdict->action;
	const struct path *path = action_path(action, workflow_state(call->workflow, call->ticket.state));
	field_set required = {0}, accepted = {0};
	enum kind kind;

	if (path != NULL) {
		required =
		    action_required(action, path, ticket_kind(&call->ticket, &kind) ? kind : KIND_COUNT, &call->ticket);
		accepted = action_accepted(call->workflow, action, path);
	}
	json_begin(json, NULL, '{');
	json_add_text(json, "action", action->name);
	json_add_text(json, "to", verdict->to);
	json_add_bool(json, "allowed", is_possible(verdict));
	fields_write(json, "requires", &required);
	fields_write(json, "accepts", &accepted);
	verdict_write(call, json, verdict);
	json_end(json, '}');
}

enum outcome tell_actions(struct call *call)
{
	struct json_out *json = &call->answer;

	json_begin(json, NULL, '{');
	json_add_int(json, "ticket", call->ticket.id);
	json_add_int(json, "version", call->ticket.version);
	json_add_text(json, "state", call->ticket.state);
	json_begin(json, "actions", '[');
	for (size_t i = 0; i < call->workflow->action_count; i++)
		action_write(call, json, &call->verdicts[i]);
	json_end(json, ']');
	json_end(json, '}');
	return call_reply_json(call, 200);
}

static enum outcome tell_routing(struct call *call, const struct pg_result *rows)
{
	struct ticket *ticket = &call->ticket;
	enum kind kind;
	const struct routing_facts facts = {
	    .kind = ticket_kind(ticket, &kind) ? kind_name(kind) : NULL,
	    .severity = ticket->values[F_SEVERITY],
	    .program = ticket->values[F_PROGRAM],
	    .title = ticket->values[F_TITLE],
	    .description = ticket->values[F_DESCRIPTION],
	    .sysadmin = pg_text(rows, 0, 0),
	    .deputy = pg_text(rows, 0, 1),
	    .lead = pg_text(rows, 0, 2),
	    .vendor = pg_text(rows, 0, 3),
	};
	const struct routing_proposal proposal = routing_propose(call->house->routing, &facts, call->arena);

	json_begin(&call->answer, NULL, '{');
	json_add_int(&call->answer, "ticket", ticket->id);
	json_add_text(&call->answer, "sysadmin", proposal.login);
	json_add_text(&call->answer, "reason", proposal.en);
	json_add_text(&call->answer, "reason_zh", proposal.zh);
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}

enum outcome find_routing(struct call *call)
{
	return call_ask(call, ROUTING_FIND, tell_routing, call->ticket.values[F_PROGRAM], call_today(call));
}
