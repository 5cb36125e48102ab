// SPDX-License-Identifier: Apache-2.0
// The house's workflow as data: what it looks up, what its actions want, and how it is printed.
#include "domain/workflow.h"

#include "desk.h"
#include "domain/table.h"

static struct desk desk;

static void set_up(void)
{
	desk_open(&desk);
}

static void tear_down(void)
{
	desk_close(&desk);
}

static const struct action *action_named(const char *name)
{
	return &desk.workflow->actions[workflow_action(desk.workflow, name)];
}

static int state_named(const char *name)
{
	return workflow_state(desk.workflow, name);
}

// The keys of a set, joined by spaces.
static const char *keys(const field_set *set)
{
	struct buffer text;

	buffer_init(&text, desk.arena);
	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(set, id))
			buffer_print(&text, "%s%s", text.length > 0 ? " " : "", fields[id].key);
	return text.bytes;
}

START_TEST(states_and_actions_are_found_by_name)
{
	ck_assert_uint_eq(desk.workflow->state_count, 16);
	ck_assert_uint_eq(desk.workflow->action_count, 27);
	ck_assert_str_eq(desk.workflow->states[state_named("queued")].zh, "排队");
	ck_assert_str_eq(action_named("evaluate")->zh, "评价");
	ck_assert_int_eq(state_named("done"), -1);
	ck_assert_int_eq(workflow_action(desk.workflow, "finish"), -1);
	ck_assert_int_eq(workflow_state(desk.workflow, NULL), -1);
}
END_TEST

START_TEST(a_mistyped_action_is_guessed)
{
	ck_assert_str_eq(workflow_nearest_action(desk.workflow, "evalaute"), "evaluate");
	ck_assert_str_eq(workflow_nearest_action(desk.workflow, "authorize"), "authorise");
	ck_assert_str_eq(workflow_nearest_action(desk.workflow, "close"), "close");
	ck_assert_ptr_null(workflow_nearest_action(desk.workflow, "xyzzy"));
	ck_assert_ptr_null(workflow_nearest_action(desk.workflow, ""));
}
END_TEST

static const struct {
	const char *action, *state;
	enum kind kind;
	const char *required;
} wants[] = {
    {"submit", "draft", KIND_CORRECTIVE, "title description program claimed_kind circumstances inputs observed since"},
    {"submit", "draft", KIND_ADAPTIVE, "title description program claimed_kind specification"},
    {"submit", "draft", KIND_PERFECTIVE, "title description program claimed_kind specification"},
    {"submit", "draft", KIND_PREVENTIVE, "title description program claimed_kind"}, // and one of two
    {"submit", "draft", KIND_COUNT, "title description program claimed_kind"},
    {"evaluate", "to_evaluate", KIND_CORRECTIVE,
        "severity priority effort_people effort_minutes nature impact backout_plan window"},
    {"evaluate", "to_evaluate", KIND_PREVENTIVE,
        "priority effort_people effort_minutes nature impact backout_plan window"},
    {"cancel", "queued", KIND_ADAPTIVE, "reason"},
    {"cancel", "in_maintenance", KIND_ADAPTIVE, "reason backout_proof"},
    {"resume", "suspended", KIND_ADAPTIVE, ""},
};

START_TEST(actions_want_fields_by_kind)
{
	const struct action *action = action_named(wants[_i].action);
	const struct path *path = action_path(action, state_named(wants[_i].state));
	field_set required = action_required(action, path, wants[_i].kind, NULL);

	ck_assert_str_eq(keys(&required), wants[_i].required);
}
END_TEST

START_TEST(actions_accept_what_they_want_and_more)
{
	const struct action *forward = action_named("forward"), *resubmit = action_named("resubmit");
	field_set set = action_accepted(desk.workflow, forward, &forward->paths[0]);

	ck_assert_str_eq(keys(&set), "sysadmin duplicate_check duplicate_of priority due_at");
	set = action_accepted(desk.workflow, resubmit, &resubmit->paths[0]);
	ck_assert(field_set_has(&set, F_PLAN_ITEM) && field_set_has(&set, F_TITLE) && !field_set_has(&set, F_SEVERITY));
}
END_TEST

