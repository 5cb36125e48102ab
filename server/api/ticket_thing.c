// SPDX-License-Identifier: Apache-2.0
// What is recorded beside a ticket's fields: comments, technical steps, changes, work, links.
#include <string.h>

#include "api/body.h"
#include "api/list.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "api/ticket.h"
#include "domain/record_item.h"

static const char *const step_names[] = {"problem_analysis", "design_change", "design_check", "code_change",
    "unit_test", "integration_test", NULL};
static const char *const step_results[] = {"passed", "failed", "not_applicable", NULL};
static const char *const link_kinds[] = {"duplicate_of", "caused_by", "follow_up_of", "child_of", NULL};

static const struct member comment_members[] = {
    {TEXT("text", LONG), REQUIRED},
    {PLAIN("internal", FIELD_TRUTH)},
    END,
};

static const struct member step_members[] = {
    {CHOICE("step", step_names), REQUIRED},
    {CHOICE("result", step_results), REQUIRED},
    {PLAIN("started_at", FIELD_TIME)},
    {PLAIN("finished_at", FIELD_TIME)},
    {NUMBER("minutes", 0, 1000000)},
    {TEXT("evidence", LONG)},
    {TEXT("reason", LONG)},
    END,
};

static const struct member change_members[] = {
    {TEXT("change_level", LINE), REQUIRED},
    {TEXT("change_id", LINE), REQUIRED},
    {PLAIN("program", FIELD_PROGRAM), REQUIRED, THE_PROGRAM},
    {TEXT("language", LINE)},
    {NUMBER("statements_added", 0, COUNT_MOST)},
    {NUMBER("statements_deleted", 0, COUNT_MOST)},
    {NUMBER("people", 1, 1000)},
    {NUMBER("person_minutes", 0, COUNT_MOST)},
    {PLAIN("by_person", FIELD_SHARES)},
    {PLAIN("changed_on", FIELD_DATE), REQUIRED, TODAY},
    {PLAIN("engineer", FIELD_PERSON), REQUIRED, THE_CALLER},
    {TEXT("not_applicable", LONG)},
    END,
};

static const struct member work_members[] = {
    {NUMBER("minutes", 1, 1000000), REQUIRED},
    {PLAIN("person", FIELD_PERSON), REQUIRED, THE_CALLER},
    {PLAIN("worked_on", FIELD_DATE), REQUIRED, TODAY},
    {TEXT("note", LONG)},
    END,
};

static const struct member link_members[] = {
    {CHOICE("kind", link_kinds), REQUIRED},
    {TICKET("other"), REQUIRED},
    END,
};

const struct resource comment_resource = {"comment", COMMENT_READ, comment_members};
const struct resource step_resource = {"step", STEP_READ, step_members};
const struct resource change_resource = {"change", CHANGE_READ, change_members};
const struct resource work_resource = {"work", WORK_READ, work_members};
const struct resource link_resource = {"link", LINK_READ, link_members};

static enum outcome check_record(struct call *call, enum record record)
{
	call->verdict = workflow_judge_record(call->workflow, &call->ticket, &call->caller, record, call->arena);
	return call->verdict.kind == VERDICT_ALLOWED ? NEXT : refuse_verdict(call);
}

enum outcome check_comment(struct call *call)
{
	const struct json *internal = json_member(call->body, "internal");

	if (internal != NULL && internal->type == JSON_TRUE && !call_may(call, "ticket.comment_internal"))
		return refuse(call, PROBLEM_FORBIDDEN, "internal comments are for those who run the maintenance");
	return NEXT;
}

// Steps: by whom and in which state says the workflow, in which order the steps themselves.

static const struct {
	const char *code, *message;
} step_refusals[] = {
    {"out_of_order", "another technical step comes first"},
    {"same_person", "the design is checked by another person than its designer"},
    {"already_done", "this step is done and still stands"},
    {"test_not_skippable", "a test is never skipped"},
};

static enum outcome refuse_step(struct call *call, const char *code)
{
	struct unmet *unmet = arena_take(call->arena, sizeof(*unmet));

	*unmet = (struct unmet){.guard = code,
	    .message = code,
	    .field = "step",
	    .who = call->workflow->records[RECORD_STEP].by};
	for (size_t i = 0; i < sizeof(step_refusals) / sizeof(*step_refusals); i++)
		if (strcmp(step_refusals[i].code, code) == 0)
			unmet->message = step_refusals[i].message;
	call->verdict.kind = VERDICT_ILLEGAL;
	call->verdict.unmet = unmet;
	call->verdict.unmet_count = 1;
	return refuse_verdict(call);
}

static bool wants_reason(enum step_result result)
{
	return result == STEP_NOT_APPLICABLE || result == STEP_FAILED;
}

enum outcome check_step(struct call *call)
{
	const struct ticket *ticket = &call->ticket;
	struct step_entry next = {.person = call->caller.login};

