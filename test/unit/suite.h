// SPDX-License-Identifier: Apache-2.0
// The main() of a unit test program: one suite, run as the environment says (CK_FORK, CK_RUN_CASE, ...).
#ifndef WEIHU_TEST_SUITE_H
#define WEIHU_TEST_SUITE_H

#include <check.h>
#include <stdlib.h>

static inline int suite_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
