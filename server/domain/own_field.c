// SPDX-License-Identifier: Apache-2.0
// A team's own fields and the workflow.
#include "domain/own_field.h"

#include <string.h>

#include "base/text.h"

void own_fields_declare(const struct own_fields *own, struct arena *arena)
{
	struct field rows[OWN_MOST];

	for (size_t i = 0; i < own->count; i++)
		rows[i] = own->list[i].field;
	fields_declare(rows, own->count, arena);
}

static void add_need(struct needs *needs, const struct need *need, struct arena *arena)
{
	struct need *list = arena_take_array(arena, needs->count + 1, sizeof(*list));

	if (needs->count > 0)
		memcpy(list, needs->list, needs->count * sizeof(*list));
	list[needs->count++] = *need;
	needs->list = list;
}

static void join_actions(struct workflow *workflow, const struct own_field *own, enum field_id id, struct arena *arena)
{
	struct need need = {.kinds = own->kinds};

	field_set_add(&need.any, id);
	for (size_t i = 0; own->given != NULL && own->given[i] != NULL; i++) {
		int action = workflow_action(workflow, own->given[i]);
		if (action >= 0)
			field_set_add(&workflow->actions[action].accept, id);
	}
	for (size_t i = 0; own->required != NULL && own->required[i] != NULL; i++) {
		int action = workflow_action(workflow, own->required[i]);
		if (action >= 0)
			add_need(&workflow->actions[action].needs, &need, arena);
	}
}

static void join_edits(struct workflow *workflow, const struct own_field *own, enum field_id id, struct arena *arena)
{
	struct edit edit = {.by = own->edit, .clear = true, .owed = -1}, *edits;

	if (own->edit == 0)
		return;
	field_set_add(&edit.fields, id);
	for (size_t i = 0; i < workflow->state_count; i++)
		if (!workflow->states[i].terminal)
			edit.in |= STATE_BIT(i);
	edits = arena_take_array(arena, workflow->edit_count + 1, sizeof(*edits));
	if (workflow->edit_count > 0)
		memcpy(edits, workflow->edits, workflow->edit_count * sizeof(*edits));
	edits[workflow->edit_count++] = edit;
	workflow->edits = edits;
}

void own_fields_join(const struct own_fields *own, struct workflow *workflow, struct arena *arena)
{
	for (size_t i = 0; i < own->count; i++) {
		enum field_id id = (enum field_id)(F_OWN_FIRST + i);

		join_actions(workflow, &own->list[i], id, arena);
		join_edits(workflow, &own->list[i], id, arena);
	}
}

static void check_actions(const struct own_fields *own, const struct own_field *row, const char *const *actions,
    const struct workflow *workflow, struct faults *faults)
{
	for (; actions != NULL && *actions != NULL; actions++) {
		const char *where = arena_print(faults->arena, "%s:%d", own->file, row->line);
		const char *nearest = workflow_nearest_action(workflow, *actions);

		if (workflow_action(workflow, *actions) < 0)
			faults_add(faults, where, "unknown", "%s: there is no action '%s'%s%s%s", row->field.key,
			    *actions, nearest != NULL ? ", did you mean '" : "", nearest != NULL ? nearest : "",
			    nearest != NULL ? "'?" : "");
	}
}

bool own_fields_check(const struct own_fields *own, const struct workflow *workflow, struct faults *faults)
{
	size_t before = faults->count;

	for (size_t i = 0; i < own->count; i++) {
		check_actions(own, &own->list[i], own->list[i].given, workflow, faults);
		check_actions(own, &own->list[i], own->list[i].required, workflow, faults);
	}
	return faults->count == before;
}
