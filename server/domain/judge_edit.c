// SPDX-License-Identifier: Apache-2.0
// Judging what changes no state: edits of fields, and records added to a ticket.
#include "domain/move.h"

struct openness {     // what the rows of edits say about one field
	state_set in; // where it is open to anybody at all
	party_set by; // to whom, as the ticket stands
};

static bool is_open(const struct edit *edit, const struct ticket *ticket, int state)
{
	return state >= 0 && (edit->in & STATE_BIT(state)) &&
	    (edit->owed < 0 || control_owed((enum control)edit->owed, ticket));
}

// The row by which the person may change the field so, or NULL; then `open` says what stands against it.
static const struct edit *find_edit(const struct move *move, enum field_id id, struct openness *open)
{
	bool clears = move->given->values[id] == NULL;
	int state = ticket_state(move->workflow, move->ticket);

	for (size_t i = 0; i < move->workflow->edit_count; i++) {
		const struct edit *edit = &move->workflow->edits[i];
		if (!field_set_has(&edit->fields, id))
			continue;
		open->in |= edit->in;
		if (!is_open(edit, move->ticket, state))
			continue;
		open->by |= edit->by;
		if (party_first(edit->by, move->ticket, move->person) != PARTY_COUNT && (edit->clear || !clears))
			return edit;
	}
	return NULL;
}

static void refuse_field(struct verdict *verdict, enum verdict_kind kind, const char *guard, enum field_id id,
    const char *message)
{
	verdict_refuse(verdict, kind, &(struct unmet){.guard = guard, .field = fields[id].key, .message = message});
}

static void refuse_edit(struct verdict *verdict, const struct move *move, enum field_id id, const struct openness *open)
{
	const char *key = fields[id].key;
	struct arena *arena = move->arena;

	if (open->in == 0)
		refuse_field(verdict, VERDICT_INCOMPLETE, "field_unexpected", id,
		    arena_print(arena, "%s is not edited: an action sets it", key));
	else if (open->by == 0)
		refuse_field(verdict, VERDICT_ILLEGAL, "state", id,
		    arena_print(arena, "%s is not open to edits now, only in %s", key,
		        states_text(move->workflow, open->in, arena)));
	else if (party_first(open->by, move->ticket, move->person) != PARTY_COUNT)
		refuse_field(verdict, VERDICT_INCOMPLETE, "field_missing", id,
		    arena_print(arena, "%s may be changed, but not emptied", key));
	else
		verdict_party(verdict, open->by, move->ticket, move->person, arena_print(arena, "editing %s", key));
}

struct verdict workflow_judge_edit(const struct workflow *workflow, const struct ticket *ticket,
    const struct person *person, const struct given *given, struct arena *arena)
{
	struct move move = {
	    .workflow = workflow,
	    .ticket = ticket,
	    .person = person,
	    .given = given,
	    .now = MOMENT_NONE,
	    .arena = arena,
	};
	struct verdict verdict = verdict_new(NULL, arena);
	guard_set guards = 0;

	for (enum field_id id = 0; id < FIELD_COUNT; id++) {
		struct openness open = {0};
		if (!field_set_has(&given->has, id))
			continue;
		const struct edit *edit = find_edit(&move, id, &open);
		if (edit == NULL) {
			refuse_edit(&verdict, &move, id, &open);
			continue;
		}
		verdict.acted_as = party_first(edit->by, ticket, person);
		guards |= edit->guards;
	}
	verdict_guards(&verdict, guards, &move);
	return verdict;
}

struct verdict workflow_judge_record(const struct workflow *workflow, const struct ticket *ticket,
    const struct person *person, enum record record, struct arena *arena)
{
	const struct record_rule *rule = &workflow->records[record];
	struct verdict verdict = verdict_new(NULL, arena);
	int state = ticket_state(workflow, ticket);
	state_set in = rule->in | (control_owed(CONTROL_DESIGN_CHECK, ticket) ? rule->owed_in : 0);

	verdict_party(&verdict, rule->by, ticket, person, arena_print(arena, "recording a %s", record_name(record)));
	if (state < 0 || (in & STATE_BIT(state)) == 0)
		verdict_refuse(&verdict, VERDICT_ILLEGAL,
		    &(struct unmet){
		        .guard = "state",
		        .message = arena_print(arena, "a %s may be recorded in %s", record_name(record),
		            states_text(workflow, in, arena)),
		    });
	return verdict;
}
