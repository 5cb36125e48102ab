// SPDX-License-Identifier: Apache-2.0
// The one clock: microseconds since 1970-01-01T00:00:00Z. Every time that the product records comes from here.
#ifndef WEIHU_BASE_CLOCK_H
#define WEIHU_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t moment; // microseconds since the epoch, UTC

#define MOMENT_SECOND INT64_C(1000000)
#define MOMENT_HOUR (INT64_C(3600) * MOMENT_SECOND)
#define MOMENT_DAY (INT64_C(24) * MOMENT_HOUR)
#define MOMENT_NONE INT64_MIN
#define MOMENT_TEXT 32 // bytes that moment_print() needs

// Now. The environment's WEIHU_CLOCK_SHIFT (whole seconds, signed) is added, so that a test can live in another month.
moment clock_now(void);

// Stops the clock at `now` until clock_set(MOMENT_NONE); for tests.
void clock_set(moment now);

// Monotonic microseconds for measuring how long something took; never shifted, never stopped.
int64_t clock_ticks(void);

// RFC 3339 in UTC with microseconds: 2026-11-23T04:54:41.000123Z. Returns `text`.
char *moment_print(moment time, char text[MOMENT_TEXT]);

// Reads an RFC 3339 date-time with any offset, or a plain date (midnight UTC). False if `text` is neither or no such
// day.
bool moment_read(const char *text, moment *time);

#endif
