// SPDX-License-Identifier: Apache-2.0
// A workflow for people: as a table, a whole document, or a diagram.
#include "domain/move.h"
#include "domain/table.h"
#include "domain/workflow_text.h"

struct words { // of the document, in one language
	const char *title, *states, *actions, *legend, *conditions, *edits, *edits_note, *records, *diagram;
	const char *state_heading[4], *action_heading[8], *guard_heading[3];
	const char *edit_heading[4], *record_heading[4];
	const char *initial, *terminal, *while_owed;
};

static const struct words english = {
    .title = "Workflow",
    .states = "States",
    .actions = "Actions",
    .legend = "`a / b`: one of them is enough. `+`: must be given with the action itself. `=`: the state stays.\n"
              "`!=`: separation of duties, the caller is none of these. `~`: what that action requires is required.\n"
              "`-`: emptied.",
    .conditions = "Conditions",
    .edits = "Edits",
    .edits_note = "Fields that may be changed without an action.",
    .records = "Records",
    .diagram = "Diagram",
    .state_heading = {"state", "中文", "English", ""},
    .action_heading = {"action", "中文", "English", "from → to", "by", "must be filled", "conditions", "sets"},
    .guard_heading = {"condition", "asks that", "cleared by"},
    .edit_heading = {"by", "in", "fields", "conditions"},
    .record_heading = {"record", "by", "in", "while the design check is owed, also in"},
    .initial = "initial",
    .terminal = "terminal",
    .while_owed = "while owed:",
};

static const struct words chinese_words = {
    .title = "工作流",
    .states = "状态",
    .actions = "动作",
    .legend = "`a / b`：填其中一项即可。`+`：必须随动作给出。`=`：状态不变。\n"
              "`!=`：职责分离，操作人不得是其中之一。`~`：该动作的必填项须已填。`-`：清空。",
    .conditions = "条件",
    .edits = "编辑",
    .edits_note = "不经动作即可修改的字段。",
    .records = "记录",
    .diagram = "状态图",
    .state_heading = {"状态", "中文", "English", ""},
    .action_heading = {"动作", "中文", "English", "从 → 到", "由谁", "必填", "条件", "置值"},
    .guard_heading = {"条件", "要求", "由谁解除"},
    .edit_heading = {"由谁", "状态", "字段", "条件"},
    .record_heading = {"记录", "由谁", "状态", "尚欠设计复查时还可在"},
    .initial = "初始",
    .terminal = "终止",
    .while_owed = "尚欠时：",
};

static void print_states(const struct workflow *workflow, const struct words *words, const struct style *style,
    struct buffer *out)
{
	struct table table;

	table_init(&table, style->arena, words->state_heading, 4);
	for (size_t i = 0; i < workflow->state_count; i++) {
		const struct state *state = &workflow->states[i];
		const char *end = state->initial ? words->initial : state->terminal ? words->terminal : "";
		const char *cells[] = {style_name(style, state->name), state->zh, state->en, end};
		table_add(&table, cells);
	}
	table_print_markdown(&table, out);
}

static void add_path(struct table *table, const struct workflow *workflow, const struct style *style,
    const struct action *action, const struct path *path)
{
	const char *edge = arena_print(style->arena, "%s → %s", style_states(style, workflow, path->from),
	    style_target(style, workflow, path->to));
	const char *cells[] = {
	    style_name(style, action->name),
	    action->zh,
	    action->en,
	    edge,
	    style_parties(style, path_parties(action, path)),
	    style_needs(style, action, path),
	    style_conditions(style, workflow, action, path),
	    style_stamps(style, action),
	};

	table_add(table, cells);
}

static struct table action_table(const struct workflow *workflow, const struct words *words, const struct style *style)
{
	struct table table;

	table_init(&table, style->arena, words->action_heading, 8);
	for (size_t i = 0; i < workflow->action_count; i++)
		for (size_t j = 0; j < workflow->actions[i].path_count; j++)
			add_path(&table, workflow, style, &workflow->actions[i], &workflow->actions[i].paths[j]);
	return table;
}

