// SPDX-License-Identifier: Apache-2.0
// weihu __complete -- WORD…: what the last word could become, one candidate a line, its meaning behind a tab.
#include <string.h>

#include "cli/handlers.h"
#include "cli/http.h"
#include "cli/output.h"
#include "cli/profile.h"
#include "cli/safe.h"
#include "cli/say.h"
#include "cli/ticket.h"
#include "cli/url.h"

#define PATIENCE 2 // seconds that a person waits for a list of candidates

struct completion {
	struct cli *cli;
	const struct command *command;
	const char *noun, *verb;
	const char *args[ARGUMENT_MOST + 1];
	size_t arg_count;
	const struct flag *flag; // whose value comes now, or NULL
	const char *prefix;      // what stands already and stays: "--state=", "draft,"
	const char *word;        // what is to be completed
};

static void offer(const struct completion *completion, const char *candidate, const char *end, const char *meaning)
{
	if (!candidate || !text_starts(candidate, completion->word))
		return;
	fprintf(completion->cli->out, "%s%s%s", completion->prefix, safe_line(completion->cli->arena, candidate), end);
	if (meaning && *meaning && !text_equals(meaning, candidate))
		fprintf(completion->cli->out, "\t%s", safe_line(completion->cli->arena, meaning));
	fputc('\n', completion->cli->out);
}

static void offer_words(const struct completion *completion, enum words words)
{
	const char *identifier;
	for (size_t i = 0; (identifier = words_identifier(words, i)); i++)
		offer(completion, identifier, "", words_label(words, identifier));
}

static const struct json *peek(const struct completion *completion, const char *path)
{
	struct request request = {.method = "GET", .path = path, .seconds = PATIENCE};
	struct answer answer = http_ask(completion->cli, completion->cli->arena, &request);
	return answer.code == LEAVE_OK ? answer.json : NULL;
}

static const struct { // what the server knows best
	enum value value;
	const char *path, *key, *meaning;
} live[] = {
    {VALUE_TICKET, "/v1/tickets?sort=-updated&limit=100", "id", "title"},
    {VALUE_PERSON, "/v1/people?active=true&limit=500", "login", "name"},
    {VALUE_PROGRAM, "/v1/programs", "code", "name"},
    {VALUE_TOKEN, "/v1/people/{1}/tokens", "id", "name"},
    {VALUE_ATTACHMENT, "/v1/tickets/{1}/attachments", "id", "name"},
};

static void offer_live(const struct completion *completion, enum value value)
{
	struct arena *arena = completion->cli->arena;
	for (size_t i = 0; i < sizeof live / sizeof *live; i++) {
		if (live[i].value != value)
			continue;
		const struct json *answer =
		    peek(completion, url_fill(arena, live[i].path, completion->args, completion->arg_count));
		const struct json *items = answer ? json_member(answer, "items") : NULL;
		for (const struct json *item = items ? items->first : NULL; item; item = item->next)
			offer(completion, column_plain(arena, &(struct column){.key = live[i].key}, item), "",
			    column_plain(arena, &(struct column){.key = live[i].meaning}, item));
	}
}

// The first argument that is a ticket's number, or NULL.
static const char *named_ticket(const struct completion *completion)
{
	int64_t id;
	for (size_t i = 0; i < completion->arg_count; i++) {
		const char *arg = value_normal(completion->cli->arena, VALUE_TICKET, completion->args[i]);
		if (text_to_int(arg, 1, INT64_MAX, &id))
			return arg;
	}
	return NULL;
}

static const struct json *named_transitions(const struct completion *completion)
{
	const char *id = named_ticket(completion);
	return id ? peek(completion, ticket_path(completion->cli, id, "/transitions")) : NULL;
}

