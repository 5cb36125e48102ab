// SPDX-License-Identifier: Apache-2.0
// Reading what an action wants filled: `require` and `give`.
#include <string.h>

#include "base/text.h"
#include "config/workflow_reader.h"

struct needing {
	struct needs *needs;
	struct need like; // but for its fields
};

static struct need *find_same(const struct needs *needs, const struct need *like)
{
	struct need *list = (struct need *)needs->list;

	for (size_t i = 0; i < needs->count; i++)
		if (list[i].fresh == like->fresh && list[i].when == like->when && list[i].value == like->value &&
		    memcmp(&list[i].any, &like->any, sizeof(like->any)) == 0)
			return &list[i];
	return NULL;
}

// An item is a field, or a list of fields of which one is enough.
static void take_need(struct yaml *yaml, const struct yaml_node *item, void *into)
{
	struct needing *needing = into;
	struct needs *needs = needing->needs;
	struct need need = needing->like, *same, *list;

	read_fields(yaml, item, &need.any);
	if (field_set_empty(&need.any))
		return;
	same = find_same(needs, &need);
	if (same != NULL) {
		same->kinds |= need.kinds;
		return;
	}
	list = list_grown(yaml->arena, (void *)needs->list, needs->count, sizeof(*list));
	list[needs->count++] = need;
	needs->list = list;
}

static void take_needs(struct yaml *yaml, const struct yaml_node *list, struct needs *needs, const struct need *like)
{
	struct needing needing = {needs, *like};

	items_each(yaml, list, workflow_reader(yaml)->groups, take_need, &needing);
}

// A key is a kind, `all` of them, or FIELD=VALUE: where that field holds that value.
static const char *kind_or_all(const void *context, size_t n)
{
	return n == 0 ? "all" : kinds_known.name(context, n - 1);
}

static bool read_kinds(struct yaml *yaml, const struct yaml_node *node, kind_set *kinds)
{
	enum kind kind;

	if (strcmp(node->key, "all") == 0)
		*kinds = KINDS_ALL;
	else if (kind_find(node->key, &kind))
		*kinds = KIND_BIT(kind);
	else
		yaml_unknown(yaml, node, "kind", node->key, kind_or_all, NULL);
	return *kinds != 0;
}

static bool is_value_of(const struct field *field, const char *value)
{
	static const char *const truths[] = {"true", "false", NULL};
	const char *const *choice = field->type == FIELD_TRUTH ? truths : field->choices;

	while (choice != NULL && *choice != NULL && !text_equals(*choice, value))
		choice++;
	return choice != NULL && *choice != NULL;
}

static bool read_condition(struct yaml *yaml, const struct yaml_node *node, const char *equals, struct need *like)
{
	const char *key = arena_copy_bytes(yaml->arena, node->key, (size_t)(equals - node->key));

	like->kinds = KINDS_ALL;
	like->value = equals + 1;
	if (!field_find(key, &like->when))
		yaml_unknown(yaml, node, fields_known.what, key, fields_known.name, NULL);
	else if (!is_value_of(&fields[like->when], like->value))
		yaml_fault(yaml, node, "choice", "%s is never '%s': a condition asks for a choice, true or false", key,
		    like->value);
	else
		return true;
	return false;
}

void needs_read(struct yaml *yaml, const struct yaml_node *node, bool fresh, struct needs *needs)
{
	if (node->type != YAML_MAP) {
		take_needs(yaml, node, needs, &(struct need){.kinds = KINDS_ALL, .fresh = fresh});
		return;
	}
	for (const struct yaml_node *list = node->first; list != NULL; list = list->next) {
		struct need like = {.fresh = fresh};
		const char *equals = strchr(list->key, '=');
		if (equals != NULL ? read_condition(yaml, list, equals, &like) : read_kinds(yaml, list, &like.kinds))
			take_needs(yaml, list, needs, &like);
	}
}
