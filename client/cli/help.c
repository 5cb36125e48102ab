// SPDX-License-Identifier: Apache-2.0
// Help, read from THE COMMAND TABLE: examples first.
#include <string.h>

#include "cli/cli.h"
#include "cli/handlers.h"
#include "cli/say.h"
#include "cli/screen.h"

#define EXAMPLES_SHOWN 8 // on the page of a noun

static void heading(struct cli *cli, const char *text)
{
	fprintf(cli->out, "\n%s%s%s\n", screen_tint(cli, TINT_BOLD), text, screen_tint(cli, TINT_PLAIN));
}

static void row(struct cli *cli, const char *name, size_t width, const char *help)
{
	size_t taken = screen_width_of(name);
	fprintf(cli->out, "  %s", name);
	if (*help)
		fprintf(cli->out, "%*s  %s", (int)(taken < width ? width - taken : 0), "", help);
	fputc('\n', cli->out);
}

static void print_examples(struct cli *cli, const char *examples)
{
	for (const char *line = examples; *line; line += *line == '\n') {
		size_t length = strcspn(line, "\n");
		fprintf(cli->out, "  %.*s\n", (int)length, line);
		line += length;
	}
}

static const char *flag_text(struct cli *cli, const struct flag *flag)
{
	const char *placeholder = value_rows[flag->value].placeholder;
	const char *letter = flag->letter ? arena_print(cli->arena, "-%c, ", flag->letter) : "    ";
	return arena_print(cli->arena, "%s--%s%s%s", letter, flag->name, placeholder ? " " : "",
	    placeholder ? placeholder : "");
}

static void print_flags(struct cli *cli, const struct flag *flags)
{
	for (; flags->value != VALUE_NONE; flags++)
		row(cli, flag_text(cli, flags), 30, _(flags->help));
}

static void print_command(struct cli *cli, const struct command *command)
{
	fprintf(cli->out, "%s\n", _(command->help));
	heading(cli, _("Examples"));
	print_examples(cli, command->examples);
	heading(cli, _("Usage"));
	fprintf(cli->out, "  %s\n", command_usage(cli->arena, command));
	if (command->more)
		fprintf(cli->out, "\n%s\n",
		    screen_wrap(cli->arena, _(command->more), cli->width < 100 ? cli->width : 100, 0));
	if (command->flags->value != VALUE_NONE) {
		heading(cli, _("Flags"));
		print_flags(cli, command->flags);
	}
	heading(cli, _("Flags of every command"));
	print_flags(cli, global_flags);
}

static const char *first_example(struct cli *cli, const struct command *command)
{
	return arena_copy_bytes(cli->arena, command->examples, strcspn(command->examples, "\n"));
}

static void print_noun(struct cli *cli, const struct noun *noun)
{
	fprintf(cli->out, "%s\n", _(noun->help));
	heading(cli, _("Examples"));
	size_t shown = 0;
	for (const struct command *command = NULL; shown < EXAMPLES_SHOWN && (command = command_next(command)) != NULL;)
		if (text_equals(command->noun, noun->name)) {
			fprintf(cli->out, "  %s\n", first_example(cli, command));
			shown++;
		}
	heading(cli, _("Commands"));
	for (const struct command *command = NULL; (command = command_next(command)) != NULL;)
		if (text_equals(command->noun, noun->name))
			row(cli, command->verb, 14, _(command->help));
	if (text_equals(noun->name, "ticket")) {
		heading(cli, _("Actions of the workflow (weihu ticket ACTION ID… -F key=value)"));
		const char *action;
		for (size_t i = 0; (action = words_identifier(WORDS_ACTION, i)); i++) {
			const char *label = words_telling_label(WORDS_ACTION, action);
			row(cli, action, 16, label ? label : "");
		}
	}
	fprintf(cli->out, "\n");
	fprintf(cli->out, _("More on each: weihu help %s VERB\n"), noun->name);
}

static void print_all(struct cli *cli)
{
	fprintf(cli->out, "%s\n", _("weihu — maintenance requests: filed, routed, done, recorded"));
	heading(cli, _("Examples"));
	print_examples(cli,
	    "weihu login --server https://weihu.example.org\n"
	    "weihu ticket file\n"
	    "weihu ticket list --mine --open\n"
	    "weihu ticket show 42\n"
	    "weihu ticket why 42\n"
	    "weihu ticket accept 42 --comment \"Works\"");
	heading(cli, _("Commands"));
	for (const struct noun *noun = nouns; noun->name; noun++)
		row(cli, noun->name, 12, _(noun->help));
	heading(cli, _("Flags of every command"));
	print_flags(cli, global_flags);
	heading(cli, _("Exit codes"));
	fprintf(cli->out, "  %s\n",
	    _("0 fine · 1 other trouble · 2 usage · 3 not logged in · 4 forbidden · 5 not found"));
	fprintf(cli->out, "  %s\n",
	    _("6 conflict or illegal move · 7 invalid fields · 8 network, or the server is unavailable"));
	fprintf(cli->out, "\n%s\n", _("More: weihu help NOUN [VERB], man weihu"));
}

static int print_action(struct cli *cli, const char *verb)
{
	if (!text_equals(words_nearest(WORDS_ACTION, verb), verb))
		return LEAVE_USAGE;
	fprintf(cli->out, "%s: ", words_label(WORDS_ACTION, verb));
	print_command(cli, command_find("ticket", "do"));
	return LEAVE_OK;
}

int help_run(struct cli *cli)
{
	if (cli->arg_count == 0) {
		print_all(cli);
		return LEAVE_OK;
	}
	const struct noun *noun = noun_find(cli->args[0]);
	if (!noun || !noun->help) {
		const char *nearest = noun_nearest(cli->args[0]);
		return cli_usage(cli,
		    nearest ? _("there is no command \"%s\"; did you mean \"%s\"?") : _("there is no command \"%s\""),
		    cli->args[0], nearest);
	}
	bool alone = noun_stands_alone(noun->name);
	const char *verb = cli->arg_count > 1 && !alone ? cli->args[1] : NULL;
	const struct command *command = command_find(noun->name, verb);
	if (command)
		print_command(cli, command);
	else if (!verb)
		print_noun(cli, noun);
	else if (!text_equals(noun->name, "ticket") || print_action(cli, verb) != LEAVE_OK)
		return cli_usage(cli, _("there is no command \"%s %s\""), noun->name, verb);
	return LEAVE_OK;
}

int version_run(struct cli *cli)
{
	fprintf(cli->out, "weihu %s\n", WEIHU_VERSION);
	return LEAVE_OK;
}
