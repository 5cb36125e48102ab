// SPDX-License-Identifier: Apache-2.0
// Refusals told clearly: what was refused, each unmet guard, who can clear it, and the command to try.
#ifndef WEIHU_CLI_PROBLEM_H
#define WEIHU_CLI_PROBLEM_H

#include <stdio.h>

#include "cli/http.h"

struct subject {            // what the request was about; any may be NULL
	const char *name;   // "ticket/42"
	const char *action; // of the workflow
};

// Tells on standard error why the answer is not the one hoped for; its exit code.
int problem_tell(struct cli *cli, const struct answer *answer, const struct subject *subject);

// A line for each unmet guard of the list, and who can clear it, led by `indent` spaces. Fields that are to be given
// are left to the caller unless `with_fields`.
void problem_print_unmet(struct cli *cli, FILE *out, const struct json *unmet, const struct subject *subject,
    int indent, bool with_fields);

#endif
