// SPDX-License-Identifier: Apache-2.0
// Reading permissions: a map of operations and who may use them. An item is a role (lead), a relation (self), or a role
// that stands in a relation (sysadmin/designated). And a map of fields and the permissions with which they are seen.
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

static const char *permission_at(const void *context, size_t n)
{
	const struct permissions *permissions = context;

	return n < permissions->count ? permissions->rows[n].name : NULL;
}

static bool is_for_roles(const struct permission *permission)
{
	for (enum relation relation = 0; relation < RELATION_COUNT; relation++)
		if (permission->related[relation] != 0)
			return false;
	return true;
}

// What lists show, filter, sort and search by cannot be kept from those who may list.
static bool is_listed(enum field_id id)
{
	return fields[id].place == PLACE_COLUMN || id == F_TITLE || id == F_DESCRIPTION;
}

static void read_field(struct yaml *yaml, const struct yaml_node *node, const struct permissions *permissions,
    struct field_permission *field)
{
	const struct vocabulary known = {"permission", permission_at};
	int row = name_read(yaml, node, &known, permissions);
	enum field_id id;

	field->key = node->key;
	field->permission = row < 0 ? NULL : &permissions->rows[row];
	if (!field_find(node->key, &id))
		yaml_unknown(yaml, node, fields_known.what, node->key, fields_known.name, NULL);
	else if (is_listed(id))
		yaml_fault(yaml, node, "field", "%s stands in every list of tickets and cannot be hidden", node->key);
	else if (row >= 0 && !is_for_roles(field->permission))
		yaml_fault(yaml, node, "relation", "%s cannot be seen with %s, which is not held by roles alone",
		    node->key, field->permission->name);
}

static void read_fields(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct permissions *permissions = into;

	if (!yaml_is(yaml, value, YAML_MAP))
		return;
	struct field_permission *list = arena_take_array(yaml->arena, value->count + 1, sizeof(*list));
	for (const struct yaml_node *node = value->first; node != NULL; node = node->next)
		read_field(yaml, node, permissions, &list[permissions->field_count++]);
	permissions->fields = list;
}

static const struct yaml_key permissions_keys[] = {
    // in this order: fields name permissions
    {"permissions", read_rows, true, 0},
    {"fields", read_fields, true, 0},
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
