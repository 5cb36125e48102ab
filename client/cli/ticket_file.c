// SPDX-License-Identifier: Apache-2.0
// weihu ticket file: a request from flags, an editor, questions, or all of them.
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/editor.h"
#include "cli/handlers.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/ticket.h"

// The fields that the workflow wants of a request of this kind; NULL where it cannot be asked.
static const struct json *wanted_fields(struct cli *cli, const char *kind)
{
	const struct json *workflow = resource_peek(cli, "/v1/workflow");
	const struct json *submit = workflow ? ticket_action(workflow, "submit") : NULL;
	const struct json *paths = submit ? json_member(submit, "paths") : NULL;
	const struct json *requires = paths && paths->first ? json_member(paths->first, "requires") : NULL;
	return requires ? json_member(requires, kind) : NULL;
}

// Where any one of several fields is enough, the first is asked for unless one is there.
static bool ask_wanted(struct form *form, const struct json *wanted)
{
	const struct json *first = wanted->type == JSON_LIST ? wanted->first : wanted;
	for (const struct json *one = first; one; one = wanted->type == JSON_LIST ? one->next : NULL)
		if (json_text(one) && form_text(form, json_text(one)))
			return true;
	return !first || !json_text(first) || ask_field(form, json_text(first));
}

static bool ask_unless_given(struct form *form, const char *key)
{
	return form_text(form, key) || ask_field(form, key);
}

static bool ask_missing(struct cli *cli, struct form *form)
{
	static const char *const always[] = {"title", "claimed_kind", "program", "description"};
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (!ask_unless_given(form, always[i]))
			return false;
	const struct json *wanted = wanted_fields(cli, form_text(form, "claimed_kind"));
	for (const struct json *one = wanted ? wanted->first : NULL; one; one = one->next)
		if (!ask_wanted(form, one))
			return false;
	return true;
}

static bool wants_editor(const struct cli *cli, const struct form *form)
{
	return cli_is(cli, "editor") || (!form->first && !cli_flag(cli, "from") && cli_may_ask(cli) && editor_is_set());
}

static bool is_empty(const struct form *form)
{
	for (const struct entry *entry = form->first; entry; entry = entry->next)
		if (*entry->text && !text_equals(entry->key, "draft"))
			return false;
	return true;
}

// Gathers the form; `draft` is the path of what the editor left. LEAVE_OK or the exit code after a complaint.
static int gather(struct cli *cli, struct form *form, const char **draft)
{
	const char *from = cli_flag(cli, "from");
	if ((from && !editor_read(form, from)) || !form_take(form, cli)) // flags go over the draft
		return LEAVE_USAGE;
	if (wants_editor(cli, form)) {
		*draft = editor_fill(form, _("A new request."));
		if (!*draft)
			return LEAVE_OTHER;
		if (is_empty(form)) {
			say(_("nothing was written, nothing is filed"));
			return LEAVE_OTHER;
		}
	}
	if (!*draft && !from && cli_may_ask(cli) && !text_equals(form_text(form, "draft"), "true") &&
	    !ask_missing(cli, form))
		return LEAVE_OTHER;
	if (is_empty(form))
		return cli_usage(cli, _("nothing to file is given"));
	return LEAVE_OK;
}

// Any filing that fails leaves its text on disk: what a person wrote is never lost.
static void tell_draft(const char *path)
{
	if (!path)
		return;
	tell(_("  your text is kept in %s"), path);
	tell(_("  %sweihu ticket file --from %s"), _("try: "), path);
}

static int post(struct cli *cli, const struct form *form)
{
	struct request request = {.method = "POST", .path = "/v1/tickets", .body = form_print(form)};
	struct answer answer = http_ask(cli, cli->arena, &request);
	if (answer.code != LEAVE_OK)
		return problem_tell(cli, &answer, &(struct subject){.action = NULL});
	if (!cli->terminal || cli_flag(cli, "output"))
		return resource_tell_done(cli, answer.json);
	if (answer.json)
		ticket_tell(cli, answer.json);
	return LEAVE_OK;
}

int ticket_file_run(struct cli *cli)
{
	struct form form = {.arena = cli->arena};
	const char *draft = NULL;
	int code = gather(cli, &form, &draft);
	if (code == LEAVE_OK)
		code = post(cli, &form);
	if (code != LEAVE_OK && !is_empty(&form))
		tell_draft(draft);
	else if (draft)
		unlink(draft);
	return code;
}

static void keep_changed(struct form *changed, const struct form *form, const struct json *ticket)
{
	for (const struct entry *entry = form->first; entry; entry = entry->next) {
		const char *old = column_text(changed->arena, json_member(ticket, entry->key));
		if (!text_equals(old, entry->text))
			form_set(changed, entry->value, entry->key, entry->text);
	}
}

static void fill_from_ticket(struct form *form, const struct json *ticket)
{
	for (enum field_id id = F_TITLE; id <= F_FINDING; id++) {
		const struct json *value = json_member(ticket, fields[id].key);
		if (fields[id].source == SOURCE_PEOPLE && value && value->type != JSON_NULL)
			form_set_field(form, fields[id].key, column_text(form->arena, value));
	}
}

// The editor opens on what the ticket says; what was changed goes back, and only to the version that was read.
static int edit_in_editor(struct cli *cli)
{
	int code;
	const char *path = ticket_path(cli, cli->args[0], ""), *name = ticket_name(cli, cli->args[0]);
	const struct json *ticket = resource_get(cli, path, name, &code);
	if (!ticket)
		return code;
	struct form form = {.arena = cli->arena}, changed = {.arena = cli->arena};
	fill_from_ticket(&form, ticket);
	const char *draft = editor_fill(&form, ticket_heading(cli, ticket));
	if (!draft)
		return LEAVE_OTHER;
	keep_changed(&changed, &form, ticket);
	struct request request = {.method = "PATCH",
	    .path = path,
	    .body = form_print(&changed),
	    .version = column_text(cli->arena, json_member(ticket, "version"))};
	if (!changed.first) {
		tell(_("Nothing is changed."));
		unlink(draft);
		return LEAVE_OK;
	}
	struct answer answer = http_ask(cli, cli->arena, &request);
	if (answer.code == LEAVE_OK) {
		unlink(draft);
		return resource_tell_done(cli, answer.json);
	}
	problem_tell(cli, &answer, &(struct subject){.name = name});
	tell(_("  your text is kept in %s"), draft);
	return answer.code;
}

int ticket_edit_run(struct cli *cli)
{
	for (size_t i = 0; i < cli->given_count; i++)
		if (cli->given[i].flag->place == PLACE_FIELD || cli->given[i].flag->value == VALUE_FIELD)
			return resource_run_change(cli);
	if (!cli_may_ask(cli) && !editor_is_set())
		return cli_usage(cli, _("nothing to change is given"));
	return edit_in_editor(cli);
}
