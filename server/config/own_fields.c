// SPDX-License-Identifier: Apache-2.0
// Reading the team's own fields, by a table of their keys.
#include <string.h>

#include "base/text.h"
#include "config/house.h"
#include "config/names.h"

#define KEY_MOST 40
#define TEXT_MOST 20000
#define WHOLE_MOST INT64_C(9000000000000000) // what JSON carries exactly, and then some room

static const char *type_at(const void *context, size_t n)
{
	(void)context;
	return n < FIELD_NAMES ? field_type_name((enum field_type)n) : NULL; // lists of names are the workflow's own
}

static void read_type(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	static const struct vocabulary types = {"type", type_at};
	struct field *field = into;
	int type = name_read(yaml, value, &types, NULL);

	if (type < 0)
		return;
	field->type = (enum field_type)type;
	field->least = type == FIELD_TEXT || type == FIELD_TICKET ? 1 : 0;
	field->most = type == FIELD_TEXT ? TEXT_MOST : type == FIELD_TICKET ? INT64_MAX : WHOLE_MOST;
}

static void read_text(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	yaml_text(yaml, value, into);
}

static void read_texts(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	size_t count;

	*(const char *const **)into = yaml_texts(yaml, value, &count);
}

static void read_limit(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	yaml_whole(yaml, value, -WHOLE_MOST, WHOLE_MOST, into);
}

static void read_kinds(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	*(kind_set *)into = (kind_set)names_read(yaml, value, &kinds_known, NULL, NULL).word[0];
}

static void read_parties(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	*(party_set *)into = (party_set)names_read(yaml, value, &parties_known, NULL, NULL).word[0];
}

// The type comes first: limits of one's own replace those that it brings.
static const struct yaml_key field_keys[] = {
    {"type", read_type, true, offsetof(struct own_field, field)},
    {"zh", read_text, true, offsetof(struct own_field, field.label_zh)},
    {"en", read_text, true, offsetof(struct own_field, field.label)},
    {"choices", read_texts, false, offsetof(struct own_field, field.choices)},
    {"least", read_limit, false, offsetof(struct own_field, field.least)},
    {"most", read_limit, false, offsetof(struct own_field, field.most)},
    {"given", read_texts, false, offsetof(struct own_field, given)},
    {"required", read_texts, false, offsetof(struct own_field, required)},
    {"kinds", read_kinds, false, offsetof(struct own_field, kinds)},
    {"edit", read_parties, false, offsetof(struct own_field, edit)},
};

static bool key_is_good(const char *key)
{
	size_t length = strlen(key);

	return text_starts(key, OWN_PREFIX) && length > strlen(OWN_PREFIX) && length <= KEY_MOST &&
	    strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static void check_choices(struct yaml *yaml, const struct yaml_node *node, const struct field *field)
{
	for (size_t i = 0; field->choices != NULL && field->choices[i] != NULL; i++)
		for (size_t j = 0; j < i; j++)
			if (text_equals(field->choices[i], field->choices[j]))
				yaml_fault(yaml, node, "duplicate", "the choice '%s' stands there twice",
				    field->choices[i]);
}

static void check_whole(struct yaml *yaml, const struct yaml_node *node, const struct own_field *own)
{
	const struct field *field = &own->field;
	bool limited = field->type == FIELD_TEXT || field->type == FIELD_WHOLE;

	if ((field->type == FIELD_CHOICE) != (field->choices != NULL))
		yaml_fault(yaml, node, "choices", "a choice has 'choices', and nothing else has");
	if (!limited && (yaml_member(node, "least") != NULL || yaml_member(node, "most") != NULL))
		yaml_fault(yaml, node, "range", "only a text or a whole has limits");
	else if (field->least > field->most ||
	    (field->type == FIELD_TEXT && (field->least < 1 || field->most > TEXT_MOST)))
		yaml_fault(yaml, node, "range", "these limits leave nothing, or more than %d characters", TEXT_MOST);
	if (own->given == NULL && own->required == NULL && own->edit == 0)
		yaml_fault(yaml, node, "missing", "nobody could ever fill %s: say given, required or edit", node->key);
	check_choices(yaml, node, field);
}

static void read_field(struct yaml *yaml, const struct yaml_node *node, struct own_field *own)
{
	size_t before = yaml->faults->count;

	*own = (struct own_field){
	    .field = {.key = node->key, .place = PLACE_BODY, .source = SOURCE_PEOPLE},
	    .line = node->line,
	    .kinds = KINDS_ALL,
	};
	if (!key_is_good(node->key))
		yaml_fault(yaml, node, "format",
		    "a key is " OWN_PREFIX " and up to %d lower-case letters, digits and '_'",
		    KEY_MOST - (int)strlen(OWN_PREFIX));
	yaml_read_map(yaml, node, KEYS(field_keys), own);
	if (yaml->faults->count == before) // a whole of wrong parts is not worth checking
		check_whole(yaml, node, own);
}

static void read_all(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct own_fields *own = into;

	if (!yaml_is(yaml, value, YAML_MAP))
		return;
	if (value->count > OWN_MOST) {
		yaml_fault(yaml, value, "range", "there can be at most %d fields", OWN_MOST);
		return;
	}
	own->list = arena_take_array(yaml->arena, value->count + 1, sizeof(*own->list));
	for (const struct yaml_node *node = value->first; node != NULL; node = node->next)
		read_field(yaml, node, &own->list[own->count++]);
}

static const struct yaml_key file_keys[] = {
    {"fields", read_all, true, 0},
};

struct own_fields *own_fields_load(const char *file, const char *text, struct arena *arena, struct faults *faults)
{
	struct own_fields *own = arena_take(arena, sizeof(*own));
	struct yaml yaml = {file, arena, faults, NULL};
	const struct yaml_node *root = yaml_read(&yaml, text);
	size_t before = faults->count;

	if (root == NULL)
		return NULL;
	own->file = arena_copy(arena, file);
	yaml_read_map(&yaml, root, KEYS(file_keys), own);
	return faults->count == before ? own : NULL;
}
