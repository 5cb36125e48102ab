// SPDX-License-Identifier: Apache-2.0
// Reading a working calendar. Its document is written on the way: the keys are read in the order of their table.
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "config/house.h"
#include "config/yaml.h"

#define DAY_TEXT 10 // bytes of 2026-11-23

struct reading {
	struct calendar *calendar;
	struct json_out *document;
};

static void read_name(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	yaml_text(yaml, value, &((struct reading *)into)->calendar->name);
}

static void read_zone(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	yaml_text(yaml, value, &((struct reading *)into)->calendar->zone);
}

static const char *read_day(struct yaml *yaml, const struct yaml_node *value)
{
	const char *text = NULL;
	moment day;

	if (!yaml_text(yaml, value, &text))
		return NULL;
	if (strlen(text) == DAY_TEXT && moment_read(text, &day))
		return text;
	yaml_fault(yaml, value, "format", "a day is written as in 2026-10-01");
	return NULL;
}

// A member under its own key.
static void read_edge(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	json_add_text(((struct reading *)into)->document, value->key, read_day(yaml, value));
}

static bool is_time(const char *text)
{
	static const char digits[] = "0123456789";

	return strspn(text, digits) == 2 && text[2] == ':' && strspn(text + 3, digits) == 2 && text[3] < '6' &&
	    (strncmp(text, "24:00", 5) == 0 || strncmp(text, "24", 2) < 0);
}

// "09:00-12:00"
static void read_hours(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct json_out *json = ((struct reading *)into)->document;
	size_t count;
	const char *const *spans = yaml_texts(yaml, value, &count);

	json_begin(json, "hours", '[');
	for (size_t i = 0; spans != NULL && i < count; i++) {
		if (strlen(spans[i]) != 11 || !is_time(spans[i]) || spans[i][5] != '-' || !is_time(spans[i] + 6) ||
		    strncmp(spans[i], spans[i] + 6, 5) >= 0) {
			yaml_fault(yaml, value, "format", "hours are written as in 09:00-12:00");
			break;
		}
		json_begin(json, NULL, '{');
		json_add_text(json, "since", arena_copy_bytes(yaml->arena, spans[i], 5));
		json_add_text(json, "until", spans[i] + 6);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void ignore(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	const char *text;

	(void)into;
	yaml_text(yaml, value, &text);
}

static const struct yaml_key holiday_keys[] = {
    {"from", read_edge, true, 0},
    {"until", read_edge, true, 0},
    {"zh", ignore, false, 0},
    {"en", ignore, false, 0},
};

static void read_holidays(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct json_out *json = ((struct reading *)into)->document;

	json_begin(json, "holidays", '[');
	for (const struct yaml_node *node = yaml_is(yaml, value, YAML_LIST) ? value->first : NULL; node != NULL;
	     node = node->next) {
		json_begin(json, NULL, '{');
		yaml_read_map(yaml, node, KEYS(holiday_keys), into);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void read_workdays(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct json_out *json = ((struct reading *)into)->document;

	json_begin(json, "workdays", '[');
	for (const struct yaml_node *node = yaml_is(yaml, value, YAML_LIST) ? value->first : NULL; node != NULL;
	     node = node->next)
		json_add_text(json, NULL, read_day(yaml, node));
	json_end(json, ']');
}

static const struct yaml_key calendar_keys[] = {
    {"name", read_name, true, 0},
    {"zone", read_zone, true, 0},
    {"from", read_edge, true, 0},
    {"until", read_edge, true, 0},
    {"hours", read_hours, true, 0},
    {"holidays", read_holidays, true, 0},
    {"workdays", read_workdays, true, 0},
};

struct calendar *calendar_load(const char *file, const char *text, struct arena *arena, struct faults *faults)
{
	struct calendar *calendar = arena_take(arena, sizeof(*calendar));
	struct yaml yaml = {file, arena, faults, NULL};
	struct json_out document;
	struct reading reading = {calendar, &document};
	const struct yaml_node *root = yaml_read(&yaml, text);
	size_t before = faults->count;

	if (root == NULL)
		return NULL;
	json_out_init(&document, arena);
	json_begin(&document, NULL, '{');
	yaml_read_map(&yaml, root, KEYS(calendar_keys), &reading);
	json_end(&document, '}');
	calendar->document = document.out.bytes;
	return faults->count == before ? calendar : NULL;
}
