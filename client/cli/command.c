// SPDX-License-Identifier: Apache-2.0
// Finding rows of THE COMMAND TABLE, and the nearest to what was mistyped.
#include "cli/command.h"

#include <string.h>

#include "base/text.h"

static bool is_among(const char *names, const char *name)
{
	size_t length = strlen(name);
	for (; names && *names; names += strspn(names, " ")) {
		size_t found = strcspn(names, " ");
		if (found == length && strncmp(names, name, length) == 0)
			return true;
		names += found;
	}
	return false;
}

const struct noun *noun_find(const char *name)
{
	static const struct noun complete = {.name = "__complete"};
	for (const struct noun *noun = nouns; noun->name; noun++)
		if (text_equals(noun->name, name) || is_among(noun->aliases, name))
			return noun;
	return text_equals(name, complete.name) ? &complete : NULL;
}

bool noun_stands_alone(const char *noun)
{
	return command_find(noun, NULL) != NULL;
}

static const struct command *const parts[] = {ticket_commands, record_commands, commands};

#define PARTS (sizeof parts / sizeof *parts)

static bool is_last_of(const struct command *part, const struct command *command)
{
	for (; part->noun; part++)
		if (part == command)
			return !part[1].noun;
	return false;
}

const struct command *command_next(const struct command *command)
{
	if (!command)
		return parts[0];
	for (size_t i = 0; i < PARTS; i++)
		if (is_last_of(parts[i], command))
			return i + 1 < PARTS ? parts[i + 1] : NULL;
	return command + 1;
}

const struct command *command_find(const char *noun, const char *verb)
{
	for (const struct command *command = NULL; (command = command_next(command)) != NULL;) {
		if (!text_equals(command->noun, noun))
			continue;
		if (!command->verb || !verb ? command->verb == verb
		                            : text_equals(command->verb, verb) || is_among(command->aliases, verb))
			return command;
	}
	return NULL;
}

static const struct flag *find_in(const struct flag *flags, const char *name, size_t length)
{
	for (; flags->value != VALUE_NONE; flags++)
		if (strlen(flags->name) == length && strncmp(flags->name, name, length) == 0)
			return flags;
	return NULL;
}

const struct flag *flag_find(const struct command *command, const char *name, size_t length)
{
	const struct flag *flag = command ? find_in(command->flags, name, length) : NULL;
	return flag ? flag : find_in(global_flags, name, length);
}

static const struct flag *find_letter(const struct flag *flags, char letter)
{
	for (; flags->value != VALUE_NONE; flags++)
		if (flags->letter == letter)
			return flags;
	return NULL;
}

const struct flag *flag_of_letter(const struct command *command, char letter)
{
	if (!letter)
		return NULL;
	const struct flag *flag = command ? find_letter(command->flags, letter) : NULL;
	return flag ? flag : find_letter(global_flags, letter);
}

struct nearest {
	const char *mistyped, *name;
	size_t distance;
};

static void consider(struct nearest *nearest, const char *name)
{
	size_t distance = text_distance(nearest->mistyped, name);
	if (distance < nearest->distance) {
		nearest->distance = distance;
		nearest->name = name;
	}
}

static const char *close_enough(const struct nearest *nearest)
{
	return nearest->name && words_close(nearest->mistyped, nearest->distance) ? nearest->name : NULL;
}

const char *noun_nearest(const char *mistyped)
{
	struct nearest nearest = {mistyped, NULL, SIZE_MAX};
	for (const struct noun *noun = nouns; noun->name; noun++)
		consider(&nearest, noun->name);
	return close_enough(&nearest);
}

const char *verb_nearest(const char *noun, const char *mistyped)
{
	struct nearest nearest = {mistyped, NULL, SIZE_MAX};
	for (const struct command *command = NULL; (command = command_next(command)) != NULL;)
		if (command->verb && text_equals(command->noun, noun))
			consider(&nearest, command->verb);
	const char *action;
	for (size_t i = 0; text_equals(noun, "ticket") && (action = words_identifier(WORDS_ACTION, i)); i++)
		consider(&nearest, action);
	return close_enough(&nearest);
}

const char *flag_nearest(const struct command *command, const char *mistyped)
{
	struct nearest nearest = {mistyped + strspn(mistyped, "-"), NULL, SIZE_MAX};
	for (const struct flag *flag = command->flags; flag->value != VALUE_NONE; flag++)
		consider(&nearest, flag->name);
	for (const struct flag *flag = global_flags; flag->value != VALUE_NONE; flag++)
		consider(&nearest, flag->name);
	return close_enough(&nearest);
}

static void add_argument(struct buffer *usage, const struct argument *argument)
{
	const char *name = argument->placeholder ? argument->placeholder : value_rows[argument->value].placeholder;
	bool optional = argument->count == COUNT_OPTIONAL;
	buffer_print(usage, " %s%s%s%s", optional ? "[" : "", name, argument->count == COUNT_MANY ? "…" : "",
	    optional ? "]" : "");
}

const char *command_usage(struct arena *arena, const struct command *command)
{
	struct buffer usage;
	buffer_init(&usage, arena);
	buffer_print(&usage, "weihu %s%s%s", command->noun, command->verb ? " " : "",
	    command->verb ? command->verb : "");
	for (size_t i = 0; i < ARGUMENT_MOST && command->arguments[i].value != VALUE_NONE; i++)
		add_argument(&usage, &command->arguments[i]);
	if (command->flags->value != VALUE_NONE)
		buffer_add_text(&usage, " [FLAGS]");
	return usage.bytes;
}
