// SPDX-License-Identifier: Apache-2.0
// What most commands do, by their row in THE COMMAND TABLE alone.
#include "cli/resource.h"

#include <stdlib.h>
#include <string.h>

#include "cli/form.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/say.h"
#include "cli/url.h"

#define PAGE_MOST 500 // items that the server gives at once

const char *resource_subject(const struct cli *cli)
{
	static const char *const names[VALUE_COUNT] = {[VALUE_TICKET] = "ticket",
	    [VALUE_PERSON] = "person",
	    [VALUE_PROGRAM] = "program",
	    [VALUE_REVIEW] = "review"};
	const char *noun = names[cli->command->arguments[0].value];
	return noun && cli->arg_count > 0 ? arena_print(cli->arena, "%s/%s", noun, cli->args[0]) : NULL;
}

static const char *own_path(const struct cli *cli)
{
	return url_fill(cli->arena, cli->command->path, cli->args, cli->arg_count);
}

const struct json *resource_get(struct cli *cli, const char *path, const char *subject, int *code)
{
	struct answer answer = http_ask(cli, cli->arena, &(struct request){.method = "GET", .path = path});
	*code = answer.code;
	if (answer.code != LEAVE_OK)
		problem_tell(cli, &answer, &(struct subject){.name = subject});
	else if (!answer.json) {
		say(_("the server's answer is not JSON; is %s a weihu server?"), cli->server);
		*code = LEAVE_OTHER;
	}
	return *code == LEAVE_OK ? answer.json : NULL;
}

const struct json *resource_peek(struct cli *cli, const char *path)
{
	struct answer answer = http_ask(cli, cli->arena, &(struct request){.method = "GET", .path = path});
	return answer.code == LEAVE_OK ? answer.json : NULL;
}

struct listing {
	struct cli *cli;
	struct output *output;
	const char *path, *query; // the query with its '?', or ""
	int64_t limit;            // 0: none
	char *cursor;
	bool more; // there is more than was asked for
};

static const char *page_path(const struct listing *listing, struct arena *arena)
{
	struct buffer query;
	buffer_init(&query, arena);
	buffer_add_text(&query, listing->query);
	int64_t left = listing->limit - (int64_t)listing->output->count;
	int64_t page = listing->limit && left < PAGE_MOST ? left : PAGE_MOST;
	if (listing->cli->command->paged)
		url_add_query(&query, "limit", arena_print(arena, "%d", (int)page));
	if (listing->cursor)
		url_add_query(&query, "cursor", listing->cursor);
	return arena_print(arena, "%s%s", listing->path, query.bytes);
}

// The items of the answer: those of a page, or a bare list.
static const struct json *items_of(const struct answer *answer)
{
	if (!answer->json)
		return NULL;
	return answer->json->type == JSON_LIST ? answer->json : json_member(answer->json, "items");
}

// One page out; true when another one follows. `arena` lives for this page alone.
static bool list_page(struct listing *listing, struct arena *arena, int *code)
{
	struct cli *cli = listing->cli;
	struct answer answer =
	    http_ask(cli, arena, &(struct request){.method = "GET", .path = page_path(listing, arena)});
	*code = answer.code;
	if (answer.code != LEAVE_OK) {
		problem_tell(cli, &answer, &(struct subject){.name = resource_subject(cli)});
		return false;
	}
	const struct json *items = items_of(&answer);
	const char *next = answer.json ? json_text(json_member(answer.json, "next")) : NULL;
	if (next && text_equals(next, listing->cursor)) {
		say(_("the server gives the same page again; what came so far is not all"));
		*code = LEAVE_OTHER;
		return false;
	}
	for (const struct json *item = items ? items->first : NULL; item; item = item->next) {
		listing->more = listing->limit && (int64_t)listing->output->count == listing->limit;
		if (listing->more)
			return false;
		output_item(listing->output, item);
	}
	listing->more = listing->limit && next && (int64_t)listing->output->count >= listing->limit;
	listing->cursor = next && !listing->more ? strdup(next) : NULL;
	return listing->cursor != NULL;
}

static bool read_limit(struct cli *cli, int64_t *limit)
{
	const char *text = cli_flag(cli, "limit");
	*limit = 0;
	if (!text || text_to_int(text, 1, INT32_MAX, limit))
		return true;
	cli_usage(cli, _("--limit wants a number from 1, not \"%s\""), text);
	return false;
}

int resource_list(struct cli *cli, const struct resource *resource, const char *path, const char *query)
{
	struct listing listing = {.cli = cli, .path = path, .query = query};
	if (!read_limit(cli, &listing.limit))
		return LEAVE_USAGE;
	listing.output = output_begin(cli, resource, true);
	if (!listing.output)
		return LEAVE_USAGE;
	int code = LEAVE_OK;
	bool follows = true;
	while (follows) {
		struct arena *arena = arena_new();
		char *behind = listing.cursor;
		follows = list_page(&listing, arena, &code);
		free(behind);
		arena_free(arena);
	}
	size_t count = listing.output->count;
	listing.output->failed = code != LEAVE_OK;
	output_end(listing.output);
	if (listing.more)
		cli_note(cli, _("The first %zu are shown; there are more (without --limit all come)."), count);
	return code;
}

int resource_run_list(struct cli *cli)
{
	return resource_list(cli, cli->command->resource, own_path(cli), cli_query(cli, NULL));
}

int resource_run_show(struct cli *cli)
{
	int code;
	const struct json *item = resource_get(cli, own_path(cli), resource_subject(cli), &code);
	return item ? output_one(cli, cli->command->resource, item) : code;
}

int resource_tell_done(struct cli *cli, const struct json *item)
{
	const struct command *command = cli->command;
	if (!item || (cli->terminal && !cli_flag(cli, "output"))) {
		const char *name = item && command->resource ? output_name(cli->arena, command->resource, item) : NULL;
		if (command->done)
			tell(_(command->done), name ? name : resource_subject(cli));
		return LEAVE_OK;
	}
	return output_one(cli, command->resource, item);
}

static int write_own(struct cli *cli, const char *method)
{
	struct form form = {.arena = cli->arena};
	if (!form_take(&form, cli))
		return LEAVE_USAGE;
	struct request request = {.method = method,
	    .path = own_path(cli),
	    .body = form_print(&form),
	    .version = cli_flag(cli, "if-version")};
	if (text_equals(method, "PATCH") && !form.first)
		return cli_usage(cli, _("nothing to change is given"));
	struct answer answer = http_ask(cli, cli->arena, &request);
	if (answer.code != LEAVE_OK)
		return problem_tell(cli, &answer, &(struct subject){.name = resource_subject(cli)});
	return resource_tell_done(cli, answer.json);
}

int resource_run_create(struct cli *cli)
{
	return write_own(cli, "POST");
}

int resource_run_change(struct cli *cli)
{
	return write_own(cli, "PATCH");
}
