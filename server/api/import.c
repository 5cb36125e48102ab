// SPDX-License-Identifier: Apache-2.0
// Imports: a record from elsewhere becomes a ticket by an action of the workflow that is an administrator's, judged
// like any other. Its event says that it was imported, and from where; what was closed elsewhere ends in a state of its
// own.
#include "api/import.h"

#include <string.h>

#include "api/body.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "api/ticket.h"

static const char *const ways[] = {"import", "import_closed"};

static bool is_true(const struct call *call, const char *key)
{
	const struct json *value = json_member(call->body, key);

	return value != NULL && value->type == JSON_TRUE;
}

static void read_texts(struct call *call)
{
	static const struct field rows[] = {
	    {.key = "source", .type = FIELD_PERSON},
	    {.key = "row", .type = FIELD_PERSON},
	    {.key = "requester", .type = FIELD_PERSON},
	    {.key = "closed", .type = FIELD_TRUTH},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct json *value = json_member(call->body, rows[i].key);

		if (value != NULL && value->type != JSON_NULL)
			field_check_row(&rows[i], value, &call->faults);
		else if (rows[i].type != FIELD_TRUTH)
			faults_add(&call->faults, rows[i].key, "missing", "%s must be filled", rows[i].key);
	}
}

static void give(struct call *call, enum field_id id, const char *value)
{
	field_set_add(&call->given.has, id);
	call->given.values[id] = value;
}

enum outcome read_import(struct call *call)
{
	const struct json *given = json_member(call->body, "fields");

	if (!dry_run_is_right(call))
		return refuse(call, PROBLEM_MALFORMED, NULL);
	for (const struct json *member = call->body->first; member != NULL; member = member->next)
		if (!text_in_list("source,row,requester,closed,fields", member->key))
			faults_add(&call->faults, member->key, "unknown",
			    "an import has source, row, requester, closed and fields");
	read_texts(call);
	if (given == NULL || given->type != JSON_OBJECT)
		faults_add(&call->faults, "fields", "type", "fields must be an object");
	else
		take_fields(call, given);
	if (field_set_has(&call->given.has, F_IMPORTED_FROM))
		faults_add(&call->faults, "imported_from", "fixed", "source and row say that");
	if (call->faults.count > 0)
		return refuse(call, PROBLEM_FIELDS, NULL);
	give(call, F_IMPORTED_FROM,
	    arena_print(call->arena, "%s/%s", body_text(call, "source"), body_text(call, "row")));
	give(call, F_REQUESTER, body_text(call, "requester"));
	return NEXT;
}

static enum outcome tell_dry(struct call *call)
{
	json_begin(&call->answer, NULL, '{');
	json_add_text(&call->answer, "action", call->action);
	json_add_text(&call->answer, "to", call->verdict.to);
	json_add_bool(&call->answer, "allowed", call->verdict.kind == VERDICT_ALLOWED);
	verdict_write(call, &call->answer, &call->verdict);
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}

static enum outcome take_imported(struct call *call, const struct pg_result *rows)
{
	if (pg_rows(rows) == 0)
		return NEXT;
	return refuse(call, PROBLEM_EXISTS,
	    arena_print(call->arena, "it was imported before, as ticket %s", pg_text(rows, 0, 0)));
}

enum outcome find_imported(struct call *call)
{
	return call_ask(call, IMPORT_FIND, take_imported, call->given.values[F_IMPORTED_FROM]);
}

enum outcome check_import(struct call *call)
{
	static call_step *const dry_run[] = {find_who_can, tell_dry};
	const struct workflow *workflow = call->house->current;
	struct given given = call->given;
	int action;

	call->action = ways[is_true(call, "closed")];
	action = workflow_action(workflow, call->action);
	if (action < 0)
		return refuse(call, PROBLEM_STATE, "this workflow takes no imports");
	call->workflow = workflow;
	call->ticket.workflow = workflow->version;
	call->ticket.values[F_REQUESTER] = given.values[F_REQUESTER];
	given.has.word[F_REQUESTER / 64] &= ~(UINT64_C(1) << (F_REQUESTER % 64)); // it is no field that an action takes
	call->verdict = workflow_judge(workflow, &call->ticket, action, &call->caller, &given, call->now, call->arena);
	if (is_dry_run(call))
		return call_turn(call, dry_run);
	return call->verdict.kind == VERDICT_ALLOWED ? NEXT : refuse_verdict(call);
}
