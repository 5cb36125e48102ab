// SPDX-License-Identifier: Apache-2.0
// The judge on stories that judge_verdicts.txt cannot tell: whole journeys, who can help, waivers.
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

static const struct unmet *unmet_named(const struct verdict *verdict, const char *guard)
{
	const struct unmet *unmet = verdict->unmet;

	while (unmet != NULL && strcmp(unmet->guard, guard) != 0)
		unmet = unmet->next;
	ck_assert_msg(unmet != NULL, "%s is not among the reasons", guard);
	return unmet;
}

static const char *stands(enum field_id id)
{
	return desk.ticket.values[id];
}

static void forward(void)
{
	sit("leo", ROLE_LEAD);
	desk_give(&desk, F_SYSADMIN, "sue");
	desk_give(&desk, F_DUPLICATE_CHECK, "unique");
	desk_do(&desk, "forward");
}

static void evaluate(void)
{
	sit("sue", ROLE_SYSADMIN);
	desk_give_change_report(&desk);
	desk_give(&desk, F_SEVERITY, "moderate");
	desk_do(&desk, "evaluate");
}

static void authorise(const char *login)
{
	sit(login, ROLE_AUTHORITY);
	desk_give(&desk, F_DECISION, "go");
	desk_do(&desk, "authorise");
}

static void deliver_and_accept(void)
{
	sit("tom", ROLE_TECHNICIAN);
	desk_do(&desk, "deliver");
	sit("ann", ROLE_REQUESTER);
	desk_give(&desk, F_ACCEPTANCE, "works");
	desk_give(&desk, F_RATING, "5");
	desk_do(&desk, "accept");
}

static void give_closing(void)
{
	desk_give(&desk, F_REVIEW_ANSWERS, "in order");
	desk_give(&desk, F_BENEFIT, "+100 CNY");
	desk_give(&desk, F_DOCUMENTS_STATE, "complete");
}

// A ticket that has not been stored yet: the request is all there is.
static void file_new(void)
{
	static const enum field_id request[] = {F_TITLE, F_DESCRIPTION, F_PROGRAM, F_CLAIMED_KIND, F_CIRCUMSTANCES,
	    F_INPUTS, F_OBSERVED, F_SINCE};

	for (size_t i = 0; i < sizeof(request) / sizeof(request[0]); i++)
		desk_give(&desk, request[i], stands(request[i]));
	desk.ticket = (struct ticket){.designated = "sue", .steps = desk_steps, .step_count = STEP_COUNT};
	desk.ticket.change_count = desk.ticket.work_count = 1;
	desk_fill(&desk, F_REQUESTER, "ann");
}

START_TEST(a_request_travels_the_whole_line)
{
	file_new();
	desk_do(&desk, "submit");
	ck_assert_str_eq(desk.ticket.state, "submitted");
	ck_assert_str_eq(stands(F_SUBMITTED_AT), DESK_NOW);
	forward();
	evaluate();
	ck_assert_str_eq(stands(F_KIND), "corrective"); // as claimed, since nothing else was given
	ck_assert_str_eq(stands(F_EVALUATOR), "sue");
	authorise("max");
	ck_assert_str_eq(stands(F_AUTHORISED_BY), "max");
	sit("leo", ROLE_LEAD);
	desk_give(&desk, F_PLANNED_START, "2026-11-24T08:00:00.000000Z");
	desk_give(&desk, F_PLANNED_END, "2026-11-24T10:00:00.000000Z");
	desk_give(&desk, F_PLANNED_MINUTES, "120");
	desk_do(&desk, "schedule");
	ck_assert_str_eq(stands(F_DUE_AT), "2026-11-24T10:00:00.000000Z"); // nothing else was wished for
	sit("dan", ROLE_SYSADMIN);
	desk.ticket.deputy = "dan";
	desk_give(&desk, F_TECHNICIAN, "tom");
	desk_do(&desk, "assign");
	sit("tom", ROLE_TECHNICIAN);
	desk_do(&desk, "start");
	desk_give(&desk, F_DOCUMENTS, "manual");
	desk_do(&desk, "deliver");
	ck_assert_str_eq(stands(F_DELIVERED_BY), "tom");
	sit("ann", ROLE_REQUESTER);
	desk_give(&desk, F_ACCEPTANCE, "works");
	desk_do(&desk, "accept");
	sit("rob", ROLE_REVIEWER);
	give_closing();
	desk_do(&desk, "close");
	ck_assert_str_eq(desk.ticket.state, "closed");
	ck_assert_str_eq(stands(F_CLOSED_AT), DESK_NOW);
	ck_assert_str_eq(stands(F_REVIEWED_BY), "rob");
}
END_TEST

