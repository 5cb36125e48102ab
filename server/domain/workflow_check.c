// SPDX-License-Identifier: Apache-2.0
// Checking a workflow as a whole, before anything runs under it.
#include "domain/workflow.h"

struct check {
	const struct workflow *workflow;
	state_set edges[STATE_MOST]; // by state: where its paths lead
	struct faults *faults;
};

static void add_fault(const struct check *check, int line, const char *code, const char *name, const char *message)
{
	const char *where = arena_print(check->faults->arena, "%s:%d", check->workflow->file, line);

	faults_add(check->faults, where, code, "%s: %s", name, message);
}

static void find_edges(struct check *check)
{
	const struct workflow *workflow = check->workflow;

	for (size_t i = 0; i < workflow->action_count; i++)
		for (size_t j = 0; j < workflow->actions[i].path_count; j++)
			for (size_t from = 0; from < workflow->state_count; from++) {
				const struct path *path = &workflow->actions[i].paths[j];
				if (path->from & STATE_BIT(from))
					check->edges[from] |= path_targets(workflow, path, (int)from);
			}
}

static state_set find_states(const struct workflow *workflow, bool (*is)(const struct state *state))
{
	state_set set = 0;

	for (size_t i = 0; i < workflow->state_count; i++)
		if (is(&workflow->states[i]))
			set |= STATE_BIT(i);
	return set;
}

static bool is_initial(const struct state *state)
{
	return state->initial;
}

static bool is_terminal(const struct state *state)
{
	return state->terminal;
}

static void check_initial(const struct check *check)
{
	const struct state *first = NULL;

	for (size_t i = 0; i < check->workflow->state_count; i++) {
		const struct state *state = &check->workflow->states[i];
		if (state->initial && first != NULL)
			add_fault(check, state->line, "initial", state->name, "a second initial state");
		if (state->initial)
			first = state;
	}
	if (first == NULL)
		add_fault(check, 1, "initial", check->workflow->name, "no state is initial");
}

static void check_reachable(const struct check *check)
{
	const struct workflow *workflow = check->workflow;
	state_set reached = find_states(workflow, is_initial), before = 0;

	while (reached != before) {
		before = reached;
		for (size_t i = 0; i < workflow->state_count; i++)
			if (reached & STATE_BIT(i))
				reached |= check->edges[i];
	}
	for (size_t i = 0; i < workflow->state_count; i++)
		if ((reached & STATE_BIT(i)) == 0)
			add_fault(check, workflow->states[i].line, "unreachable", workflow->states[i].name,
			    "no way leads here from the initial state");
}

static void check_dead_ends(const struct check *check)
{
	const struct workflow *workflow = check->workflow;
	state_set ending = find_states(workflow, is_terminal), before = 0;

	while (ending != before) {
		before = ending;
		for (size_t i = 0; i < workflow->state_count; i++)
			if (check->edges[i] & ending)
				ending |= STATE_BIT(i);
	}
	for (size_t i = 0; i < workflow->state_count; i++)
		if ((ending & STATE_BIT(i)) == 0)
			add_fault(check, workflow->states[i].line, "dead_end", workflow->states[i].name,
			    "no way leads from here to a terminal state");
}

static void check_targets(const struct check *check, const struct action *action)
{
	state_set taken = 0;

	for (size_t i = 0; i < action->path_count; i++) {
		if (taken & action->paths[i].from)
			add_fault(check, action->paths[i].line, "two_targets", action->name,
			    "two paths leave the same state");
		taken |= action->paths[i].from;
	}
}

static bool remembers_origin(const struct action *action)
{
	for (size_t i = 0; i < action->stamp_count; i++)
		if (action->stamps[i].field == F_RESUMES_TO && action->stamps[i].source == STAMP_FROM)
			return true;
	return false;
}

// The states from which some action goes back to $origin.
static state_set states_resuming(const struct workflow *workflow)
{
	state_set set = 0;

	for (size_t i = 0; i < workflow->action_count; i++)
		for (size_t j = 0; j < workflow->actions[i].path_count; j++)
			if (workflow->actions[i].paths[j].to == TARGET_ORIGIN)
				set |= workflow->actions[i].paths[j].from;
	return set;
}

static void check_origin(const struct check *check, const struct action *action, state_set resuming)
{
	if (remembers_origin(action))
		return;
	for (size_t i = 0; i < action->path_count; i++)
		if (action->paths[i].to >= 0 && (resuming & STATE_BIT(action->paths[i].to)))
			add_fault(check, action->paths[i].line, "origin", action->name,
			    "$origin is asked for behind it, so it must stamp resumes_to: $from");
}

bool workflow_check(const struct workflow *workflow, struct faults *faults)
{
	struct check check = {.workflow = workflow, .faults = faults};
	state_set resuming = states_resuming(workflow);
	size_t before = faults->count;

	find_edges(&check);
	check_initial(&check);
	check_reachable(&check);
	check_dead_ends(&check);
	for (size_t i = 0; i < workflow->action_count; i++) {
		check_targets(&check, &workflow->actions[i]);
		check_origin(&check, &workflow->actions[i], resuming);
	}
	return faults->count == before;
}
