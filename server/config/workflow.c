// SPDX-License-Identifier: Apache-2.0
// Reading a workflow: its states, actions, edits and records.
#include <string.h>

#include "config/house.h"
#include "config/workflow_reader.h"

#define NAME_MOST 40
#define REOPEN_DAYS_MOST 3660

struct workflow_reader *workflow_reader(const struct yaml *yaml)
{
	return yaml->context;
}

void read_text(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	yaml_text(yaml, value, into);
}

void read_truth(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	yaml_truth(yaml, value, into);
}

void read_states(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	const struct workflow_reader *reader = workflow_reader(yaml);

	*(state_set *)into = names_read(yaml, value, &states_known, reader->workflow, reader->groups).word[0];
}

void read_parties(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	const struct yaml_node *groups = workflow_reader(yaml)->groups;

	*(party_set *)into = (party_set)names_read(yaml, value, &parties_known, NULL, groups).word[0];
}

void read_guards(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	const struct yaml_node *groups = workflow_reader(yaml)->groups;

	*(guard_set *)into = (guard_set)names_read(yaml, value, &guards_known, NULL, groups).word[0];
}

void read_fields(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	field_set *set = into;

	*set = names_read(yaml, value, &fields_known, NULL, workflow_reader(yaml)->groups);
	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(set, id) && fields[id].source == SOURCE_STAMP)
			yaml_fault(yaml, value, "stamp", "%s is set by the workflow alone", fields[id].key);
}

void *list_grown(struct arena *arena, void *list, size_t count, size_t size)
{
	void *grown;

	if ((count & (count - 1)) != 0) // room is the next power of two
		return list;
	grown = arena_take_array(arena, count > 0 ? 2 * count : 1, size);
	if (count > 0)
		memcpy(grown, list, count * size);
	return grown;
}

bool name_is_good(struct yaml *yaml, const struct yaml_node *node)
{
	size_t length = strlen(node->key);

	if (length > 0 && length <= NAME_MOST && strspn(node->key, "abcdefghijklmnopqrstuvwxyz0123456789_") == length)
		return true;
	yaml_fault(yaml, node, "format", "a name has 1 to %d lower-case letters, digits and '_'", NAME_MOST);
	return false;
}

static void read_owed(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	*(int *)into = name_read(yaml, value, &controls_known, NULL);
}

static const struct yaml_key state_keys[] = {
    {"zh", read_text, true, offsetof(struct state, zh)},
    {"en", read_text, true, offsetof(struct state, en)},
    {"initial", read_truth, false, offsetof(struct state, initial)},
    {"terminal", read_truth, false, offsetof(struct state, terminal)},
};

static const struct yaml_key edit_keys[] = {
    {"by", read_parties, true, offsetof(struct edit, by)},
    {"in", read_states, true, offsetof(struct edit, in)},
    {"fields", read_fields, true, offsetof(struct edit, fields)},
    {"guards", read_guards, false, offsetof(struct edit, guards)},
    {"clear", read_truth, false, offsetof(struct edit, clear)},
    {"owed", read_owed, false, offsetof(struct edit, owed)},
};

static const struct yaml_key record_keys[] = {
    {"in", read_states, true, offsetof(struct record_rule, in)},
    {"owed_in", read_states, false, offsetof(struct record_rule, owed_in)},
    {"by", read_parties, true, offsetof(struct record_rule, by)},
};

static void read_reopen_days(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	yaml_whole(yaml, value, 0, REOPEN_DAYS_MOST, into);
}

static void read_groups(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	(void)into;
	if (yaml_is(yaml, value, YAML_MAP))
		workflow_reader(yaml)->groups = value;
}

static void read_all_states(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct workflow *workflow = into;

	if (!yaml_is(yaml, value, YAML_MAP))
		return;
	if (value->count > STATE_MOST) {
		yaml_fault(yaml, value, "range", "there must be at most %d states", STATE_MOST);
		return;
	}
	workflow->states = arena_take_array(yaml->arena, value->count + 1, sizeof(*workflow->states));
	for (const struct yaml_node *node = value->first; node != NULL; node = node->next) {
		struct state *state = &workflow->states[workflow->state_count];
		if (!name_is_good(yaml, node))
			continue;
		workflow->state_count++;
		state->name = node->key;
		state->line = node->line;
		yaml_read_map(yaml, node, KEYS(state_keys), state);
	}
}

static void read_edits(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct workflow *workflow = into;

	if (!yaml_is(yaml, value, YAML_LIST))
		return;
	workflow->edits = arena_take_array(yaml->arena, value->count + 1, sizeof(*workflow->edits));
	for (const struct yaml_node *node = value->first; node != NULL; node = node->next) {
		struct edit *edit = &workflow->edits[workflow->edit_count++];
		edit->owed = -1;
		yaml_read_map(yaml, node, KEYS(edit_keys), edit);
	}
}

static void read_records(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct workflow *workflow = into;

	if (!yaml_is(yaml, value, YAML_MAP))
		return;
	for (const struct yaml_node *node = value->first; node != NULL; node = node->next) {
		struct yaml_node name = {.type = YAML_TEXT, .line = node->line, .text = node->key};
		int record = name_read(yaml, &name, &records_known, NULL);
		if (record >= 0)
			yaml_read_map(yaml, node, KEYS(record_keys), &workflow->records[record]);
	}
	for (enum record record = 0; record < RECORD_COUNT; record++)
		if (yaml_member(value, record_name(record)) == NULL)
			yaml_fault(yaml, value, "missing", "%s must be given", record_name(record));
}

// Read in this order: later keys name what earlier ones define.
static const struct yaml_key workflow_keys[] = {
    {"name", read_text, true, offsetof(struct workflow, name)},
    {"reopen_days", read_reopen_days, true, offsetof(struct workflow, reopen_days)},
    {"groups", read_groups, false, 0},
    {"states", read_all_states, true, 0},
    {"waive", read_parties, false, offsetof(struct workflow, waived)},
    {"actions", read_actions, true, 0},
    {"edits", read_edits, true, 0},
    {"records", read_records, true, 0},
};

struct workflow *workflow_load(const char *file, const char *text, struct arena *arena, struct faults *faults)
{
	struct workflow *workflow = arena_take(arena, sizeof(*workflow));
	struct workflow_reader reader = {.workflow = workflow};
	struct yaml yaml = {file, arena, faults, &reader};
	const struct yaml_node *root = yaml_read(&yaml, text);
	size_t before = faults->count;

	if (root == NULL)
		return NULL;
	workflow->file = arena_copy(arena, file);
	yaml_read_map(&yaml, root, KEYS(workflow_keys), workflow);
	if (faults->count == before) // a whole of wrong parts is not worth checking
		workflow_check(workflow, faults);
	return faults->count == before ? workflow : NULL;
}
