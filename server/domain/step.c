// SPDX-License-Identifier: Apache-2.0
// THE STEP TABLE, and where the work stands after the steps recorded so far.
#include "domain/step.h"

#include "base/msgid.h"
#include "base/text.h"
#include "domain/name.h"

static const struct {
	const char *name, *label;
	enum step back_to; // a failure undoes this step and all behind it
	bool builds;       // what comes behind it is built on it, so doing it anew undoes that
	bool test;         // never skipped
} steps[STEP_COUNT] = {
    [STEP_ANALYSIS] = {"problem_analysis", N_("problem analysis"), STEP_ANALYSIS, true, false},
    [STEP_DESIGN] = {"design_change", N_("design change"), STEP_DESIGN, true, false},
    [STEP_DESIGN_CHECK] = {"design_check", N_("design check"), STEP_DESIGN, false, false},
    [STEP_CODE] = {"code_change", N_("code change"), STEP_CODE, true, false},
    [STEP_UNIT_TEST] = {"unit_test", N_("unit test"), STEP_CODE, true, true},
    [STEP_INTEGRATION_TEST] = {"integration_test", N_("integration test"), STEP_CODE, true, true},
};

static const char *const results[STEP_RESULT_COUNT] = {
    [STEP_PASSED] = "passed",
    [STEP_FAILED] = "failed",
    [STEP_NOT_APPLICABLE] = "not_applicable",
};

const char *step_name(enum step step)
{
	return steps[step].name;
}

const char *step_label(enum step step)
{
	return steps[step].label;
}

bool step_find(const char *name, enum step *step)
{
	int row = name_index(steps, STEP_COUNT, sizeof(steps[0]), name);

	if (row >= 0)
		*step = (enum step)row;
	return row >= 0;
}

const char *step_result_name(enum step_result result)
{
	return results[result];
}

bool step_result_find(const char *name, enum step_result *result)
{
	int row = name_index(results, STEP_RESULT_COUNT, sizeof(results[0]), name);

	if (row >= 0)
		*result = (enum step_result)row;
	return row >= 0;
}

static void undo_from(struct step_progress *progress, enum step step)
{
	for (; step < STEP_COUNT; step++)
		progress->done[step] = false;
}

static void fold_failure(struct step_progress *progress, enum step step)
{
	undo_from(progress, steps[step].back_to);
	progress->design_again = progress->done[STEP_DESIGN];
}

static void fold_success(struct step_progress *progress, const struct step_entry *entry)
{
	if (steps[entry->step].builds)
		undo_from(progress, entry->step);
	progress->done[entry->step] = true;
	if (entry->step == STEP_DESIGN)
		progress->designer = entry->result == STEP_PASSED ? entry->person : NULL;
	if (entry->step == STEP_DESIGN || entry->step == STEP_CODE)
		progress->design_again = false;
}

struct step_progress steps_fold(const struct step_entry *entries, size_t count)
{
	struct step_progress progress = {.designer = NULL};

	for (size_t i = 0; i < count; i++) {
		if (entries[i].result == STEP_FAILED)
			fold_failure(&progress, entries[i].step);
		else
			fold_success(&progress, &entries[i]);
	}
	if (!progress.done[STEP_DESIGN])
		progress.designer = NULL;
	return progress;
}

static bool is_out_of_order(const struct step_progress *progress, enum step step, bool check_owed)
{
	for (enum step before = 0; before < step; before++)
		if (!progress->done[before] && !(before == STEP_DESIGN_CHECK && check_owed))
			return true;
	return false;
}

const char *step_refusal(const struct step_entry *entries, size_t count, const struct step_entry *next, bool check_owed)
{
	struct step_progress progress = steps_fold(entries, count);
	bool again = next->step == STEP_DESIGN && progress.design_again;
	bool fails_after_all =
	    steps[next->step].test && next->result == STEP_FAILED; // acceptance or review found a fault

	if (steps[next->step].test && next->result == STEP_NOT_APPLICABLE)
		return "test_not_skippable";
	if (progress.done[next->step] && !again && !fails_after_all)
		return "already_done";
	if (is_out_of_order(&progress, next->step, check_owed))
		return "out_of_order";
	if (next->step == STEP_DESIGN_CHECK && text_equals(progress.designer, next->person) && next->person != NULL)
		return "same_person";
	return NULL;
}

enum step steps_missing(const struct step_progress *progress, bool check_owed)
{
	enum step step = 0;

	while (step < STEP_COUNT && (progress->done[step] || (step == STEP_DESIGN_CHECK && check_owed)))
		step++;
	return step;
}
