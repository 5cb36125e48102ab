// SPDX-License-Identifier: Apache-2.0
// The one clock, and RFC 3339. The calendar is computed here: gmtime() and its kind read the environment.
#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

#define SHIFT_MOST INT64_C(4000000000) // seconds; more than a century

static _Atomic moment stopped_at = MOMENT_NONE;
static moment shift;

static void shift_read(void)
{
	const char *text = getenv("WEIHU_CLOCK_SHIFT");
	int64_t seconds;

	if (text == NULL || *text == '\0')
		return;
	if (!text_to_int(text, -SHIFT_MOST, SHIFT_MOST, &seconds)) {
		fprintf(stderr, "WEIHU_CLOCK_SHIFT: \"%s\" is no whole number of seconds\n", text);
		exit(2); // a test that believes to live in another month must not run in this one
	}
	shift = seconds * MOMENT_SECOND;
}

static int64_t clock_read(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		abort();
	return now.tv_sec * MOMENT_SECOND + now.tv_nsec / 1000;
}

moment clock_now(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	moment stopped = atomic_load(&stopped_at);

	if (stopped != MOMENT_NONE)
		return stopped;
	pthread_once(&once, shift_read);
	return clock_read(CLOCK_REALTIME) + shift;
}

void clock_set(moment now)
{
	atomic_store(&stopped_at, now);
}

int64_t clock_ticks(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

// Days from 1970-01-01 to a date of the Gregorian calendar. The year is taken to begin in March, so that the leap day
// is its last.
static int64_t days_from_date(int64_t year, int month, int day)
{
	int64_t shifted = month > 2 ? year : year - 1;
	int64_t era = shifted / 400;
	int64_t year_of_era = shifted - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void date_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t shifted = days + 719468;
	int64_t era = shifted / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int from_march = (int)((5 * day_of_year + 2) / 153);

	*day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
	*month = from_march < 10 ? from_march + 3 : from_march - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

static char *print_part(char *at, int64_t number, int digits)
{
	for (int i = digits; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + digits;
}

char *moment_print(moment time, char text[MOMENT_TEXT])
{
	int64_t days = time / MOMENT_DAY, rest = time % MOMENT_DAY, year, seconds;
	int month, day;

	if (rest < 0) {
		rest += MOMENT_DAY;
		days--;
	}
	date_from_days(days, &year, &month, &day);
	seconds = rest / MOMENT_SECOND;
	const struct {
		int64_t number;
		int digits;
		char then;
	} parts[] = {{year, 4, '-'}, {month, 2, '-'}, {day, 2, 'T'}, {seconds / 3600, 2, ':'},
	    {seconds / 60 % 60, 2, ':'}, {seconds % 60, 2, '.'}, {rest % MOMENT_SECOND, 6, 'Z'}};
	char *at = text;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		at = print_part(at, parts[i].number, parts[i].digits);
		*at++ = parts[i].then;
	}
	*at = '\0';
	return text;
}

// Exactly `digits` digits within [least, most], then the character `then` (0: whatever).
static bool read_part(const char **at, int digits, int least, int most, char then, int *number)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		value = value * 10 + (**at - '0');
	}
	if (value < least || value > most || (then != '\0' && *(*at)++ != then))
		return false;
	*number = value;
	return true;
}

static bool read_date(const char **at, int64_t *days)
{
	int year, month, day, same_month;
	int64_t same_year;

	if (!read_part(at, 4, 1, 9999, '-', &year) || !read_part(at, 2, 1, 12, '-', &month) ||
	    !read_part(at, 2, 1, 31, '\0', &day))
		return false;
	*days = days_from_date(year, month, day);
	date_from_days(*days, &same_year, &same_month, &day);
	return same_month == month; // 31 April would come out as 1 May
}

// ".123456": up to nine digits count, none may be lacking behind the point.
static bool read_fraction(const char **at, int64_t *micros)
{
	int64_t unit = MOMENT_SECOND;

	*micros = 0;
	if (**at != '.')
		return true;
	(*at)++;
	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		unit /= 10;
		*micros += (**at - '0') * unit;
	}
	return true;
}

static bool read_offset(const char **at, int64_t *seconds)
{
	int hours, minutes, sign = **at == '-' ? -1 : 1;

	*seconds = 0;
	if (**at == 'Z' || **at == 'z') {
		(*at)++;
		return true;
	}
	if (**at != '+' && **at != '-')
		return false;
	(*at)++;
	if (!read_part(at, 2, 0, 23, ':', &hours) || !read_part(at, 2, 0, 59, '\0', &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool moment_read(const char *text, moment *time)
{
	const char *at = text;
	int64_t days, micros, offset;
	int hour, minute, second;

	if (!read_date(&at, &days))
		return false;
	if (*at == '\0') {
		*time = days * MOMENT_DAY;
		return true;
	}
	if (*at != 'T' && *at != 't' && *at != ' ')
		return false;
	at++;
	// A leap second is taken as the second after it: no clock here knows them.
	if (!read_part(&at, 2, 0, 23, ':', &hour) || !read_part(&at, 2, 0, 59, ':', &minute) ||
	    !read_part(&at, 2, 0, 60, '\0', &second) || !read_fraction(&at, &micros) || !read_offset(&at, &offset))
		return false;
	if (*at != '\0' || (second == 60 && minute != 59))
		return false;
	moment read = days * MOMENT_DAY + (hour * 3600 + minute * 60 + second - offset) * MOMENT_SECOND + micros;
	if (read < days_from_date(1, 1, 1) * MOMENT_DAY || read >= days_from_date(10000, 1, 1) * MOMENT_DAY)
		return false;
	*time = read;
	return true;
}
