// SPDX-License-Identifier: Apache-2.0
// THE RELATION TABLE, and looking permissions up.
#include "domain/permission.h"

#include "base/text.h"
#include "domain/name.h"

static const struct {
	const char *name;
} relations[RELATION_COUNT] = {
    [RELATION_SELF] = {"self"},
    [RELATION_OWN] = {"own"},
    [RELATION_DESIGNATED] = {"designated"},
    [RELATION_TEAM] = {"team"},
};

const char *relation_name(enum relation relation)
{
	return relations[relation].name;
}

bool relation_find(const char *name, enum relation *relation)
{
	int row = name_index(relations, RELATION_COUNT, sizeof(relations[0]), name);

	if (row >= 0)
		*relation = (enum relation)row;
	return row >= 0;
}

const struct permission *permission_find(const struct permissions *permissions, const char *name)
{
	int row = name_index(permissions->rows, permissions->count, sizeof(permissions->rows[0]), name);

	return row >= 0 ? &permissions->rows[row] : NULL;
}

role_set permission_roles(const struct permissions *permissions, const char *name)
{
	const struct permission *permission = permission_find(permissions, name);

	return permission == NULL ? 0 : permission->roles;
}

relation_set permission_relations(const struct permissions *permissions, const char *name, role_set roles)
{
	const struct permission *permission = permission_find(permissions, name);
	relation_set found = 0;

	for (enum relation relation = 0; permission != NULL && relation < RELATION_COUNT; relation++)
		if (permission->related[relation] & (roles | ROLE_ANY))
			found |= RELATION_BIT(relation);
	return found;
}

const char *permission_hidden(const struct permissions *permissions, role_set roles, struct arena *arena)
{
	struct buffer keys = {0};

	for (size_t i = 0; i < permissions->field_count; i++) {
		const struct field_permission *field = &permissions->fields[i];

		if (field->permission->roles & roles)
			continue;
		if (keys.bytes == NULL)
			buffer_init(&keys, arena);
		else
			buffer_add_char(&keys, ',');
		buffer_add_text(&keys, field->key);
	}
	return keys.bytes;
}

bool permission_shows(const struct permissions *permissions, const char *name)
{
	for (size_t i = 0; i < permissions->field_count; i++)
		if (text_equals(permissions->fields[i].permission->name, name))
			return true;
	return false;
}
