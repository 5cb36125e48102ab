// SPDX-License-Identifier: Apache-2.0
// The command line read by THE COMMAND TABLE.
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/say.h"

struct words_left { // argv as it is consumed
	char **next, **end;
};

int cli_usage(const struct cli *cli, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	say("%s", arena_vprint(cli->arena, format, values));
	va_end(values);
	const struct command *command = cli->command;
	if (!command)
		tell(_("See: weihu help"));
	else {
		tell(_("Usage: %s"), command_usage(cli->arena, command));
		tell(_("See: weihu help %s%s%s"), command->noun, command->verb ? " " : "",
		    command->verb ? command->verb : "");
	}
	return LEAVE_USAGE;
}

static void give(struct cli *cli, const struct flag *flag, const char *value)
{
	cli->given[cli->given_count++] = (struct given_flag){flag, value_normal(cli->arena, flag->value, value)};
}

static int complain_of_flag(const struct cli *cli, const char *word)
{
	const char *nearest = cli->command ? flag_nearest(cli->command, word) : NULL;
	return nearest ? cli_usage(cli, _("unknown flag %s; did you mean --%s?"), word, nearest)
	               : cli_usage(cli, _("unknown flag %s"), word);
}

static int take_value(struct cli *cli, const struct flag *flag, const char *attached, struct words_left *left)
{
	if (!attached && left->next == left->end)
		return cli_usage(cli, _("--%s needs a value"), flag->name);
	give(cli, flag, attached ? attached : *left->next++);
	return LEAVE_OK;
}

static int parse_long(struct cli *cli, const char *word, struct words_left *left)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct flag *flag = flag_find(cli->command, name, length);
	if (!flag && text_starts(name, "no-") && !equals) {
		flag = flag_find(cli->command, name + 3, length - 3);
		if (flag && flag->value == VALUE_TRUTH) {
			give(cli, flag, "false");
			return LEAVE_OK;
		}
		flag = NULL;
	}
	if (!flag)
		return complain_of_flag(cli, arena_copy_bytes(cli->arena, word, length + 2));
	if (flag->value == VALUE_TRUTH) {
		give(cli, flag, equals ? equals + 1 : "true");
		return LEAVE_OK;
	}
	return take_value(cli, flag, equals ? equals + 1 : NULL, left);
}

// -v, -o json, -ojson, -vo json.
static int parse_letters(struct cli *cli, const char *word, struct words_left *left)
{
	for (const char *letter = word + 1; *letter; letter++) {
		const struct flag *flag = flag_of_letter(cli->command, *letter);
		if (!flag)
			return complain_of_flag(cli, word);
		if (flag->value != VALUE_TRUTH)
			return take_value(cli, flag, letter[1] ? letter + 1 : NULL, left);
		give(cli, flag, "true");
	}
	return LEAVE_OK;
}

static int parse_rest(struct cli *cli, struct words_left left)
{
	int code = LEAVE_OK;
	while (code == LEAVE_OK && left.next < left.end) {
		const char *word = *left.next++;
		if (text_equals(word, "--")) {
			while (left.next < left.end)
				cli->args[cli->arg_count++] = *left.next++;
		} else if (text_starts(word, "--"))
			code = parse_long(cli, word, &left);
		else if (*word == '-' && word[1])
			code = parse_letters(cli, word, &left);
		else
			cli->args[cli->arg_count++] = word;
	}
	return code;
}

// The next word that is no global flag, taken out of argv; NULL when there is none before a flag of a command.
static char *take_word(struct words_left *left)
{
	for (char **word = left->next; word < left->end; word++) {
		if (**word != '-') {
			char *taken = *word;
			memmove(left->next + 1, left->next, (size_t)(word - left->next) * sizeof *word);
			left->next++;
			return taken;
		}
		bool is_long = text_starts(*word, "--");
		const struct flag *flag =
		    is_long ? flag_find(NULL, *word + 2, strlen(*word + 2)) : flag_of_letter(NULL, (*word)[1]);
		if (flag && flag->value != VALUE_TRUTH && (is_long || !(*word)[2]))
			word++;
	}
	return NULL;
}

