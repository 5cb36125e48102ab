// SPDX-License-Identifier: Apache-2.0
// Times as people type and read them: local, relative, short; and as the API has them: RFC 3339 in UTC.
#ifndef WEIHU_CLI_WHEN_H
#define WEIHU_CLI_WHEN_H

#include "base/arena.h"

// now, today, tomorrow, yesterday, -7d, +2h, 2026-11-24, "2026-11-24 09:00" (local time) as RFC 3339; a text that bears
// an offset already, and all else, gives NULL.
const char *when_time(struct arena *arena, const char *text);

// The same words as a plain date (2026-11-24); NULL for all else.
const char *when_day(struct arena *arena, const char *text);

// 1h30m, 2h, 45m as whole minutes; NULL for all else.
const char *when_minutes(struct arena *arena, const char *text);

// RFC 3339 as local "2026-11-24 09:00"; a text that is no time comes back as it is.
const char *when_shown(struct arena *arena, const char *text);

// 90 as "1h30m".
const char *when_span(struct arena *arena, long minutes);

#endif
