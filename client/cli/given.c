// SPDX-License-Identifier: Apache-2.0
// What the flags gave: by name, as a query.
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/url.h"

const char *cli_flag(const struct cli *cli, const char *name)
{
	const char *value = NULL;
	for (size_t i = 0; i < cli->given_count; i++)
		if (text_equals(cli->given[i].flag->name, name))
			value = cli->given[i].value;
	return value;
}

bool cli_is(const struct cli *cli, const char *name)
{
	return text_equals(cli_flag(cli, name), "true");
}

static const char *key_of(const struct flag *flag)
{
	return flag->key ? flag->key : flag->name;
}

bool cli_is_first(const struct cli *cli, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (cli->given[i].flag == cli->given[index].flag)
			return false;
	return true;
}

const char *cli_joined(const struct cli *cli, size_t index)
{
	const struct flag *flag = cli->given[index].flag;
	struct buffer value;
	buffer_init(&value, cli->arena);
	for (size_t i = index; i < cli->given_count; i++)
		if (cli->given[i].flag == flag) {
			if (value.length > 0)
				buffer_add_char(&value, ',');
			buffer_add_text(&value, cli->given[i].value);
		}
	return value.bytes;
}

// KEY=VALUE asks for what it says; without a value it is for the server to refuse.
static void add_assignment(const struct cli *cli, struct buffer *query, const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	if (equals)
		url_add_query(query, arena_copy_bytes(cli->arena, assignment, (size_t)(equals - assignment)),
		    equals + 1);
	else
		url_add_query(query, assignment, "");
}

const char *cli_query(const struct cli *cli, const char *more)
{
	struct buffer query;
	buffer_init(&query, cli->arena);
	for (size_t i = 0; i < cli->given_count; i++) {
		const struct flag *flag = cli->given[i].flag;
		if (flag->value == VALUE_FIELD && flag->place == PLACE_QUERY)
			add_assignment(cli, &query, cli->given[i].value);
		else if (flag->place == PLACE_QUERY && cli_is_first(cli, i))
			url_add_query(&query, key_of(flag),
			    flag->value == VALUE_TRUTH ? cli->given[i].value : cli_joined(cli, i));
	}
	if (more && *more) {
		buffer_add_char(&query, query.length > 0 ? '&' : '?');
		buffer_add_text(&query, more);
	}
	return query.bytes;
}

bool cli_may_ask(const struct cli *cli)
{
	return cli->interactive && !cli_is(cli, "no-input");
}

void cli_note(struct cli *cli, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	buffer_print(&cli->notes, "%s\n", arena_vprint(cli->arena, format, values));
	va_end(values);
}