static int complain_of_noun(const struct cli *cli, const char *name)
{
	const char *nearest = noun_nearest(name);
	return nearest ? cli_usage(cli, _("there is no command \"%s\"; did you mean \"%s\"?"), name, nearest)
	               : cli_usage(cli, _("there is no command \"%s\""), name);
}

static int complain_of_verb(const struct cli *cli, const char *noun, const char *verb)
{
	const char *nearest = verb_nearest(noun, verb);
	if (nearest)
		say(_("there is no command \"%s %s\"; did you mean \"%s %s\"?"), noun, verb, noun, nearest);
	else
		say(_("there is no command \"%s %s\""), noun, verb);
	tell(_("See: weihu help %s"), noun);
	(void)cli;
	return LEAVE_USAGE;
}

static int check_count(const struct cli *cli)
{
	const struct argument *argument = cli->command->arguments;
	size_t least = 0, most = 0;
	for (size_t i = 0; i < ARGUMENT_MOST && argument[i].value != VALUE_NONE; i++) {
		least += argument[i].count != COUNT_OPTIONAL;
		most = argument[i].count == COUNT_MANY ? SIZE_MAX : most + 1;
	}
	if (cli->arg_count < least)
		return cli_usage(cli, _("something is missing behind \"%s\""),
		    cli->command->verb ? cli->command->verb : cli->command->noun);
	if (cli->arg_count > most)
		return cli_usage(cli, _("\"%s\" is one too many"), cli->args[most]);
	return LEAVE_OK;
}

static int check_tickets(struct cli *cli)
{
	size_t row = 0;
	for (size_t i = 0; i < cli->arg_count; i++) {
		const struct argument *argument = &cli->command->arguments[row];
		if (argument->count != COUNT_MANY)
			row++;
		int64_t id;
		cli->args[i] = value_normal(cli->arena, argument->value, cli->args[i]);
		if (argument->value == VALUE_TICKET && !text_to_int(cli->args[i], 1, INT64_MAX, &id))
			return cli_usage(cli, _("\"%s\" is no ticket number"), cli->args[i]);
	}
	return LEAVE_OK;
}

// A verb that the table does not know may be an action of the workflow: "ticket evaluate 42" is "ticket do evaluate
// 42".
static int parse_action(struct cli *cli, const char *verb, struct words_left left)
{
	cli->command = command_find("ticket", "do");
	cli->args[cli->arg_count++] = verb;
	bool known = text_equals(words_nearest(WORDS_ACTION, verb), verb);
	if (!known && verb_nearest("ticket", verb))
		return complain_of_verb(cli, "ticket", verb);
	return parse_rest(cli, left);
}

static int parse_command(struct cli *cli, const char *name, struct words_left left)
{
	const struct noun *noun = noun_find(name);
	if (!noun)
		return complain_of_noun(cli, name);
	const char *verb = noun_stands_alone(noun->name) ? NULL : take_word(&left);
	cli->command = command_find(noun->name, verb);
	if (!cli->command && !verb)
		cli->command = command_find("help", NULL), cli->args[cli->arg_count++] = noun->name;
	if (!cli->command && text_equals(noun->name, "ticket"))
		return parse_action(cli, verb, left);
	return cli->command ? parse_rest(cli, left) : complain_of_verb(cli, noun->name, verb);
}

// A word gives one flag, or as many as it has letters: -vvv.
static size_t flags_at_most(int argc, char **argv)
{
	size_t most = 1;
	for (int i = 1; i < argc; i++)
		most += strlen(argv[i]) + 1;
	return most;
}

int cli_parse(struct cli *cli, int argc, char **argv)
{
	cli->args = arena_take_array(cli->arena, (size_t)argc + 2, sizeof *cli->args);
	cli->given = arena_take_array(cli->arena, flags_at_most(argc, argv), sizeof *cli->given);
	struct words_left left = {argv + 1, argv + argc};
	const char *name = take_word(&left);
	if (!name)
		name = "help";
	int code = parse_command(cli, name, left);
	if (code != LEAVE_OK || cli_is(cli, "help"))
		return code;
	if (cli->command->hidden)
		return LEAVE_OK;
	code = check_count(cli);
	return code == LEAVE_OK ? check_tickets(cli) : code;
}
