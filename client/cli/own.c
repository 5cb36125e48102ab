// SPDX-License-Identifier: Apache-2.0
// Learning the team's own fields.
#include "cli/own.h"

#include "base/text.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "domain/own_field.h"

static enum field_type type_named(const char *name)
{
	enum field_type type = FIELD_TEXT;
	while (type < FIELD_NAMES && !text_equals(field_type_name(type), name))
		type++;
	return type < FIELD_NAMES ? type : FIELD_TEXT;
}

static const char *const *choices_of(struct arena *arena, const struct json *row)
{
	const struct json *list = json_member(row, "choices");
	if (!list || !list->first)
		return NULL;
	const char **choices = arena_take_array(arena, list->count + 1, sizeof *choices);
	size_t count = 0;
	for (const struct json *choice = list->first; choice; choice = choice->next)
		choices[count++] = json_text(choice);
	return choices;
}

static struct field field_of(struct cli *cli, const struct json *row)
{
	const char *zh = json_text(json_member(row, "label_zh")), *en = json_text(json_member(row, "label"));
	return (struct field){
	    .key = json_text(json_member(row, "field")),
	    .type = type_named(json_text(json_member(row, "type"))),
	    .choices = choices_of(cli->arena, row),
	    .place = PLACE_BODY,
	    .source = SOURCE_PEOPLE,
	    .label = text_equals(say_language(), "zh") && zh ? zh : en,
	    .label_zh = zh,
	};
}

void own_learn(struct cli *cli, const char *key)
{
	static bool learnt;
	enum field_id id;
	if (learnt || !key || !text_starts(key, OWN_PREFIX) || field_find(key, &id))
		return;
	learnt = true;
	const struct json *answer = resource_peek(cli, "/v1/fields");
	const struct json *items = answer ? json_member(answer, "items") : NULL;
	struct field rows[OWN_MOST];
	size_t count = 0;
	for (const struct json *row = items ? items->first : NULL; row && count < OWN_MOST; row = row->next) {
		const struct json *own = json_member(row, "own");
		if (own && own->type == JSON_TRUE && json_text(json_member(row, "field")))
			rows[count++] = field_of(cli, row);
	}
	fields_declare(rows, count, cli->arena);
}

void own_learn_of(struct cli *cli, const struct json *ticket)
{
	for (const struct json *member = ticket->first; member; member = member->next)
		own_learn(cli, member->key);
}
