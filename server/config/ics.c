// SPDX-License-Identifier: Apache-2.0
// Days off and make-up working days from iCalendar files (RFC 5545). The only code that knows libical.
#include <libical/ical.h>
#include <string.h>

#include "base/json.h"
#include "config/house.h"

struct reading {
	const char *file;
	struct json_out *holidays, *workdays; // lists
	struct faults *faults;
	int last_year; // that is known whole
	size_t days;
};

static const char *day_text(struct arena *arena, struct icaltimetype day)
{
	return arena_print(arena, "%04d-%02d-%02d", day.year, day.month, day.day);
}

static bool is_property(icalproperty *property, const char *name, const char *value)
{
	const char *x_name = icalproperty_get_x_name(property), *x = icalproperty_get_x(property);

	return text_equals(x_name, name) && text_equals(x, value);
}

// Worked: what Apple's calendars mark as such, what is in the category WORKDAY, or what is called 班 (补班, 上班).
static bool is_worked(icalcomponent *event)
{
	const char *summary = icalcomponent_get_summary(event);

	for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_X_PROPERTY); p != NULL;
	     p = icalcomponent_get_next_property(event, ICAL_X_PROPERTY))
		if (is_property(p, "X-APPLE-SPECIAL-DAY", "ALTERNATE-WORKDAY"))
			return true;
	for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_CATEGORIES_PROPERTY); p != NULL;
	     p = icalcomponent_get_next_property(event, ICAL_CATEGORIES_PROPERTY))
		if (text_equals(icalproperty_get_categories(p), "WORKDAY"))
			return true;
	return summary != NULL && strstr(summary, "班") != NULL;
}

// What is known of January alone may belong to the year before.
static void note_year(struct reading *reading, struct icaltimetype day)
{
	if (day.month > 1 && day.year > reading->last_year)
		reading->last_year = day.year;
	reading->days++;
}

static void add_holiday(struct reading *reading, struct icaltimetype from, struct icaltimetype until)
{
	struct json_out *json = reading->holidays;

	json_begin(json, NULL, '{');
	json_add_text(json, "from", day_text(json->out.arena, from));
	json_add_text(json, "until", day_text(json->out.arena, until));
	json_end(json, '}');
}

static void add_workdays(struct reading *reading, struct icaltimetype from, struct icaltimetype until)
{
	struct json_out *json = reading->workdays;

	for (; icaltime_compare(from, until) <= 0; icaltime_adjust(&from, 1, 0, 0, 0))
		json_add_text(json, NULL, day_text(json->out.arena, from));
}

static void read_event(struct reading *reading, icalcomponent *event)
{
	struct icaltimetype from = icalcomponent_get_dtstart(event), until = icalcomponent_get_dtend(event);
	const char *name = icalcomponent_get_summary(event);

	if (from.month < 1 || from.month > 12 || from.day < 1 ||
	    from.day > icaltime_days_in_month(from.month, from.year) || icaltime_is_null_time(from) || !from.is_date ||
	    icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY) != NULL) {
		faults_add(reading->faults, reading->file, "format",
		    "%s: a day off or a working day is a whole day that does not repeat", name == NULL ? "?" : name);
		return;
	}
	if (icaltime_is_null_time(until) || icaltime_compare(until, from) <= 0)
		until = from;
	else
		icaltime_adjust(&until, -1, 0, 0, 0); // DTEND is the first day after it
	(is_worked(event) ? add_workdays : add_holiday)(reading, from, until);
	note_year(reading, from);
}

static void read_events(struct reading *reading, const char *text)
{
	icalcomponent *root = icalparser_parse_string(text);

	if (root == NULL || icalcomponent_isa(root) != ICAL_VCALENDAR_COMPONENT ||
	    icalcomponent_count_errors(root) > 0) {
		faults_add(reading->faults, reading->file, "format", "is no iCalendar file (RFC 5545)");
	} else {
		for (icalcomponent *event = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT);
		     event != NULL; event = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT))
			read_event(reading, event);
		if (reading->days == 0 && reading->faults->count == 0)
			faults_add(reading->faults, reading->file, "missing", "there is no day in it");
	}
	if (root != NULL)
		icalcomponent_free(root);
}

static void list_extend(struct json_out *out, const struct json *list, const struct json_out *more)
{
	struct faults none;

	faults_init(&none, out->out.arena);
	const struct json *added = json_read(out->out.arena, more->out.bytes, more->out.length, &none);
	json_begin(out, list->key, '[');
	for (const struct json *day = list->first; day != NULL; day = day->next)
		json_add_value(out, NULL, day);
	for (const struct json *day = added->first; day != NULL; day = day->next)
		json_add_value(out, NULL, day);
	json_end(out, ']');
}

// The document again, with more days in its lists, and known until the end of the last year that the file tells of.
static const char *document_extend(const struct json *document, const struct reading *reading, struct arena *arena)
{
	struct json_out out;
	const char *until = json_text(json_member(document, "until"));
	const char *end = arena_print(arena, "%04d-12-31", reading->last_year);

	json_out_init(&out, arena);
	json_begin(&out, NULL, '{');
	for (const struct json *member = document->first; member != NULL; member = member->next)
		if (text_equals(member->key, "until"))
			json_add_text(&out, "until", strcmp(end, until) > 0 ? end : until);
		else if (text_equals(member->key, "holidays"))
			list_extend(&out, member, reading->holidays);
		else if (text_equals(member->key, "workdays"))
			list_extend(&out, member, reading->workdays);
		else
			json_add_value(&out, member->key, member);
	json_end(&out, '}');
	return out.out.bytes;
}

bool calendar_add_ics(struct calendar *calendar, const char *file, const char *text, struct arena *arena,
    struct faults *faults)
{
	struct json_out holidays, workdays;
	struct reading reading = {file, &holidays, &workdays, faults, 0, 0};
	size_t before = faults->count;

	json_out_init(&holidays, arena);
	json_begin(&holidays, NULL, '[');
	json_out_init(&workdays, arena);
	json_begin(&workdays, NULL, '[');
	read_events(&reading, text);
	json_end(&holidays, ']');
	json_end(&workdays, ']');
	if (faults->count != before)
		return false;
	const struct json *document = json_read(arena, calendar->document, strlen(calendar->document), faults);
	calendar->document = document_extend(document, &reading, arena);
	return true;
}
