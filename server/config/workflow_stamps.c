// SPDX-License-Identifier: Apache-2.0
// Reading what an action sets by itself: `stamp` and `fill`.
#include <string.h>

#include "base/text.h"
#include "config/workflow_reader.h"

#define HOURS_MOST (24 * 366)

struct stamp_word { // a source that is written as a word
	const char *word;
	enum stamp_source source;
	enum field_type type; // the field's type must be this
};

static const struct stamp_word words[] = {
    {"$caller", STAMP_CALLER, FIELD_PERSON},
    {"$now", STAMP_NOW, FIELD_TIME},
    {"$from", STAMP_FROM, FIELD_TEXT},
};

static void check_type(struct yaml *yaml, const struct yaml_node *node, enum field_id id, enum field_type type)
{
	if (fields[id].type != type)
		yaml_fault(yaml, node, "type", "%s cannot be set to %s", node->key, node->text);
}

// "$now+24h"; true if the text has that form.
static bool read_later(const char *text, struct stamp *stamp)
{
	const char *hours = "$now+";
	size_t length = strlen(text);
	char number[8];

	if (!text_starts(text, hours) || text[length - 1] != 'h' || length - strlen(hours) > sizeof(number))
		return false;
	length -= strlen(hours) + 1;
	memcpy(number, text + strlen(hours), length);
	number[length] = '\0';
	stamp->source = STAMP_NOW;
	return text_to_int(number, 1, HOURS_MOST, &stamp->hours);
}

static void read_word(struct yaml *yaml, const struct yaml_node *node, struct stamp *stamp)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!text_equals(words[i].word, node->text))
			continue;
		stamp->source = words[i].source;
		check_type(yaml, node, stamp->field, words[i].type);
		return;
	}
	if (read_later(node->text, stamp)) {
		check_type(yaml, node, stamp->field, FIELD_TIME);
	} else if (field_find(node->text + 1, &stamp->other)) {
		stamp->source = STAMP_FIELD;
		check_type(yaml, node, stamp->field, fields[stamp->other].type);
	} else {
		yaml_fault(yaml, node, "unknown", "unknown source '%s'", node->text);
	}
}

static struct json *text_as_json(struct arena *arena, const struct yaml_node *node)
{
	struct json *json = arena_take(arena, sizeof(*json));
	int64_t number;

	json->type = JSON_TEXT;
	json->text = node->text;
	if (node->quoted)
		return json;
	if (text_equals(node->text, "true") || text_equals(node->text, "false"))
		json->type = text_equals(node->text, "true") ? JSON_TRUE : JSON_FALSE;
	else if (text_to_int(node->text, INT32_MIN, INT32_MAX, &number))
		*json = (struct json){.type = JSON_NUMBER, .number = (double)number};
	return json;
}

static struct json *list_as_json(struct arena *arena, const struct yaml_node *node)
{
	struct json *json = arena_take(arena, sizeof(*json)), **last = &json->first;

	json->type = JSON_LIST;
	for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
		*last = text_as_json(arena, item);
		last = &(*last)->next;
		json->count++;
	}
	return json;
}

// Owed controls must be controls; every other literal is checked as if it came from outside.
static void read_literal(struct yaml *yaml, const struct yaml_node *node, struct stamp *stamp)
{
	struct json *json = node->type == YAML_LIST ? list_as_json(yaml->arena, node) : text_as_json(yaml->arena, node);
	struct faults wrong;

	faults_init(&wrong, yaml->arena);
	if (field_check(stamp->field, json, &wrong))
		stamp->text = field_text(yaml->arena, stamp->field, json);
	for (const struct fault *fault = wrong.first; fault != NULL; fault = fault->next)
		yaml_fault(yaml, node, fault->code, "%s %s", fault->field, fault->message);
	if (stamp->field == F_OWED && wrong.count == 0)
		names_read(yaml, node, &controls_known, NULL, NULL);
}

static struct stamp read_stamp(struct yaml *yaml, const struct yaml_node *node, enum field_id id, bool fill)
{
	struct stamp stamp = {.field = id, .source = STAMP_TEXT, .fill = fill};

	if (node->type == YAML_NOTHING)
		stamp.source = STAMP_NULL;
	else if (node->type == YAML_MAP)
		yaml_is(yaml, node, YAML_TEXT);
	else if (node->type == YAML_TEXT && !node->quoted && node->text[0] == '$')
		read_word(yaml, node, &stamp);
	else
		read_literal(yaml, node, &stamp);
	return stamp;
}

void stamps_read(struct yaml *yaml, const struct yaml_node *map, bool fill, struct action *action)
{
	enum field_id id;

	if (!yaml_is(yaml, map, YAML_MAP))
		return;
	for (const struct yaml_node *node = map->first; node != NULL; node = node->next) {
		if (!field_find(node->key, &id)) {
			yaml_unknown(yaml, node, fields_known.what, node->key, fields_known.name, NULL);
			continue;
		}
		action->stamps = list_grown(yaml->arena, action->stamps, action->stamp_count, sizeof(*action->stamps));
		action->stamps[action->stamp_count++] = read_stamp(yaml, node, id, fill);
	}
}
