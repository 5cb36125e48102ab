// SPDX-License-Identifier: Apache-2.0
// Guards, one by one: met, unmet, and what they say; and the controls that the urgent way owes.
#include "desk.h"
#include "domain/move.h"

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

// What stands against it, one after the other; NULL when it is met.
static const char *unmet(enum guard guard)
{
	struct verdict verdict = verdict_new(NULL, desk.arena);
	struct buffer text;
	struct move move = {
	    .workflow = desk.workflow,
	    .ticket = &desk.ticket,
	    .person = &desk.person,
	    .given = &desk.given,
	    .now = desk.now,
	    .arena = desk.arena,
	};

	buffer_init(&text, desk.arena);
	guard_judge(guard, &verdict, &move);
	for (const struct unmet *one = verdict.unmet; one != NULL; one = one->next)
		buffer_print(&text, "%s%s", text.length > 0 ? "; " : "", one->message);
	return verdict.unmet != NULL ? text.bytes : NULL;
}

static bool met(enum guard guard)
{
	return unmet(guard) == NULL;
}

START_TEST(designated)
{
	ck_assert(met(GUARD_DESIGNATED));
	desk.ticket.designated = NULL; // a deputy alone is not enough
	ck_assert(!met(GUARD_DESIGNATED));
}
END_TEST

START_TEST(corrective)
{
	ck_assert(met(GUARD_CORRECTIVE)); // as claimed
	desk_fill(&desk, F_KIND, "adaptive");
	ck_assert(!met(GUARD_CORRECTIVE)); // as settled
	desk_give(&desk, F_KIND, "corrective");
	ck_assert(met(GUARD_CORRECTIVE)); // as given
	desk_clear(&desk);
	desk_fill(&desk, F_KIND, NULL);
	desk_fill(&desk, F_CLAIMED_KIND, NULL);
	ck_assert(!met(GUARD_CORRECTIVE)); // unknown
}
END_TEST

START_TEST(severe)
{
	ck_assert(!met(GUARD_SEVERE));
	desk_fill(&desk, F_SEVERITY, "severe");
	ck_assert(met(GUARD_SEVERE));
	desk_give(&desk, F_SEVERITY, "moderate");
	ck_assert(!met(GUARD_SEVERE));
}
END_TEST

START_TEST(appeal_unused)
{
	ck_assert(met(GUARD_APPEAL_UNUSED));
	desk_fill(&desk, F_APPEALED, "true");
	ck_assert(!met(GUARD_APPEAL_UNUSED));
}
END_TEST

START_TEST(no_clash)
{
	ck_assert(met(GUARD_NO_CLASH));
	desk.ticket.clash_count = 2;
	ck_assert_ptr_nonnull(strstr(unmet(GUARD_NO_CLASH), "2 other ticket(s)"));
	desk_give(&desk, F_CLASH_NOTE, "done together");
	ck_assert(met(GUARD_NO_CLASH));
}
END_TEST

static const struct {
	const char *start, *end;
	bool met;
} plans[] = {
    {"2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z", true},
    {"2026-11-24T08:00:00Z", "2026-11-24T08:00:00Z", false},
    {"2026-11-24T08:00:00Z", "2026-11-24T07:00:00Z", false},
    {"2026-11-24T08:00:00Z", "2026-11-24T16:00:00.5+08:00", true}, // half a second later, in another zone
    {"2026-11-24T08:00:00Z", "2026-11-24T15:59:00+08:00", false},
    {NULL, "2026-11-24T09:00:00Z", true}, // a missing field is told as such
    {"2026-11-24T08:00:00Z", NULL, true},
    {"2026-11-24T08:00:00Z", "soon", false},
    {"soon", "2026-11-24T08:00:00Z", false},
};

START_TEST(plan_in_order)
{
	desk_fill(&desk, F_PLANNED_START, plans[_i].start);
	desk_give(&desk, F_PLANNED_END, plans[_i].end);
	ck_assert_int_eq(met(GUARD_PLAN_IN_ORDER), plans[_i].met);
}
END_TEST

static const struct step_entry unchecked[] = {
    {STEP_ANALYSIS, STEP_PASSED, "tom"},
    {STEP_DESIGN, STEP_PASSED, "tom"},
    {STEP_CODE, STEP_PASSED, "tom"},
    {STEP_UNIT_TEST, STEP_PASSED, "tom"},
    {STEP_INTEGRATION_TEST, STEP_PASSED, "tom"},
};