	if (!step_find(body_text(call, "step"), &next.step) ||
	    !step_result_find(body_text(call, "result"), &next.result))
		return refuse(call, PROBLEM_FIELDS, NULL);
	if (wants_reason(next.result) && body_text(call, "reason") == NULL) {
		faults_add(&call->faults, "reason", "missing", "say why, when a step failed or does not apply");
		return refuse(call, PROBLEM_FIELDS, NULL);
	}
	enum record record = next.result == STEP_NOT_APPLICABLE ? RECORD_SKIPPED_STEP : RECORD_STEP;
	call->verdict = workflow_judge_record(call->workflow, ticket, &call->caller, record, call->arena);
	if (call->verdict.kind != VERDICT_ALLOWED)
		return refuse_verdict(call);
	const char *code =
	    step_refusal(ticket->steps, ticket->step_count, &next, control_owed(CONTROL_DESIGN_CHECK, ticket));
	return code == NULL ? NEXT : refuse_step(call, code);
}

static bool is_given(const struct call *call, const char *key)
{
	const struct json *value = json_member(call->body, key);

	return value != NULL && value->type != JSON_NULL;
}

// A reason stands for every count that is lacking, unless it names the items that it is for: "9: …; 10: …".
static bool is_explained(const struct call *call, int item)
{
	const char *reason = body_text(call, "not_applicable");
	record_items named = record_items_explained(reason);

	return reason != NULL && (named == 0 || (named >> (item - 1) & 1) != 0);
}

static const struct {
	const char *key;
	int item; // of the maintenance record
} counts[] = {{"statements_added", 9}, {"statements_deleted", 10}};

// Who says how long each of its people took has said how many there were, and how long it took.
static const char *const sums[] = {"people", "person_minutes"};

enum outcome check_change(struct call *call)
{
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (!is_given(call, counts[i].key) && !is_explained(call, counts[i].item))
			faults_add(&call->faults, counts[i].key, "missing",
			    "count them, or say in not_applicable why they cannot be counted");
	for (size_t i = 0; i < sizeof(sums) / sizeof(*sums) && !is_given(call, "by_person"); i++)
		if (!is_given(call, sums[i]))
			faults_add(&call->faults, sums[i], "missing", "%s must be filled, or by_person", sums[i]);
	return call->faults.count > 0 ? refuse(call, PROBLEM_FIELDS, NULL) : check_record(call, RECORD_CHANGE);
}

enum outcome check_work(struct call *call)
{
	return check_record(call, RECORD_WORK);
}

static enum outcome take_other(struct call *call, const struct pg_result *rows)
{
	if (pg_text(rows, 0, 0) == NULL)
		return NEXT;
	faults_add(&call->faults, "other", "unknown", "there is no ticket %s", pg_text(rows, 0, 1));
	return refuse(call, PROBLEM_FIELDS, NULL);
}

enum outcome check_link(struct call *call)
{
	const char *none = NULL;
	int64_t other;

	if (!json_int(json_member(call->body, "other"), &other))
		return NEXT;
	if (other != call->ticket.id)
		return call_ask(call, REFERENCES_FIND, take_other, none, none, none, none,
		    arena_print(call->arena, "%lld", (long long)other), call->caller.login, call_outside(call));
	faults_add(&call->faults, "other", "range", "a ticket is not linked to itself");
	return refuse(call, PROBLEM_FIELDS, NULL);
}

// A change without a program of its own is one of the ticket's program.
static void add_write(struct call *call, struct json_out *deed)
{
	json_begin(deed, "add", '{');
	json_splice(deed, call->patch.out.bytes);
	for (const struct member *member = call->route->resource->members; member->field.key != NULL; member++)
		if (member->fallback == THE_PROGRAM && json_member(call->body, member->field.key) == NULL)
			json_add_text(deed, member->field.key, call->ticket.values[F_PROGRAM]);
	json_end(deed, '}');
}

enum outcome take_added(struct call *call, const struct pg_result *rows)
{
	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_INTERNAL, NULL);
	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		return refuse_outcome(call, pg_text(rows, 0, 0));
	call->made_id = arena_copy(call->arena, pg_text(rows, 0, 1));
	return NEXT;
}

// Comments and links stand beside the work: they do not mind what has changed since the ticket was read.
static bool minds_version(const struct call *call)
{
	return call->route->resource != &comment_resource && call->route->resource != &link_resource;
}

enum outcome save_thing(struct call *call)
{
	struct json_out *deed = call_deed(call, call->route->resource->kind, acted_as(call));

	json_add_int(deed, "id", call->ticket.id);
	if (minds_version(call))
		json_add_int(deed, "version", call->ticket.version);
	json_add_text(deed, "thing", call->route->resource->kind);
	add_write(call, deed);
	return call_write(call, TICKET_CHANGE, deed, (uint64_t)call->ticket.id, take_added);
}

// The list of steps tells besides where the work stands.

static enum outcome tell_steps(struct call *call, const struct pg_result *rows)
{
	const struct ticket *ticket = &call->ticket;
	const struct step_progress progress = steps_fold(ticket->steps, ticket->step_count);
	enum step missing = steps_missing(&progress, control_owed(CONTROL_DESIGN_CHECK, ticket));

	page_write(call, rows);
	json_begin(&call->answer, "progress", '{');
	for (enum step step = 0; step < STEP_COUNT; step++)
		json_add_bool(&call->answer, step_name(step), progress.done[step]);
	json_end(&call->answer, '}');
	json_add_text(&call->answer, "next_step", missing == STEP_COUNT ? NULL : step_name(missing));
	json_end(&call->answer, '}');
	return call_reply_json(call, LINE);
}

enum outcome list_steps(struct call *call)
{
	return ask_page(call, tell_steps);
}
