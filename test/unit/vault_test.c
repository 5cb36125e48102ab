// SPDX-License-Identifier: Apache-2.0
// The vault: what it seals opens for its subject, under its key, unchanged, and not otherwise.
#include "base/vault.h"

#include <check.h>
#include <string.h>

#include "base/password.h"
#include "suite.h"

static const unsigned char secret[] = "a secret of people";
static struct arena *arena;
static struct vault vault;

static void set_up(void)
{
	char key[2 * VAULT_KEY + 1];

	arena = arena_new();
	vault_key_new(key);
	ck_assert(vault_read_key(&vault, key));
}

static void tear_down(void)
{
	arena_free(arena);
}

static bool opens(const struct vault *with, const char *subject, const char *sealed)
{
	unsigned char opened[sizeof(secret)] = "";

	return vault_open(with, subject, sealed, opened, sizeof(opened)) && memcmp(opened, secret, sizeof(secret)) == 0;
}

START_TEST(what_is_sealed_opens_for_its_subject_alone)
{
	const char *sealed = vault_seal(&vault, "li", secret, sizeof(secret), arena);

	ck_assert(opens(&vault, "li", sealed));
	ck_assert(!opens(&vault, "wang", sealed));
	ck_assert_str_ne(sealed, vault_seal(&vault, "li", secret, sizeof(secret), arena));
}
END_TEST

START_TEST(another_key_opens_nothing)
{
	const char *sealed = vault_seal(&vault, "li", secret, sizeof(secret), arena);
	char key[2 * VAULT_KEY + 1];
	struct vault other;

	vault_key_new(key);
	ck_assert(vault_read_key(&other, key));
	ck_assert(!opens(&other, "li", sealed));
}
END_TEST

START_TEST(what_was_touched_does_not_open)
{
	const char *sealed = vault_seal(&vault, "li", secret, sizeof(secret), arena);

	for (size_t i = 0; i < strlen(sealed); i++) {
		char *touched = arena_copy(arena, sealed);

		touched[i] = touched[i] == '0' ? '1' : '0';
		ck_assert(!opens(&vault, "li", touched));
	}
	ck_assert(!opens(&vault, "li", arena_copy_bytes(arena, sealed, strlen(sealed) - 2)));
	ck_assert(!opens(&vault, "li", arena_print(arena, "%s00", sealed)));
	ck_assert(!opens(&vault, "li", ""));
}
END_TEST

START_TEST(what_is_no_key_is_refused)
{
	static const char *const texts[] = {"", "00", "not hexadecimal",
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		ck_assert(!vault_read_key(&vault, texts[i]));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vault");
	TCase *cases = tcase_create("vault");

	password_start();
	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, what_is_sealed_opens_for_its_subject_alone);
	tcase_add_test(cases, another_key_opens_nothing);
	tcase_add_test(cases, what_was_touched_does_not_open);
	tcase_add_test(cases, what_is_no_key_is_refused);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