START_TEST(the_urgent_way_owes_four_controls_and_closes_when_they_are_done)
{
	static const struct step_entry unchecked[] = {
	    {STEP_ANALYSIS, STEP_PASSED, "tom"},
	    {STEP_DESIGN, STEP_PASSED, "tom"},
	    {STEP_CODE, STEP_PASSED, "tom"},
	    {STEP_UNIT_TEST, STEP_PASSED, "tom"},
	    {STEP_INTEGRATION_TEST, STEP_PASSED, "tom"},
	};

	forward();
	sit("sue", ROLE_SYSADMIN);
	desk_give(&desk, F_SEVERITY, "severe");
	desk_give(&desk, F_REASON, "month end is tonight");
	desk_give(&desk, F_CRITICAL_PROGRAM, "true");
	desk_give(&desk, F_TECHNICIAN, "tom");
	desk_do(&desk, "evaluate_urgent");
	ck_assert_str_eq(desk.ticket.state, "assigned");
	ck_assert_str_eq(stands(F_URGENT), "true");
	ck_assert_str_eq(stands(F_KIND), "corrective");
	ck_assert_str_eq(stands(F_OWED), "change_report,authorisation,documents,design_check");
	ck_assert_str_eq(stands(F_OWED_DUE), "2026-11-24T08:00:00.000000Z");
	desk.ticket.steps = unchecked;
	desk.ticket.step_count = 5;
	sit("tom", ROLE_TECHNICIAN);
	desk_do(&desk, "start");
	deliver_and_accept(); // without documents and design check: both are owed
	sit("rob", ROLE_REVIEWER);
	give_closing();
	ck_assert_str_eq(desk_try(&desk, "close"), "illegal owed_done -afterwards");
	struct verdict verdict = desk_judge(&desk, "close");
	const struct unmet *report = unmet_named(&verdict, "owed_done");
	ck_assert_uint_eq(report->who, PARTY_BIT(PARTY_SYSADMIN));
	ck_assert_uint_eq(report->next->who, PARTY_BIT(PARTY_AUTHORITY));
	ck_assert_uint_eq(unmet_named(&verdict, "field_missing")->who,
	    PARTY_BIT(PARTY_SYSADMIN) | PARTY_BIT(PARTY_REVIEWER)); // who may edit it, too
	desk_clear(&desk);
	authorise("max"); // afterwards, in the state it is in
	ck_assert_str_eq(desk.ticket.state, "to_review");
	desk_give_change_report(&desk);
	desk_store(&desk);
	desk_fill(&desk, F_DOCUMENTS, "manual");
	desk.ticket.steps = desk_steps;
	desk.ticket.step_count = STEP_COUNT;
	sit("rob", ROLE_REVIEWER);
	give_closing();
	ck_assert_str_eq(desk_try(&desk, "close"), "incomplete -afterwards");
	desk_give(&desk, F_AFTERWARDS, "47 minutes, 3120 payments");
	desk_do(&desk, "close");
}
END_TEST

