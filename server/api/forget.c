// SPDX-License-Identifier: Apache-2.0
// Once an hour, and a small set a second while there are more.
#include "api/forget.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"

static void answers_forgotten(const struct pg_result *result, void *context)
{
	struct service *service = context;

	if (pg_status(result) != PG_DONE || pg_rows(result) == 0 || strcmp(pg_text(result, 0, 0), "done") != 0)
		service->forget_hour = 0;
}

void forget_tick(struct service *service)
{
	const int64_t hour = clock_now() / MOMENT_HOUR;
	char before[MOMENT_TEXT];
	struct json_out deed;

	if (hour == service->forget_hour || service->stopping || !pg_ready(service->pg))
		return;
	struct arena *arena = arena_new();
	json_out_init(&deed, arena);
	json_begin(&deed, NULL, '{');
	json_add_text(&deed, "before",
	    moment_print(clock_now() - service->settings->retry_hours * MOMENT_HOUR, before));
	json_end(&deed, '}');
	service->forget_hour = hour;
	pg_write(service->pg, ANSWERS_FORGET, deed.out.bytes, 0, answers_forgotten, service);
	arena_free(arena);
}
