// SPDX-License-Identifier: Apache-2.0
// The technical steps inside `in_maintenance`, in their order (domain terms: 技术步骤).
#ifndef WEIHU_DOMAIN_STEP_H
#define WEIHU_DOMAIN_STEP_H

#include <stdbool.h>
#include <stddef.h>

enum step {
	STEP_ANALYSIS,         // 问题分析
	STEP_DESIGN,           // 修改设计
	STEP_DESIGN_CHECK,     // 复查, by another person than the designer
	STEP_CODE,             // 代码修改
	STEP_UNIT_TEST,        // 单元测试
	STEP_INTEGRATION_TEST, // 集成测试
	STEP_COUNT
};

enum step_result { STEP_PASSED, STEP_FAILED, STEP_NOT_APPLICABLE, STEP_RESULT_COUNT };

struct step_entry {
	enum step step;
	enum step_result result;
	const char *person; // who did it; NULL: nobody, an acceptance was refused
};

// problem_analysis design_change design_check code_change unit_test integration_test
const char *step_name(enum step step);
const char *step_label(enum step step); // msgid for people
bool step_find(const char *name, enum step *step);
const char *step_result_name(enum step_result result); // passed failed not_applicable
bool step_result_find(const char *name, enum step_result *result);

// Where the work stands after `entries`: a step is done when it passed or does not apply, and nothing that it builds on
// was done anew or failed since. A failed design check takes the work back to the design; a failed code change or test
// takes it back to the code, and the design may be done anew as well.
struct step_progress {
	bool done[STEP_COUNT];
	bool design_again;    // the design stands, but a later step failed: it may be done anew
	const char *designer; // who passed the design that stands, or NULL
};

struct step_progress steps_fold(const struct step_entry *entries, size_t count);

// Why `next` may not be recorded after `entries`: NULL when it may; else a stable code: test_not_skippable (a test
// marked not applicable), already_done (but a test that passed may fail after all: so work goes on when an acceptance
// or a review found a fault), out_of_order, same_person (the design check by the designer). With `check_owed` (urgent
// path) code and tests may come before the design check, which stays to be done.
const char *step_refusal(const struct step_entry *entries, size_t count, const struct step_entry *next,
    bool check_owed);

// The first step that is not done and keeps a delivery back, STEP_COUNT when none is; `check_owed` as above.
enum step steps_missing(const struct step_progress *progress, bool check_owed);

#endif
