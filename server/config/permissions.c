// SPDX-License-Identifier: Apache-2.0
// Reading permissions: a map of operations and who may use them. An item is a role (lead), a relation (self), or a role
// that stands in a relation (sysadmin/designated).
#include <string.h>

#include "base/text.h"
#include "config/house.h"
#include "config/names.h"

static bool role_read(struct yaml *yaml, const struct yaml_node *node, const char *name, role_set *set)
{
	enum role role;

	if (!role_find(name, &role)) {
		yaml_unknown(yaml, node, roles_known.what, name, roles_known.name, NULL);
		return false;
	}
	*set |= ROLE_BIT(role);
	return true;
}

static void take_related(struct yaml *yaml, const struct yaml_node *node, const char *role, const char *name,
    struct permission *permission)
{
	enum relation relation;

	if (!relation_find(name, &relation))
		yaml_unknown(yaml, node, relations_known.what, name, relations_known.name, NULL);
	else if (role == NULL)
		permission->related[relation] |= ROLE_ANY;
	else
		role_read(yaml, node, role, &permission->related[relation]);
}

static void take_item(struct yaml *yaml, const struct yaml_node *item, void *into)
{
	struct permission *permission = into;
	enum relation relation;
	const char *text;

	if (!yaml_text(yaml, item, &text))
		return;
	size_t length = strcspn(text, "/");
	if (text[length] == '/')
		take_related(yaml, item, arena_copy_bytes(yaml->arena, text, length), text + length + 1, permission);
	else if (relation_find(text, &relation))
		take_related(yaml, item, NULL, text, permission);
	else
		role_read(yaml, item, text, &permission->roles);
}

static void read_rows(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct permissions *permissions = into;
	struct permission *rows;

	if (!yaml_is(yaml, value, YAML_MAP))
		return;
	rows = arena_take_array(yaml->arena, value->count + 1, sizeof(*rows));
	for (const struct yaml_node *node = value->first; node != NULL; node = node->next) {
		struct permission *row = &rows[permissions->count++];

		row->name = node->key;
		items_each(yaml, node, NULL, take_item, row);
	}
	permissions->rows = rows;
}

static const struct yaml_key permissions_keys[] = {
    {"permissions", read_rows, true, 0},
};

struct permissions *permissions_load(const char *file, const char *text, struct arena *arena, struct faults *faults)
{
	struct permissions *permissions = arena_take(arena, sizeof(*permissions));
	struct yaml yaml = {file, arena, faults, NULL};
	const struct yaml_node *root = yaml_read(&yaml, text);
	size_t before = faults->count;

	if (root == NULL)
		return NULL;
	yaml_read_map(&yaml, root, KEYS(permissions_keys), permissions);
	return faults->count == before ? permissions : NULL;
}
