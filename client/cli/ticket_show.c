// SPDX-License-Identifier: Apache-2.0
// weihu ticket show: one page that tells what it is, where it stands, what is next.
#include <string.h>

#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/own.h"
#include "cli/resource.h"
#include "cli/safe.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "cli/ticket.h"
#include "domain/own_field.h"

#define COMMENTS_SHOWN 3

static const struct {
	const char *label;
	enum field_id first, last;
} groups[] = {
    {N_("Request"), F_DESCRIPTION, F_SUBMITTED_AT},
    {N_("Intake"), F_SYSADMIN, F_APPEALED},
    {N_("Evaluation"), F_KIND, F_EVALUATED_AT},
    {N_("Decision"), F_DECISION, F_AUTHORISED_AT},
    {N_("Plan"), F_PLANNED_START, F_HELPERS},
    {N_("Work"), F_STARTED_AT, F_FAILURES},
    {N_("Acceptance, review, closing"), F_ACCEPTANCE, F_REOPENED_AT},
    {N_("Beside the line"), F_SUSPEND_CODE, F_CONSENTED_SEVERITY},
    {N_("From elsewhere"), F_IMPORTED_FROM, F_IMPORTED_HISTORY},
    {N_("The team's own fields"), F_OWN_FIRST, FIELD_COUNT - 1},
};

static struct column column_of(enum field_id id)
{
	static const enum look looks[] = {
	    [FIELD_TEXT] = LOOK_TEXT,
	    [FIELD_WHOLE] = LOOK_NUMBER,
	    [FIELD_TRUTH] = LOOK_TRUTH,
	    [FIELD_TIME] = LOOK_TIME,
	    [FIELD_CHOICE] = LOOK_WORDS,
	    [FIELD_PERSON] = LOOK_TEXT,
	    [FIELD_PEOPLE] = LOOK_WORDS,
	    [FIELD_PROGRAM] = LOOK_TEXT,
	    [FIELD_TICKET] = LOOK_TICKET,
	    [FIELD_NAMES] = LOOK_WORDS,
	};
	static const struct {
		enum field_id id;
		enum words words;
	} labelled[] = {
	    {F_CLAIMED_KIND, WORDS_KIND},
	    {F_KIND, WORDS_KIND},
	    {F_CONSENTED_KIND, WORDS_KIND},
	    {F_SEVERITY, WORDS_SEVERITY},
	    {F_CONSENTED_SEVERITY, WORDS_SEVERITY},
	    {F_DUPLICATE_CHECK, WORDS_DUPLICATE},
	    {F_DOCUMENTS_STATE, WORDS_DOCUMENTS},
	    {F_SUSPEND_CODE, WORDS_SUSPEND},
	    {F_OWED, WORDS_CONTROL},
	    {F_RESUMES_TO, WORDS_STATE},
	};
	struct column column = {.key = fields[id].key, .label = fields[id].label, .look = looks[fields[id].type]};
	for (size_t i = 0; i < sizeof labelled / sizeof *labelled; i++)
		if (labelled[i].id == id) {
			column.look = LOOK_WORDS;
			column.words = labelled[i].words;
		}
	if (value_of_field(id) == VALUE_MINUTES)
		column.look = LOOK_MINUTES;
	return column;
}

static const char *shown(struct cli *cli, const struct json *ticket, enum field_id id)
{
	struct column column = column_of(id);
	const struct json *value = json_member(ticket, column.key);
	if (value && value->type == JSON_TEXT && column.look == LOOK_TEXT)
		return safe_lines(cli->arena, value->text);
	return column_shown(cli->arena, &column, ticket);
}

// The width of the widest label that the page shows.
static size_t label_width(struct cli *cli, const struct json *ticket)
{
	size_t widest = 0;
	for (enum field_id id = F_DESCRIPTION; id < FIELD_COUNT && fields[id].key; id++) {
		size_t width = *shown(cli, ticket, id) ? screen_width_of(_(fields[id].label)) : 0;
		widest = width > widest ? width : widest;
	}
	return widest;
}

static void print_line(struct cli *cli, size_t width, const char *label, const char *text)
{
	size_t room = cli->width > width + 14 ? cli->width - width - 4 : 10;
	fprintf(cli->out, "  %s%s%s%*s%s\n", screen_tint(cli, TINT_DIM), label, screen_tint(cli, TINT_PLAIN),
	    (int)(width - screen_width_of(label) + 2), "", screen_wrap(cli->arena, text, room, width + 4));
}

