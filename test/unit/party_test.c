// SPDX-License-Identifier: Apache-2.0
// Parties: who counts as whom on a ticket, for acting and for the separation of duties.
#include "domain/party.h"

#include "desk.h"

static struct desk desk;

static void set_up(void)
{
	desk_open(&desk);
}

static void tear_down(void)
{
	desk_close(&desk);
}

#define ALL_ROLES (ROLE_BIT(ROLE_COUNT) - 1)

static const struct {
	enum party party;
	const char *login;
	role_set roles;
	bool holds;
} acting[] = {
    // a relation alone
    {PARTY_REQUESTER, "ann", 0, true},
    {PARTY_REQUESTER, "bob", ALL_ROLES, false},
    {PARTY_EVALUATOR, "sue", 0, true},
    {PARTY_EVALUATOR, "bob", ALL_ROLES, false},
    // a role alone
    {PARTY_LEAD, "bob", ROLE_BIT(ROLE_LEAD), true},
    {PARTY_LEAD, "bob", ALL_ROLES & ~ROLE_BIT(ROLE_LEAD), false},
    {PARTY_AUTHORITY, "bob", ROLE_BIT(ROLE_AUTHORITY), true},
    {PARTY_AUTHORITY, "bob", ROLE_BIT(ROLE_LEAD), false},
    {PARTY_REVIEWER, "bob", ROLE_BIT(ROLE_REVIEWER), true},
    {PARTY_REVIEWER, "bob", ROLE_BIT(ROLE_AUDITOR), false},
    // both
    {PARTY_SYSADMIN, "sue", ROLE_BIT(ROLE_SYSADMIN), true},
    {PARTY_SYSADMIN, "sue", ALL_ROLES & ~ROLE_BIT(ROLE_SYSADMIN), false},
    {PARTY_SYSADMIN, "dan", ROLE_BIT(ROLE_SYSADMIN), true},
    {PARTY_SYSADMIN, "eve", ROLE_BIT(ROLE_SYSADMIN), true},
    {PARTY_SYSADMIN, "bob", ROLE_BIT(ROLE_SYSADMIN), false},
    {PARTY_TECHNICIAN, "tom", ROLE_BIT(ROLE_TECHNICIAN), true},
    {PARTY_TECHNICIAN, "hal", ROLE_BIT(ROLE_TECHNICIAN), true},
    {PARTY_TECHNICIAN, "ida", ROLE_BIT(ROLE_TECHNICIAN), true},
    {PARTY_TECHNICIAN, "ha", ROLE_BIT(ROLE_TECHNICIAN), false},
    {PARTY_TECHNICIAN, "hal,ida", ROLE_BIT(ROLE_TECHNICIAN), false},
    {PARTY_TECHNICIAN, "tom", ROLE_BIT(ROLE_SYSADMIN), false},
    // either
    {PARTY_ACCEPTOR, "ann", 0, true},
    {PARTY_ACCEPTOR, "bob", ROLE_BIT(ROLE_LEAD), true},
    {PARTY_ACCEPTOR, "bob", ROLE_BIT(ROLE_REQUESTER), false},
};

START_TEST(a_person_acts_as_a_party)
{
	desk_fill(&desk, F_SYSADMIN, "eve"); // forwarded to eve, though sue is designated and dan her deputy
	desk_fill(&desk, F_HELPERS, "hal,ida");
	desk_sit(&desk, acting[_i].login, acting[_i].roles);
	ck_assert_msg(party_holds(acting[_i].party, &desk.ticket, &desk.person) == acting[_i].holds, "%s as %s",
	    acting[_i].login, party_name(acting[_i].party));
}
END_TEST

START_TEST(nobody_is_a_party_of_an_empty_ticket)
{
	static const struct ticket empty;
	struct person person = {.login = "bob", .roles = ALL_ROLES};

	ck_assert(!party_holds(PARTY_REQUESTER, &empty, &person));
	ck_assert(!party_holds(PARTY_SYSADMIN, &empty, &person));
	ck_assert(!party_holds(PARTY_TECHNICIAN, &empty, &person));
	ck_assert(!party_names(PARTY_TECHNICIAN, &empty, "bob"));
	ck_assert(!party_names(PARTY_EVALUATOR, &empty, "bob"));
}
END_TEST