START_TEST(a_duplicate_names_its_original)
{
	sit("leo", ROLE_LEAD);
	desk_give(&desk, F_SYSADMIN, "sue");
	desk_give(&desk, F_DUPLICATE_CHECK, "duplicate");
	ck_assert_str_eq(desk_try(&desk, "forward"), "incomplete -duplicate_of");
	desk_give(&desk, F_DUPLICATE_OF, "7");
	ck_assert_str_eq(desk_try(&desk, "forward"), "allowed to_evaluate as lead");
	desk_clear(&desk);
	desk_fill(&desk, F_DUPLICATE_CHECK, "duplicate"); // as it stands counts like what is given
	ck_assert_str_eq(desk_try(&desk, "forward"), "incomplete -duplicate_of");
	desk_give(&desk, F_DUPLICATE_CHECK, "related");
	ck_assert_str_eq(desk_try(&desk, "forward"), "allowed to_evaluate as lead");
}
END_TEST

START_TEST(authorisation_afterwards_is_for_urgent_tickets_once)
{
	desk.ticket.state = "in_maintenance";
	sit("max", ROLE_AUTHORITY);
	desk_give(&desk, F_DECISION, "go");
	ck_assert_str_eq(desk_try(&desk, "authorise"), "illegal owes_authorisation");
	desk_fill(&desk, F_OWED, "authorisation");
	desk_do(&desk, "authorise");
	ck_assert_str_eq(desk.ticket.state, "in_maintenance");
	desk_give(&desk, F_DECISION, "go");
	ck_assert_str_eq(desk_try(&desk, "authorise"), "illegal owes_authorisation");
}
END_TEST

static const char *const running[] = {"to_evaluate", "to_authorise", "queued", "scheduled", "assigned",
    "in_maintenance", "to_accept"};

START_TEST(a_ticket_resumes_exactly_where_it_was_suspended)
{
	desk.ticket.state = running[_i];
	sit("leo", ROLE_LEAD);
	desk_give(&desk, F_SUSPEND_CODE, "waits_on_vendor");
	desk_give(&desk, F_WAKE_AT, "2026-12-01T00:00:00.000000Z");
	desk_do(&desk, "suspend");
	ck_assert_str_eq(desk.ticket.state, "suspended");
	ck_assert_str_eq(stands(F_RESUMES_TO), running[_i]);
	ck_assert_str_eq(stands(F_SUSPENDED_AT), DESK_NOW);
	desk_do(&desk, "resume");
	ck_assert_str_eq(desk.ticket.state, running[_i]);
	ck_assert_ptr_null(stands(F_RESUMES_TO));
	ck_assert_ptr_null(stands(F_WAKE_AT));
}
END_TEST

START_TEST(a_ticket_without_a_known_origin_does_not_resume)
{
	desk.ticket.state = "suspended";
	sit("leo", ROLE_LEAD);
	ck_assert_str_eq(desk_try(&desk, "resume"), "illegal state");
	desk_fill(&desk, F_RESUMES_TO, "no_such_state");
	ck_assert_str_eq(desk_try(&desk, "resume"), "illegal state");
}
END_TEST

START_TEST(a_ticket_in_an_unknown_state_does_not_move)
{
	desk.ticket.state = "no_such_state";
	sit("leo", ROLE_LEAD);
	ck_assert_str_eq(desk_try(&desk, "forward"), "illegal state");
}
END_TEST

START_TEST(work_that_was_refused_is_not_begun_anew)
{
	desk.ticket.state = "assigned";
	sit("tom", ROLE_TECHNICIAN);
	desk_do(&desk, "start");
	desk_give(&desk, F_DOCUMENTS, "manual");
	desk_do(&desk, "deliver");
	sit("leo", ROLE_LEAD); // in the requester's stead
	desk_give(&desk, F_FAILURES, "still stops");
	desk_do(&desk, "refuse");
	ck_assert_str_eq(desk.ticket.state, "in_maintenance");
	ck_assert_ptr_null(stands(F_FINISHED_AT));
	desk_give(&desk, F_TECHNICIAN, "ida");
	desk_give(&desk, F_HANDOVER, "see notes");
	desk_do(&desk, "reassign");
	desk.now += MOMENT_HOUR;
	sit("ida", ROLE_TECHNICIAN);
	desk_do(&desk, "start");
	ck_assert_str_eq(stands(F_STARTED_AT), DESK_NOW); // the first start
}
END_TEST