START_TEST(paths_are_found_by_state)
{
	const struct action *cancel = action_named("cancel");

	ck_assert_ptr_eq(action_path(cancel, state_named("draft")), &cancel->paths[0]);
	ck_assert_ptr_eq(action_path(cancel, state_named("suspended")), &cancel->paths[1]);
	ck_assert_ptr_null(action_path(cancel, state_named("closed")));
	ck_assert_ptr_null(action_path(cancel, -1));
	ck_assert_uint_eq(path_parties(cancel, &cancel->paths[0]), PARTY_BIT(PARTY_REQUESTER) | PARTY_BIT(PARTY_LEAD));
	ck_assert_uint_eq(path_parties(cancel, &cancel->paths[1]), PARTY_BIT(PARTY_LEAD));
}
END_TEST

START_TEST(a_suspended_ticket_may_resume_where_it_could_be_suspended)
{
	const struct action *suspend = action_named("suspend"), *resume = action_named("resume");
	int suspended = state_named("suspended"), queued = state_named("queued");

	ck_assert_uint_eq(path_targets(desk.workflow, &suspend->paths[0], queued), STATE_BIT(suspended));
	ck_assert_uint_eq(path_targets(desk.workflow, &resume->paths[0], suspended), suspend->paths[0].from);
	ck_assert_uint_eq(path_targets(desk.workflow, &action_named("consent")->paths[0], queued), STATE_BIT(queued));
}
END_TEST

static const char *printed(enum diagram diagram, bool chinese)
{
	struct buffer out;

	buffer_init(&out, desk.arena);
	workflow_print(desk.workflow, diagram, chinese, &out);
	return out.bytes;
}

static size_t count_of(const char *text, const char *piece)
{
	size_t count = 0;

	for (text = strstr(text, piece); text != NULL; text = strstr(text + 1, piece))
		count++;
	return count;
}

START_TEST(the_diagrams_show_every_state_and_edge)
{
	const char *mermaid = printed(DIAGRAM_MERMAID, false), *dot = printed(DIAGRAM_DOT, true);

	ck_assert(text_starts(mermaid, "stateDiagram-v2\n"));
	ck_assert_uint_eq(count_of(mermaid, "    state \""), 16);
	ck_assert_uint_eq(count_of(mermaid, "--> [*]"), 4);
	ck_assert_ptr_nonnull(strstr(mermaid, "    to_evaluate --> assigned: evaluate_urgent\n"));
	ck_assert_ptr_nonnull(strstr(mermaid, "    suspended --> queued: resume\n"));
	ck_assert_ptr_null(strstr(mermaid, "consent"));
	ck_assert_ptr_nonnull(strstr(dot, "\tdraft [label=\"草稿\", style=bold];\n"));
	ck_assert_ptr_nonnull(strstr(dot, "\tclosed [label=\"已关闭\", peripheries=2];\n"));
	ck_assert_ptr_nonnull(strstr(dot, "\tdraft -> submitted [label=\"提交"));
	ck_assert_uint_eq(count_of(dot, " -> "), count_of(mermaid, " --> ") - 5); // without the ways in and out
}
END_TEST

START_TEST(actions_between_the_same_states_share_an_edge)
{
	action_named("evaluate_urgent")->paths[0].to = state_named("to_authorise");
	ck_assert_ptr_nonnull(
	    strstr(printed(DIAGRAM_MERMAID, false), "    to_evaluate --> to_authorise: evaluate / evaluate_urgent\n"));
}
END_TEST

// The terminal column at which `piece` starts in its line.
static size_t column_of(const char *text, const char *piece)
{
	const char *at = strstr(text, piece), *line = at;

	ck_assert_ptr_nonnull(at);
	while (line > text && line[-1] != '\n')
		line--;
	return text_columns(arena_copy_bytes(desk.arena, line, (size_t)(at - line)));
}