static void print_group(struct cli *cli, const struct json *ticket, size_t group, size_t width)
{
	bool begun = false;
	for (enum field_id id = groups[group].first; id <= groups[group].last && fields[id].key; id++) {
		const char *text = shown(cli, ticket, id);
		if (!*text)
			continue;
		if (!begun)
			fprintf(cli->out, "\n%s%s%s\n", screen_tint(cli, TINT_BOLD), _(groups[group].label),
			    screen_tint(cli, TINT_PLAIN));
		begun = true;
		print_line(cli, width, _(fields[id].label), text);
	}
}

// What tickets hold of fields that are declared no longer.
static void print_undeclared(struct cli *cli, const struct json *ticket, size_t width)
{
	enum field_id id;
	bool begun = false;
	for (const struct json *member = ticket->first; member; member = member->next) {
		struct column column = {.key = member->key, .look = LOOK_TEXT};
		if (!text_starts(member->key, OWN_PREFIX) || field_find(member->key, &id) || member->type == JSON_NULL)
			continue;
		if (!begun)
			fprintf(cli->out, "\n%s%s%s\n", screen_tint(cli, TINT_BOLD), _("Fields no longer declared"),
			    screen_tint(cli, TINT_PLAIN));
		begun = true;
		size_t wide = screen_width_of(member->key);
		print_line(cli, wide > width ? wide : width, safe_line(cli->arena, member->key),
		    column_shown(cli->arena, &column, ticket));
	}
}

static const char *label_member(struct cli *cli, const struct json *ticket, const char *key, enum words words)
{
	const char *text = json_text(json_member(ticket, key));
	return text ? safe_line(cli->arena, words_label(words, text)) : NULL;
}

// "#42 Payroll export hangs" and below it: state · kind · severity · program · requester → technician.
static void print_head(struct cli *cli, const struct json *ticket)
{
	const char *kind = label_member(cli, ticket, "kind", WORDS_KIND);
	const char *parts[] = {
	    label_member(cli, ticket, "state", WORDS_STATE),
	    kind ? kind : label_member(cli, ticket, "claimed_kind", WORDS_KIND),
	    label_member(cli, ticket, "severity", WORDS_SEVERITY),
	    label_member(cli, ticket, "program", WORDS_NONE),
	    label_member(cli, ticket, "requester", WORDS_NONE),
	};
	fprintf(cli->out, "%s%s%s\n", screen_tint(cli, TINT_BOLD), ticket_heading(cli, ticket),
	    screen_tint(cli, TINT_PLAIN));
	const char *between = "";
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i]) {
			fprintf(cli->out, "%s%s", between, parts[i]);
			between = " · ";
		}
	const char *technician = label_member(cli, ticket, "technician", WORDS_NONE);
	fprintf(cli->out, "%s%s\n", technician ? " → " : "", technician ? technician : "");
}

static void print_progress(struct cli *cli, const char *id)
{
	const struct json *answer = resource_peek(cli, ticket_path(cli, id, "/steps"));
	const struct json *items = answer ? json_member(answer, "items") : NULL;
	const struct json *progress = answer ? json_member(answer, "progress") : NULL;
	if (!items || !items->first || !progress)
		return;
	fprintf(cli->out, "\n%s%s%s\n ", screen_tint(cli, TINT_BOLD), _("Technical steps"),
	    screen_tint(cli, TINT_PLAIN));
	const char *next = json_text(json_member(answer, "next_step"));
	for (const struct json *step = progress->first; step; step = step->next)
		fprintf(cli->out, "%s %s %s", step == progress->first ? "" : " ",
		    step->type == JSON_TRUE            ? "✓"
		        : text_equals(step->key, next) ? "▸"
		                                       : "·",
		    safe_line(cli->arena, words_label(WORDS_STEP, step->key)));
	fputc('\n', cli->out);
}

