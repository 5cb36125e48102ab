// SPDX-License-Identifier: Apache-2.0
// Paths and queries: percent-decoding done once and strictly, then matched against patterns such as /v1/tickets/{id}.
#ifndef WEIHU_HTTP_PATH_H
#define WEIHU_HTTP_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/fault.h"

#define PATH_PARTS_MOST 4

struct path_parts { // what stood at the {names} of a pattern, decoded
	const char *part[PATH_PARTS_MOST];
	size_t count;
};

// True if the raw path has the pattern's segments; a part is never empty, and never holds NUL, '/' or invalid UTF-8. A
// last segment {name*} takes the rest of the path, slashes and all.
bool path_match(const char *pattern, const char *path, struct path_parts *parts, struct arena *arena);

struct query_item {
	const char *name, *value;
};

struct query {
	struct query_item *items;
	size_t count;
};

// Reads application/x-www-form-urlencoded text (NULL: empty). Bad escapes, NUL, invalid UTF-8 and a name given twice
// are faults under the name.
bool query_read(const char *raw, struct query *query, struct arena *arena, struct faults *faults);
const char *query_get(const struct query *query, const char *name); // or NULL

// `text` percent-encoded for a query value.
const char *query_escape(struct arena *arena, const char *text);

#endif
