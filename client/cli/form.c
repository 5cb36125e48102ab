// SPDX-License-Identifier: Apache-2.0
// A form: what is to be sent, by key.
#include "cli/form.h"

#include <string.h>

#include "cli/file.h"
#include "cli/own.h"
#include "cli/say.h"

static struct entry *entry_find(const struct form *form, const char *key)
{
	for (struct entry *entry = form->first; entry; entry = entry->next)
		if (text_equals(entry->key, key))
			return entry;
	return NULL;
}

const char *form_text(const struct form *form, const char *key)
{
	const struct entry *entry = entry_find(form, key);
	return entry ? entry->text : NULL;
}

void form_set(struct form *form, enum value value, const char *key, const char *text)
{
	struct entry *entry = entry_find(form, key);
	if (!entry) {
		entry = arena_take(form->arena, sizeof *entry);
		*(form->last ? &form->last->next : &form->first) = entry;
		form->last = entry;
	}
	entry->key = arena_copy(form->arena, key);
	entry->text = value_normal(form->arena, value, text);
	entry->value = value;
}

void form_set_field(struct form *form, const char *key, const char *text)
{
	enum field_id id;
	form_set(form, field_find(key, &id) ? value_of_field(id) : VALUE_TEXT, key, text);
}

const char *form_typed(struct arena *arena, const char *text)
{
	if (text_starts(text, "@@"))
		return text + 1;
	if (*text != '@' && !text_equals(text, "-"))
		return text;
	char *content = file_read(arena, *text == '@' ? text + 1 : text);
	for (size_t end = content ? strlen(content) : 0; end > 0 && content[end - 1] == '\n'; end--)
		content[end - 1] = '\0';
	return content;
}

static bool take_assignment(struct form *form, struct cli *cli, const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	if (!equals || equals == assignment) {
		cli_usage(cli, _("--field wants KEY=VALUE, not \"%s\""), assignment);
		return false;
	}
	const char *key = arena_copy_bytes(form->arena, assignment, (size_t)(equals - assignment));
	const char *text = form_typed(form->arena, equals + 1);
	own_learn(cli, key);
	if (text)
		form_set_field(form, key, text);
	return text != NULL;
}

static bool is_twice(const struct cli *cli, size_t index)
{
	const char *assignment = cli->given[index].value;
	size_t length = strcspn(assignment, "=") + 1;
	for (size_t i = 0; i < index; i++)
		if (cli->given[i].flag->value == VALUE_FIELD && strncmp(cli->given[i].value, assignment, length) == 0) {
			cli_usage(cli, _("\"%s\" is given twice"), assignment);
			return true;
		}
	return false;
}

static const char *key_of(const struct flag *flag)
{
	return flag->key ? flag->key : flag->name;
}

bool form_take(struct form *form, struct cli *cli)
{
	const struct argument *arguments = cli->command->arguments;
	for (size_t i = 0; i < ARGUMENT_MOST && i < cli->arg_count; i++)
		if (arguments[i].key)
			form_set(form, arguments[i].value, arguments[i].key, cli->args[i]);
	for (size_t i = 0; i < cli->given_count; i++) {
		const struct flag *flag = cli->given[i].flag;
		enum value_shape shape = value_rows[flag->value].shape;
		bool list = shape == SHAPE_LIST || shape == SHAPE_SHARES;
		if (flag->place == PLACE_FIELD && cli_is_first(cli, i))
			form_set(form, flag->value, key_of(flag),
			    list ? cli_joined(cli, i) : cli_flag(cli, flag->name));
	}
	for (const struct flag *flag = cli->command->flags; flag->value != VALUE_NONE; flag++)
		if (flag->preset && !form_text(form, key_of(flag)))
			form_set(form, flag->value, key_of(flag), flag->preset);
	for (size_t i = 0; i < cli->given_count; i++)
		if (cli->given[i].flag->value == VALUE_FIELD) {
			if (is_twice(cli, i) || !take_assignment(form, cli, cli->given[i].value))
				return false;
		}
	return true;
}

void form_write(const struct form *form, struct json_out *json)
{
	for (const struct entry *entry = form->first; entry; entry = entry->next)
		value_write(json, entry->value, entry->key, entry->text);
}

const char *form_print(const struct form *form)
{
	struct json_out json;
	json_out_init(&json, form->arena);
	json_begin(&json, NULL, '{');
	form_write(form, &json);
	json_end(&json, '}');
	return json.out.bytes;
}
