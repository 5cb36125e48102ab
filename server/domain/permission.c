// SPDX-License-Identifier: Apache-2.0
// Permissions: looking one up.
#include "domain/permission.h"

#include "domain/name.h"

role_set permission_roles(const struct permissions *permissions, const char *name)
{
	int row = name_index(permissions->rows, permissions->count, sizeof(permissions->rows[0]), name);

	return row >= 0 ? permissions->rows[row].roles : 0;
}