START_TEST(steps_done)
{
	ck_assert(met(GUARD_STEPS_DONE));
	desk.ticket.step_count--;
	ck_assert_ptr_nonnull(strstr(unmet(GUARD_STEPS_DONE), "integration_test"));
	desk.ticket.steps = unchecked;
	ck_assert_ptr_nonnull(strstr(unmet(GUARD_STEPS_DONE), "design_check"));
	desk_fill(&desk, F_OWED, "design_check");
	ck_assert(met(GUARD_STEPS_DONE));
	desk.ticket.step_count--; // owed or not, tests are never skipped
	ck_assert_ptr_nonnull(strstr(unmet(GUARD_STEPS_DONE), "integration_test"));
}
END_TEST

START_TEST(change_and_work_recorded)
{
	ck_assert(met(GUARD_CHANGE_RECORDED));
	ck_assert(met(GUARD_WORK_RECORDED));
	desk.ticket.change_count = 0;
	ck_assert(!met(GUARD_CHANGE_RECORDED));
	desk_give(&desk, F_RECORD_GAPS, "8-12: only the vendor's settings");
	ck_assert(!met(GUARD_CHANGE_RECORDED)); // 13 is not explained
	desk_give(&desk, F_RECORD_GAPS, "8-13: only the vendor's settings");
	ck_assert(met(GUARD_CHANGE_RECORDED));
	ck_assert(met(GUARD_WORK_RECORDED));
	desk.ticket.work_count = 0;
	ck_assert(!met(GUARD_WORK_RECORDED));
}
END_TEST

START_TEST(documents_settled)
{
	ck_assert(!met(GUARD_DOCUMENTS_SETTLED));
	desk_give(&desk, F_DOCUMENTS, "manual, chapter 3");
	ck_assert(met(GUARD_DOCUMENTS_SETTLED));
	desk_clear(&desk);
	desk_fill(&desk, F_OWED, "change_report,documents");
	ck_assert(met(GUARD_DOCUMENTS_SETTLED));
}
END_TEST

START_TEST(owes_authorisation)
{
	ck_assert(!met(GUARD_OWES_AUTHORISATION));
	desk_fill(&desk, F_OWED, "authorisation");
	ck_assert(met(GUARD_OWES_AUTHORISATION));
	desk_fill(&desk, F_AUTHORISED_BY, "max");
	ck_assert(!met(GUARD_OWES_AUTHORISATION));
}
END_TEST

static void fill_change_report(void)
{
	static const enum field_id report[] = {F_EFFORT_PEOPLE, F_EFFORT_MINUTES, F_NATURE, F_PRIORITY, F_IMPACT,
	    F_BACKOUT_PLAN, F_WINDOW};

	for (size_t i = 0; i < sizeof(report) / sizeof(report[0]); i++) {
		ck_assert(control_owed(CONTROL_CHANGE_REPORT, &desk.ticket)); // up to the last field
		desk_fill(&desk, report[i], "1");
	}
}

START_TEST(owed_done)
{
	ck_assert(met(GUARD_OWED_DONE));
	desk.ticket.steps = unchecked;
	desk.ticket.step_count = 5;
	desk_fill(&desk, F_OWED, "change_report,authorisation,documents,design_check");
	ck_assert_str_eq(unmet(GUARD_OWED_DONE),
	    "a control is still owed: change_report; a control is still owed: authorisation; "
	    "a control is still owed: documents; a control is still owed: design_check");
	fill_change_report();
	ck_assert_ptr_null(strstr(unmet(GUARD_OWED_DONE), "change_report"));
	desk_fill(&desk, F_AUTHORISED_BY, "max");
	desk_fill(&desk, F_DOCUMENTS, "manual");
	ck_assert_str_eq(unmet(GUARD_OWED_DONE), "a control is still owed: design_check");
	desk.ticket.steps = desk_steps;
	desk.ticket.step_count = STEP_COUNT;
	ck_assert(met(GUARD_OWED_DONE));
}
END_TEST