// The legal actions of the ticket that is named, else every action that this program knows.
static void offer_actions(const struct completion *completion)
{
	const struct json *transitions = named_transitions(completion);
	const struct json *actions = transitions ? json_member(transitions, "actions") : NULL;
	if (!actions) {
		offer_words(completion, WORDS_ACTION);
		return;
	}
	bool all = completion->command && text_equals(completion->command->verb, "why");
	for (const struct json *row = actions->first; row; row = row->next) {
		const char *action = json_text(json_member(row, "action"));
		if (action && (all || ticket_is_open(row)))
			offer(completion, action, "", words_label(WORDS_ACTION, action));
	}
}

static bool is_listed(const struct json *row, const char *list, const char *key)
{
	const struct json *items = json_member(row, list);
	for (const struct json *item = items && items->type == JSON_LIST ? items->first : NULL; item;
	     item = item->next) {
		if (text_equals(json_text(item), key))
			return true;
		for (const struct json *one = item->type == JSON_LIST ? item->first : NULL; one; one = one->next)
			if (text_equals(json_text(one), key))
				return true;
	}
	return false;
}

static void offer_field_value(struct completion *completion, const char *equals)
{
	enum field_id id;
	const char *key =
	    arena_copy_bytes(completion->cli->arena, completion->word, (size_t)(equals - completion->word));
	completion->prefix = arena_print(completion->cli->arena, "%s=", key);
	completion->word = equals + 1;
	if (!field_find(key, &id))
		return;
	for (size_t i = 0; fields[id].choices && fields[id].choices[i]; i++)
		offer(completion, fields[id].choices[i], "", NULL);
	if (fields[id].type == FIELD_TRUTH) {
		offer(completion, "true", "", _("yes"));
		offer(completion, "false", "", _("no"));
	}
	offer_live(completion, fields[id].type == FIELD_PEOPLE ? VALUE_PERSON : value_of_field(id));
}

// What the action takes on this ticket; where that cannot be told, every field that people fill.
static void offer_fields(struct completion *completion)
{
	const char *equals = strchr(completion->word, '=');
	if (equals) {
		offer_field_value(completion, equals);
		return;
	}
	const struct json *transitions = named_transitions(completion);
	const struct json *row = ticket_action(transitions, completion->arg_count > 0 ? completion->args[0] : NULL);
	for (size_t id = 0; id < FIELD_COUNT && fields[id].key; id++) {
		bool fits =
		    !row || is_listed(row, "requires", fields[id].key) || is_listed(row, "accepts", fields[id].key);
		if (fits && fields[id].source == SOURCE_PEOPLE)
			offer(completion, fields[id].key, "=", _(fields[id].label));
	}
}

static void offer_nouns(const struct completion *completion)
{
	for (const struct noun *noun = nouns; noun->name; noun++)
		offer(completion, noun->name, "", _(noun->help));
}

static void offer_verbs(const struct completion *completion, const char *noun)
{
	for (const struct command *command = NULL; (command = command_next(command)) != NULL;)
		if (command->verb && text_equals(command->noun, noun))
			offer(completion, command->verb, "", _(command->help));
	if (text_equals(noun, "ticket"))
		offer_words(completion, WORDS_ACTION);
}

static void offer_flags(const struct completion *completion)
{
	const struct flag *tables[] = {completion->command ? completion->command->flags : NULL, global_flags};
	for (size_t i = 0; i < 2; i++)
		for (const struct flag *flag = tables[i]; flag && flag->value != VALUE_NONE; flag++)
			offer(completion, arena_print(completion->cli->arena, "--%s", flag->name), "", _(flag->help));
}

static void offer_columns(const struct completion *completion)
{
	const struct resource *resource = completion->command ? completion->command->resource : NULL;
	for (const struct column *column = resource ? resource->columns : NULL; column && column->key; column++)
		offer(completion, column->key, "", _(column->label));
}

