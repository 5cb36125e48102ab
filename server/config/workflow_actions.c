// SPDX-License-Identifier: Apache-2.0
// Reading the actions of a workflow and their paths, by tables of their keys.
#include <string.h>

#include "config/workflow_reader.h"

// A target: a state, $same or $origin.
static void read_target(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	int *to = into;
	const char *name;

	if (!yaml_text(yaml, value, &name))
		return;
	if (strcmp(name, "$same") == 0)
		*to = TARGET_SAME;
	else if (strcmp(name, "$origin") == 0)
		*to = TARGET_ORIGIN;
	else
		*to = name_read(yaml, value, &states_known, workflow_reader(yaml)->workflow);
}

static void read_recheck(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	*(int *)into = name_read(yaml, value, &actions_known, workflow_reader(yaml)->workflow);
}

static void read_require(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	needs_read(yaml, value, false, into);
}

static void read_give(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	needs_read(yaml, value, true, into);
}

static const struct yaml_key path_keys[] = {
    {"from", read_states, true, offsetof(struct path, from)},
    {"to", read_target, true, offsetof(struct path, to)},
    {"by", read_parties, false, offsetof(struct path, by)},
    {"guards", read_guards, false, offsetof(struct path, guards)},
    {"give", read_give, false, offsetof(struct path, needs)},
    {"require", read_require, false, offsetof(struct path, needs)},
};

static struct path *add_path(struct yaml *yaml, const struct yaml_node *node, struct action *action)
{
	action->paths = list_grown(yaml->arena, action->paths, action->path_count, sizeof(*action->paths));
	action->paths[action->path_count].line = node->line;
	return &action->paths[action->path_count++];
}

// `from` and `to` of an action with a single path; `to` is read behind `from`, whose path it completes.
static void read_only_from(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	read_states(yaml, value, &add_path(yaml, value, into)->from);
}

static void read_only_to(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct action *action = into;

	if (action->path_count == 0)
		yaml_fault(yaml, value, "missing", "'to' needs a 'from'");
	else
		read_target(yaml, value, &action->paths[0].to);
}

static void read_paths(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct action *action = into;

	if (!yaml_is(yaml, value, YAML_LIST))
		return;
	if (action->path_count > 0)
		yaml_fault(yaml, value, "duplicate", "give either from and to, or paths");
	for (const struct yaml_node *item = value->first; item != NULL; item = item->next)
		yaml_read_map(yaml, item, KEYS(path_keys), add_path(yaml, item, action));
}

static void read_stamp(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	stamps_read(yaml, value, false, into);
}

static void read_fill(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	stamps_read(yaml, value, true, into);
}

static const struct yaml_key action_keys[] = {
    {"zh", read_text, true, offsetof(struct action, zh)},
    {"en", read_text, true, offsetof(struct action, en)},
    {"by", read_parties, false, offsetof(struct action, by)},
    {"apart_from", read_parties, false, offsetof(struct action, apart_from)},
    {"from", read_only_from, false, 0},
    {"to", read_only_to, false, 0},
    {"paths", read_paths, false, 0},
    {"guards", read_guards, false, offsetof(struct action, guards)},
    {"give", read_give, false, offsetof(struct action, needs)},
    {"require", read_require, false, offsetof(struct action, needs)},
    {"accept", read_fields, false, offsetof(struct action, accept)},
    {"stamp", read_stamp, false, 0},
    {"fill", read_fill, false, 0},
    {"recheck", read_recheck, false, offsetof(struct action, recheck)},
};

static void check_whole(struct yaml *yaml, const struct yaml_node *node, const struct action *action)
{
	if (action->path_count == 0)
		yaml_fault(yaml, node, "missing", "%s needs from and to, or paths", node->key);
	else if (yaml_member(node, "from") != NULL && yaml_member(node, "to") == NULL)
		yaml_fault(yaml, node, "missing", "'from' needs a 'to'");
	for (size_t i = 0; i < action->path_count; i++)
		if (path_parties(action, &action->paths[i]) == 0)
			yaml_fault(yaml, node, "missing", "%s: 'by' names nobody who may take this path", node->key);
}

static void read_action(struct yaml *yaml, const struct yaml_node *node, struct action *action)
{
	size_t before = yaml->faults->count;

	yaml_read_map(yaml, node, KEYS(action_keys), action);
	if (yaml->faults->count == before) // a whole of wrong parts is not worth checking
		check_whole(yaml, node, action);
}

void read_actions(struct yaml *yaml, const struct yaml_node *map, void *into)
{
	struct workflow *workflow = into;

	if (!yaml_is(yaml, map, YAML_MAP))
		return;
	workflow->actions = arena_take_array(yaml->arena, map->count + 1, sizeof(*workflow->actions));
	for (const struct yaml_node *node = map->first; node != NULL; node = node->next)
		if (name_is_good(yaml, node))
			workflow->actions[workflow->action_count++] =
			    (struct action){.name = node->key, .line = node->line, .recheck = -1};
	for (const struct yaml_node *node = map->first; node != NULL; node = node->next) {
		int index = workflow_action(workflow, node->key);
		if (index >= 0)
			read_action(yaml, node, &workflow->actions[index]);
	}
}
