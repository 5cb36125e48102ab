// SPDX-License-Identifier: Apache-2.0
// The rules in force, held by every call that began under them.
#include "api/house.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

struct house *house_hold(struct house *house)
{
	atomic_fetch_add(&house->holders, 1);
	return house;
}

void house_drop(struct house *house)
{
	if (atomic_fetch_sub(&house->holders, 1) == 1)
		arena_free(house->arena);
}

const struct workflow *house_workflow(const struct house *house, int version)
{
	for (size_t i = 0; i < house->workflow_count; i++)
		if (house->workflows[i]->version == version)
			return house->workflows[i];
	return NULL;
}

static int initial_state(const struct workflow *workflow)
{
	int state = 0;

	while (!workflow->states[state].initial)
		state++;
	return state;
}

static bool files(const struct workflow *workflow, const struct action *action)
{
	const struct path *path = action_path(action, initial_state(workflow));

	return path != NULL && path->to >= 0 && !workflow->states[path->to].terminal &&
	    (path_parties(action, path) & PARTY_BIT(PARTY_REQUESTER)) != 0;
}

int house_filing(const struct workflow *workflow)
{
	for (size_t i = 0; i < workflow->action_count; i++)
		if (files(workflow, &workflow->actions[i]))
			return (int)i;
	return -1;
}

static void states_write(const struct workflow *workflow, bool terminal, struct buffer *out)
{
	for (size_t i = 0; i < workflow->state_count; i++) {
		const struct state *state = &workflow->states[i];

		if ((state->terminal || !terminal) && !text_in_list(out->bytes, state->name))
			buffer_print(out, "%s%s", out->length > 0 ? "," : "", state->name);
	}
}

const char *house_states(const struct house *house, bool terminal)
{
	struct buffer out;

	buffer_init(&out, house->arena);
	for (size_t i = 0; i < house->workflow_count; i++)
		states_write(house->workflows[i], terminal, &out);
	return out.bytes;
}

static void edge_write(struct json_out *json, const char *action, const char *from, const char *to)
{
	json_begin(json, NULL, '{');
	json_add_text(json, "action", action);
	json_add_text(json, "from", from);
	json_add_text(json, "to", to);
	json_end(json, '}');
}

static void path_edges(struct json_out *json, const struct workflow *workflow, const struct action *action,
    const struct path *path)
{
	for (size_t from = 0; from < workflow->state_count; from++) {
		state_set targets = (path->from & STATE_BIT(from)) != 0 ? path_targets(workflow, path, (int)from) : 0;

		for (size_t to = 0; to < workflow->state_count; to++)
			if (targets & STATE_BIT(to))
				edge_write(json, action->name, workflow->states[from].name, workflow->states[to].name);
	}
}

// What is an administrator's alone from the initial state.
static bool imports(const struct action *action, int initial)
{
	const struct path *path = action_path(action, initial);

	return path != NULL && path->to >= 0 && path_parties(action, path) == PARTY_BIT(PARTY_ADMIN);
}

// A ticket is born as a draft, by the filing action at once where that leads, or by an import.
static void birth_edges(struct json_out *json, const struct workflow *workflow)
{
	int filing = house_filing(workflow), initial = initial_state(workflow);

	edge_write(json, "file", NULL, workflow->states[initial].name);
	if (filing >= 0)
		edge_write(json, workflow->actions[filing].name, NULL,
		    workflow->states[action_path(&workflow->actions[filing], initial)->to].name);
	for (size_t i = 0; i < workflow->action_count; i++)
		if (imports(&workflow->actions[i], initial))
			edge_write(json, workflow->actions[i].name, NULL,
			    workflow->states[action_path(&workflow->actions[i], initial)->to].name);
}

const char *house_edges(const struct workflow *workflow, struct arena *arena)
{
	struct json_out json;

	json_out_init(&json, arena);
	json_begin(&json, NULL, '[');
	birth_edges(&json, workflow);
	for (size_t i = 0; i < workflow->action_count; i++)
		for (size_t j = 0; j < workflow->actions[i].path_count; j++)
			path_edges(&json, workflow, &workflow->actions[i], &workflow->actions[i].paths[j]);
	json_end(&json, ']');
	return json.out.bytes;
}
