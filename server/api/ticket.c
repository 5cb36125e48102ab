// SPDX-License-Identifier: Apache-2.0
// The ticket at {id}: found, shown, and told after a change.
#include "api/ticket.h"

#include <string.h>

#include "api/identity.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "store/row.h"

// A retry tells the ticket as it was after the first try, whatever has happened since.
const struct resource ticket_resource = {"ticket", TICKET_AT, NULL, WITH_VERSION, .status = 200};
const struct resource filing_resource = {"ticket", TICKET_AT, NULL, WITH_VERSION, .location = "/v1/tickets/%s"};

// Reading a confidential ticket is told in the record before its readers are told of it.

static enum outcome reading_noted(struct call *call, const struct pg_result *rows)
{
	(void)rows;
	call->seen_noted = true;
	return NEXT;
}

static enum outcome note_reading(struct call *call)
{
	struct json_out *deed = call_deed(call, "read", NULL);

	json_add_text(deed, "id", arena_print(call->arena, "%lld", (long long)call->ticket.id));
	json_add_int(deed, "version", call->ticket.version);
	json_add_int(deed, "workflow", call->ticket.workflow);
	json_add_text(deed, "state", call->ticket.state);
	return call_write(call, READING_NOTE, deed, 0, reading_noted);
}

static bool is_confidential(const struct ticket *ticket)
{
	return ticket->values[F_READERS] != NULL && *ticket->values[F_READERS] != '\0';
}

static enum outcome take_ticket(struct call *call, const struct pg_result *rows)
{
	int64_t wanted;

	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_NOT_FOUND, "there is no ticket with this number");
	row_read_facts(rows, 0, &call->ticket, call->arena);
	call->subject.ticket = call->ticket.id;
	call->workflow = house_workflow(call->house, call->ticket.workflow);
	if (call->workflow == NULL)
		return refuse(call, PROBLEM_UNAVAILABLE, "this ticket runs under a workflow that is not loaded yet");
	if (!call_if_match(call, &wanted)) {
		faults_add(&call->faults, "If-Match", "format", "send the ETag as it came, \"7\"");
		return refuse(call, PROBLEM_MALFORMED, NULL);
	}
	if (wanted != 0 && wanted != call->ticket.version)
		return refuse(call, PROBLEM_VERSION,
		    arena_print(call->arena, "it is at version %lld now", (long long)call->ticket.version));
	return http_method(call->request) == HTTP_GET && is_confidential(&call->ticket) ? note_reading(call) : NEXT;
}

static const char *planned(const struct call *call, enum field_id id)
{
	return field_set_has(&call->given.has, id) ? call->given.values[id] : NULL;
}

enum outcome find_ticket(struct call *call)
{
	if (call_ticket_id(call) == 0)
		return refuse(call, PROBLEM_NOT_FOUND, "there is no ticket with this number");
	return call_ask(call, TICKET_FIND, take_ticket, call->parts.part[0], call_today(call),
	    planned(call, F_PLANNED_START), planned(call, F_PLANNED_END), call->caller.login, call_outside(call));
}

static enum outcome tell_ticket(struct call *call, const struct pg_result *rows)
{
	static call_step *const again[] = {show_ticket};

	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_NOT_FOUND, "there is no ticket with this number");
	if (*pg_text(rows, 0, 0) != 't' || call->seen_noted)
		return answer_row(call, rows, 1, 200);
	row_read_ticket(rows, 0, 1, &call->ticket, call->arena);
	call->next = again;
	return note_reading(call);
}

enum outcome show_ticket(struct call *call)
{
	if (call_ticket_id(call) == 0)
		return refuse(call, PROBLEM_NOT_FOUND, "there is no ticket with this number");
	return call_ask(call, TICKETS_READ, tell_ticket, call->parts.part[0], call->caller.login, call_outside(call));
}

const char *acted_as(const struct call *call)
{
	return call->verdict.acted_as == PARTY_COUNT ? NULL : party_name(call->verdict.acted_as);
}

struct json_out *ticket_deed(struct call *call, const char *action)
{
	struct json_out *deed = call_deed(call, action, acted_as(call));

	json_add_int(deed, "id", call->ticket.id);
	json_add_int(deed, "version", call->ticket.version);
	return deed;
}

// The columns of ticket_change(): outcome, thing_id, then the ticket.
enum outcome take_changed(struct call *call, const struct pg_result *rows)
{
	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_INTERNAL, NULL);
	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		return refuse_outcome(call, pg_text(rows, 0, 0));
	return answer_row(call, rows, 2, 200);
}
