// SPDX-License-Identifier: Apache-2.0
// Passwords: hashes that open for one word alone, and that tell at which cost they were made.
#include "base/password.h"

#include <check.h>
#include <string.h>

#include "suite.h"

static const struct password_cost cheap = {1, 8}, dearer = {2, 8}, larger = {1, 16};

START_TEST(a_hash_opens_for_its_password_alone)
{
	char hash[PASSWORD_HASH];

	ck_assert(password_hash("长江 runs", &cheap, hash));
	ck_assert(strncmp(hash, "$argon2id$v=19$m=8,t=1,p=1$", 27) == 0);
	ck_assert(password_matches(hash, "长江 runs"));
	ck_assert(!password_matches(hash, "长江 run"));
	ck_assert(!password_matches(hash, ""));
}
END_TEST

START_TEST(two_hashes_of_one_password_differ)
{
	char one[PASSWORD_HASH], other[PASSWORD_HASH];

	ck_assert(password_hash("same", &cheap, one) && password_hash("same", &cheap, other));
	ck_assert_str_ne(one, other);
}
END_TEST

START_TEST(a_hash_of_another_cost_is_outdated)
{
	char hash[PASSWORD_HASH];

	ck_assert(password_hash("x", &cheap, hash));
	ck_assert(!password_is_outdated(hash, &cheap));
	ck_assert(password_is_outdated(hash, &dearer));
	ck_assert(password_is_outdated(hash, &larger));
}
END_TEST

START_TEST(what_is_no_hash_opens_for_nothing)
{
	ck_assert(!password_matches("", ""));
	ck_assert(!password_matches("$argon2id$v=19$m=8,t=1,p=1$", "x"));
	ck_assert(password_is_outdated("$1$old", &cheap));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("password");
	TCase *cases = tcase_create("password");

	password_start();
	tcase_add_test(cases, a_hash_opens_for_its_password_alone);
	tcase_add_test(cases, two_hashes_of_one_password_differ);
	tcase_add_test(cases, a_hash_of_another_cost_is_outdated);
	tcase_add_test(cases, what_is_no_hash_opens_for_nothing);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