START_TEST(reopen_window)
{
	desk_fill(&desk, F_CLOSED_AT, "2026-10-24T08:00:00.000000Z"); // thirty days ago to the microsecond
	ck_assert(met(GUARD_REOPEN_WINDOW));
	desk.now++;
	ck_assert_ptr_nonnull(strstr(unmet(GUARD_REOPEN_WINDOW), "30 days"));
	desk_sit(&desk, "leo", ROLE_BIT(ROLE_LEAD));
	ck_assert(met(GUARD_REOPEN_WINDOW));
	desk_sit(&desk, "ann", ROLE_BIT(ROLE_REQUESTER));
	desk_fill(&desk, F_CLOSED_AT, NULL);
	ck_assert(!met(GUARD_REOPEN_WINDOW));
	desk_fill(&desk, F_CLOSED_AT, "once");
	ck_assert(!met(GUARD_REOPEN_WINDOW));
}
END_TEST

START_TEST(consented)
{
	ck_assert(met(GUARD_CONSENTED)); // nothing changes
	desk_give(&desk, F_KIND, "corrective");
	ck_assert(met(GUARD_CONSENTED)); // as it stands
	desk_give(&desk, F_KIND, "adaptive");
	ck_assert_ptr_nonnull(strstr(unmet(GUARD_CONSENTED), "kind"));
	desk_fill(&desk, F_CONSENTED_KIND, "perfective");
	ck_assert(!met(GUARD_CONSENTED)); // to something else
	desk_fill(&desk, F_CONSENTED_KIND, "adaptive");
	ck_assert(met(GUARD_CONSENTED));
	desk_give(&desk, F_SEVERITY, "severe");
	ck_assert_ptr_nonnull(strstr(unmet(GUARD_CONSENTED), "severity"));
	desk_fill(&desk, F_CONSENTED_SEVERITY, "severe");
	ck_assert(met(GUARD_CONSENTED));
}
END_TEST

START_TEST(consent_is_to_a_change_of_the_settled_kind)
{
	desk_fill(&desk, F_KIND, "perfective");
	desk_give(&desk, F_KIND, "corrective"); // as claimed, but settled otherwise
	ck_assert(!met(GUARD_CONSENTED));
	desk_give(&desk, F_KIND, "perfective");
	ck_assert(met(GUARD_CONSENTED));
}
END_TEST

START_TEST(skilled)
{
	ck_assert(met(GUARD_SKILLED));
	desk_give(&desk, F_HELPERS, "hal,tom");
	ck_assert(!met(GUARD_SKILLED));
	desk_give(&desk, F_TECHNICIAN, "ida");
	ck_assert(met(GUARD_SKILLED));
	desk_give(&desk, F_TECHNICIAN, NULL);
	ck_assert(!met(GUARD_SKILLED));
}
END_TEST

START_TEST(names_lead_back_to_their_guards)
{
	enum guard guard;

	ck_assert(guard_find(guard_name((enum guard)_i), &guard));
	ck_assert_int_eq(guard, _i);
	ck_assert_ptr_nonnull(guard_label(guard));
	ck_assert(!guard_find("unknown", &guard));
}
END_TEST

START_TEST(names_lead_back_to_their_controls)
{
	static const char *const names[] = {"change_report", "authorisation", "documents", "design_check"};
	enum control control;

	ck_assert_str_eq(control_name((enum control)_i), names[_i]);
	ck_assert(control_find(names[_i], &control));
	ck_assert_int_eq(control, _i);
	ck_assert(!control_find("report", &control));
	ck_assert(!control_owed(control, &desk.ticket)); // a ticket that owes nothing
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("guard");
	TCase *cases = tcase_create("guard");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, designated);
	tcase_add_test(cases, corrective);
	tcase_add_test(cases, severe);
	tcase_add_test(cases, appeal_unused);
	tcase_add_test(cases, no_clash);
	tcase_add_loop_test(cases, plan_in_order, 0, sizeof(plans) / sizeof(plans[0]));
	tcase_add_test(cases, steps_done);
	tcase_add_test(cases, change_and_work_recorded);
	tcase_add_test(cases, documents_settled);
	tcase_add_test(cases, owes_authorisation);
	tcase_add_test(cases, owed_done);
	tcase_add_test(cases, reopen_window);
	tcase_add_test(cases, consented);
	tcase_add_test(cases, consent_is_to_a_change_of_the_settled_kind);
	tcase_add_test(cases, skilled);
	tcase_add_loop_test(cases, names_lead_back_to_their_guards, 0, GUARD_COUNT);
	tcase_add_loop_test(cases, names_lead_back_to_their_controls, 0, CONTROL_COUNT);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
