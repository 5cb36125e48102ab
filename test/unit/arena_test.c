// SPDX-License-Identifier: Apache-2.0
// Arenas: zeroed, aligned, apart from each other, and loud when there is no memory.
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "suite.h"

START_TEST(pieces_are_zeroed_and_aligned)
{
	struct arena *arena = arena_new();

	for (size_t size = 0; size < 3000; size += 7) {
		unsigned char *piece = arena_take(arena, size);

		ck_assert_uint_eq((uintptr_t)piece % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			ck_assert_uint_eq(piece[i], 0);
		memset(piece, 0xff, size);
	}
	arena_free(arena);
}
END_TEST

START_TEST(pieces_keep_their_bytes)
{
	struct arena *arena = arena_new();
	unsigned char *pieces[200];
	size_t size = 1;

	for (int i = 0; i < 200; i++) {
		size = size * 5 % 9973 * (i % 50 == 49 ? 200 : 1); // now and then far larger than a block
		pieces[i] = arena_take(arena, size + 1);
		memset(pieces[i], i, size + 1);
	}
	for (int i = 0; i < 200; i++)
		ck_assert_uint_eq(pieces[i][0], i);
	arena_free(arena);
	arena_free(NULL);
}
END_TEST

START_TEST(texts_are_copied)
{
	struct arena *arena = arena_new();
	char text[] = "平台 platform";
	char *copy = arena_copy(arena, text), *bytes = arena_copy_bytes(arena, text, 3);

	text[0] = 'x';
	ck_assert_str_eq(copy, "平台 platform");
	ck_assert_str_eq(bytes, "平");
	ck_assert_ptr_null(arena_copy(arena, NULL));
	ck_assert_str_eq(arena_copy_bytes(arena, NULL, 0), "");
	arena_free(arena);
}
END_TEST

START_TEST(printing_has_no_limit)
{
	struct arena *arena = arena_new();
	char *text = arena_print(arena, "%0100000d|%s", 7, "end");

	ck_assert_uint_eq(strlen(text), 100004);
	ck_assert_str_eq(text + 99999, "7|end");
	arena_free(arena);
}
END_TEST

START_TEST(a_product_that_overflows_aborts)
{
	arena_take_array(arena_new(), SIZE_MAX / 2, 3);
}
END_TEST

START_TEST(a_size_that_overflows_aborts)
{
	arena_take(arena_new(), SIZE_MAX - 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arena");
	TCase *cases = tcase_create("arena"), *aborts = tcase_create("aborts");

	tcase_add_test(cases, pieces_are_zeroed_and_aligned);
	tcase_add_test(cases, pieces_keep_their_bytes);
	tcase_add_test(cases, texts_are_copied);
	tcase_add_test(cases, printing_has_no_limit);
	tcase_add_test_raise_signal(aborts, a_product_that_overflows_aborts, SIGABRT);
	tcase_add_test_raise_signal(aborts, a_size_that_overflows_aborts, SIGABRT);
	suite_add_tcase(suite, cases);
	suite_add_tcase(suite, aborts);
	return suite_run(suite);
}
