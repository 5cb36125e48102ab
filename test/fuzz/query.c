// SPDX-License-Identifier: Apache-2.0
// Targets: a path against the routes' patterns, and a query whose items, escaped, are read again as they were.
#include "http/path.h"

#include <string.h>

#include "base/text.h"
#include "fuzz.h"

static void check_parts(const struct path_parts *parts)
{
	demand(parts->count <= PATH_PARTS_MOST, "there are no more parts than there may be");
	for (size_t i = 0; i < parts->count; i++)
		demand(*parts->part[i] != '\0' && text_is_utf8(parts->part[i], strlen(parts->part[i])),
		    "a part is text, and not empty");
}

static void match(const char *path, struct arena *arena)
{
	static const char *const patterns[] = {"/", "/healthz", "/v1/tickets/{id}", "/v1/people/{login}/tokens/{id}",
	    "/v1/audit/tile/{tile*}", "/{a}/{b}/{c}/{d}"};
	struct path_parts parts;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		if (path_match(patterns[i], path, &parts, arena))
			check_parts(&parts);
}

static void check_again(const struct query *query, struct arena *arena, struct faults *faults)
{
	struct buffer text;
	struct query again;

	buffer_init(&text, arena);
	for (size_t i = 0; i < query->count; i++)
		buffer_print(&text, "%s%s=%s", i > 0 ? "&" : "", query_escape(arena, query->items[i].name),
		    query_escape(arena, query->items[i].value));
	demand(query_read(text.bytes, &again, arena, faults) && again.count == query->count, "it is read again");
	for (size_t i = 0; i < query->count; i++)
		demand(text_equals(query->items[i].name, again.items[i].name) &&
		        text_equals(query->items[i].value, query_get(&again, query->items[i].name)),
		    "each item is the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new();
	char *path = arena_copy_bytes(arena, (const char *)bytes, length);
	char *mark = strchr(path, '?');
	struct query query;
	struct faults faults;

	faults_init(&faults, arena);
	if (mark != NULL)
		*mark = '\0';
	match(path, arena);
	if (query_read(mark == NULL ? path : mark + 1, &query, arena, &faults))
		check_again(&query, arena, &faults);
	else
		demand(faults.count > 0, "a refusal says why");
	arena_free(arena);
	return 0;
}
