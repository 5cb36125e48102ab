// SPDX-License-Identifier: Apache-2.0
// Once a day, and once a second while the table is busy.
#include "api/months.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"

static void months_made(const struct pg_result *result, void *context)
{
	struct service *service = context;

	if (pg_status(result) != PG_DONE || pg_rows(result) == 0 || strcmp(pg_text(result, 0, 0), "done") != 0)
		service->months_day = 0;
}

void months_tick(struct service *service)
{
	int64_t day = clock_now() / MOMENT_DAY;
	char at[MOMENT_TEXT];
	struct json_out deed;

	if (day == service->months_day || service->stopping || !pg_ready(service->pg))
		return;
	struct arena *arena = arena_new();
	json_out_init(&deed, arena);
	json_begin(&deed, NULL, '{');
	json_add_text(&deed, "at", moment_print(clock_now(), at));
	json_end(&deed, '}');
	service->months_day = day;
	pg_write(service->pg, EVENT_MONTHS, deed.out.bytes, 0, months_made, service);
	arena_free(arena);
}
