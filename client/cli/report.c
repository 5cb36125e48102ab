// SPDX-License-Identifier: Apache-2.0
// weihu report: measures as tables with bars for people, as rows for programs.
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/period.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/url.h"
#include "cli/when.h"

#define MEASURES "/v1/reports"
#define BAR_CELLS 20
struct asking {
	struct cli *cli;
	struct output *output;
	struct period period;
	const char *as_of; // one moment for all measures of a run
	bool settled;
	size_t unknown; // measures that do not know a filter that was given
};

// The question.

static const char *const filters[] = {"program", "language", "vendor", "kind", "person"};

#define FILTERS (sizeof filters / sizeof *filters)

static bool list_has(const struct json *list, const char *text)
{
	for (const struct json *item = list ? list->first : NULL; item; item = item->next)
		if (text_equals(item->text, text))
			return true;
	return false;
}

static bool knows_filters(const struct cli *cli, const struct json *measure)
{
	for (size_t i = 0; i < FILTERS; i++)
		if (cli_flag(cli, filters[i]) && !list_has(json_member(measure, "by"), filters[i]))
			return false;
	return true;
}

// Of all measures, each is told apart by those dimensions that it knows, and by its own where it must be.
static const char *split_of(const struct cli *cli, const struct json *measure)
{
	const char *by = cli_flag(cli, "by");
	struct buffer known;
	if (!by || !measure)
		return by;
	buffer_init(&known, cli->arena);
	for (const char *name = by; *name; name += strspn(name, ",")) {
		const char *dimension = arena_copy_bytes(cli->arena, name, strcspn(name, ","));
		name += strlen(dimension);
		if (list_has(json_member(measure, "by"), dimension))
			buffer_print(&known, "%s%s", known.length > 0 ? "," : "", dimension);
	}
	bool shares = text_equals(json_text(json_member(measure, "measure")), "share_of_kinds");
	if (shares && !text_in_list(known.bytes, "kind"))
		buffer_print(&known, "%skind", known.length > 0 ? "," : "");
	return known.bytes;
}

static const char *question(const struct asking *asking, const char *by)
{
	const struct cli *cli = asking->cli;
	struct buffer query;
	buffer_init(&query, cli->arena);
	url_add_query(&query, "from", asking->period.from);
	url_add_query(&query, "to", asking->period.to);
	if (asking->as_of)
		url_add_query(&query, "as_of", asking->as_of);
	if (by)
		url_add_query(&query, "by", by);
	for (size_t i = 0; i < FILTERS; i++)
		if (cli_flag(cli, filters[i]))
			url_add_query(&query, filters[i], cli_flag(cli, filters[i]));
	return query.bytes;
}

// Rows for people.

static const char *number_shown(struct arena *arena, const struct json *value)
{
	if (!value || value->type != JSON_NUMBER)
		return "";
	return arena_print(arena, value->number >= 1000 ? "%.0f" : "%.4g", value->number);
}

static const char *value_shown(struct arena *arena, const char *unit, const struct json *value)
{
	static const struct {
		const char *unit, *form;
	} forms[] = {{"hours", N_("%s h")}, {"days", N_("%s d")}, {"percent", "%s %%"}, {"ratio", "%s"},
	    {"count", "%s"}, {"score", "%s"}};
	const char *number = number_shown(arena, value);
	if (!*number)
		return _("not defined");
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (text_equals(forms[i].unit, unit)) {
			struct buffer shown;
			buffer_init(&shown, arena);
			for (const char *c = _(forms[i].form); *c; c++)
				if (*c != '%')
					buffer_add_char(&shown, *c);
				else
					buffer_add_text(&shown, *++c == 's' ? number : "%");
			return shown.bytes;
		}
	return number;
}

// Eighths of a cell, so that small differences show.
static const char *bar_shown(struct arena *arena, const struct json *value, double most)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	struct buffer bar;
	buffer_init(&bar, arena);
	if (!value || value->type != JSON_NUMBER || value->number <= 0 || most <= 0)
		return "";
	int length = (int)(value->number / most * BAR_CELLS * 8 + 0.5);
	for (int i = 0; i < length / 8; i++)
		buffer_add_text(&bar, "█");
	buffer_add_text(&bar, eighths[length % 8]);
	return bar.bytes;
}

static const char *group_shown(struct arena *arena, const struct json *by, const struct json *group)
{
	struct buffer text;
	buffer_init(&text, arena);
	for (const struct json *dimension = by->first; dimension; dimension = dimension->next) {
		const char *value = json_text(json_member(group, dimension->text));
		bool is_kind = text_equals(dimension->text, "kind");
		buffer_print(&text, "%s%s", text.length > 0 ? " · " : "  ",
		    !value        ? "—"
		        : is_kind ? words_label(WORDS_KIND, value)
		                  : value);
	}
	return text.bytes;
}

static void show_row(struct asking *asking, const struct json *figure, const char *label, const char *unit, double most)
{
	static const char *const counts[] = {"numerator", "denominator", "n", "left_out", "median", "p90", "most"};
	struct arena *arena = asking->cli->arena;
	struct json_out row;
	struct faults faults;
	json_out_init(&row, arena);
	json_begin(&row, NULL, '{');
	json_add_text(&row, "label", label);
	json_add_text(&row, "value", value_shown(arena, unit, json_member(figure, "value")));
	json_add_text(&row, "bar", bar_shown(arena, json_member(figure, "value"), most));
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		json_add_text(&row, counts[i], number_shown(arena, json_member(figure, counts[i])));
	json_end(&row, '}');
	faults_init(&faults, arena);
	output_item(asking->output, json_read(arena, row.out.bytes, row.out.length, &faults));
}

