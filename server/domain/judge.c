// SPDX-License-Identifier: Apache-2.0
// THE JUDGE: may this person take this action now? Every reason against it is told, not just the first.
#include "domain/move.h"
#include "domain/record_item.h"

const char *move_value(const struct move *move, enum field_id id)
{
	return field_set_has(&move->given->has, id) ? move->given->values[id] : move->ticket->values[id];
}

enum kind move_kind(const struct move *move)
{
	const char *kind = move_value(move, F_KIND);
	enum kind found = KIND_COUNT;

	kind_find(kind != NULL ? kind : move_value(move, F_CLAIMED_KIND), &found);
	return found;
}

// Whom the action is for: from the ticket's state, or from anywhere when it is not possible from there.
static party_set move_parties(const struct move *move)
{
	party_set parties = 0;

	if (move->path != NULL)
		return path_parties(move->action, move->path);
	for (size_t i = 0; i < move->action->path_count; i++)
		parties |= path_parties(move->action, &move->action->paths[i]);
	return parties;
}

static void judge_separation(struct verdict *verdict, const struct move *move)
{
	const char *login = move->person->login;

	for (enum party party = 0; party < PARTY_COUNT; party++) {
		if ((move->action->apart_from & PARTY_BIT(party)) == 0 || !party_names(party, move->ticket, login))
			continue;
		if (move->workflow->waived & PARTY_BIT(party)) {
			verdict->waived |= PARTY_BIT(party);
			continue;
		}
		verdict_refuse(verdict, VERDICT_FORBIDDEN,
		    &(struct unmet){
		        .guard = "separation",
		        .message = arena_print(move->arena, "separation of duties: %s is also %s of this ticket", login,
		            party_label(party)),
		        .who = move_parties(move),
		    });
	}
}

// Who can bring the ticket on from where it is.
static party_set parties_moving_on(const struct workflow *workflow, const struct ticket *ticket)
{
	int state = ticket_state(workflow, ticket);
	party_set parties = 0;

	for (size_t i = 0; i < workflow->action_count; i++) {
		const struct path *path = action_path(&workflow->actions[i], state);

		if (path != NULL && path->to != TARGET_SAME)
			parties |= path_parties(&workflow->actions[i], path);
	}
	return parties;
}

static void refuse_state(struct verdict *verdict, const struct move *move, state_set from, const char *message)
{
	verdict_refuse(verdict, VERDICT_ILLEGAL,
	    &(struct unmet){
	        .guard = "state",
	        .message = message,
	        .who = parties_moving_on(move->workflow, move->ticket),
	        .from = from,
	    });
}

static void judge_state(struct verdict *verdict, const struct move *move)
{
	state_set from = 0;

	if (move->path != NULL && verdict->to == NULL)
		refuse_state(verdict, move, 0, "the ticket does not know the state to go back to");
	if (move->path != NULL)
		return;
	for (size_t i = 0; i < move->action->path_count; i++)
		from |= move->action->paths[i].from;
	refuse_state(verdict, move, from,
	    arena_print(move->arena, "%s is possible from %s, and the ticket is %s", move->action->name,
	        states_text(move->workflow, from, move->arena),
	        move->ticket->state != NULL ? move->ticket->state : "not filed yet"));
}

static const char *target_state(const struct move *move)
{
	const struct workflow *workflow = move->workflow;
	int to = move->path->to;

	if (to == TARGET_SAME)
		to = ticket_state(workflow, move->ticket);
	if (to == TARGET_ORIGIN)
		to = workflow_state(workflow, move->ticket->values[F_RESUMES_TO]);
	return to >= 0 ? workflow->states[to].name : NULL;
}

static bool is_filled(const struct move *move, const struct need *need)
{
	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(&need->any, id) && (!need->fresh || field_set_has(&move->given->has, id)) &&
		    move_value(move, id) != NULL)
			return true;
	return false;
}

struct missing { // needs that are not filled
	const struct need **needs;
	size_t count;
};

