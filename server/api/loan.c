// SPDX-License-Identifier: Apache-2.0
// Roles on loan. They end by themselves: a loan is looked at whenever its borrower calls.
#include "api/loan.h"

#include <string.h>

#include "api/body.h"
#include "api/refusal.h"
#include "api/register.h"
#include "api/retry.h"

static const struct member loan_members[] = {
    {TEXT("role", LINE), REQUIRED},
    {TEXT("reason", LONG), REQUIRED},
    {NUMBER("minutes", 1, 10080), REQUIRED},
    END,
};

const struct resource loan_resource = {"loan", LOAN_READ, loan_members};

static int64_t minutes_of(const struct call *call)
{
	int64_t minutes = 0;

	json_int(json_member(call->body, "minutes"), &minutes);
	return minutes;
}

static bool loan_is_sound(struct call *call)
{
	int64_t most = call->service->settings->loan_minutes_most;
	enum role role;

	if (!role_find(body_text(call, "role"), &role) || role == ROLE_ADMIN)
		faults_add(&call->faults, "role", "choice", "%s cannot be lent", body_text(call, "role"));
	if (minutes_of(call) > most)
		faults_add(&call->faults, "minutes", "range", "a role is lent for at most %lld minutes",
		    (long long)most);
	return call->faults.count == 0;
}

enum outcome lend_role(struct call *call)
{
	moment until = call->now + minutes_of(call) * 60 * MOMENT_SECOND;
	char text[MOMENT_TEXT];

	if (call_is_own(call) && strcmp(call->service->settings->loan_self, "on") != 0)
		return refuse(call, PROBLEM_FORBIDDEN, "another administrator lends: loan_self is off");
	if (!loan_is_sound(call))
		return refuse(call, PROBLEM_FIELDS, NULL);
	struct json_out *deed = call_deed(call, "lend", "admin");
	json_add_text(deed, "login", call->parts.part[0]);
	json_add_text(deed, "lent", body_text(call, "role"));
	json_add_text(deed, "reason", body_text(call, "reason"));
	json_add_text(deed, "until", moment_print(until, text));
	log_line(LOG_WARN, &call->subject, "asks to lend the role %s to %s", body_text(call, "role"),
	    call->parts.part[0]);
	return call_write(call, LOAN_ADD, deed, 0, take_made);
}

enum outcome take_back_role(struct call *call)
{
	return end_of_person(call, "take_back", LOAN_END);
}
