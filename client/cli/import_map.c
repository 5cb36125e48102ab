// SPDX-License-Identifier: Apache-2.0
// Rules of a mapping: what a record of another system says in the words of this one.
#include <string.h>

#include "cli/import.h"

// As people would read it; NULL for what is not there or empty.
static const char *text_of(const struct json *value)
{
	if (!value || value->type == JSON_NULL || value->type == JSON_LIST || value->type == JSON_OBJECT)
		return NULL;
	if (value->type == JSON_TRUE || value->type == JSON_FALSE)
		return value->type == JSON_TRUE ? "true" : "false";
	return value->text && *value->text ? value->text : NULL;
}

// "author.name": the member of that very name, or step by step.
static const struct json *member_at(struct arena *arena, const struct json *members, const char *path)
{
	const struct json *found = members && members->type == JSON_OBJECT ? json_member(members, path) : NULL;
	const char *dot = strchr(path, '.');
	if (found || !dot || !members || members->type != JSON_OBJECT)
		return found;
	return member_at(arena, json_member(members, arena_copy_bytes(arena, path, (size_t)(dot - path))), dot + 1);
}

static const struct json *rule_member(const struct json *rule, const char *key)
{
	return rule->type == JSON_OBJECT ? json_member(rule, key) : NULL;
}

const char *import_value(struct arena *arena, const struct json *rule, const struct json *members)
{
	if (!rule)
		return NULL;
	if (rule->type != JSON_OBJECT)
		return rule->text ? text_of(member_at(arena, members, rule->text)) : NULL;
	const char *from = json_text(rule_member(rule, "from")), *text = json_text(rule_member(rule, "text"));
	const char *otherwise = json_text(rule_member(rule, "else"));
	const struct json *values = rule_member(rule, "values");
	const char *found = from ? text_of(member_at(arena, members, from)) : text;
	if (found && values && values->type == JSON_OBJECT)
		found = json_text(json_member(values, found));
	return found ? found : otherwise;
}

bool import_holds(struct arena *arena, const struct json *rule, const struct json *members)
{
	const char *from = rule ? json_text(rule_member(rule, "from")) : NULL;
	const char *found = from ? text_of(member_at(arena, members, from)) : NULL;
	const struct json *values = rule ? rule_member(rule, "values") : NULL;
	for (const struct json *value = found && values ? values->first : NULL; value; value = value->next)
		if (text_equals(value->text, found))
			return true;
	return false;
}

const char *import_history(struct arena *arena, const struct json *rule, const struct json *members)
{
	const char *path = rule ? json_text(rule_member(rule, "list")) : NULL;
	const struct json *list = path ? member_at(arena, members, path) : NULL,
	                  *line = rule ? rule_member(rule, "line") : NULL;
	struct buffer text;
	buffer_init(&text, arena);
	for (const struct json *item = list && list->type == JSON_LIST ? list->first : NULL; item; item = item->next) {
		buffer_add_text(&text, text.length > 0 ? "\n" : "");
		for (const struct json *part = line ? line->first : NULL; part; part = part->next) {
			const char *said = part->text ? text_of(member_at(arena, item, part->text)) : NULL;
			if (said)
				buffer_print(&text, "%s%s", part == line->first ? "" : " | ", said);
		}
	}
	return text.length > 0 ? text.bytes : NULL;
}
