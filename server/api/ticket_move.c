// SPDX-License-Identifier: Apache-2.0
// A move: read, judged, saved with its event, told. A dry run ends with the verdict.
#include <string.h>

#include "api/body.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "api/ticket.h"

#define COMMENT_MOST 20000 // characters

static void read_comment(struct call *call)
{
	const struct json *comment = json_member(call->body, "comment");
	static const struct field row = {.key = "comment", .type = FIELD_TEXT, .least = 1, .most = COMMENT_MOST};

	if (comment != NULL && comment->type != JSON_NULL)
		field_check_row(&row, comment, &call->faults);
}

enum outcome read_move(struct call *call)
{
	const struct json *given = json_member(call->body, "fields");

	if (!dry_run_is_right(call))
		return refuse(call, PROBLEM_MALFORMED, NULL);
	for (const struct json *member = call->body->first; member != NULL; member = member->next)
		if (!text_in_list("action,fields,comment", member->key))
			faults_add(&call->faults, member->key, "unknown", "a move has action, fields and comment");
	call->action = body_text(call, "action");
	if (call->action == NULL)
		faults_add(&call->faults, "action", "missing", "action must name what to do");
	if (given != NULL && given->type != JSON_OBJECT && given->type != JSON_NULL)
		faults_add(&call->faults, "fields", "type", "fields must be an object");
	else if (given != NULL)
		take_fields(call, given);
	read_comment(call);
	return call->faults.count > 0 ? refuse(call, PROBLEM_FIELDS, NULL) : NEXT;
}

static enum outcome refuse_action(struct call *call)
{
	const char *nearest = workflow_nearest_action(call->workflow, call->action);

	faults_add(&call->faults, "action", "unknown", "there is no action %s%s%s%s", call->action,
	    nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
	return refuse(call, PROBLEM_FIELDS, NULL);
}

static enum outcome tell_verdict(struct call *call)
{
	struct json_out *json = &call->answer;

	json_begin(json, NULL, '{');
	json_add_text(json, "action", call->action);
	json_add_text(json, "to", call->verdict.to);
	json_add_bool(json, "allowed", call->verdict.kind == VERDICT_ALLOWED);
	verdict_write(call, json, &call->verdict);
	json_end(json, '}');
	return call_reply_json(call, 200);
}

enum outcome check_move(struct call *call)
{
	static call_step *const dry_run[] = {find_who_can, tell_verdict};
	int action = workflow_action(call->workflow, call->action);

	if (action < 0)
		return refuse_action(call);
	call->verdict =
	    workflow_judge(call->workflow, &call->ticket, action, &call->caller, &call->given, call->now, call->arena);
	if (is_dry_run(call))
		return call_turn(call, dry_run);
	return call->verdict.kind == VERDICT_ALLOWED ? NEXT : refuse_verdict(call);
}

static void comment_write(const struct call *call, struct json_out *deed)
{
	const char *comment = body_text(call, "comment");

	if (comment == NULL)
		return;
	json_add_text(deed, "thing", "comment");
	json_begin(deed, "add", '{');
	json_add_text(deed, "text", comment);
	json_end(deed, '}');
}

static void waived_write(const struct call *call, struct json_out *deed)
{
	if (call->verdict.waived == 0)
		return;
	json_begin(deed, "waived", '[');
	for (enum party party = 0; party < PARTY_COUNT; party++)
		if (call->verdict.waived & PARTY_BIT(party))
			json_add_text(deed, NULL, party_name(party));
	json_end(deed, ']');
}

enum outcome save_move(struct call *call)
{
	const struct action *action = call->verdict.action;

	workflow_stamp(action, &call->ticket, &call->caller, call->now, &call->given, call->arena);
	struct json_out *deed = ticket_deed(call, action->name);
	json_add_text(deed, "to", call->verdict.to);
	given_write(call, deed);
	comment_write(call, deed);
	waived_write(call, deed);
	return call_write(call, TICKET_CHANGE, deed, (uint64_t)call->ticket.id, take_changed);
}
