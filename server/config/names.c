// SPDX-License-Identifier: Apache-2.0
// Names in configurations, looked up in their vocabularies.
#include "config/names.h"

#include "base/text.h"
#include "domain/permission.h"
#include "domain/workflow.h"

static const char *state_at(const void *context, size_t n)
{
	const struct workflow *workflow = context;

	return n < workflow->state_count ? workflow->states[n].name : NULL;
}

static const char *action_at(const void *context, size_t n)
{
	const struct workflow *workflow = context;

	return n < workflow->action_count ? workflow->actions[n].name : NULL;
}

static const char *field_at(const void *context, size_t n)
{
	(void)context;
	return n < FIELD_COUNT ? fields[n].key : NULL;
}

static const char *party_at(const void *context, size_t n)
{
	(void)context;
	return n < PARTY_COUNT ? party_name((enum party)n) : NULL;
}

static const char *guard_at(const void *context, size_t n)
{
	(void)context;
	return n < GUARD_COUNT ? guard_name((enum guard)n) : NULL;
}

static const char *control_at(const void *context, size_t n)
{
	(void)context;
	return n < CONTROL_COUNT ? control_name((enum control)n) : NULL;
}

static const char *record_at(const void *context, size_t n)
{
	(void)context;
	return n < RECORD_COUNT ? record_name((enum record)n) : NULL;
}

static const char *kind_at(const void *context, size_t n)
{
	(void)context;
	return n < KIND_COUNT ? kind_name((enum kind)n) : NULL;
}

static const char *role_at(const void *context, size_t n)
{
	(void)context;
	return n < ROLE_COUNT ? role_name((enum role)n) : NULL;
}

static const char *relation_at(const void *context, size_t n)
{
	(void)context;
	return n < RELATION_COUNT ? relation_name((enum relation)n) : NULL;
}

static const char *severity_at(const void *context, size_t n)
{
	(void)context;
	return fields[F_SEVERITY].choices[n];
}

const struct vocabulary states_known = {"state", state_at};
const struct vocabulary actions_known = {"action", action_at};
const struct vocabulary fields_known = {"field", field_at};
const struct vocabulary parties_known = {"party", party_at};
const struct vocabulary guards_known = {"guard", guard_at};
const struct vocabulary controls_known = {"control", control_at};
const struct vocabulary records_known = {"record", record_at};
const struct vocabulary kinds_known = {"kind", kind_at};
const struct vocabulary roles_known = {"role", role_at};
const struct vocabulary relations_known = {"relation", relation_at};
const struct vocabulary severities_known = {"severity", severity_at};

int name_read(struct yaml *yaml, const struct yaml_node *node, const struct vocabulary *known, const void *context)
{
	const char *wanted, *name;

	if (!yaml_text(yaml, node, &wanted))
		return -1;
	for (size_t n = 0; (name = known->name(context, n)) != NULL; n++)
		if (text_equals(name, wanted))
			return (int)n;
	yaml_unknown(yaml, node, known->what, wanted, known->name, context);
	return -1;
}

struct items { // a list being gone through
	const struct yaml_node *groups;
	item_taker *take;
	void *into;
};

// The group called `name` that stands before `end`: a group may use those above it, so that none can hold itself.
static const struct yaml_node *find_group(const struct yaml_node *groups, const char *name, const struct yaml_node *end)
{
	const struct yaml_node *group = groups != NULL ? groups->first : NULL;

	while (group != NULL && group != end && !text_equals(group->key, name))
		group = group->next;
	return group != end ? group : NULL;
}

static void take_item(struct yaml *yaml, const struct yaml_node *item, const struct items *items,
    const struct yaml_node *end)
{
	const struct yaml_node *group;

	if (item->type != YAML_TEXT || item->text[0] != '$') {
		items->take(yaml, item, items->into);
		return;
	}
	group = find_group(items->groups, item->text + 1, end);
	if (group == NULL)
		yaml_fault(yaml, item, "unknown", "unknown group '%s'", item->text);
	else if (yaml_is(yaml, group, YAML_LIST))
		for (const struct yaml_node *member = group->first; member != NULL; member = member->next)
			take_item(yaml, member, items, group);
}

void items_each(struct yaml *yaml, const struct yaml_node *list, const struct yaml_node *groups, item_taker *take,
    void *into)
{
	const struct items items = {groups, take, into};

	if (list->type == YAML_TEXT)
		take_item(yaml, list, &items, NULL);
	else if (yaml_is(yaml, list, YAML_LIST))
		for (const struct yaml_node *item = list->first; item != NULL; item = item->next)
			take_item(yaml, item, &items, NULL);
}

struct names {
	const struct vocabulary *known;
	const void *context;
	field_set set;
};

static void take_name(struct yaml *yaml, const struct yaml_node *item, void *into)
{
	struct names *names = into;
	int index = name_read(yaml, item, names->known, names->context);

	if (index >= 0)
		field_set_add(&names->set, (enum field_id)index);
}

field_set names_read(struct yaml *yaml, const struct yaml_node *list, const struct vocabulary *known,
    const void *context, const struct yaml_node *groups)
{
	struct names names = {.known = known, .context = context};

	items_each(yaml, list, groups, take_name, &names);
	return names.set;
}
