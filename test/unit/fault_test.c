// SPDX-License-Identifier: Apache-2.0
// Faults are told all, in the order they were found, and own their texts.
#include "base/fault.h"

#include "suite.h"

START_TEST(faults_keep_order_and_texts)
{
	struct arena *arena = arena_new();
	struct faults faults;
	char field[] = "title";

	faults_init(&faults, arena);
	ck_assert_uint_eq(faults.count, 0);
	faults_add(&faults, field, "missing", "%s is missing", field);
	field[0] = 'x';
	faults_add(&faults, "kind", "choice", "no such kind");
	ck_assert_uint_eq(faults.count, 2);
	ck_assert_str_eq(faults.first->field, "title");
	ck_assert_str_eq(faults.first->code, "missing");
	ck_assert_str_eq(faults.first->message, "title is missing");
	ck_assert_str_eq(faults.first->next->field, "kind");
	ck_assert_ptr_eq(faults.first->next, faults.last);
	ck_assert_ptr_null(faults.last->next);
	arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fault");
	TCase *cases = tcase_create("fault");

	tcase_add_test(cases, faults_keep_order_and_texts);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
