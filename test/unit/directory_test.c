// SPDX-License-Identifier: Apache-2.0
// The directory's filters, whatever is put into them (RFC 4515), and the roles that groups give.
#include "base/directory.h"

#include <check.h>
#include <string.h>

#include "api/directory.h"
#include "suite.h"

static struct arena *arena;

static void set_up(void)
{
	arena = arena_new();
}

static void tear_down(void)
{
	arena_free(arena);
}

static const struct {
	const char *text, *escaped;
} texts[] = {
    {"", ""},
    {"li", "li"},
    {"li.na_2-x", "li.na_2-x"},
    {"*", "\\2a"},
    {"li)(uid=*", "li\\29\\28uid\\3d\\2a"},
    {"a\\b", "a\\5cb"},
    {"a\nb\x7f", "a\\0ab\\7f"},
    {"李", "\\e6\\9d\\8e"},
    {"&|!<>~/", "\\26\\7c\\21\\3c\\3e\\7e\\2f"},
};

#define TEXTS (int)(sizeof(texts) / sizeof(*texts))

START_TEST(nothing_ends_the_value_that_it_stands_in)
{
	ck_assert_str_eq(directory_escape(texts[_i].text, arena), texts[_i].escaped);
}
END_TEST

START_TEST(no_byte_but_plain_ones_stays_as_it_is)
{
	for (int byte = 1; byte < 256; byte++) {
		const char text[] = {(char)byte, '\0'};
		const char *escaped = directory_escape(text, arena);

		ck_assert(strpbrk(escaped, "()*&|!<>=~/") == NULL);
		ck_assert(strlen(escaped) == 1 || (strlen(escaped) == 3 && *escaped == '\\'));
	}
}
END_TEST

static const struct {
	const char *mapping, *groups;
	bool sound;
	role_set given, named;
} mappings[] = {
    {"", "ops", true, 0, 0},
    {"ops=lead", "", true, 0, ROLE_BIT(ROLE_LEAD)},
    {"ops=lead", "guests,ops", true, ROLE_BIT(ROLE_LEAD), ROLE_BIT(ROLE_LEAD)},
    {"ops=lead,ops=reviewer", "ops", true, ROLE_BIT(ROLE_LEAD) | ROLE_BIT(ROLE_REVIEWER),
        ROLE_BIT(ROLE_LEAD) | ROLE_BIT(ROLE_REVIEWER)},
    {"a=lead,b=lead,c=admin", "b", true, ROLE_BIT(ROLE_LEAD), ROLE_BIT(ROLE_LEAD) | ROLE_BIT(ROLE_ADMIN)},
    {"x=y=lead", "x=y", true, ROLE_BIT(ROLE_LEAD), ROLE_BIT(ROLE_LEAD)},
    {"ops", "ops", false, 0, 0},
    {"ops=king", "ops", false, 0, 0},
    {"ops=", "ops", false, 0, 0},
};

#define MAPPINGS (int)(sizeof(mappings) / sizeof(*mappings))

START_TEST(groups_give_the_roles_that_settings_name)
{
	role_set given, named;
	bool sound = directory_roles(mappings[_i].mapping, mappings[_i].groups, &given, &named, arena);

	ck_assert_int_eq(sound, mappings[_i].sound);
	if (!sound)
		return;
	ck_assert_uint_eq(given, mappings[_i].given);
	ck_assert_uint_eq(named, mappings[_i].named);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("directory");
	TCase *cases = tcase_create("directory");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, nothing_ends_the_value_that_it_stands_in, 0, TEXTS);
	tcase_add_test(cases, no_byte_but_plain_ones_stays_as_it_is);
	tcase_add_loop_test(cases, groups_give_the_roles_that_settings_name, 0, MAPPINGS);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
