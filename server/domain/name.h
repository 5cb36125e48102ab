// SPDX-License-Identifier: Apache-2.0
// Names: finding a table's row by its name, and lists of names joined by commas, as lists are kept in engine text.
#ifndef WEIHU_DOMAIN_NAME_H
#define WEIHU_DOMAIN_NAME_H

#include <stdbool.h>
#include <stddef.h>

// The index of the row whose first member, a `const char *`, equals `name`; -1 if there is none.
int name_index(const void *rows, size_t count, size_t row_size, const char *name);

// True if `name` is an item of "li,wang"; a NULL list is empty.
bool list_has(const char *list, const char *name);

// Steps through "li,wang": the bytes of the item that `*rest` starts with, and `*rest` moved behind it. 0 at the end.
size_t list_next(const char **rest, const char **item);

#endif
