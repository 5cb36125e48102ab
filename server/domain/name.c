// SPDX-License-Identifier: Apache-2.0
// Names: finding a table's row by its name, and lists of names joined by commas.
#include "domain/name.h"

#include <string.h>

#include "base/text.h"

int name_index(const void *rows, size_t count, size_t row_size, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		const char *const *row = (const void *)((const char *)rows + i * row_size);
		if (text_equals(*row, name))
			return (int)i;
	}
	return -1;
}

size_t list_next(const char **rest, const char **item)
{
	size_t length = *rest != NULL ? strcspn(*rest, ",") : 0;

	*item = *rest;
	if (length > 0)
		*rest += length + ((*rest)[length] == ',');
	return length;
}

bool list_has(const char *list, const char *name)
{
	size_t wanted = strlen(name), length;
	const char *item;

	while ((length = list_next(&list, &item)) > 0)
		if (length == wanted && memcmp(item, name, wanted) == 0)
			return true;
	return false;
}