START_TEST(the_table_is_aligned_in_both_languages)
{
	const char *table = printed(DIAGRAM_TABLE, _i == 1);

	ck_assert_uint_eq(column_of(table, "draft → submitted"), column_of(table, "suspended → $origin"));
	ck_assert_uint_eq(column_of(table, "requester "), column_of(table, "acceptor "));
	ck_assert_ptr_nonnull(strstr(table, _i == 1 ? "验收不通过" : "Refuse"));
	ck_assert_ptr_null(strstr(table, _i == 1 ? "Refuse" : "验收不通过"));
	ck_assert_ptr_null(strstr(table, " \n"));
}
END_TEST

START_TEST(the_document_tells_what_moves_ask)
{
	const char *english = printed(DIAGRAM_MARKDOWN, false), *chinese = printed(DIAGRAM_MARKDOWN, true);

	ck_assert(text_starts(english, "# Workflow `maintenance`\n"));
	ck_assert(text_starts(chinese, "# 工作流 `maintenance`\n"));
	ck_assert_ptr_nonnull(strstr(english, "preventive: `plan_item` / `finding`"));
	ck_assert_ptr_nonnull(strstr(english, "| != `evaluator`; `owes_authorisation` |"));
	ck_assert_ptr_nonnull(strstr(english, "| `lead` | +`reason`, +`backout_proof` |"));
	ck_assert_ptr_nonnull(strstr(english, "| while owed: `change_report` |"));
	ck_assert_ptr_nonnull(strstr(chinese, "| 尚欠时： `change_report` |"));
	ck_assert_ptr_nonnull(strstr(english, "| `designated`; ~ `submit` | |"));
}
END_TEST

START_TEST(guarded_edits_and_owed_ones_are_both_told)
{
	desk.workflow->edits[0].guards = GUARD_BIT(GUARD_SKILLED);
	desk.workflow->edits[0].owed = CONTROL_DOCUMENTS;
	ck_assert_ptr_nonnull(strstr(printed(DIAGRAM_MARKDOWN, false), "| `skilled`; while owed: `documents` |"));
}
END_TEST

static const struct {
	const char *text;
	size_t columns;
} widths[] = {
    {"", 0},
    {"abc", 3},
    {"维护", 4},
    {"a维b", 4},
    {"é", 1},
    {"→", 1},
    {"（）", 4},
    {"한글", 4},
    {"😀", 2},
    {"𠀀", 2},
};

START_TEST(wide_characters_take_two_columns)
{
	ck_assert_uint_eq(text_columns(widths[_i].text), widths[_i].columns);
}
END_TEST

START_TEST(tables_grow_and_escape)
{
	static const char *const heading[] = {"a", "b"};
	static const char *const row[] = {"x|y", ""};
	struct table table;
	struct buffer out;

	buffer_init(&out, desk.arena);
	table_init(&table, desk.arena, heading, 2);
	for (int i = 0; i < 40; i++)
		table_add(&table, row);
	table_print_markdown(&table, &out);
	ck_assert(text_starts(out.bytes, "| a | b |\n| --- | --- |\n| x\\|y | |\n"));
	ck_assert_uint_eq(count_of(out.bytes, "x\\|y"), 40);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workflow");
	TCase *cases = tcase_create("workflow");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, states_and_actions_are_found_by_name);
	tcase_add_test(cases, a_mistyped_action_is_guessed);
	tcase_add_loop_test(cases, actions_want_fields_by_kind, 0, sizeof(wants) / sizeof(wants[0]));
	tcase_add_test(cases, actions_accept_what_they_want_and_more);
	tcase_add_test(cases, paths_are_found_by_state);
	tcase_add_test(cases, a_suspended_ticket_may_resume_where_it_could_be_suspended);
	tcase_add_test(cases, the_diagrams_show_every_state_and_edge);
	tcase_add_test(cases, actions_between_the_same_states_share_an_edge);
	tcase_add_loop_test(cases, the_table_is_aligned_in_both_languages, 0, 2);
	tcase_add_test(cases, the_document_tells_what_moves_ask);
	tcase_add_test(cases, guarded_edits_and_owed_ones_are_both_told);
	tcase_add_loop_test(cases, wide_characters_take_two_columns, 0, sizeof(widths) / sizeof(widths[0]));
	tcase_add_test(cases, tables_grow_and_escape);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