static void add_missing(struct missing *missing, const struct needs *needs, struct move *move)
{
	enum kind kind = move_kind(move);

	for (size_t i = 0; i < needs->count; i++) {
		const struct need *need = &needs->list[i];
		if (!need_applies(need, kind, move_value(move, need->when)) || is_filled(move, need))
			continue;
		missing->needs[missing->count++] = need;
		field_set_join(&move->missing, &need->any);
	}
}

static struct missing find_missing(struct move *move)
{
	static const struct needs none;
	int recheck = move->action->recheck;
	const struct needs *again = recheck >= 0 ? &move->workflow->actions[recheck].needs : &none;
	const struct needs *own = &move->action->needs, *path = &move->path->needs;
	struct missing missing = {0};

	missing.needs = arena_take_array(move->arena, own->count + path->count + again->count + 1, sizeof(own));
	add_missing(&missing, own, move);
	add_missing(&missing, path, move);
	add_missing(&missing, again, move);
	return missing;
}

// Who can fill one of these fields: whoever takes the action, and by an edit whom it is open to.
static party_set suppliers(const struct move *move, const field_set *any)
{
	const struct workflow *workflow = move->workflow;
	int state = ticket_state(workflow, move->ticket);
	party_set parties = path_parties(move->action, move->path);

	for (size_t i = 0; state >= 0 && i < workflow->edit_count; i++) {
		const struct edit *edit = &workflow->edits[i];
		bool open = (edit->in & STATE_BIT(state)) && edit->owed < 0;

		for (enum field_id id = 0; open && id < FIELD_COUNT; id++)
			if (field_set_has(any, id) && field_set_has(&edit->fields, id))
				parties |= edit->by;
	}
	return parties;
}

static void refuse_missing(struct verdict *verdict, const struct move *move, const struct need *need)
{
	const char *keys[FIELD_COUNT];
	size_t count = 0;

	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(&need->any, id))
			keys[count++] = fields[id].key;
	verdict_refuse(verdict, VERDICT_INCOMPLETE,
	    &(struct unmet){
	        .guard = "field_missing",
	        .field = keys[0],
	        .item = record_item_of(keys[0]),
	        .message = arena_print(verdict->arena, "%s must be %s", text_join(verdict->arena, keys, count, " or "),
	            need->fresh ? "given with it" : "filled"),
	        .who = need->fresh ? path_parties(move->action, move->path) : suppliers(move, &need->any),
	    });
}

static void refuse_unexpected(struct verdict *verdict, const char *action, const char *field)
{
	verdict_refuse(verdict, VERDICT_INCOMPLETE,
	    &(struct unmet){
	        .guard = "field_unexpected",
	        .field = field,
	        .message = arena_print(verdict->arena, "%s does not take %s", action, field),
	    });
}

static void judge_unexpected(struct verdict *verdict, const struct move *move)
{
	field_set accepted = action_accepted(move->workflow, move->action, move->path);

	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(&move->given->has, id) && !field_set_has(&accepted, id))
			refuse_unexpected(verdict, move->action->name, fields[id].key);
}

struct verdict workflow_judge(const struct workflow *workflow, const struct ticket *ticket, int action,
    const struct person *person, const struct given *given, moment now, struct arena *arena)
{
	const struct action *asked = &workflow->actions[action];
	const struct path *path = action_path(asked, ticket_state(workflow, ticket));
	struct move move = {workflow, ticket, asked, path, person, given, now, arena, {{0}}};
	struct verdict verdict = verdict_new(asked, arena);
	struct missing missing;

	verdict.to = path != NULL ? target_state(&move) : NULL;
	verdict_party(&verdict, move_parties(&move), ticket, person, asked->name);
	judge_separation(&verdict, &move);
	judge_state(&verdict, &move);
	if (path == NULL) // what else is lacking says nothing from here
		return verdict;
	missing = find_missing(&move);
	verdict_guards(&verdict, asked->guards | path->guards, &move);
	for (size_t i = 0; i < missing.count; i++)
		refuse_missing(&verdict, &move, missing.needs[i]);
	judge_unexpected(&verdict, &move);
	return verdict;
}
