// SPDX-License-Identifier: Apache-2.0
// Editing: a merge patch (RFC 7396) of fields, as far as state and party allow.
#include "api/body.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "api/ticket.h"

enum outcome read_edit(struct call *call)
{
	take_fields(call, call->body);
	if (call->body->count == 0)
		faults_add(&call->faults, "", "missing", "name at least one field");
	if (field_set_has(&call->given.has, F_TITLE) && call->given.values[F_TITLE] == NULL)
		faults_add(&call->faults, "title", "missing", "title must be filled");
	return call->faults.count > 0 ? refuse(call, PROBLEM_FIELDS, NULL) : NEXT;
}

enum outcome check_edit(struct call *call)
{
	call->verdict = workflow_judge_edit(call->workflow, &call->ticket, &call->caller, &call->given, call->arena);
	return call->verdict.kind == VERDICT_ALLOWED ? NEXT : refuse_verdict(call);
}

enum outcome save_edit(struct call *call)
{
	struct json_out *deed = ticket_deed(call, "edit");

	given_write(call, deed);
	return call_write(call, TICKET_CHANGE, deed, (uint64_t)call->ticket.id, take_changed);
}
