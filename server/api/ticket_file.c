// SPDX-License-Identifier: Apache-2.0
// Filing: a request is written down and, unless it is to stay a draft, submitted in the same stroke.
#include <string.h>

#include "api/body.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "api/ticket.h"

static bool stays_draft(const struct call *call)
{
	const struct json *draft = json_member(call->body, "draft");

	return draft != NULL && draft->type == JSON_TRUE;
}

// Everything in the body but `draft` is a field.
static const struct json *fields_of(const struct call *call)
{
	struct json *object = arena_take(call->arena, sizeof(*object)), **last = &object->first;

	object->type = JSON_OBJECT;
	for (const struct json *member = call->body->first; member != NULL; member = member->next) {
		if (strcmp(member->key, "draft") == 0)
			continue;
		struct json *copy = arena_take(call->arena, sizeof(*copy));
		*copy = *member;
		copy->next = NULL;
		*last = copy;
		last = &copy->next;
	}
	return object;
}

enum outcome read_filing(struct call *call)
{
	const struct json *draft = json_member(call->body, "draft");

	if (draft != NULL && draft->type != JSON_TRUE && draft->type != JSON_FALSE)
		faults_add(&call->faults, "draft", "type", "draft must be true or false");
	take_fields(call, fields_of(call));
	if (call->given.values[F_TITLE] == NULL && call->faults.count == 0)
		faults_add(&call->faults, "title", "missing", "title must be filled");
	return call->faults.count > 0 ? refuse(call, PROBLEM_FIELDS, NULL) : NEXT;
}

// Who stands for a program today.
struct designated {
	const char *sysadmin, *deputy;
};

#define DESIGNATED "designated" // the kind of such facts

static const char *designation_name(const struct call *call)
{
	const char *program = call->given.values[F_PROGRAM];

	return arena_print(call->arena, "%s %s", call_today(call), program == NULL ? "" : program);
}

static void take_designated(struct call *call, const struct designated *designated)
{
	call->ticket.designated = arena_copy(call->arena, designated->sysadmin);
	call->ticket.deputy = arena_copy(call->arena, designated->deputy);
}

static enum outcome take_program(struct call *call, const struct pg_result *rows)
{
	struct known *known = call->service->known;
	struct designated *designated = known_put(known, DESIGNATED, designation_name(call), sizeof(*designated));

	designated->sysadmin = arena_copy(known_arena(known), pg_text(rows, 0, 0));
	designated->deputy = arena_copy(known_arena(known), pg_text(rows, 0, 1));
	take_designated(call, designated);
	return NEXT;
}

enum outcome find_program(struct call *call)
{
	const struct designated *designated =
	    call_may_know(call) ? known_get(call->service->known, DESIGNATED, designation_name(call)) : NULL;

	if (designated == NULL)
		return call_ask(call, ROUTING_FIND, take_program, call->given.values[F_PROGRAM], call_today(call));
	take_designated(call, designated);
	return NEXT;
}

static const struct state *initial_state(const struct workflow *workflow)
{
	const struct state *state = workflow->states;

	while (!state->initial)
		state++;
	return state;
}

// A filing is judged as the move that it is, on a ticket that is not there yet.
enum outcome check_filing(struct call *call)
{
	const struct workflow *workflow = call->house->current;

	call->workflow = workflow;
	call->ticket.workflow = workflow->version;
	call->ticket.state = initial_state(workflow)->name;
	call->ticket.values[F_REQUESTER] = call->caller.login;
	if (stays_draft(call)) {
		call->verdict = workflow_judge_edit(workflow, &call->ticket, &call->caller, &call->given, call->arena);
		call->verdict.to = call->ticket.state;
	} else {
		call->verdict = workflow_judge(workflow, &call->ticket, house_filing(workflow), &call->caller,
		    &call->given, call->now, call->arena);
	}
	return call->verdict.kind == VERDICT_ALLOWED ? NEXT : refuse_verdict(call);
}

static enum outcome take_filed(struct call *call, const struct pg_result *rows)
{
	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_INTERNAL, NULL);
	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		return refuse_outcome(call, pg_text(rows, 0, 0));
	http_reply_header(call->request, "Location",
	    arena_print(call->arena, filing_resource.location, pg_text(rows, 0, 1)));
	call->subject.ticket = pg_int(rows, 0, 1);
	return answer_row(call, rows, 1, 201);
}

enum outcome save_filing(struct call *call)
{
	const struct action *action = call->verdict.action;

	if (action != NULL)
		workflow_stamp(action, &call->ticket, &call->caller, call->now, &call->given, call->arena);
	field_set_add(&call->given.has, F_REQUESTER);
	call->given.values[F_REQUESTER] = call->ticket.values[F_REQUESTER];
	struct json_out *deed = call_deed(call, action != NULL ? action->name : "file", acted_as(call));
	json_add_int(deed, "workflow", call->workflow->version);
	json_add_text(deed, "to", call->verdict.to);
	given_write(call, deed);
	return call_write(call, TICKET_FILE, deed, 0, take_filed);
}
