// SPDX-License-Identifier: Apache-2.0
// Diagrams of a workflow. Actions that stay in their state are left out; those between two same states share an edge.
#include "domain/workflow_text.h"

typedef void edge_writer(const struct workflow *workflow, size_t from, size_t to, const char *actions,
    struct buffer *out);

static bool leads(const struct workflow *workflow, const struct action *action, size_t from, size_t to)
{
	const struct path *path = action_path(action, (int)from);

	return path != NULL && path->to != TARGET_SAME && (path_targets(workflow, path, (int)from) & STATE_BIT(to));
}

static const char *edge_actions(const struct workflow *workflow, size_t from, size_t to, bool chinese,
    struct arena *arena)
{
	struct buffer text;

	buffer_init(&text, arena);
	for (size_t i = 0; i < workflow->action_count; i++) {
		const struct action *action = &workflow->actions[i];
		if (leads(workflow, action, from, to))
			buffer_print(&text, "%s%s", text.length > 0 ? " / " : "", chinese ? action->zh : action->name);
	}
	return text.bytes;
}

static void each_edge(const struct workflow *workflow, bool chinese, edge_writer *write, struct buffer *out)
{
	for (size_t from = 0; from < workflow->state_count; from++) {
		for (size_t to = 0; to < workflow->state_count; to++) {
			const char *actions = edge_actions(workflow, from, to, chinese, out->arena);
			if (*actions != '\0')
				write(workflow, from, to, actions, out);
		}
	}
}

static const char *state_label(const struct state *state, bool chinese)
{
	return chinese ? state->zh : state->en;
}

static void mermaid_edge(const struct workflow *workflow, size_t from, size_t to, const char *actions,
    struct buffer *out)
{
	buffer_print(out, "    %s --> %s: %s\n", workflow->states[from].name, workflow->states[to].name, actions);
}

void diagram_mermaid(const struct workflow *workflow, bool chinese, struct buffer *out)
{
	buffer_add_text(out, "stateDiagram-v2\n");
	for (size_t i = 0; i < workflow->state_count; i++) {
		const struct state *state = &workflow->states[i];
		buffer_print(out, "    state \"%s\" as %s\n", state_label(state, chinese), state->name);
	}
	for (size_t i = 0; i < workflow->state_count; i++)
		if (workflow->states[i].initial)
			buffer_print(out, "    [*] --> %s\n", workflow->states[i].name);
	each_edge(workflow, chinese, mermaid_edge, out);
	for (size_t i = 0; i < workflow->state_count; i++)
		if (workflow->states[i].terminal)
			buffer_print(out, "    %s --> [*]\n", workflow->states[i].name);
}

static void dot_edge(const struct workflow *workflow, size_t from, size_t to, const char *actions, struct buffer *out)
{
	buffer_print(out, "\t%s -> %s [label=\"%s\"];\n", workflow->states[from].name, workflow->states[to].name,
	    actions);
}

void diagram_dot(const struct workflow *workflow, bool chinese, struct buffer *out)
{
	buffer_add_text(out, "digraph workflow {\n\tnode [shape=box];\n");
	for (size_t i = 0; i < workflow->state_count; i++) {
		const struct state *state = &workflow->states[i];
		buffer_print(out, "\t%s [label=\"%s\"%s%s];\n", state->name, state_label(state, chinese),
		    state->initial ? ", style=bold" : "", state->terminal ? ", peripheries=2" : "");
	}
	each_edge(workflow, chinese, dot_edge, out);
	buffer_add_text(out, "}\n");
}