static void offer_value(struct completion *completion, enum value value)
{
	const char *comma = strrchr(completion->word, ',');
	if (comma && value != VALUE_FIELD) {
		const char *before =
		    arena_copy_bytes(completion->cli->arena, completion->word, (size_t)(comma + 1 - completion->word));
		completion->prefix = arena_print(completion->cli->arena, "%s%s", completion->prefix, before);
		completion->word = comma + 1;
	}
	if (value == VALUE_FIELD)
		offer_fields(completion);
	else if (value == VALUE_ACTION)
		offer_actions(completion);
	else if (value == VALUE_COLUMNS)
		offer_columns(completion);
	else if (value == VALUE_FILE)
		fputs(":files\n", completion->cli->out);
	else if (value == VALUE_NOUN)
		offer_nouns(completion);
	else if (value == VALUE_VERB)
		offer_verbs(completion, completion->args[0]);
	else if (value_rows[value].words != WORDS_NONE)
		offer_words(completion, value_rows[value].words);
	else
		offer_live(completion, value);
}

static void offer_argument(struct completion *completion)
{
	const struct argument *arguments = completion->command->arguments;
	size_t row = 0;
	for (size_t i = 0; i < completion->arg_count && row < ARGUMENT_MOST; i++)
		row += arguments[row].count != COUNT_MANY;
	bool number_first =
	    completion->command->run == ticket_do_run && completion->arg_count == 1 && named_ticket(completion);
	if (number_first)
		offer_actions(completion);
	else if (row < ARGUMENT_MOST && arguments[row].value != VALUE_NONE)
		offer_value(completion, arguments[row].value);
}

static void take_argument(struct completion *completion, const char *word)
{
	if (!completion->noun) {
		const struct noun *noun = noun_find(word);
		completion->noun = noun ? noun->name : word;
		completion->command = command_find(completion->noun, NULL);
	} else if (!completion->verb && !noun_stands_alone(completion->noun)) {
		completion->verb = word;
		completion->command = command_find(completion->noun, word);
		if (!completion->command && text_equals(completion->noun, "ticket")) {
			completion->command = command_find("ticket", "do");
			completion->args[completion->arg_count++] = word;
		}
	} else if (completion->arg_count < sizeof completion->args / sizeof *completion->args)
		completion->args[completion->arg_count++] = word;
}

// A flag before the last word; the server and the profile that it may name count for what is asked live.
static void take_flag(struct completion *completion, const char *word, const char *next)
{
	bool is_long = text_starts(word, "--");
	if (strchr(word, '='))
		return;
	const struct flag *flag = is_long ? flag_find(completion->command, word + 2, strlen(word + 2))
	                                  : flag_of_letter(completion->command, word[1]);
	if (!flag || flag->value == VALUE_TRUTH || (!is_long && word[2]))
		return;
	completion->flag = flag;
	if (next && flag_find(NULL, flag->name, strlen(flag->name)))
		completion->cli->given[completion->cli->given_count++] = (struct given_flag){flag, next};
}

static void offer_for(struct completion *completion)
{
	const char *word = completion->word, *equals = text_starts(word, "--") ? strchr(word, '=') : NULL;
	if (equals && !completion->flag) {
		completion->flag = flag_find(completion->command, word + 2, (size_t)(equals - word) - 2);
		completion->prefix = arena_copy_bytes(completion->cli->arena, word, (size_t)(equals + 1 - word));
		completion->word = equals + 1;
	}
	if (completion->flag)
		offer_value(completion, completion->flag->value);
	else if (*word == '-')
		offer_flags(completion);
	else if (!completion->noun)
		offer_nouns(completion);
	else if (!completion->verb && !noun_stands_alone(completion->noun))
		offer_verbs(completion, completion->noun);
	else if (completion->command)
		offer_argument(completion);
}

int complete_run(struct cli *cli)
{
	size_t last = cli->arg_count - 1;
	struct completion completion = {.cli = cli, .prefix = "", .word = cli->args[last]};
	for (size_t i = 0; i < last; i++) {
		if (completion.flag)
			completion.flag = NULL; // this word is its value
		else if (*cli->args[i] == '-')
			take_flag(&completion, cli->args[i], i + 1 < last ? cli->args[i + 1] : NULL);
		else
			take_argument(&completion, cli->args[i]);
	}
	if (profile_settle(cli))
		offer_for(&completion);
	return LEAVE_OK;
}
