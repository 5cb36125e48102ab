// SPDX-License-Identifier: Apache-2.0
// Names: finding a table's row by its name, or the name that was meant, and going through lists joined by commas.
#ifndef WEIHU_DOMAIN_NAME_H
#define WEIHU_DOMAIN_NAME_H

#include <stddef.h>

// The index of the row whose first member, a `const char *`, equals `name`; -1 if there is none.
int name_index(const void *rows, size_t count, size_t row_size, const char *name);

// The name closest to a mistyped one, or NULL when none is close. The n-th is name(context, n), NULL behind the last.
const char *name_nearest(const char *(*name)(const void *context, size_t n), const void *context, const char *wanted);

// Steps through "li,wang": the bytes of the item that `*rest` starts with, and `*rest` moved behind it. 0 at the end.
size_t list_next(const char **rest, const char **item);

#endif