START_TEST(reopening_clears_what_the_next_round_must_earn_again)
{
	static const enum field_id earned[] = {F_URGENT, F_OWED, F_OWED_DUE, F_EFFORT_MINUTES, F_EVALUATOR,
	    F_AUTHORISED_BY, F_PLANNED_START, F_DOCUMENTS, F_DELIVERED_BY, F_FINISHED_AT, F_ACCEPTED_BY,
	    F_REVIEW_ANSWERS, F_CLOSED_AT};

	desk.ticket.state = "closed";
	for (size_t i = 0; i < sizeof(earned) / sizeof(earned[0]); i++)
		desk_fill(&desk, earned[i], "set");
	desk_fill(&desk, F_CLOSED_AT, DESK_NOW);
	desk_give(&desk, F_REASON, "stops again");
	desk_give(&desk, F_SAME_CAUSE, "true");
	desk_do(&desk, "reopen");
	ck_assert_str_eq(desk.ticket.state, "to_evaluate");
	for (size_t i = 0; i < sizeof(earned) / sizeof(earned[0]); i++)
		ck_assert_msg(stands(earned[i]) == NULL, "%s", fields[earned[i]].key);
	ck_assert_str_eq(stands(F_TITLE), "Ledger stops");
	ck_assert_str_eq(stands(F_REOPENED_AT), DESK_NOW);
}
END_TEST

START_TEST(one_appeal_and_no_more)
{
	desk.ticket.state = "rejected";
	desk_fill(&desk, F_REASON, "the lead's reason for rejecting");
	ck_assert_str_eq(desk_try(&desk, "appeal"), "incomplete -reason"); // another's reason does not do
	desk_give(&desk, F_REASON, "it is no duplicate");
	desk_do(&desk, "appeal");
	sit("leo", ROLE_LEAD);
	desk_give(&desk, F_REASON, "it is");
	desk_do(&desk, "reject");
	sit("ann", ROLE_REQUESTER);
	desk_give(&desk, F_REASON, "it is not");
	struct verdict verdict = desk_judge(&desk, "appeal");
	ck_assert_str_eq(verdict_text(&verdict, "rejected"), "illegal appeal_unused");
	ck_assert_uint_eq(verdict.unmet->who, 0); // nobody can clear that
}
END_TEST

START_TEST(reclassifying_asks_for_what_the_new_kind_needs)
{
	desk.ticket.state = "queued";
	desk_fill(&desk, F_CONSENTED_KIND, "adaptive");
	sit("sue", ROLE_SYSADMIN);
	desk_give(&desk, F_KIND, "adaptive");
	desk_give(&desk, F_REASON, "the printer driver changed");
	ck_assert_str_eq(desk_try(&desk, "reclassify"), "incomplete -specification");
	desk_give(&desk, F_SPECIFICATION, "the new driver");
	desk_do(&desk, "reclassify");
	ck_assert_str_eq(desk.ticket.state, "queued");
	ck_assert_str_eq(stands(F_KIND), "adaptive");
	ck_assert_str_eq(stands(F_CLAIMED_KIND), "corrective"); // what the requester said stays
	ck_assert_ptr_null(stands(F_CONSENTED_KIND));           // consent is used up
	desk_give(&desk, F_KIND, "corrective");
	desk_give(&desk, F_REASON, "no, a fault");
	ck_assert_str_eq(desk_try(&desk, "reclassify"), "illegal consented -severity");
}
END_TEST

