// SPDX-License-Identifier: Apache-2.0
// Looking things up in a workflow.
#include "domain/workflow.h"

#include "base/text.h"
#include "domain/move.h"
#include "domain/name.h"

static const char *const records[RECORD_COUNT] = {
    [RECORD_STEP] = "step",
    [RECORD_WORK] = "work",
    [RECORD_CHANGE] = "change",
    [RECORD_SKIPPED_STEP] = "skipped_step",
};

const char *record_name(enum record record)
{
	return records[record];
}

int workflow_state(const struct workflow *workflow, const char *name)
{
	return name_index(workflow->states, workflow->state_count, sizeof(workflow->states[0]), name);
}

int workflow_action(const struct workflow *workflow, const char *name)
{
	return name_index(workflow->actions, workflow->action_count, sizeof(workflow->actions[0]), name);
}

static const char *action_at(const void *context, size_t n)
{
	const struct workflow *workflow = context;

	return n < workflow->action_count ? workflow->actions[n].name : NULL;
}

const char *workflow_nearest_action(const struct workflow *workflow, const char *name)
{
	return name_nearest(action_at, workflow, name);
}

int ticket_state(const struct workflow *workflow, const struct ticket *ticket)
{
	if (ticket->state != NULL)
		return workflow_state(workflow, ticket->state);
	for (size_t i = 0; i < workflow->state_count; i++)
		if (workflow->states[i].initial)
			return (int)i;
	return -1;
}

const struct path *action_path(const struct action *action, int state)
{
	for (size_t i = 0; state >= 0 && i < action->path_count; i++)
		if (action->paths[i].from & STATE_BIT(state))
			return &action->paths[i];
	return NULL;
}

party_set path_parties(const struct action *action, const struct path *path)
{
	return path->by != 0 ? path->by : action->by;
}

bool need_applies(const struct need *need, enum kind kind, const char *value)
{
	if (need->value != NULL && !text_equals(need->value, value))
		return false;
	return need->kinds == KINDS_ALL || (kind != KIND_COUNT && (need->kinds & KIND_BIT(kind)));
}

static bool is_single(const field_set *set)
{
	int bits = 0;

	for (size_t i = 0; i < FIELD_MOST / 64; i++)
		for (uint64_t word = set->word[i]; word != 0; word &= word - 1)
			bits++;
	return bits == 1;
}

static void join_required(field_set *set, const struct needs *needs, enum kind kind, const struct ticket *ticket)
{
	for (size_t i = 0; i < needs->count; i++) {
		const struct need *need = &needs->list[i];
		const char *value = ticket != NULL ? ticket->values[need->when] : NULL;

		if (need_applies(need, kind, value) && is_single(&need->any))
			field_set_join(set, &need->any);
	}
}

field_set action_required(const struct action *action, const struct path *path, enum kind kind,
    const struct ticket *ticket)
{
	field_set set = {{0}};

	join_required(&set, &action->needs, kind, ticket);
	join_required(&set, &path->needs, kind, ticket);
	return set;
}

static void join_needs(field_set *set, const struct needs *needs)
{
	for (size_t i = 0; i < needs->count; i++)
		field_set_join(set, &needs->list[i].any);
}

field_set action_accepted(const struct workflow *workflow, const struct action *action, const struct path *path)
{
	field_set set = action->accept;

	join_needs(&set, &action->needs);
	join_needs(&set, &path->needs);
	if (action->recheck >= 0)
		join_needs(&set, &workflow->actions[action->recheck].needs);
	return set;
}

// Every state with an edge into `state`: what an origin may be.
static state_set states_before(const struct workflow *workflow, int state)
{
	state_set set = 0;

	for (size_t i = 0; i < workflow->action_count; i++)
		for (size_t j = 0; j < workflow->actions[i].path_count; j++)
			if (workflow->actions[i].paths[j].to == state)
				set |= workflow->actions[i].paths[j].from;
	return set;
}

state_set path_targets(const struct workflow *workflow, const struct path *path, int from)
{
	if (path->to == TARGET_ORIGIN)
		return states_before(workflow, from);
	return STATE_BIT(path->to == TARGET_SAME ? from : path->to);
}
