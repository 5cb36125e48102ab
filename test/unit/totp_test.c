// SPDX-License-Identifier: Apache-2.0
// One-time codes: RFC 6238's own vectors (appendix B, the last six of its eight digits), RFC 4648's for base 32.
#include "base/totp.h"

#include <check.h>
#include <string.h>

#include "suite.h"

static const unsigned char secret[TOTP_SECRET + 1] = "12345678901234567890";

static const struct {
	int64_t seconds;
	const char *code;
} vectors[] = {
    {59, "287082"},
    {1111111109, "081804"},
    {1111111111, "050471"},
    {1234567890, "005924"},
    {2000000000, "279037"},
    {20000000000, "353130"},
};

#define VECTORS (int)(sizeof(vectors) / sizeof(*vectors))

START_TEST(codes_are_those_of_the_rfc)
{
	moment at = vectors[_i].seconds * MOMENT_SECOND;
	char code[TOTP_DIGITS + 1];

	totp_code(secret, TOTP_SECRET, totp_step(at), code);
	ck_assert_str_eq(code, vectors[_i].code);
	ck_assert_int_eq(totp_match(secret, code, at, 0), vectors[_i].seconds / 30);
}
END_TEST

START_TEST(a_code_is_good_a_step_early_and_a_step_late)
{
	moment at = INT64_C(1234567890) * MOMENT_SECOND;

	ck_assert_int_ne(totp_match(secret, "005924", at - 30 * MOMENT_SECOND, 0), 0);
	ck_assert_int_ne(totp_match(secret, "005924", at + 30 * MOMENT_SECOND, 0), 0);
	ck_assert_int_eq(totp_match(secret, "005924", at - 60 * MOMENT_SECOND, 0), 0);
	ck_assert_int_eq(totp_match(secret, "005924", at + 60 * MOMENT_SECOND, 0), 0);
}
END_TEST

START_TEST(a_step_that_was_used_is_used)
{
	moment at = INT64_C(1234567890) * MOMENT_SECOND;
	int64_t step = totp_match(secret, "005924", at, 0);

	ck_assert_int_eq(totp_match(secret, "005924", at, step - 1), step);
	ck_assert_int_eq(totp_match(secret, "005924", at, step), 0);
	ck_assert_int_eq(totp_match(secret, "005924", at, step + 1), 0);
}
END_TEST

START_TEST(what_has_another_length_is_no_code)
{
	moment at = INT64_C(1234567890) * MOMENT_SECOND;
	static const char *const others[] = {"", "5924", "00592", "0059244", "005925", "00592\n"};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		ck_assert_int_eq(totp_match(secret, others[i], at, 0), 0);
}
END_TEST

static const struct {
	const char *bytes, *text;
} encodings[] = {
    {"", ""},
    {"f", "MY"},
    {"fo", "MZXQ"},
    {"foo", "MZXW6"},
    {"foob", "MZXW6YQ"},
    {"fooba", "MZXW6YTB"},
    {"foobar", "MZXW6YTBOI"},
};

#define ENCODINGS (int)(sizeof(encodings) / sizeof(*encodings))

START_TEST(base_32_is_that_of_the_rfc)
{
	struct arena *arena = arena_new();
	const char *bytes = encodings[_i].bytes;

	ck_assert_str_eq(base32_print((const unsigned char *)bytes, strlen(bytes), arena), encodings[_i].text);
	arena_free(arena);
}
END_TEST

START_TEST(a_recovery_code_is_read_however_it_is_typed)
{
	struct arena *arena = arena_new();
	const char *code = recovery_code(arena);

	ck_assert_uint_eq(strlen(code), 29);
	ck_assert_uint_eq(strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-"), 29);
	ck_assert_uint_eq(strlen(recovery_plain(code, arena)), RECOVERY_BITS / 5);
	ck_assert_str_ne(code, recovery_code(arena));
	ck_assert_str_eq(recovery_plain(" aB2d-EfGh 3jk\n", arena), "ab2defgh3jk");
	arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("totp");
	TCase *cases = tcase_create("totp");

	tcase_add_loop_test(cases, codes_are_those_of_the_rfc, 0, VECTORS);
	tcase_add_test(cases, a_code_is_good_a_step_early_and_a_step_late);
	tcase_add_test(cases, a_step_that_was_used_is_used);
	tcase_add_test(cases, what_has_another_length_is_no_code);
	tcase_add_loop_test(cases, base_32_is_that_of_the_rfc, 0, ENCODINGS);
	tcase_add_test(cases, a_recovery_code_is_read_however_it_is_typed);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
