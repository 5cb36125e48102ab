// SPDX-License-Identifier: Apache-2.0
// Edits and records: who may change which field in which state, and add what.
#include "desk.h"

static struct desk desk;

static void set_up(void)
{
	desk_open(&desk);
	desk_sit(&desk, "ann", ROLE_BIT(ROLE_REQUESTER));
}

static void tear_down(void)
{
	desk_close(&desk);
}

static void sit(const char *login, enum role role)
{
	desk_sit(&desk, login, ROLE_BIT(role));
}

// Whether the person may edit the field, as verdict_text() says; a NULL value empties it.
static const char *try_edit(enum field_id id, const char *value)
{
	desk_clear(&desk);
	desk_give(&desk, id, value);
	struct verdict verdict =
	    workflow_judge_edit(desk.workflow, &desk.ticket, &desk.person, &desk.given, desk.arena);
	return verdict_text(&verdict, desk.ticket.state);
}

START_TEST(edits_depend_on_state_person_and_field)
{
	desk.ticket.state = "draft";
	ck_assert_str_eq(try_edit(F_TITLE, "new"), "allowed = as requester");
	ck_assert_str_eq(try_edit(F_TITLE, NULL), "allowed = as requester");
	ck_assert_str_eq(try_edit(F_REASON, "x"), "incomplete +reason"); // no edit at all, only actions
	sit("bob", ROLE_REQUESTER);
	ck_assert_str_eq(try_edit(F_TITLE, "new"), "forbidden party");
	sit("ann", ROLE_REQUESTER);
	desk.ticket.state = "submitted";
	ck_assert_str_eq(try_edit(F_TITLE, "new"), "illegal state");
	sit("leo", ROLE_LEAD);
	ck_assert_str_eq(try_edit(F_PRIORITY, "1"), "allowed = as lead");
	ck_assert_str_eq(try_edit(F_PRIORITY, NULL), "incomplete -priority"); // changed, not emptied
	desk.ticket.state = "no_such_state";
	ck_assert_str_eq(try_edit(F_PRIORITY, "1"), "illegal state");
}
END_TEST

START_TEST(an_edit_of_several_fields_is_judged_field_by_field)
{
	desk.ticket.state = "queued";
	sit("leo", ROLE_LEAD);
	desk_give(&desk, F_PRIORITY, "1");
	desk_give(&desk, F_TITLE, "mine");
	desk_give(&desk, F_NATURE, "mine");
	desk_give(&desk, F_EVALUATOR, "leo");
	struct verdict verdict =
	    workflow_judge_edit(desk.workflow, &desk.ticket, &desk.person, &desk.given, desk.arena);
	ck_assert_str_eq(verdict_text(&verdict, "queued"), "illegal state state +evaluator");
	ck_assert_str_eq(verdict.unmet->field, "title");
	ck_assert_str_eq(verdict.unmet->message, "title is not open to edits now, only in draft, returned");
	desk_clear(&desk);
	verdict = workflow_judge_edit(desk.workflow, &desk.ticket, &desk.person, &desk.given, desk.arena);
	ck_assert_int_eq(verdict.kind, VERDICT_ALLOWED); // nothing asked for
}
END_TEST

START_TEST(edits_are_guarded_too)
{
	desk.ticket.state = "scheduled";
	desk_fill(&desk, F_PLANNED_START, "2026-11-24T08:00:00Z");
	desk_fill(&desk, F_PLANNED_END, "2026-11-24T10:00:00Z");
	sit("leo", ROLE_LEAD);
	ck_assert_str_eq(try_edit(F_PLANNED_END, "2026-11-24T07:00:00Z"), "illegal plan_in_order");
	ck_assert_str_eq(try_edit(F_PLANNED_END, "2026-11-24T12:00:00Z"), "allowed = as lead");
}
END_TEST

START_TEST(a_change_report_is_edited_after_the_evaluation_only_while_it_is_owed)
{
	desk.ticket.state = "in_maintenance";
	sit("sue", ROLE_SYSADMIN);
	ck_assert_str_eq(try_edit(F_NATURE, "fix"), "illegal state");
	desk_fill(&desk, F_OWED, "change_report");
	ck_assert_str_eq(try_edit(F_NATURE, "fix"), "allowed = as sysadmin");
	desk_give_change_report(&desk);
	desk_store(&desk);
	ck_assert_str_eq(try_edit(F_NATURE, "another"), "illegal state");
}
END_TEST

static const char *try_record(enum record record)
{
	struct verdict verdict = workflow_judge_record(desk.workflow, &desk.ticket, &desk.person, record, desk.arena);

	return verdict_text(&verdict, desk.ticket.state);
}

START_TEST(records_are_made_in_maintenance_by_those_who_work)
{
	desk.ticket.state = "in_maintenance";
	sit("tom", ROLE_TECHNICIAN);
	ck_assert_str_eq(try_record(RECORD_STEP), "allowed = as technician");
	ck_assert_str_eq(try_record(RECORD_CHANGE), "allowed = as technician");
	ck_assert_str_eq(try_record(RECORD_WORK), "allowed = as technician");
	ck_assert_str_eq(try_record(RECORD_SKIPPED_STEP), "forbidden party"); // "not applicable" is the sysadmin's word
	sit("sue", ROLE_SYSADMIN);
	ck_assert_str_eq(try_record(RECORD_SKIPPED_STEP), "allowed = as sysadmin");
	sit("ann", ROLE_REQUESTER);
	ck_assert_str_eq(try_record(RECORD_WORK), "forbidden party");
	sit("tom", ROLE_TECHNICIAN);
	desk.ticket.state = "assigned";
	ck_assert_str_eq(try_record(RECORD_STEP), "illegal state");
	ck_assert_str_eq(try_record(RECORD_WORK), "allowed = as technician");
	desk.ticket.state = "closed";
	ck_assert_str_eq(try_record(RECORD_WORK), "illegal state");
	desk.ticket.state = "no_such_state";
	ck_assert_str_eq(try_record(RECORD_WORK), "illegal state");
}
END_TEST

START_TEST(an_owed_design_check_is_recorded_later)
{
	desk.ticket.state = "to_review";
	desk.ticket.step_count = 2; // up to the design
	sit("hal", ROLE_TECHNICIAN);
	ck_assert_str_eq(try_record(RECORD_STEP), "illegal state");
	desk_fill(&desk, F_OWED, "design_check");
	ck_assert_str_eq(try_record(RECORD_STEP), "allowed = as technician");
	ck_assert_str_eq(try_record(RECORD_CHANGE), "illegal state");
	desk.ticket.step_count = 3; // with the check
	ck_assert_str_eq(try_record(RECORD_STEP), "illegal state");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("judge_edit");
	TCase *cases = tcase_create("judge_edit");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, edits_depend_on_state_person_and_field);
	tcase_add_test(cases, an_edit_of_several_fields_is_judged_field_by_field);
	tcase_add_test(cases, edits_are_guarded_too);
	tcase_add_test(cases, a_change_report_is_edited_after_the_evaluation_only_while_it_is_owed);
	tcase_add_test(cases, records_are_made_in_maintenance_by_those_who_work);
	tcase_add_test(cases, an_owed_design_check_is_recorded_later);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
