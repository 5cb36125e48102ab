// SPDX-License-Identifier: Apache-2.0
// What the service tells about itself.
#include "api/about.h"

#include <string.h>

#include "api/refusal.h"
#include "api/routes.h"

enum outcome tell_health(struct call *call)
{
	static const char body[] = "{\"status\":\"ok\"}";

	return call_reply(call, 200, "application/json", body, strlen(body));
}

enum outcome tell_ready(struct call *call)
{
	return pg_ready(call->service->pg) ? tell_health(call)
	                                   : refuse(call, PROBLEM_UNAVAILABLE, "the database is away");
}

enum outcome tell_openapi(struct call *call)
{
	return call_reply(call, 200, "application/yaml", call->service->openapi, strlen(call->service->openapi));
}

static enum outcome tell_figures(struct call *call)
{
	struct buffer out;

	buffer_init(&out, call->arena);
	metrics_print(call->service->metrics, route_name, &out);
	census_print(call->service->census, &out);
	return call_reply(call, 200, "text/plain; version=0.0.4; charset=utf-8", out.bytes, out.length);
}

static enum outcome take_census(struct call *call, const struct pg_result *rows)
{
	census_keep(call->service->census, rows, call->began, clock_ticks());
	return tell_figures(call);
}

// While the database is away the other figures are told all the same.
static enum outcome tell_the_others(struct call *call, const struct pg_result *result)
{
	(void)result;
	return tell_figures(call);
}

enum outcome tell_metrics(struct call *call)
{
	const struct pg_gauges gauges = pg_gauges(call->service->pg);

	metrics_note_pool(call->service->metrics, call->service->worker, &gauges);
	if (!census_is_due(call->service->census, clock_ticks()))
		return tell_figures(call);
	call->failed = tell_the_others;
	return call_ask(call, TICKETS_BY_STATE, take_census);
}

// The workflow.

static void parties_write(struct json_out *json, const char *key, party_set parties)
{
	json_begin(json, key, '[');
	for (enum party party = 0; party < PARTY_COUNT; party++)
		if (parties & PARTY_BIT(party))
			json_add_text(json, NULL, party_name(party));
	json_end(json, ']');
}

static void states_write(struct json_out *json, const char *key, const struct workflow *workflow, state_set states)
{
	json_begin(json, key, '[');
	for (size_t i = 0; i < workflow->state_count; i++)
		if (states & STATE_BIT(i))
			json_add_text(json, NULL, workflow->states[i].name);
	json_end(json, ']');
}

static const char *target_name(const struct workflow *workflow, int to)
{
	return to == TARGET_SAME ? "$same" : to == TARGET_ORIGIN ? "$origin" : workflow->states[to].name;
}

static void field_keys_write(struct json_out *json, const char *key, const field_set *set)
{
	json_begin(json, key, '[');
	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(set, id))
			json_add_text(json, NULL, fields[id].key);
	json_end(json, ']');
}

static void guards_write(struct json_out *json, guard_set guards)
{
	json_begin(json, "guards", '[');
	for (enum guard guard = 0; guard < GUARD_COUNT; guard++)
		if (guards & GUARD_BIT(guard))
			json_add_text(json, NULL, guard_name(guard));
	json_end(json, ']');
}

static void path_write(struct json_out *json, const struct workflow *workflow, const struct action *action,
    const struct path *path)
{
	json_begin(json, NULL, '{');
	states_write(json, "from", workflow, path->from);
	json_add_text(json, "to", target_name(workflow, path->to));
	parties_write(json, "by", path_parties(action, path));
	guards_write(json, action->guards | path->guards);
	json_begin(json, "requires", '{');
	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		const field_set required = action_required(action, path, kind, NULL);

		field_keys_write(json, kind_name(kind), &required);
	}
	json_end(json, '}');
	json_end(json, '}');
}

static void action_write(struct json_out *json, const struct workflow *workflow, const struct action *action)
{
	json_begin(json, NULL, '{');
	json_add_text(json, "action", action->name);
	json_add_text(json, "zh", action->zh);
	json_add_text(json, "en", action->en);
	parties_write(json, "apart_from", action->apart_from);
	field_keys_write(json, "accepts", &action->accept);
	json_begin(json, "paths", '[');
	for (size_t i = 0; i < action->path_count; i++)
		path_write(json, workflow, action, &action->paths[i]);
	json_end(json, ']');
	json_end(json, '}');
}

