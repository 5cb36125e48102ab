// SPDX-License-Identifier: Apache-2.0
// A refusal's way: people who could clear it, the note in the record, the answer.
#include "api/refusal.h"

#include <string.h>

#include "api/body.h"
#include "api/retry.h"
#include "api/routes.h"
#include "base/log.h"

// Who can clear what.

role_set roles_wanted(const struct verdict *verdict)
{
	role_set roles = 0;

	for (const struct unmet *unmet = verdict->unmet; unmet != NULL; unmet = unmet->next)
		for (enum party party = 0; party < PARTY_COUNT; party++)
			if ((unmet->who & PARTY_BIT(party)) && party_role(party) != ROLE_COUNT)
				roles |= ROLE_BIT(party_role(party));
	return roles;
}

static enum outcome know_who_can(struct call *call, const struct pg_result *rows)
{
	for (int row = 0; row < pg_rows(rows); row++) {
		enum role role;

		if (role_find(pg_text(rows, row, 0), &role))
			call->people[role] = arena_copy(call->arena, pg_text(rows, row, 1));
	}
	return NEXT;
}

enum outcome find_who_can(struct call *call)
{
	role_set roles = roles_wanted(&call->verdict) | call->more_roles;
	struct buffer names;

	buffer_init(&names, call->arena);
	for (enum role role = 0; role < ROLE_COUNT; role++)
		if (roles & ROLE_BIT(role))
			buffer_print(&names, "%s%s", names.length > 0 ? "," : "", role_name(role));
	if (names.length == 0)
		return NEXT;
	return call_ask(call, ROLES_FIND, know_who_can, names.bytes);
}

static void logins_write(struct json_out *json, const char *logins, const char *but, struct arena *arena)
{
	char *rest = NULL;

	json_begin(json, "people", '[');
	if (logins != NULL)
		for (char *login = strtok_r(arena_copy(arena, logins), ",", &rest); login != NULL;
		     login = strtok_r(NULL, ",", &rest))
			if (!text_equals(login, but))
				json_add_text(json, NULL, login);
	json_end(json, ']');
}

// The relation names people where there is one; else everybody who holds the role can.
static const char *party_people(const struct call *call, enum party party)
{
	const char *logins = party_logins(party, &call->ticket, call->arena);

	if (logins != NULL || party_role(party) == ROLE_COUNT)
		return logins;
	return call->people[party_role(party)];
}

