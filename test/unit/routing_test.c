// SPDX-License-Identifier: Apache-2.0
// Routing: the first rule that holds decides, whoever is lacking is stood in for, and the reason says why.
#include "domain/routing.h"

#include "desk.h"

static struct arena *arena;

static void set_up(void)
{
	arena = arena_new();
}

static void tear_down(void)
{
	arena_free(arena);
}

static const char *const words[] = {"Security", "漏洞", NULL};

static const struct routing_rule rules[] = {
    {.kind = "corrective", .severity = "severe", .target = ROUTE_DEPUTY, .zh = "severe", .en = "severe"},
    {.program = "LEDGER", .words = words, .target = ROUTE_LEAD, .zh = "security", .en = "security"},
    {.vendor = "*", .target = ROUTE_PERSON, .person = "eve", .zh = "vendor", .en = "vendor"},
    {.vendor = "ACME", .target = ROUTE_LEAD, .zh = "never reached", .en = "never reached"},
    {.kind = "*", .program = "PAYROLL", .target = ROUTE_SYSADMIN, .zh = "payroll", .en = "payroll"},
};

#define DESIGNATED "the program's designated system administrator"

static const struct routing routing = {rules, sizeof(rules) / sizeof(rules[0])};

static const struct {
	struct routing_facts facts;
	const char *login, *reason;
} cases_of[] = {
    {{.kind = "corrective", .severity = "severe", .sysadmin = "sue", .deputy = "dan"}, "dan", "severe"},
    {{.kind = "corrective", .severity = "minor", .sysadmin = "sue"}, "sue", DESIGNATED},
    {{.kind = "corrective", .sysadmin = "sue"}, "sue", DESIGNATED},
    {{.sysadmin = "sue"}, "sue", DESIGNATED},
    // words, in title or description, letter case ignored
    {{.program = "LEDGER", .title = "a SECURITY hole", .lead = "leo"}, "leo", "security"},
    {{.program = "LEDGER", .title = "x", .description = "发现漏洞。", .lead = "leo"}, "leo", "security"},
    {{.program = "LEDGER", .title = "secure", .sysadmin = "sue"}, "sue", DESIGNATED},
    {{.program = "LEDGER", .sysadmin = "sue"}, "sue", DESIGNATED},
    {{.program = "OTHER", .title = "security", .sysadmin = "sue"}, "sue", DESIGNATED},
    // "*" is any that is known
    {{.vendor = "ACME", .sysadmin = "sue", .lead = "leo"}, "eve", "vendor"},
    {{.kind = "adaptive", .program = "PAYROLL", .sysadmin = "sue"}, "sue", "payroll"},
    {{.program = "PAYROLL", .sysadmin = "sue"}, "sue", DESIGNATED},
    // whoever is lacking is stood in for
    {{.kind = "corrective", .severity = "severe", .sysadmin = "sue"}, "sue",
        "severe; there is no deputy, so the designated system administrator"},
    {{.kind = "corrective", .severity = "severe", .lead = "leo"}, "leo",
        "severe; there is no deputy, so the maintenance lead"},
    {{.deputy = "dan", .lead = "leo"}, "dan",
        DESIGNATED "; there is no designated system administrator, so the deputy"},
    {{.program = "LEDGER", .title = "security", .sysadmin = "sue"}, "sue",
        "security; there is no maintenance lead, so the designated system administrator"},
    {{.kind = "adaptive"}, NULL, DESIGNATED "; but there is nobody to propose"},
};

START_TEST(a_request_is_proposed_to_somebody)
{
	struct routing_proposal proposal = routing_propose(&routing, &cases_of[_i].facts, arena);

	ck_assert_pstr_eq(proposal.login, cases_of[_i].login);
	ck_assert_str_eq(proposal.en, cases_of[_i].reason);
}
END_TEST

START_TEST(the_house_routes_everything_to_somebody_for_a_reason)
{
	static const struct routing_facts facts[] = {
	    {.kind = "corrective", .severity = "severe", .sysadmin = "sue"},
	    {.kind = "adaptive", .title = "New printer", .sysadmin = "sue"},
	    {.kind = "corrective", .title = "漏洞", .sysadmin = "sue"},
	    {.kind = "perfective", .vendor = "ACME", .sysadmin = "sue"},
	};
	struct desk desk;

	desk_open(&desk);
	struct routing *own = routing_load("routing.yaml", desk_file(&desk, "routing.yaml"), desk.arena, &desk.faults);
	desk_told(&desk);
	struct routing_proposal proposal = routing_propose(own, &facts[_i], arena);
	ck_assert_str_eq(proposal.login, "sue");
	for (int other = 0; other < _i; other++) // each by a rule of its own
		ck_assert_str_ne(routing_propose(own, &facts[other], arena).en, proposal.en);
	desk_close(&desk);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("routing");
	TCase *cases = tcase_create("routing");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, a_request_is_proposed_to_somebody, 0, sizeof(cases_of) / sizeof(cases_of[0]));
	tcase_add_loop_test(cases, the_house_routes_everything_to_somebody_for_a_reason, 0, 4);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