START_TEST(the_first_party_that_fits_is_taken)
{
	party_set parties = PARTY_BIT(PARTY_LEAD) | PARTY_BIT(PARTY_REQUESTER);

	desk_sit(&desk, "ann", ROLE_BIT(ROLE_LEAD));
	ck_assert_int_eq(party_first(parties, &desk.ticket, &desk.person), PARTY_REQUESTER);
	desk_sit(&desk, "bob", ROLE_BIT(ROLE_LEAD));
	ck_assert_int_eq(party_first(parties, &desk.ticket, &desk.person), PARTY_LEAD);
	desk_sit(&desk, "bob", ROLE_BIT(ROLE_ADMIN));
	ck_assert_int_eq(party_first(parties, &desk.ticket, &desk.person), PARTY_COUNT);
	ck_assert_int_eq(party_first(0, &desk.ticket, &desk.person), PARTY_COUNT);
}
END_TEST

START_TEST(separation_looks_at_the_work_and_not_at_roles)
{
	static const struct step_entry steps[] = {{STEP_ANALYSIS, STEP_PASSED, "old"},
	    {STEP_DESIGN_CHECK, STEP_PASSED, "eye"}};

	desk.ticket.steps = steps;
	desk.ticket.step_count = 2;
	desk_fill(&desk, F_DELIVERED_BY, "del");
	ck_assert(party_names(PARTY_TECHNICIAN, &desk.ticket, "tom"));
	ck_assert(party_names(PARTY_TECHNICIAN, &desk.ticket, "hal"));
	ck_assert(party_names(PARTY_TECHNICIAN, &desk.ticket, "old")); // handed over, but worked on it
	ck_assert(party_names(PARTY_TECHNICIAN, &desk.ticket, "del"));
	ck_assert(!party_names(PARTY_TECHNICIAN, &desk.ticket, "eye")); // checked the work of others only
	ck_assert(party_names(PARTY_EVALUATOR, &desk.ticket, "sue"));
	ck_assert(!party_names(PARTY_EVALUATOR, &desk.ticket, "old"));
}
END_TEST

START_TEST(logins_are_named_once)
{
	ck_assert_str_eq(party_logins(PARTY_SYSADMIN, &desk.ticket, desk.arena), "sue,dan");
	ck_assert_str_eq(party_logins(PARTY_TECHNICIAN, &desk.ticket, desk.arena), "tom,hal");
	ck_assert_str_eq(party_logins(PARTY_ACCEPTOR, &desk.ticket, desk.arena), "ann");
	ck_assert_ptr_null(party_logins(PARTY_LEAD, &desk.ticket, desk.arena));
	desk_fill(&desk, F_REQUESTER, NULL);
	ck_assert_ptr_null(party_logins(PARTY_REQUESTER, &desk.ticket, desk.arena));
}
END_TEST

START_TEST(parties_are_told_with_their_people)
{
	party_set parties = PARTY_BIT(PARTY_REQUESTER) | PARTY_BIT(PARTY_LEAD);

	ck_assert_str_eq(parties_text(parties, &desk.ticket, desk.arena), "the requester (ann) or a maintenance lead");
	ck_assert_str_eq(parties_text(parties, NULL, desk.arena), "the requester or a maintenance lead");
	ck_assert_str_eq(parties_text(0, NULL, desk.arena), "nobody");
}
END_TEST

START_TEST(names_lead_back_to_their_parties)
{
	static const char *const names[] = {"requester", "lead", "sysadmin", "authority", "technician", "acceptor",
	    "reviewer", "evaluator", "admin"};
	enum party party;

	ck_assert_str_eq(party_name((enum party)_i), names[_i]);
	ck_assert(party_find(names[_i], &party));
	ck_assert_int_eq(party, _i);
	ck_assert_ptr_nonnull(party_label(party));
	ck_assert(!party_find("owner", &party));
}
END_TEST

START_TEST(roles_that_parties_need)
{
	ck_assert_int_eq(party_role(PARTY_REQUESTER), ROLE_COUNT);
	ck_assert_int_eq(party_role(PARTY_SYSADMIN), ROLE_SYSADMIN);
	ck_assert_int_eq(party_role(PARTY_ACCEPTOR), ROLE_LEAD);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("party");
	TCase *cases = tcase_create("party");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, a_person_acts_as_a_party, 0, sizeof(acting) / sizeof(acting[0]));
	tcase_add_test(cases, nobody_is_a_party_of_an_empty_ticket);
	tcase_add_test(cases, the_first_party_that_fits_is_taken);
	tcase_add_test(cases, separation_looks_at_the_work_and_not_at_roles);
	tcase_add_test(cases, logins_are_named_once);
	tcase_add_test(cases, parties_are_told_with_their_people);
	tcase_add_loop_test(cases, names_lead_back_to_their_parties, 0, PARTY_COUNT);
	tcase_add_test(cases, roles_that_parties_need);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
