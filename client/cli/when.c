// SPDX-License-Identifier: Apache-2.0
// Times as people type and read them.
#include "cli/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"

static time_t local_midnight(int days_from_today)
{
	time_t now = (time_t)(clock_now() / MOMENT_SECOND);
	struct tm day;
	localtime_r(&now, &day);
	day.tm_mday += days_from_today;
	day.tm_hour = day.tm_min = day.tm_sec = 0;
	day.tm_isdst = -1;
	return mktime(&day);
}

static bool read_word(const char *text, time_t *time)
{
	static const struct {
		const char *word;
		int days;
	} words[] = {{"today", 0}, {"tomorrow", 1}, {"yesterday", -1}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_equals(text, words[i].word)) {
			*time = local_midnight(words[i].days);
			return true;
		}
	*time = (time_t)(clock_now() / MOMENT_SECOND);
	return text_equals(text, "now");
}

// -7d, +90m: a sign, a number, one of m h d w.
static bool read_distance(const char *text, time_t *time)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	char digits[12], unit;
	int end = 0;
	if ((*text != '-' && *text != '+') || sscanf(text + 1, "%9[0-9]%c%n", digits, &unit, &end) != 2 ||
	    text[end + 1])
		return false;
	int64_t count;
	if (!text_to_int(digits, 0, 999999999, &count))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (units[i].unit == unit) {
			int64_t seconds = count * units[i].seconds;
			*time = (time_t)(clock_now() / MOMENT_SECOND + (*text == '-' ? -seconds : seconds));
			return true;
		}
	return false;
}

// A date, or a date and a time of day, without an offset: the clock on the wall.
static bool read_local(const char *text, time_t *time)
{
	static const char *const forms[] = {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S",
	    "%Y-%m-%d %H:%M:%S"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct tm day = {.tm_isdst = -1};
		const char *end = strptime(text, forms[i], &day);
		if (!end || *end)
			continue;
		int asked = day.tm_mday;
		*time = mktime(&day);
		return day.tm_mday == asked; // 2026-02-30 is left for the server to refuse
	}
	return false;
}

const char *when_time(struct arena *arena, const char *text)
{
	time_t time;
	if (!read_word(text, &time) && !read_distance(text, &time) && !read_local(text, &time))
		return NULL;
	char form[MOMENT_TEXT];
	return arena_copy(arena, moment_print((moment)time * MOMENT_SECOND, form));
}

const char *when_day(struct arena *arena, const char *text)
{
	time_t time;
	if (!read_word(text, &time) && !read_distance(text, &time))
		return NULL;
	struct tm day;
	localtime_r(&time, &day);
	return arena_print(arena, "%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

const char *when_minutes(struct arena *arena, const char *text)
{
	unsigned hours = 0, minutes = 0;
	int end = 0;
	bool both = sscanf(text, "%6uh%6um%n", &hours, &minutes, &end) == 2 && end > 0;
	if (!both) {
		minutes = 0;
		end = 0;
		if (sscanf(text, "%6uh%n", &hours, &end) != 1 || end == 0) {
			hours = 0;
			end = 0;
			if (sscanf(text, "%6um%n", &minutes, &end) != 1 || end == 0)
				return NULL;
		}
	}
	return text[end] ? NULL : arena_print(arena, "%u", hours * 60 + minutes);
}

const char *when_shown(struct arena *arena, const char *text)
{
	moment at;
	if (!strchr(text, 'T') || !moment_read(text, &at))
		return text;
	time_t time = (time_t)(at / MOMENT_SECOND);
	struct tm day;
	localtime_r(&time, &day);
	return arena_print(arena, "%04d-%02d-%02d %02d:%02d", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday,
	    day.tm_hour, day.tm_min);
}

const char *when_span(struct arena *arena, long minutes)
{
	if (minutes < 60)
		return arena_print(arena, "%ldm", minutes);
	return minutes % 60 ? arena_print(arena, "%ldh%02ldm", minutes / 60, minutes % 60)
	                    : arena_print(arena, "%ldh", minutes / 60);
}
