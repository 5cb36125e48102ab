// SPDX-License-Identifier: Apache-2.0
// weihu workflow show: as text for people, as data for programs.
#include <libintl.h>

#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/safe.h"
#include "cli/say.h"

static const char *asked_diagram(const struct cli *cli)
{
	static const char *const diagrams[] = {"mermaid", "dot", "markdown"};
	for (size_t i = 0; i < sizeof diagrams / sizeof *diagrams; i++)
		if (cli_is(cli, diagrams[i]))
			return diagrams[i];
	return cli->terminal && !cli_flag(cli, "output") ? "table" : NULL;
}

static int show_text(struct cli *cli, const char *diagram)
{
	const char *path = arena_print(cli->arena, "%s?format=%s&lang=%s", cli->command->path, diagram, say_language());
	struct answer answer = http_ask(cli, cli->arena, &(struct request){.method = "GET", .path = path});
	if (answer.code != LEAVE_OK)
		return problem_tell(cli, &answer, &(struct subject){.name = NULL});
	fputs(cli->terminal ? safe_lines(cli->arena, answer.body) : answer.body, cli->out);
	return LEAVE_OK;
}

// The row of one path of an action: both know something of it.
static const struct json *merged(struct arena *arena, const struct json *action, const struct json *path)
{
	struct json *row = arena_take(arena, sizeof *row), **end = &row->first;
	row->type = JSON_OBJECT;
	const struct json *sources[] = {path, action};
	for (size_t i = 0; i < 2; i++)
		for (const struct json *member = sources[i]->first; member; member = member->next) {
			if (text_equals(member->key, "paths") || json_member(row, member->key))
				continue;
			struct json *copy = arena_take(arena, sizeof *copy);
			*copy = *member;
			copy->next = NULL;
			*end = copy;
			end = &copy->next;
			row->count++;
		}
	return row;
}

static int show_paths(struct cli *cli, const struct json *workflow)
{
	struct output *output = output_begin(cli, cli->command->resource, true);
	if (!output)
		return LEAVE_USAGE;
	const struct json *actions = json_member(workflow, "actions");
	for (const struct json *action = actions ? actions->first : NULL; action; action = action->next) {
		const struct json *paths = json_member(action, "paths");
		for (const struct json *path = paths ? paths->first : NULL; path; path = path->next)
			output_item(output, merged(cli->arena, action, path));
	}
	output_end(output);
	return LEAVE_OK;
}

int workflow_show_run(struct cli *cli)
{
	const char *diagram = asked_diagram(cli);
	if (diagram)
		return show_text(cli, diagram);
	int code;
	const struct json *workflow = resource_get(cli, cli->command->path, NULL, &code);
	if (!workflow)
		return code;
	bool whole = output_is(cli, "json") || output_is(cli, "jsonl") || output_is(cli, "yaml");
	return whole ? output_one(cli, cli->command->resource, workflow) : show_paths(cli, workflow);
}
