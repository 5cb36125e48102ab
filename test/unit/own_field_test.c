// SPDX-License-Identifier: Apache-2.0
// Fields of the team's own: read or told at their line, and joined to the workflow.
#include "domain/own_field.h"

#include "desk.h"

static struct desk desk;

static void set_up(void)
{
	desk_open(&desk);
}

static void tear_down(void)
{
	fields = fields_built_in;
	desk_close(&desk);
}

#define OWN(rest) "fields:\n  x_a:\n    {zh: 甲, en: A, given: [evaluate], " rest "}\n"

static const struct {
	const char *text, *faults;
} files[] = {
    {"fields: {}\n", ""},
    {OWN("type: text, most: 200"), ""},
    {OWN("type: choice, choices: [a, b]"), ""},
    {OWN("type: whole, least: -5, most: 5, kinds: [corrective], edit: [sysadmin]"), ""},
    {"field: {}\n", "t:1 unknown, t:1 missing"},
    {"fields: [x_a]\n", "t:1 type"},
    {"fields:\n  a: {type: text, zh: 甲, en: A, edit: lead}\n", "t:2 format"},
    {"fields:\n  x_: {type: text, zh: 甲, en: A, edit: lead}\n", "t:2 format"},
    {"fields:\n  x_A: {type: text, zh: 甲, en: A, edit: lead}\n", "t:2 format"},
    {"fields:\n  x_a: {type: text, zh: 甲, en: A}\n", "t:2 missing"},
    {"fields:\n  x_a: {type: text, en: A, edit: lead}\n", "t:2 missing"},
    {"fields:\n  x_a: {zh: 甲, en: A, edit: lead}\n", "t:2 missing"},
    {OWN("type: names"), "t:3 unknown"},
    {OWN("type: choice"), "t:2 choices"},
    {OWN("type: text, choices: [a]"), "t:2 choices"},
    {OWN("type: choice, choices: [a, b, a]"), "t:2 duplicate"},
    {OWN("type: whole, least: 5, most: 4"), "t:2 range"},
    {OWN("type: text, most: 30000"), "t:2 range"},
    {OWN("type: time, most: 3"), "t:2 range"},
    {OWN("type: text, kinds: [urgent]"), "t:3 unknown"},
    {OWN("type: text, edit: [owner]"), "t:3 unknown"},
    {OWN("type: text, colour: red"), "t:3 unknown"},
};

static const char *told(void)
{
	struct buffer text;

	buffer_init(&text, desk.arena);
	for (const struct fault *fault = desk.faults.first; fault != NULL; fault = fault->next)
		buffer_print(&text, "%s%s %s", text.length > 0 ? ", " : "", fault->field, fault->code);
	return text.bytes;
}

START_TEST(declarations_are_read_or_told)
{
	const struct own_fields *own = own_fields_load("t", files[_i].text, desk.arena, &desk.faults);

	ck_assert_msg(text_equals(told(), files[_i].faults), "%s:\n  %s, not\n  %s", files[_i].text, told(),
	    files[_i].faults);
	ck_assert_int_eq(own != NULL, desk.faults.count == 0);
}
END_TEST

static const struct own_fields *declare(const char *text)
{
	const struct own_fields *own = own_fields_load("t", text, desk.arena, &desk.faults);

	desk_told(&desk);
	own_fields_declare(own, desk.arena);
	own_fields_join(own, desk.workflow, desk.arena);
	return own;
}

START_TEST(an_unknown_action_is_told_with_a_near_one)
{
	const struct own_fields *own = declare(OWN("type: text, required: [evalute]"));

	ck_assert(!own_fields_check(own, desk.workflow, &desk.faults));
	ck_assert_str_eq(told(), "t:2 unknown");
	ck_assert_str_eq(desk.faults.first->message, "x_a: there is no action 'evalute', did you mean 'evaluate'?");
}
END_TEST

START_TEST(a_required_field_is_demanded_of_its_kinds)
{
	declare(OWN("type: choice, choices: [some, all], required: [evaluate], kinds: [corrective]"));
	desk.ticket.state = "to_evaluate";
	desk_sit(&desk, "sue", ROLE_BIT(ROLE_SYSADMIN));
	desk_give_change_report(&desk);
	desk_give(&desk, F_SEVERITY, "minor");
	ck_assert_str_eq(desk_try(&desk, "evaluate"), "incomplete -x_a");
	desk_give(&desk, F_OWN_FIRST, "all");
	ck_assert_str_eq(desk_try(&desk, "evaluate"), "allowed to_authorise as sysadmin");
	desk_clear(&desk);
	desk_give_change_report(&desk);
	desk_fill(&desk, F_CLAIMED_KIND, "adaptive");
	ck_assert_str_eq(desk_try(&desk, "evaluate"), "allowed to_authorise as sysadmin");
}
END_TEST

START_TEST(a_field_is_edited_by_its_parties_while_the_ticket_is_open)
{
	declare("fields:\n  x_a: {type: text, zh: 甲, en: A, edit: lead}\n");
	desk_give(&desk, F_OWN_FIRST, "text");
	desk_sit(&desk, "leo", ROLE_BIT(ROLE_LEAD));
	struct verdict verdict =
	    workflow_judge_edit(desk.workflow, &desk.ticket, &desk.person, &desk.given, desk.arena);
	ck_assert_int_eq(verdict.kind, VERDICT_ALLOWED);
	desk_sit(&desk, "ann", ROLE_BIT(ROLE_REQUESTER));
	verdict = workflow_judge_edit(desk.workflow, &desk.ticket, &desk.person, &desk.given, desk.arena);
	ck_assert_int_eq(verdict.kind, VERDICT_FORBIDDEN);
	desk.ticket.state = "closed";
	desk_sit(&desk, "leo", ROLE_BIT(ROLE_LEAD));
	verdict = workflow_judge_edit(desk.workflow, &desk.ticket, &desk.person, &desk.given, desk.arena);
	ck_assert_int_eq(verdict.kind, VERDICT_ILLEGAL);
}
END_TEST

START_TEST(a_declared_field_stands_in_the_table)
{
	enum field_id id;

	ck_assert(!field_find("x_a", &id));
	declare(OWN("type: whole, most: 9"));
	ck_assert(field_find("x_a", &id));
	ck_assert_int_eq(id, F_OWN_FIRST);
	ck_assert_str_eq(fields[id].label_zh, "甲");
	ck_assert_int_eq(fields[id].most, 9);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("own_field");
	TCase *cases = tcase_create("own_field");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, declarations_are_read_or_told, 0, sizeof(files) / sizeof(files[0]));
	tcase_add_test(cases, an_unknown_action_is_told_with_a_near_one);
	tcase_add_test(cases, a_required_field_is_demanded_of_its_kinds);
	tcase_add_test(cases, a_field_is_edited_by_its_parties_while_the_ticket_is_open);
	tcase_add_test(cases, a_declared_field_stands_in_the_table);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
