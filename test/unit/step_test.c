// SPDX-License-Identifier: Apache-2.0
// Technical steps: their order, the way back after a failure, the second pair of eyes, and the check that is owed.
#include "domain/step.h"

#include <string.h>

#include "suite.h"

// Steps written short: a letter per step (a d k c u i, k is the check), then + passed, - failed, 0 not applicable, then
// who (a letter). "a+t d+t k+h".
static struct step_entry entries[32];

static enum step step_of(char letter)
{
	return (enum step)(strchr("adkcui", letter) - "adkcui");
}

static const char *person_of(char letter)
{
	return letter == 't' ? "tom" : letter == 'h' ? "hal" : NULL;
}

static struct step_entry entry_of(const char *text)
{
	static const char marks[] = "+-0";

	enum step_result result = (enum step_result)(strchr(marks, text[1]) - marks);

	return (struct step_entry){step_of(text[0]), result, person_of(text[2])};
}

static size_t read_entries(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text += text[3] == ' ' ? 4 : 3)
		entries[count++] = entry_of(text);
	return count;
}

static const struct {
	const char *before, *next;
	bool check_owed;
	const char *refusal; // NULL: it may be recorded
} refusals[] = {
    // the order
    {"", "a+t", false, NULL},
    {"", "d+t", false, "out_of_order"},
    {"", "i+t", false, "out_of_order"},
    {"a+t", "d+t", false, NULL},
    {"a+t", "k+h", false, "out_of_order"},
    {"a+t", "c+t", false, "out_of_order"},
    {"a+t d+t", "c+t", false, "out_of_order"},
    {"a+t d+t k+h", "c+t", false, NULL},
    {"a+t d+t k+h", "u+t", false, "out_of_order"},
    {"a+t d+t k+h c+t", "u-t", false, NULL},
    {"a+t d+t k+h c+t u+t", "i+t", false, NULL},
    {"a+t", "a+t", false, "already_done"},
    {"a+t", "a-t", false, "already_done"},
    {"a+t d+t", "d+t", false, "already_done"},
    {"a+t d+t k+h c+t u+t i+t", "i+t", false, "already_done"},
    // a test that passed may fail after all, and the work goes back to the code
    {"a+t d+t k+h c+t u+t i+t", "i-t", false, NULL},
    {"a+t d+t k+h c+t u+t i+t", "u-t", false, NULL},
    {"a+t d+t k+h c+t u+t i+t", "c-t", false, "already_done"},
    {"a+t d+t k+h c+t u+t i+t i-t", "c+t", false, NULL},
    {"a+t d+t k+h c+t u+t i+t i-t", "u+t", false, "out_of_order"},
    // what does not apply counts as done, but a test always applies
    {"a0t", "d+t", false, NULL},
    {"a+t d0t", "k+t", false, NULL},
    {"a+t d+t k0t", "c+t", false, NULL},
    {"a+t d+t k+h c+t", "u0t", false, "test_not_skippable"},
    {"a+t d+t k+h c+t u+t", "i0t", false, "test_not_skippable"},
    {"", "i0t", false, "test_not_skippable"},
    // the check is another person's
    {"a+t d+t", "k+t", false, "same_person"},
    {"a+t d+t", "k-t", false, "same_person"},
    {"a+t d+t", "k+h", false, NULL},
    {"a+t d+?", "k+?", false, NULL},
    {"a+t d+t k-h d+h", "k+h", false, "same_person"},
    {"a+t d+t k-h d+h", "k+t", false, NULL},
    // the way back
    {"a-t", "d+t", false, "out_of_order"},
    {"a-t", "a+t", false, NULL},
    {"a+t d-t", "d+t", false, NULL},
    {"a+t d-t", "k+h", false, "out_of_order"},
    {"a+t d+t k-h", "c+t", false, "out_of_order"},
    {"a+t d+t k-h", "k+h", false, "out_of_order"},
    {"a+t d+t k-h", "d+t", false, NULL},
    {"a+t d+t k+h c+t u-t", "u+t", false, "out_of_order"},
    {"a+t d+t k+h c+t u-t", "c+t", false, NULL},
    {"a+t d+t k+h c+t u-t", "d+t", false, NULL},
    {"a+t d+t k+h c+t u-t", "a+t", false, "already_done"},
    {"a+t d+t k+h c+t u-t", "k+h", false, "already_done"},
    {"a+t d+t k+h c+t u-t c+t", "d+t", false, "already_done"},
    {"a+t d+t k+h c+t u-t d+t", "c+t", false, "out_of_order"},
    {"a+t d+t k+h c+t u-t d+t", "k+h", false, NULL},
    {"a+t d+t k+h c+t u-t d+t", "d+t", false, "already_done"},
    {"a+t d+t k+h c+t u+t i-t c+t", "i+t", false, "out_of_order"},
    {"a+t d+t k+h c-t", "c+t", false, NULL},
    {"a+t d+t k+h c-t", "d+t", false, NULL},
    // on the urgent way the check is owed: code and tests may come first
    {"a+t d+t", "c+t", true, NULL},
    {"a+t", "c+t", true, "out_of_order"},
    {"a+t d+t c+t u+t i+t", "k+h", true, NULL},
    {"a+t d+t c+t u+t i+t", "k+t", true, "same_person"},
    {"a+t d+t c+t u+t i+t k-h", "c+t", true, "out_of_order"},
    {"a+t d+t c+t u+t i+t k-h", "d+t", true, NULL},
};