static void state_write(struct json_out *json, const struct state *state)
{
	json_begin(json, NULL, '{');
	json_add_text(json, "state", state->name);
	json_add_text(json, "zh", state->zh);
	json_add_text(json, "en", state->en);
	json_add_bool(json, "initial", state->initial);
	json_add_bool(json, "terminal", state->terminal);
	json_end(json, '}');
}

static void workflow_write(struct json_out *json, const struct workflow *workflow)
{
	json_begin(json, NULL, '{');
	json_add_text(json, "name", workflow->name);
	json_add_int(json, "version", workflow->version);
	json_begin(json, "states", '[');
	for (size_t i = 0; i < workflow->state_count; i++)
		state_write(json, &workflow->states[i]);
	json_end(json, ']');
	json_begin(json, "actions", '[');
	for (size_t i = 0; i < workflow->action_count; i++)
		action_write(json, workflow, &workflow->actions[i]);
	json_end(json, ']');
	json_begin(json, "steps", '[');
	for (enum step step = 0; step < STEP_COUNT; step++)
		json_add_text(json, NULL, step_name(step));
	json_end(json, ']');
	json_end(json, '}');
}

static const struct {
	const char *format;
	enum diagram diagram;
} formats[] = {
    {"table", DIAGRAM_TABLE},
    {"markdown", DIAGRAM_MARKDOWN},
    {"mermaid", DIAGRAM_MERMAID},
    {"dot", DIAGRAM_DOT},
};

static enum outcome tell_diagram(struct call *call, enum diagram diagram)
{
	struct buffer out;

	buffer_init(&out, call->arena);
	workflow_print(call->house->current, diagram, text_equals(query_get(&call->query, "lang"), "zh"), &out);
	return call_reply(call, 200, "text/plain; charset=utf-8", out.bytes, out.length);
}

enum outcome tell_workflow(struct call *call)
{
	const char *format = query_get(&call->query, "format"), *lang = query_get(&call->query, "lang");

	if (lang != NULL && strcmp(lang, "en") != 0 && strcmp(lang, "zh") != 0) {
		faults_add(&call->faults, "lang", "choice", "lang is en or zh");
		return refuse(call, PROBLEM_MALFORMED, NULL);
	}

	if (format == NULL || strcmp(format, "json") == 0) {
		workflow_write(&call->answer, call->house->current);
		return call_reply_json(call, 200);
	}
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(formats[i].format, format) == 0)
			return tell_diagram(call, formats[i].diagram);
	faults_add(&call->faults, "format", "choice", "format is json, table, markdown, mermaid or dot");
	return refuse(call, PROBLEM_MALFORMED, NULL);
}

// The fields.

static void field_row_write(struct json_out *json, const struct field *field)
{
	json_begin(json, NULL, '{');
	json_add_text(json, "field", field->key);
	json_add_text(json, "type", field_type_name(field->type));
	json_add_text(json, "label", field->label);
	if (field->label_zh != NULL)
		json_add_text(json, "label_zh", field->label_zh);
	json_add_bool(json, "own", field->label_zh != NULL);
	json_add_bool(json, "stamped", field->source == SOURCE_STAMP);
	if (field->type == FIELD_TEXT || field->type == FIELD_WHOLE) {
		json_add_int(json, "least", field->least);
		json_add_int(json, "most", field->most);
	}
	if (field->choices != NULL) {
		json_begin(json, "choices", '[');
		for (const char *const *choice = field->choices; *choice != NULL; choice++)
			json_add_text(json, NULL, *choice);
		json_end(json, ']');
	}
	json_end(json, '}');
}

enum outcome tell_fields(struct call *call)
{
	json_begin(&call->answer, NULL, '{');
	json_begin(&call->answer, "items", '[');
	for (enum field_id id = 0; id < FIELD_COUNT && fields[id].key != NULL; id++)
		field_row_write(&call->answer, &fields[id]);
	json_end(&call->answer, ']');
	json_end(&call->answer, '}');
	return call_reply_json(call, 200);
}