START_TEST(reclassifying_waits_for_the_requester)
{
	desk.ticket.state = "queued";
	sit("sue", ROLE_SYSADMIN);
	desk_give(&desk, F_SEVERITY, "severe");
	desk_give(&desk, F_REASON, "worse than thought");
	struct verdict verdict = desk_judge(&desk, "reclassify");
	ck_assert_str_eq(verdict_text(&verdict, "queued"), "illegal consented");
	ck_assert_uint_eq(verdict.unmet->who, PARTY_BIT(PARTY_REQUESTER));
	desk_clear(&desk);
	sit("ann", ROLE_REQUESTER);
	ck_assert_str_eq(desk_try(&desk, "consent"), "incomplete -consented_kind"); // or the severity
	desk_give(&desk, F_CONSENTED_SEVERITY, "severe");
	desk_do(&desk, "consent");
	sit("sue", ROLE_SYSADMIN);
	desk_give(&desk, F_SEVERITY, "severe");
	desk_give(&desk, F_REASON, "worse than thought");
	desk_do(&desk, "reclassify");
	ck_assert_str_eq(stands(F_SEVERITY), "severe");
}
END_TEST

START_TEST(one_of_several_fields_is_enough)
{
	desk.ticket.state = "draft";
	desk_fill(&desk, F_CLAIMED_KIND, "preventive");
	struct verdict verdict = desk_judge(&desk, "submit");
	ck_assert_str_eq(unmet_named(&verdict, "field_missing")->message, "plan_item or finding must be filled");
	desk_give(&desk, F_FINDING, "dust in the fan");
	ck_assert_str_eq(desk_try(&desk, "submit"), "allowed submitted as requester");
	desk_give(&desk, F_FINDING, NULL);
	ck_assert_str_eq(desk_try(&desk, "submit"), "incomplete -plan_item");
	desk_give(&desk, F_PLAN_ITEM, "yearly cleaning");
	ck_assert_str_eq(desk_try(&desk, "submit"), "allowed submitted as requester");
}
END_TEST

START_TEST(without_a_kind_only_what_all_kinds_need_is_missing)
{
	desk.ticket = (struct ticket){.designated = "sue"};
	desk_fill(&desk, F_REQUESTER, "ann");
	ck_assert_str_eq(desk_try(&desk, "submit"), "incomplete -title -description -program -claimed_kind");
}
END_TEST

START_TEST(clearing_a_field_makes_it_missing)
{
	desk.ticket.state = "draft";
	desk_give(&desk, F_TITLE, NULL);
	ck_assert_str_eq(desk_try(&desk, "submit"), "incomplete -title");
}
END_TEST

START_TEST(fields_that_an_action_does_not_take_are_refused_by_name)
{
	forward();
	sit("leo", ROLE_LEAD);
	desk_give(&desk, F_MISSING, "logs");
	desk_give(&desk, F_TITLE, "mine");
	desk_give(&desk, F_EVALUATOR, "leo");
	ck_assert_str_eq(desk_try(&desk, "return"), "incomplete +title +evaluator");
}
END_TEST

START_TEST(a_verdict_tells_every_reason_and_takes_the_gravest_kind)
{
	desk.ticket.state = "in_maintenance";
	desk.ticket.step_count = 0;
	desk.ticket.change_count = 0;
	desk_give(&desk, F_TITLE, "mine");
	struct verdict verdict = desk_judge(&desk, "deliver");
	ck_assert_str_eq(verdict_text(&verdict, "in_maintenance"),
	    "forbidden party steps_done change_recorded documents_settled +title");
	ck_assert_uint_eq(verdict.unmet_count, 5);
	ck_assert_str_eq(verdict.to, "to_accept");
	ck_assert_int_eq(verdict.acted_as, PARTY_COUNT);
	ck_assert_str_eq(verdict.unmet->message, "deliver is for the technician (tom,hal)");
	ck_assert_uint_eq(verdict.unmet->who, PARTY_BIT(PARTY_TECHNICIAN));
	ck_assert_str_eq(unmet_named(&verdict, "documents_settled")->field, "documents");
}
END_TEST

