// SPDX-License-Identifier: Apache-2.0
// Refusing: who could clear it is looked up, the refusal is noted in the record, and then it is told.
#ifndef WEIHU_API_REFUSAL_H
#define WEIHU_API_REFUSAL_H

#include "api/call.h"

// Each sets call->problem and turns the call to the steps that refuse. Faults gathered in call->faults are told with
// it.
enum outcome refuse(struct call *call, enum problem_kind kind, const char *detail);
enum outcome refuse_verdict(struct call *call);                                             // call->verdict
enum outcome refuse_quietly(struct call *call, enum problem_kind kind, const char *detail); // no event, no database
call_step *const *refuse_steps(struct call *call, enum problem_kind kind, const char *detail);

// For a statement that failed, or that no connection could carry.
enum outcome refuse_failure(struct call *call, const struct pg_result *result);

// The roles whose holders could clear something of the verdict.
role_set roles_wanted(const struct verdict *verdict);

// Finds the people who hold the roles that unmet guards wait for; a step for answers that tell verdicts.
enum outcome find_who_can(struct call *call);

// The members allowed… of a verdict: "unmet":[{guard, field, message, who:[{party, people}]}].
void verdict_write(struct call *call, struct json_out *json, const struct verdict *verdict);

#endif
