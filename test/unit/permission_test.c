// SPDX-License-Identifier: Apache-2.0
// Roles, kinds and permissions; and what the house's own permissions say.
#include "domain/permission.h"

#include "desk.h"

static struct desk desk;
static struct permissions *permissions;

static void set_up(void)
{
	desk_open(&desk);
	const char *text = desk_file(&desk, "permissions.yaml");

	permissions = permissions_load("permissions.yaml", text, desk.arena, &desk.faults);
	desk_told(&desk);
}

static void tear_down(void)
{
	desk_close(&desk);
}

static bool may(enum role role, const char *permission)
{
	return permission_allows(permissions, permission, ROLE_BIT(role));
}

START_TEST(a_permission_that_no_row_gives_nobody_holds)
{
	ck_assert_uint_eq(permission_roles(permissions, "ticket.delete"), 0);
	ck_assert(!permission_allows(permissions, "ticket.delete", ROLE_BIT(ROLE_COUNT) - 1));
}
END_TEST

START_TEST(everybody_reads_tickets)
{
	ck_assert(may((enum role)_i, "ticket.read"));
	ck_assert(may((enum role)_i, "ticket.list"));
	ck_assert(may((enum role)_i, "ticket.history"));
}
END_TEST

static bool writes(const char *permission)
{
	static const char *const reading[] = {"ticket.read", "ticket.list", "ticket.history", "ticket.read_internal",
	    "audit.read", "loan.read", "person.read", "program.read", "workflow.read", "report.read", "export.read",
	    "review.read"};

	for (size_t i = 0; i < sizeof(reading) / sizeof(reading[0]); i++)
		if (strcmp(reading[i], permission) == 0)
			return false;
	return true;
}

START_TEST(an_auditor_reads_everything_and_writes_nothing)
{
	for (size_t i = 0; i < permissions->count; i++) {
		const char *name = permissions->rows[i].name;
		ck_assert_msg(may(ROLE_AUDITOR, name) == !writes(name), "%s", name);
	}
}
END_TEST

START_TEST(an_admin_only_reads_tickets)
{
	for (size_t i = 0; i < permissions->count; i++) {
		const char *name = permissions->rows[i].name;
		if (text_starts(name, "ticket.") && writes(name))
			ck_assert_msg(!may(ROLE_ADMIN, name), "%s", name);
	}
	ck_assert(may(ROLE_ADMIN, "person.write"));
	ck_assert(may(ROLE_ADMIN, "program.write"));
	ck_assert(may(ROLE_ADMIN, "token.write"));
}
END_TEST

START_TEST(only_an_admin_writes_accounts)
{
	if (_i != ROLE_ADMIN) {
		ck_assert(!may((enum role)_i, "person.write"));
		ck_assert(!may((enum role)_i, "program.write"));
		ck_assert(!may((enum role)_i, "token.write"));
	}
	ck_assert_int_eq(may((enum role)_i, "designation.write"), _i == ROLE_ADMIN || _i == ROLE_LEAD);
	ck_assert_int_eq(may((enum role)_i, "reading.write"), _i == ROLE_LEAD);
	ck_assert_uint_eq(permission_relations(permissions, "reading.write", ROLE_BIT(_i)),
	    _i == ROLE_SYSADMIN ? RELATION_BIT(RELATION_DESIGNATED) : 0);
}
END_TEST

START_TEST(fields_are_hidden_from_those_without_their_permission)
{
	const bool sees = may((enum role)_i, "ticket.read_internal");

	ck_assert_pstr_eq(permission_hidden(permissions, ROLE_BIT(_i), desk.arena),
	    sees ? NULL : "effort_people,effort_minutes,planned_minutes");
	ck_assert_ptr_null(permission_hidden(permissions, ROLE_BIT(_i) | ROLE_BIT(ROLE_LEAD), desk.arena));
	ck_assert(
	    permission_shows(permissions, "ticket.read_internal") && !permission_shows(permissions, "ticket.read"));
}
END_TEST

START_TEST(everybody_is_themself)
{
	ck_assert_uint_eq(permission_relations(permissions, "token.write", 0), RELATION_BIT(RELATION_SELF));
	ck_assert(!permission_allows(permissions, "token.write", 0));
	ck_assert_uint_eq(permission_relations(permissions, "person.write", 0), 0);
	ck_assert_uint_eq(permission_relations(permissions, "nothing.such", ROLE_BIT(ROLE_ADMIN)), 0);
}
END_TEST

START_TEST(names_lead_back_to_their_roles)
{
	enum role role;

	ck_assert(role_find(role_name((enum role)_i), &role));
	ck_assert_int_eq(role, _i);
	ck_assert_ptr_nonnull(role_label(role));
	ck_assert(!role_find("root", &role));
}
END_TEST

START_TEST(a_settled_kind_outweighs_the_claimed_one)
{
	struct ticket ticket = {0};
	enum kind kind;

	ck_assert(!ticket_kind(&ticket, &kind));
	ticket.values[F_CLAIMED_KIND] = "adaptive";
	ck_assert(ticket_kind(&ticket, &kind));
	ck_assert_int_eq(kind, KIND_ADAPTIVE);
	ticket.values[F_KIND] = "preventive";
	ck_assert(ticket_kind(&ticket, &kind));
	ck_assert_str_eq(kind_name(kind), "preventive");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("permission");
	TCase *cases = tcase_create("permission");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, a_permission_that_no_row_gives_nobody_holds);
	tcase_add_loop_test(cases, everybody_reads_tickets, 0, ROLE_COUNT);
	tcase_add_test(cases, an_auditor_reads_everything_and_writes_nothing);
	tcase_add_test(cases, an_admin_only_reads_tickets);
	tcase_add_loop_test(cases, only_an_admin_writes_accounts, 0, ROLE_COUNT);
	tcase_add_loop_test(cases, fields_are_hidden_from_those_without_their_permission, 0, ROLE_COUNT);
	tcase_add_test(cases, everybody_is_themself);
	tcase_add_loop_test(cases, names_lead_back_to_their_roles, 0, ROLE_COUNT);
	tcase_add_test(cases, a_settled_kind_outweighs_the_claimed_one);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
