// SPDX-License-Identifier: Apache-2.0
// Signed notes against the example that the documentation of Go's note package publishes, and checkpoints.
#include "audit/note.h"

#include <string.h>

#include "audit/checkpoint.h"

#include "suite.h"

#define SIGNER "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define VERIFIER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define TEXT                                                                                                           \
	"If you think cryptography is the answer to your problem,\n"                                                   \
	"then you don't know what your problem is.\n"
#define LINE                                                                                                           \
	"\xe2\x80\x94 PeterNeumann "                                                                                   \
	"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

static struct arena *arena;
static struct faults faults;

static void set_up(void)
{
	arena = arena_new();
	faults_init(&faults, arena);
}

static void tear_down(void)
{
	arena_free(arena);
}

static struct key key_of(const char *text)
{
	struct key key;

	ck_assert_msg(key_read(text, &key, arena), "%s", text);
	return key;
}

static enum signed_by signed_by(const char *bytes, const struct key *key)
{
	struct note note;

	ck_assert(note_split(bytes, strlen(bytes), &note, arena));
	return note_signed(&note, key, NULL);
}

START_TEST(the_published_note)
{
	const struct key signer = key_of(SIGNER), verifier = key_of(VERIFIER);

	ck_assert_str_eq(key_print(&signer, arena), VERIFIER);
	ck_assert_str_eq(key_print_secret(&signer, arena), SIGNER);
	ck_assert_str_eq(note_sign(TEXT, &signer, arena), LINE);
	ck_assert_int_eq(signed_by(TEXT "\n" LINE, &verifier), SIGNED);
	ck_assert_int_eq(signed_by("Another text.\n\n" LINE, &verifier), SIGNED_WRONGLY);
}
END_TEST

START_TEST(keys_that_are_none)
{
	static const char *const texts[] = {"", "PeterNeumann", "PeterNeumann+c74f20a3", VERIFIER "x",
	    "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	    "Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	    "PeterNeumann+c74f20a3+CRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"};
	struct key key;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		ck_assert_msg(!key_read(texts[i], &key, arena), "%s", texts[i]);
}
END_TEST

START_TEST(notes_that_are_none)
{
	static const char *const notes[] = {"", "text\n", "text\n\n", "text\n\nno dash\n", TEXT "\n" LINE "trailing",
	    "te\txt\n\n" LINE, "te\xffxt\n\n" LINE};
	struct note note;

	for (size_t i = 0; i < sizeof(notes) / sizeof(*notes); i++)
		ck_assert_msg(!note_split(notes[i], strlen(notes[i]), &note, arena), "%s", notes[i]);
}
END_TEST

START_TEST(a_new_key_signs_and_others_do_not)
{
	const struct key key = key_new("example.org/log"), other = key_new("example.org/log");
	const char *note = arena_print(arena, "%s\n%s", TEXT, note_sign(TEXT, &key, arena));

	ck_assert_int_eq(signed_by(note, &key), SIGNED);
	ck_assert_int_eq(signed_by(note, &other), SIGNED_NOT);
}
END_TEST

START_TEST(checkpoints_are_read_as_they_were_signed)
{
	struct keys keys = {.list = {key_new("log.example"), key_new("log.example")}, .count = 2}, second = keys;
	const struct checkpoint checkpoint = {"log.example", 20852163, hash_leaf("x", 1)};
	const char *note = checkpoint_sign(&checkpoint, &keys, arena);
	struct opened_checkpoint opened;

	second.list[0] = keys.list[1];
	second.count = 1;
	ck_assert(checkpoint_open(note, strlen(note), "checkpoint", &keys, &opened, arena, &faults));
	ck_assert_uint_eq(opened.checkpoint.size, 20852163);
	ck_assert(hash_equals(&opened.checkpoint.root, &checkpoint.root));
	ck_assert(checkpoint_open(note, strlen(note), "checkpoint", &second, &opened, arena, &faults));
	ck_assert_uint_eq(faults.count, 0);
}
END_TEST

START_TEST(checkpoints_of_others_are_refused)
{
	struct keys keys = {.list = {key_new("log.example")}, .count = 1},
	            strange = {.list = {key_new("log.example")}, .count = 1};
	const struct checkpoint named = {"log.example", 5, hash_leaf("x", 1)},
	                        misnamed = {"other.example", 5, hash_leaf("x", 1)};
	const char *notes[] = {checkpoint_sign(&named, &strange, arena), checkpoint_sign(&misnamed, &keys, arena),
	    arena_print(arena, "log.example\n05\n%s\n\n%s", base64_print(arena, named.root.bytes, HASH_BYTES), LINE),
	    "nothing\n"};
	struct opened_checkpoint opened;

	for (size_t i = 0; i < sizeof(notes) / sizeof(*notes); i++)
		ck_assert_msg(!checkpoint_open(notes[i], strlen(notes[i]), "checkpoint", &keys, &opened, arena,
		                  &faults),
		    "%s", notes[i]);
	ck_assert_uint_eq(faults.count, sizeof(notes) / sizeof(*notes));
}
END_TEST

START_TEST(files_of_keys)
{
	struct keys keys;

	ck_assert(keys_read("# a comment\n\n" VERIFIER "\n" SIGNER "\n", "key", &keys, arena, &faults));
	ck_assert_uint_eq(keys.count, 2);
	ck_assert(!keys.list[0].signs && keys.list[1].signs);
	ck_assert(!keys_read("# nothing\n", "key", &keys, arena, &faults));
	ck_assert(!keys_read(VERIFIER "\nrubbish\n", "key", &keys, arena, &faults));
	ck_assert_uint_eq(faults.count, 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("note");
	TCase *cases = tcase_create("note");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, the_published_note);
	tcase_add_test(cases, keys_that_are_none);
	tcase_add_test(cases, notes_that_are_none);
	tcase_add_test(cases, a_new_key_signs_and_others_do_not);
	tcase_add_test(cases, checkpoints_are_read_as_they_were_signed);
	tcase_add_test(cases, checkpoints_of_others_are_refused);
	tcase_add_test(cases, files_of_keys);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