// Duties are kept apart by another person than the one who was refused.
static void who_write(struct call *call, struct json_out *json, const struct unmet *unmet)
{
	const char *but = text_in_list("separation,same_person", unmet->guard) ? call->caller.login : NULL;

	json_begin(json, "who", '[');
	for (enum party party = 0; party < PARTY_COUNT; party++) {
		if ((unmet->who & PARTY_BIT(party)) == 0)
			continue;
		json_begin(json, NULL, '{');
		json_add_text(json, "party", party_name(party));
		logins_write(json, party_people(call, party), but, call->arena);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void states_write(struct json_out *json, const struct workflow *workflow, state_set states)
{
	json_begin(json, "from", '[');
	for (size_t i = 0; i < workflow->state_count; i++)
		if (states & STATE_BIT(i))
			json_add_text(json, NULL, workflow->states[i].name);
	json_end(json, ']');
}

void verdict_write(struct call *call, struct json_out *json, const struct verdict *verdict)
{
	json_begin(json, "unmet", '[');
	for (const struct unmet *unmet = verdict->unmet; unmet != NULL; unmet = unmet->next) {
		json_begin(json, NULL, '{');
		json_add_text(json, "guard", unmet->guard);
		json_add_text(json, "field", unmet->field);
		json_add_text(json, "message", unmet->message);
		if (unmet->item != 0)
			json_add_int(json, "item", unmet->item);
		if (unmet->from != 0)
			states_write(json, call->workflow, unmet->from);
		who_write(call, json, unmet);
		json_end(json, '}');
	}
	json_end(json, ']');
}

// The note in the record.

static void reason_write(struct call *call, struct json_out *deed)
{
	json_begin(deed, "reason", '{');
	json_add_text(deed, "problem", problem_name(call->problem.kind));
	if (call->problem.detail != NULL)
		json_add_text(deed, "detail", call->problem.detail);
	if (call->problem.judged)
		verdict_write(call, deed, &call->verdict);
	if (call->faults.count > 0) {
		json_begin(deed, "fields", '[');
		for (const struct fault *fault = call->faults.first; fault != NULL; fault = fault->next)
			json_add_text(deed, NULL, fault->field);
		json_end(deed, ']');
	}
	json_end(deed, '}');
}

static enum outcome refusal_noted(struct call *call, const struct pg_result *rows)
{
	(void)call;
	(void)rows;
	return NEXT;
}

// What a refused request was about: the object that its path names, else the path itself.
static void object_write(const struct call *call, struct json_out *deed)
{
	const char *kind = route_object(call->route), *id = call->parts.part[0];

	if (kind == NULL) {
		kind = "path";
		id = http_path(call->request) + 1;
	}
	if (call->claimed != NULL) {
		kind = "person";
		id = call->claimed;
	}
	json_add_text(deed, "object_kind", kind);
	json_add_text(deed, "object_id", id);
	if (call->ticket.id == 0)
		return;
	json_add_int(deed, "version", call->ticket.version);
	json_add_int(deed, "workflow", call->ticket.workflow);
	json_add_text(deed, "state", call->ticket.state);
}

// The trouble is here, and not with what was asked.
static bool is_ours(enum problem_kind kind)
{
	return problem_status(kind) >= 500;
}

static enum outcome note_refusal(struct call *call)
{
	bool asks =
	    (http_method(call->request) == HTTP_GET || is_dry_run(call)) && call->problem.kind != PROBLEM_FORBIDDEN;

	if ((!call->known && call->claimed == NULL) || asks || is_ours(call->problem.kind))
		return NEXT;
	const char *action = call->verdict.action != NULL ? call->verdict.action->name : call->route->name;
	call->key = NULL; // a refusal keeps no answer
	if (!call->known)
		call->caller.login = "-"; // nobody's login
	struct json_out *deed = call_deed(call, action, NULL);
	object_write(call, deed);
	reason_write(call, deed);
	json_add_int(deed, "most", call->service->settings->refusals_most);
	return call_write(call, REFUSAL_NOTE, deed, 0, refusal_noted);
}

// The answer.

static void faults_write(struct json_out *json, const struct faults *faults)
{
	json_begin(json, "errors", '[');
	for (const struct fault *fault = faults->first; fault != NULL; fault = fault->next) {
		json_begin(json, NULL, '{');
		json_add_text(json, "field", fault->field);
		json_add_text(json, "code", fault->code);
		json_add_text(json, "message", fault->message);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void allowed_actions_write(struct call *call, struct json_out *json)
{
	const struct workflow *workflow = call->workflow;
	struct given nothing = {0};

	json_begin(json, "allowed_actions", '[');
	for (size_t i = 0; i < workflow->action_count; i++) {
		struct verdict verdict =
		    workflow_judge(workflow, &call->ticket, (int)i, &call->caller, &nothing, call->now, call->arena);

		if (verdict.kind == VERDICT_ALLOWED || verdict.kind == VERDICT_INCOMPLETE)
			json_add_text(json, NULL, workflow->actions[i].name);
	}
	json_end(json, ']');
}

static enum outcome answer_problem(struct call *call)
{
	struct json_out *json = &call->answer;

	json_out_init(json, call->arena);
	json_begin(json, NULL, '{');
	problem_write(json, &call->problem);
	json_add_text(json, "request_id", call->id);
	if (call->faults.count > 0)
		faults_write(json, &call->faults);
	if (call->problem.judged)
		verdict_write(call, json, &call->verdict);
	if (call->problem.kind == PROBLEM_STATE && call->workflow != NULL && call->ticket.id != 0)
		allowed_actions_write(call, json);
	json_end(json, '}');
	if (call->problem.kind == PROBLEM_UNAVAILABLE)
		http_reply_header(call->request, "Retry-After", "1");
	if (call->problem.kind == PROBLEM_TOO_MANY)
		http_reply_header(call->request, "Retry-After",
		    arena_print(call->arena, "%lld", (long long)call->wait));
	return call_reply(call, problem_status(call->problem.kind), "application/problem+json", json->out.bytes,
	    json->out.length);
}

static call_step *const refusal[] = {recall_twin, find_who_can, note_refusal, answer_problem};
static call_step *const plain_refusal[] = {recall_twin, note_refusal, answer_problem};
static call_step *const failure[] = {answer_problem}; // when the database is the trouble, or to be spared

call_step *const *refuse_steps(struct call *call, enum problem_kind kind, const char *detail)
{
	call->problem = (struct problem){.kind = kind, .detail = detail};
	return is_ours(kind) ? failure : plain_refusal;
}

enum outcome refuse(struct call *call, enum problem_kind kind, const char *detail)
{
	if (call->hearsay)
		return call_start_over(call);
	return call_turn(call, refuse_steps(call, kind, detail));
}

enum outcome refuse_quietly(struct call *call, enum problem_kind kind, const char *detail)
{
	call->problem = (struct problem){.kind = kind, .detail = detail};
	return call_turn(call, failure);
}

enum outcome refuse_verdict(struct call *call)
{
	const struct unmet *first = call->verdict.unmet;

	if (call->hearsay)
		return call_start_over(call);
	call->problem = (struct problem){.kind = problem_of_verdict(call->verdict.kind),
	    .judged = true,
	    .detail = first == NULL ? NULL : first->message};
	return call_turn(call, refusal);
}

// Failures of a statement: by SQLSTATE class or code (PostgreSQL manual, appendix A), the longest match first.

static const struct {
	const char *sqlstate;
	enum problem_kind kind;
	const char *detail;
} failures[] = {
    {"23503", PROBLEM_FIELDS, "it names something that does not exist"},
    {"23505", PROBLEM_EXISTS, "it is there already"},
    {"23514", PROBLEM_FIELDS, "a value is outside what the record allows"},
    {"22", PROBLEM_MALFORMED, "a value cannot be read"},
    {"25", PROBLEM_UNAVAILABLE, "the database only lets itself be read for the moment"},
    {"40", PROBLEM_UNAVAILABLE, "too much at once; try again"},
    {"53", PROBLEM_UNAVAILABLE, "the database is out of room"},
    {"55", PROBLEM_UNAVAILABLE, "somebody else holds it; try again"},
    {"57", PROBLEM_UNAVAILABLE, "the database did not answer in time"},
    {"58", PROBLEM_UNAVAILABLE, "the database has trouble with its disk"},
};

// PostgreSQL names a column's constraint TABLE_COLUMN_fkey or TABLE_COLUMN_check: the column is the field.
static void blame_column(struct call *call, const struct pg_result *result)
{
	const char *table = pg_table(result), *constraint = pg_constraint(result), *end = strrchr(constraint, '_');
	size_t skip = strlen(table) + 1;

	if (end == NULL || !text_starts(constraint, table) || end <= constraint + skip)
		return;
	const char *column = arena_copy_bytes(call->arena, constraint + skip, (size_t)(end - constraint) - skip);
	faults_add(&call->faults, column, "unknown", "%s does not fit the record", column);
}

enum outcome refuse_failure(struct call *call, const struct pg_result *result)
{
	if (pg_status(result) == PG_AWAY)
		return refuse(call, PROBLEM_UNAVAILABLE, "the database is away");
	log_line(LOG_WARN, &call->subject, "database: %s %s (%s)", pg_sqlstate(result), pg_message(result),
	    pg_constraint(result));
	if (text_starts(pg_sqlstate(result), "23"))
		blame_column(call, result);
	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++)
		if (text_starts(pg_sqlstate(result), failures[i].sqlstate))
			return refuse(call, failures[i].kind, failures[i].detail);
	return refuse(call, PROBLEM_INTERNAL, NULL);
}
