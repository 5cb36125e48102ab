// SPDX-License-Identifier: Apache-2.0
// Names: finding them, guessing them, and going through lists of them.
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

const char *name_nearest(const char *(*name)(const void *context, size_t n), const void *context, const char *wanted)
{
	const char *nearest = NULL, *known;
	size_t least = strlen(wanted) / 2 + 1; // more than half of it wrong is another word

	for (size_t n = 0; (known = name(context, n)) != NULL; n++) {
		size_t distance = text_distance(known, wanted);

		if (distance < least) {
			least = distance;
			nearest = known;
		}
	}
	return nearest;
}
