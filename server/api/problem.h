// SPDX-License-Identifier: Apache-2.0
// Refusals as RFC 9457 problem details. THE PROBLEM TABLE (problem.c): stable type, status, title.
#ifndef WEIHU_API_PROBLEM_H
#define WEIHU_API_PROBLEM_H

#include "base/json.h"
#include "domain/workflow.h"

enum problem_kind {
	PROBLEM_MALFORMED,
	PROBLEM_UNAUTHENTICATED,
	PROBLEM_SECOND_FACTOR,
	PROBLEM_FORBIDDEN,
	PROBLEM_NOT_FOUND,
	PROBLEM_METHOD,
	PROBLEM_STATE,
	PROBLEM_EXISTS,
	PROBLEM_VERSION,
	PROBLEM_MEDIA_TYPE,
	PROBLEM_FIELDS,
	PROBLEM_KEY_REUSED,
	PROBLEM_TOO_MANY,
	PROBLEM_INTERNAL,
	PROBLEM_UNAVAILABLE,
	PROBLEM_NO_ROOM,
	PROBLEM_COUNT
};

struct problem {
	enum problem_kind kind;
	const char *detail;
	bool judged; // a verdict goes with it
};

int problem_status(enum problem_kind kind);
const char *problem_name(enum problem_kind kind);
enum problem_kind problem_of_verdict(enum verdict_kind kind);

// The members type, title, status and detail of the object that is open.
void problem_write(struct json_out *json, const struct problem *problem);

#endif