static void print_guards(const struct words *words, const struct style *style, struct buffer *out)
{
	struct table table;

	table_init(&table, style->arena, words->guard_heading, 3);
	for (enum guard guard = 0; guard < GUARD_COUNT; guard++) {
		const char *cells[] = {style_name(style, guard_name(guard)), guard_label(guard),
		    style_parties(style, guard_who(guard))};
		table_add(&table, cells);
	}
	table_print_markdown(&table, out);
}

static void print_edits(const struct workflow *workflow, const struct words *words, const struct style *style,
    struct buffer *out)
{
	struct table table;

	table_init(&table, style->arena, words->edit_heading, 4);
	for (size_t i = 0; i < workflow->edit_count; i++) {
		const struct edit *edit = &workflow->edits[i];
		const char *condition = style_guards(style, edit->guards);
		if (edit->owed >= 0)
			condition = arena_print(style->arena, "%s%s%s %s", condition, *condition != '\0' ? "; " : "",
			    words->while_owed, style_name(style, control_name((enum control)edit->owed)));
		const char *cells[] = {
		    style_parties(style, edit->by),
		    style_states(style, workflow, edit->in),
		    style_fields(style, &edit->fields, ", "),
		    condition,
		};
		table_add(&table, cells);
	}
	table_print_markdown(&table, out);
}

static void print_records(const struct workflow *workflow, const struct words *words, const struct style *style,
    struct buffer *out)
{
	struct table table;

	table_init(&table, style->arena, words->record_heading, 4);
	for (enum record record = 0; record < RECORD_COUNT; record++) {
		const struct record_rule *rule = &workflow->records[record];
		const char *cells[] = {
		    style_name(style, record_name(record)),
		    style_parties(style, rule->by),
		    style_states(style, workflow, rule->in),
		    style_states(style, workflow, rule->owed_in),
		};
		table_add(&table, cells);
	}
	table_print_markdown(&table, out);
}

static void print_document(const struct workflow *workflow, bool chinese, struct buffer *out)
{
	const struct words *words = chinese ? &chinese_words : &english;
	const struct style style = {out->arena, true};
	struct table actions = action_table(workflow, words, &style);

	buffer_print(out, "# %s `%s`\n\n## %s\n\n", words->title, workflow->name, words->states);
	print_states(workflow, words, &style, out);
	buffer_print(out, "## %s\n\n%s\n\n", words->actions, words->legend);
	table_print_markdown(&actions, out);
	buffer_print(out, "## %s\n\n", words->conditions);
	print_guards(words, &style, out);
	buffer_print(out, "## %s\n\n%s\n\n", words->edits, words->edits_note);
	print_edits(workflow, words, &style, out);
	buffer_print(out, "## %s\n\n", words->records);
	print_records(workflow, words, &style, out);
	buffer_print(out, "## %s\n\n```mermaid\n", words->diagram);
	diagram_mermaid(workflow, chinese, out);
	buffer_add_text(out, "```\n");
}

// The label of the language asked for only, and one line per path.
static void print_table(const struct workflow *workflow, bool chinese, struct buffer *out)
{
	const struct words *words = chinese ? &chinese_words : &english;
	const struct style style = {out->arena, false};
	struct table all = action_table(workflow, words, &style), some;

	for (size_t row = 0; row < all.rows; row++) {
		const char *const *cells = &all.cells[row * all.columns];
		const char *kept[] = {cells[0], cells[chinese ? 1 : 2], cells[3], cells[4], cells[5], cells[6]};
		if (row == 0)
			table_init(&some, style.arena, kept, 6);
		else
			table_add(&some, kept);
	}
	table_print_aligned(&some, out);
}

void workflow_print(const struct workflow *workflow, enum diagram diagram, bool chinese, struct buffer *out)
{
	static void (*const printers[])(const struct workflow *workflow, bool chinese, struct buffer *out) = {
	    [DIAGRAM_TABLE] = print_table,
	    [DIAGRAM_MARKDOWN] = print_document,
	    [DIAGRAM_MERMAID] = diagram_mermaid,
	    [DIAGRAM_DOT] = diagram_dot,
	};

	printers[diagram](workflow, chinese, out);
}