static double greatest(const struct json *items, const char *unit)
{
	double most = text_equals(unit, "percent") ? 100 : 0;
	for (const struct json *item = items ? items->first : NULL; item; item = item->next) {
		const struct json *value = json_member(item, "value");
		if (value && value->type == JSON_NUMBER && value->number > most)
			most = value->number;
	}
	return most;
}

static void show_measure(struct asking *asking, const struct json *report)
{
	const struct json *items = json_member(report, "items"), *total = json_member(report, "total");
	const char *unit = json_text(json_member(report, "unit"));
	double most = greatest(items, unit);
	show_row(asking, total, json_text(json_member(report, say_language())), unit,
	    text_equals(unit, "percent") && !(items && items->first) ? most : 0);
	for (const struct json *item = items ? items->first : NULL; item; item = item->next)
		show_row(asking, item,
		    group_shown(asking->cli->arena, json_member(report, "by"), json_member(item, "group")), unit, most);
}

// Rows for programs: what the group says stands beside the figures.

static void add_row(struct asking *asking, const struct json *report, const struct json *figure, const char *level)
{
	static const char *const head[] = {"measure", "unit", "from", "to", "as_of"};
	struct arena *arena = asking->cli->arena;
	const struct json *group = json_member(figure, "group");
	struct json_out row;
	struct faults faults;
	json_out_init(&row, arena);
	json_begin(&row, NULL, '{');
	for (size_t i = 0; i < 2; i++)
		json_add_value(&row, head[i], json_member(report, head[i]));
	json_add_text(&row, "level", level);
	for (const struct json *member = group ? group->first : NULL; member; member = member->next)
		json_add_value(&row, member->key, member);
	for (const struct json *member = figure->first; member; member = member->next)
		if (member != group)
			json_add_value(&row, member->key, member);
	for (size_t i = 2; i < sizeof head / sizeof *head; i++)
		json_add_value(&row, head[i], json_member(report, head[i]));
	json_end(&row, '}');
	faults_init(&faults, arena);
	output_item(asking->output, json_read(arena, row.out.bytes, row.out.length, &faults));
}

static void add_measure(struct asking *asking, const struct json *report)
{
	const struct json *items = json_member(report, "items");
	add_row(asking, report, json_member(report, "total"), "total");
	for (const struct json *item = items ? items->first : NULL; item; item = item->next)
		add_row(asking, report, item, "group");
}

static int tell_measure(struct asking *asking, const char *name, const struct json *measure)
{
	struct buffer path;
	int code;
	buffer_init(&path, asking->cli->arena);
	buffer_add_text(&path, MEASURES "/");
	url_add_escaped(&path, name);
	buffer_add_text(&path, question(asking, split_of(asking->cli, measure)));
	const struct json *report = resource_get(asking->cli, path.bytes, name, &code);
	if (!report)
		return code;
	asking->as_of = json_text(json_member(report, "as_of"));
	asking->settled = json_member(report, "settled")->type == JSON_TRUE;
	(output_is_for_people(asking->cli) ? show_measure : add_measure)(asking, report);
	return LEAVE_OK;
}

static int tell_all(struct asking *asking)
{
	int code;
	const struct json *catalogue = resource_get(asking->cli, MEASURES, NULL, &code);
	const struct json *items = json_member(catalogue, "items");
	for (const struct json *measure = items ? items->first : NULL; measure && code == LEAVE_OK;
	     measure = measure->next)
		if (knows_filters(asking->cli, measure))
			code = tell_measure(asking, json_text(json_member(measure, "measure")), measure);
		else
			asking->unknown++;
	return code;
}

static void tell_moment(const struct asking *asking)
{
	struct cli *cli = asking->cli;
	if (!output_is_for_people(cli) || !asking->as_of)
		return;
	cli_note(cli, _("From %s until before %s, as of %s."), asking->period.from, asking->period.to,
	    when_shown(cli->arena, asking->as_of));
	if (!asking->settled)
		cli_note(cli, _("What is being written right now may be missing."));
	if (asking->unknown > 0)
		cli_note(cli, _("%zu measures cannot be filtered so and are left out."), asking->unknown);
}

static int tell_figures(struct asking *asking, const char *name)
{
	struct cli *cli = asking->cli;
	asking->output =
	    output_begin(cli, output_is_for_people(cli) ? &resource_figures_shown : &resource_figures, true);
	if (!asking->output)
		return LEAVE_USAGE;
	int code = text_equals(name, "all") ? tell_all(asking) : tell_measure(asking, name, NULL);
	asking->output->failed = code != LEAVE_OK;
	output_end(asking->output);
	tell_moment(asking);
	return code;
}

int report_run(struct cli *cli)
{
	struct asking asking = {.cli = cli, .as_of = cli_flag(cli, "as-of")};
	if (cli->arg_count == 0)
		return resource_list(cli, &resource_measures, MEASURES, "");
	int code = period_read(cli, &asking.period);
	if (code != LEAVE_OK)
		return code;
	if (!cli_is(cli, "detail"))
		return tell_figures(&asking, cli->args[0]);
	struct buffer path;
	buffer_init(&path, cli->arena);
	buffer_add_text(&path, MEASURES "/");
	url_add_escaped(&path, cli->args[0]);
	return resource_list(cli, &resource_facts, path.bytes,
	    arena_print(cli->arena, "%s&detail=true&limit=500", question(&asking, NULL)));
}
