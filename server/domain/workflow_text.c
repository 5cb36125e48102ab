// SPDX-License-Identifier: Apache-2.0
// Parts of a workflow as text.
#include "domain/workflow_text.h"

const char *style_name(const struct style *style, const char *name)
{
	return style->code ? arena_print(style->arena, "`%s`", name) : name;
}

struct names { // a list being written
	const struct style *style;
	const char *between;
	struct buffer text;
};

static struct names names_new(const struct style *style, const char *between)
{
	struct names names = {.style = style, .between = between};

	buffer_init(&names.text, style->arena);
	return names;
}

static void names_add(struct names *names, const char *name)
{
	if (names->text.length > 0)
		buffer_add_text(&names->text, names->between);
	buffer_add_text(&names->text, name);
}

const char *style_states(const struct style *style, const struct workflow *workflow, state_set states)
{
	struct names names = names_new(style, ", ");

	for (size_t i = 0; i < workflow->state_count; i++)
		if (states & STATE_BIT(i))
			names_add(&names, style_name(style, workflow->states[i].name));
	return names.text.bytes;
}

const char *style_parties(const struct style *style, party_set parties)
{
	struct names names = names_new(style, ", ");

	for (enum party party = 0; party < PARTY_COUNT; party++)
		if (parties & PARTY_BIT(party))
			names_add(&names, style_name(style, party_name(party)));
	return names.text.bytes;
}

const char *style_fields(const struct style *style, const field_set *set, const char *between)
{
	struct names names = names_new(style, between);

	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(set, id))
			names_add(&names, style_name(style, fields[id].key));
	return names.text.bytes;
}

const char *style_guards(const struct style *style, guard_set guards)
{
	struct names names = names_new(style, ", ");

	for (enum guard guard = 0; guard < GUARD_COUNT; guard++)
		if (guards & GUARD_BIT(guard))
			names_add(&names, style_name(style, guard_name(guard)));
	return names.text.bytes;
}

const char *style_stamps(const struct style *style, const struct action *action)
{
	struct names names = names_new(style, ", ");

	for (size_t i = 0; i < action->stamp_count; i++) {
		const struct stamp *stamp = &action->stamps[i];
		const char *name = style_name(style, fields[stamp->field].key);
		names_add(&names, stamp->source == STAMP_NULL ? arena_print(style->arena, "-%s", name) : name);
	}
	return names.text.bytes;
}

const char *style_target(const struct style *style, const struct workflow *workflow, int to)
{
	if (to == TARGET_SAME)
		return "=";
	return to == TARGET_ORIGIN ? style_name(style, "$origin") : style_name(style, workflow->states[to].name);
}

// The needs of tickets of every kind (KIND_COUNT), or those of one kind beyond them.
static const char *needs_for(const struct style *style, const struct needs *lists[2], enum kind kind)
{
	struct names names = names_new(style, ", ");

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			const struct need *need = &lists[i]->list[j];
			bool all = need->kinds == KINDS_ALL;
			if (need->value != NULL || (kind == KIND_COUNT ? !all : all || !need_applies(need, kind, NULL)))
				continue;
			names_add(&names,
			    arena_print(style->arena, "%s%s", need->fresh ? "+" : "",
			        style_fields(style, &need->any, " / ")));
		}
	}
	return names.text.bytes;
}

// Needs that hold where a field has a certain value: `urgent` = true: `afterwards`.
static void add_conditional(struct names *names, const struct style *style, const struct needs *needs)
{
	for (size_t i = 0; i < needs->count; i++) {
		const struct need *need = &needs->list[i];
		if (need->value != NULL)
			names_add(names,
			    arena_print(style->arena, "%s = %s: %s%s", style_name(style, fields[need->when].key),
			        need->value, need->fresh ? "+" : "", style_fields(style, &need->any, " / ")));
	}
}

const char *style_needs(const struct style *style, const struct action *action, const struct path *path)
{
	const struct needs *lists[2] = {&action->needs, &path->needs};
	struct names names = names_new(style, "; ");
	const char *all = needs_for(style, lists, KIND_COUNT);

	if (*all != '\0')
		names_add(&names, all);
	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		const char *special = needs_for(style, lists, kind);
		if (*special != '\0')
			names_add(&names, arena_print(style->arena, "%s: %s", kind_name(kind), special));
	}
	add_conditional(&names, style, &action->needs);
	add_conditional(&names, style, &path->needs);
	return names.text.bytes;
}

const char *style_conditions(const struct style *style, const struct workflow *workflow, const struct action *action,
    const struct path *path)
{
	struct names names = names_new(style, "; ");

	if (action->apart_from != 0)
		names_add(&names, arena_print(style->arena, "!= %s", style_parties(style, action->apart_from)));
	if ((action->guards | path->guards) != 0)
		names_add(&names, style_guards(style, action->guards | path->guards));
	if (action->recheck >= 0)
		names_add(&names,
		    arena_print(style->arena, "~ %s", style_name(style, workflow->actions[action->recheck].name)));
	return names.text.bytes;
}
