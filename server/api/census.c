// SPDX-License-Identifier: Apache-2.0
// The lines of the last count, in an arena of their own.
#include "api/census.h"

#include <stdlib.h>

#define REST_FACTOR 20 // so many times as long as counting took, nobody counts

struct census {
	struct arena *arena;
	struct buffer lines;
	int64_t due;
};

static void census_empty(struct census *census)
{
	arena_free(census->arena);
	census->arena = arena_new();
	buffer_init(&census->lines, census->arena);
}

struct census *census_new(void)
{
	struct census *census = calloc(1, sizeof(*census));

	if (census == NULL)
		abort();
	census_empty(census);
	return census;
}

void census_free(struct census *census)
{
	if (census == NULL)
		return;
	arena_free(census->arena);
	free(census);
}

bool census_is_due(const struct census *census, int64_t now)
{
	return now >= census->due;
}

void census_keep(struct census *census, const struct pg_result *rows, int64_t began, int64_t now)
{
	census_empty(census);
	for (int row = 0; row < pg_rows(rows); row++)
		buffer_print(&census->lines, "weihu_tickets{state=\"%s\"} %s\n", pg_text(rows, row, 0),
		    pg_text(rows, row, 1));
	census->due = now + REST_FACTOR * (now - began);
}

void census_print(const struct census *census, struct buffer *out)
{
	buffer_add_text(out, "# HELP weihu_tickets Tickets by state.\n# TYPE weihu_tickets gauge\n");
	buffer_add(out, census->lines.bytes, census->lines.length);
}