static void print_comments(struct cli *cli, const char *id)
{
	const struct json *answer = resource_peek(cli, ticket_path(cli, id, "/comments"));
	const struct json *items = answer ? json_member(answer, "items") : NULL;
	if (!items || !items->first)
		return;
	size_t skip = items->count > COMMENTS_SHOWN ? items->count - COMMENTS_SHOWN : 0;
	fprintf(cli->out, "\n%s%s%s", screen_tint(cli, TINT_BOLD), _("Comments"), screen_tint(cli, TINT_PLAIN));
	if (skip > 0)
		fprintf(cli->out, _(" (the last %d of %zu; all: weihu ticket comments %s)"), COMMENTS_SHOWN,
		    items->count, id);
	fputc('\n', cli->out);
	static const struct column time = {.key = "created_at", .look = LOOK_TIME};
	for (const struct json *comment = items->first; comment; comment = comment->next) {
		if (skip > 0) {
			skip--;
			continue;
		}
		const char *author = json_text(json_member(comment, "author")),
		           *text = json_text(json_member(comment, "text"));
		const struct json *internal = json_member(comment, "internal");
		fprintf(cli->out, "  %s%s  %s%s%s\n", screen_tint(cli, TINT_DIM),
		    column_shown(cli->arena, &time, comment), safe_line(cli->arena, author),
		    internal && internal->type == JSON_TRUE ? _(" (internal)") : "", screen_tint(cli, TINT_PLAIN));
		fprintf(cli->out, "    %s\n", screen_wrap(cli->arena, safe_lines(cli->arena, text), cli->width - 4, 4));
	}
}

static void print_attachments(struct cli *cli, const char *id)
{
	const struct json *answer = resource_peek(cli, ticket_path(cli, id, "/attachments?limit=500"));
	const struct json *items = answer ? json_member(answer, "items") : NULL;
	if (!items || !items->first)
		return;
	fprintf(cli->out, "\n%s%s%s", screen_tint(cli, TINT_BOLD), _("Attachments"), screen_tint(cli, TINT_PLAIN));
	fprintf(cli->out, _(" (to save one: weihu ticket fetch %s NUMBER)"), id);
	fputc('\n', cli->out);
	static const struct column number = {.key = "id"}, size = {.key = "size"};
	for (const struct json *item = items->first; item; item = item->next) {
		const struct json *internal = json_member(item, "internal");
		fprintf(cli->out, "  %s  %s  ", column_plain(cli->arena, &number, item),
		    safe_line(cli->arena, json_text(json_member(item, "name"))));
		fprintf(cli->out, _("%s%s bytes, %s%s%s\n"), screen_tint(cli, TINT_DIM),
		    column_plain(cli->arena, &size, item),
		    safe_line(cli->arena, json_text(json_member(item, "author"))),
		    internal && internal->type == JSON_TRUE ? _(" (internal)") : "", screen_tint(cli, TINT_PLAIN));
	}
}

static void print_next(struct cli *cli, const char *id)
{
	const struct json *answer = resource_peek(cli, ticket_path(cli, id, "/transitions"));
	const struct json *actions = answer ? json_member(answer, "actions") : NULL;
	if (!actions || !actions->first)
		return;
	fprintf(cli->out, "\n%s%s%s\n", screen_tint(cli, TINT_BOLD), _("Next"), screen_tint(cli, TINT_PLAIN));
	size_t closed = 0;
	for (const struct json *row = actions->first; row; row = row->next)
		if (ticket_is_open(row))
			ticket_print_action(cli, row, id, false);
		else
			closed += ticket_is_from_here(row);
	if (closed > 0)
		fprintf(cli->out, _("  not for you or not yet: %zu more; see: weihu ticket why %s\n"), closed, id);
}

static const struct json *show_one(struct cli *cli, const char *id, const void *with, int *code)
{
	(void)with;
	const struct json *ticket = resource_get(cli, ticket_path(cli, id, ""), ticket_name(cli, id), code);
	if (!ticket || !output_is_for_people(cli) || cli_flag(cli, "columns"))
		return ticket;
	if (!text_equals(cli->args[0], id))
		fputc('\n', cli->out);
	own_learn_of(cli, ticket);
	print_head(cli, ticket);
	size_t width = label_width(cli, ticket);
	for (size_t group = 0; group < sizeof groups / sizeof *groups; group++)
		print_group(cli, ticket, group, width);
	print_undeclared(cli, ticket, width);
	print_progress(cli, id);
	print_comments(cli, id);
	print_attachments(cli, id);
	print_next(cli, id);
	return NULL;
}

int ticket_show_run(struct cli *cli)
{
	if (!output_is_for_people(cli) || cli_flag(cli, "columns"))
		return ticket_each(cli, 0, show_one, NULL);
	int worst = LEAVE_OK, code;
	for (size_t i = 0; i < cli->arg_count; i++) {
		show_one(cli, cli->args[i], NULL, &code);
		worst = worst == LEAVE_OK ? code : worst;
	}
	return worst;
}