START_TEST(steps_are_refused_for_a_reason)
{
	size_t count = read_entries(refusals[_i].before);
	struct step_entry next = entry_of(refusals[_i].next);
	const char *refusal = step_refusal(entries, count, &next, refusals[_i].check_owed);

	ck_assert_msg(refusal == refusals[_i].refusal ||
	        (refusal != NULL && refusals[_i].refusal != NULL && strcmp(refusal, refusals[_i].refusal) == 0),
	    "'%s' then '%s': %s", refusals[_i].before, refusals[_i].next, refusal);
}
END_TEST

static const struct {
	const char *entries;
	bool check_owed;
	enum step missing;
	const char *designer;
} standings[] = {
    {"", false, STEP_ANALYSIS, NULL},
    {"a+t", false, STEP_DESIGN, NULL},
    {"a+t d+t", false, STEP_DESIGN_CHECK, "tom"},
    {"a+t d+t", true, STEP_CODE, "tom"},
    {"a+t d0t", false, STEP_DESIGN_CHECK, NULL},
    {"a+t d+t k+h c+t u+t", false, STEP_INTEGRATION_TEST, "tom"},
    {"a+t d+t k+h c+t u+t i+t", false, STEP_COUNT, "tom"},
    {"a+t d+t k+h c+t u+t i-t", false, STEP_CODE, "tom"},
    {"a+t d+t k-h", false, STEP_DESIGN, NULL},
    {"a+t d+t k+h c+t u+t i+t a-t", false, STEP_ANALYSIS, NULL},
    {"a+t d+t c+t u+t i+t", false, STEP_DESIGN_CHECK, "tom"},
    {"a+t d+t c+t u+t i+t", true, STEP_COUNT, "tom"},
    {"a+t d+t c+t u+t i+t k+h", false, STEP_COUNT, "tom"}, // a late check undoes nothing
    {"a+t d+t c+t u+t i+t k-h", true, STEP_DESIGN, NULL},
};

START_TEST(work_stands_where_the_entries_say)
{
	size_t count = read_entries(standings[_i].entries);
	struct step_progress progress = steps_fold(entries, count);

	ck_assert_int_eq(steps_missing(&progress, standings[_i].check_owed), standings[_i].missing);
	ck_assert_pstr_eq(progress.designer, standings[_i].designer);
}
END_TEST

START_TEST(names_lead_back_to_their_steps)
{
	static const char *const names[] = {"problem_analysis", "design_change", "design_check", "code_change",
	    "unit_test", "integration_test"};
	enum step step;

	ck_assert_str_eq(step_name((enum step)_i), names[_i]);
	ck_assert(step_find(names[_i], &step));
	ck_assert_int_eq(step, _i);
	ck_assert_ptr_nonnull(step_label(step));
	ck_assert(!step_find("coding", &step));
}
END_TEST

START_TEST(names_lead_back_to_their_results)
{
	static const char *const names[] = {"passed", "failed", "not_applicable"};
	enum step_result result;

	ck_assert_str_eq(step_result_name((enum step_result)_i), names[_i]);
	ck_assert(step_result_find(names[_i], &result));
	ck_assert_int_eq(result, _i);
	ck_assert(!step_result_find("skipped", &result));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("step");
	TCase *cases = tcase_create("step");

	tcase_add_loop_test(cases, steps_are_refused_for_a_reason, 0, sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_loop_test(cases, work_stands_where_the_entries_say, 0, sizeof(standings) / sizeof(standings[0]));
	tcase_add_loop_test(cases, names_lead_back_to_their_steps, 0, STEP_COUNT);
	tcase_add_loop_test(cases, names_lead_back_to_their_results, 0, STEP_RESULT_COUNT);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
