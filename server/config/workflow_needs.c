// SPDX-License-Identifier: Apache-2.0
// Reading what an action wants filled: `require` and `give`.
#include <string.h>

#include "config/workflow_reader.h"

struct needing {
	struct needs *needs;
	kind_set kinds;
	bool fresh;
};

static struct need *find_same(const struct needs *needs, const field_set *any, bool fresh)
{
	struct need *list = (struct need *)needs->list;

	for (size_t i = 0; i < needs->count; i++)
		if (list[i].fresh == fresh && memcmp(&list[i].any, any, sizeof(*any)) == 0)
			return &list[i];
	return NULL;
}

// An item is a field, or a list of fields of which one is enough.
static void take_need(struct yaml *yaml, const struct yaml_node *item, void *into)
{
	struct needing *needing = into;
	struct needs *needs = needing->needs;
	field_set any = {{0}};
	struct need *same, *list;

	read_fields(yaml, item, &any);
	if (field_set_empty(&any))
		return;
	same = find_same(needs, &any, needing->fresh);
	if (same != NULL) {
		same->kinds |= needing->kinds;
		return;
	}
	list = list_grown(yaml->arena, (void *)needs->list, needs->count, sizeof(*list));
	list[needs->count++] = (struct need){any, needing->kinds, needing->fresh};
	needs->list = list;
}

static void take_needs(struct yaml *yaml, const struct yaml_node *list, struct needs *needs, kind_set kinds, bool fresh)
{
	struct needing needing = {needs, kinds, fresh};

	items_each(yaml, list, workflow_reader(yaml)->groups, take_need, &needing);
}

// A key is a kind, or `all` of them.
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

void needs_read(struct yaml *yaml, const struct yaml_node *node, bool fresh, struct needs *needs)
{
	if (node->type != YAML_MAP) {
		take_needs(yaml, node, needs, KINDS_ALL, fresh);
		return;
	}
	for (const struct yaml_node *list = node->first; list != NULL; list = list->next) {
		kind_set kinds = 0;
		if (read_kinds(yaml, list, &kinds))
			take_needs(yaml, list, needs, kinds, fresh);
	}
}
