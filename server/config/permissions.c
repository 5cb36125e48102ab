// SPDX-License-Identifier: Apache-2.0
// Reading permissions: a map of operations and the roles that may use them.
#include "config/house.h"
#include "config/names.h"

static void read_rows(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct permissions *permissions = into;
	struct permission *rows;

	if (!yaml_is(yaml, value, YAML_MAP))
		return;
	rows = arena_take_array(yaml->arena, value->count + 1, sizeof(*rows));
	for (const struct yaml_node *node = value->first; node != NULL; node = node->next) {
		field_set roles = names_read(yaml, node, &roles_known, NULL, NULL);
		rows[permissions->count++] = (struct permission){node->key, (role_set)roles.word[0]};
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