START_TEST(a_state_that_does_not_allow_it_names_those_that_do)
{
	sit("leo", ROLE_LEAD);
	desk.ticket.state = "closed";
	struct verdict verdict = desk_judge(&desk, "reject");
	ck_assert_str_eq(verdict.unmet->message,
	    "reject is possible from submitted, to_evaluate, to_authorise, and the ticket is closed");
	ck_assert_ptr_null(verdict.to);
	desk.ticket.state = NULL;
	verdict = desk_judge(&desk, "reject");
	ck_assert_str_eq(verdict.unmet->message,
	    "reject is possible from submitted, to_evaluate, to_authorise, and the ticket is not filed yet");
}
END_TEST

START_TEST(a_waived_separation_lets_through_and_is_told)
{
	desk.ticket.state = "to_authorise";
	desk_sit(&desk, "sue", ROLE_BIT(ROLE_AUTHORITY) | ROLE_BIT(ROLE_SYSADMIN)); // who evaluated it
	desk_give(&desk, F_DECISION, "go");
	ck_assert_str_eq(desk_try(&desk, "authorise"), "forbidden separation");
	desk.workflow->waived = PARTY_BIT(PARTY_EVALUATOR);
	struct verdict verdict = desk_judge(&desk, "authorise");
	ck_assert_int_eq(verdict.kind, VERDICT_ALLOWED);
	ck_assert_uint_eq(verdict.waived, PARTY_BIT(PARTY_EVALUATOR));
	desk_sit(&desk, "max", ROLE_BIT(ROLE_AUTHORITY));
	verdict = desk_judge(&desk, "authorise");
	ck_assert_uint_eq(verdict.waived, 0); // not needed, so not used
}
END_TEST

START_TEST(a_technician_does_not_accept_even_as_requester)
{
	desk.ticket.state = "to_accept";
	desk_fill(&desk, F_REQUESTER, "tom");
	sit("tom", ROLE_REQUESTER);
	desk_give(&desk, F_ACCEPTANCE, "fine");
	struct verdict verdict = desk_judge(&desk, "accept");
	ck_assert_str_eq(verdict_text(&verdict, "to_accept"), "forbidden separation");
	ck_assert_uint_eq(verdict.unmet->who, PARTY_BIT(PARTY_ACCEPTOR)); // another of them
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("judge");
	TCase *cases = tcase_create("judge");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, a_request_travels_the_whole_line);
	tcase_add_test(cases, the_urgent_way_owes_four_controls_and_closes_when_they_are_done);
	tcase_add_test(cases, a_duplicate_names_its_original);
	tcase_add_test(cases, authorisation_afterwards_is_for_urgent_tickets_once);
	tcase_add_loop_test(cases, a_ticket_resumes_exactly_where_it_was_suspended, 0, 7);
	tcase_add_test(cases, a_ticket_without_a_known_origin_does_not_resume);
	tcase_add_test(cases, a_ticket_in_an_unknown_state_does_not_move);
	tcase_add_test(cases, work_that_was_refused_is_not_begun_anew);
	tcase_add_test(cases, reopening_clears_what_the_next_round_must_earn_again);
	tcase_add_test(cases, one_appeal_and_no_more);
	tcase_add_test(cases, reclassifying_asks_for_what_the_new_kind_needs);
	tcase_add_test(cases, reclassifying_waits_for_the_requester);
	tcase_add_test(cases, one_of_several_fields_is_enough);
	tcase_add_test(cases, without_a_kind_only_what_all_kinds_need_is_missing);
	tcase_add_test(cases, clearing_a_field_makes_it_missing);
	tcase_add_test(cases, fields_that_an_action_does_not_take_are_refused_by_name);
	tcase_add_test(cases, a_verdict_tells_every_reason_and_takes_the_gravest_kind);
	tcase_add_test(cases, a_state_that_does_not_allow_it_names_those_that_do);
	tcase_add_test(cases, a_waived_separation_lets_through_and_is_told);
	tcase_add_test(cases, a_technician_does_not_accept_even_as_requester);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
