// SPDX-License-Identifier: Apache-2.0
// Where a request comes in: its route is found, and it goes through the steps that every call goes through.
#include "api/service.h"

#include <string.h>

#include "api/identity.h"
#include "api/pace.h"
#include "api/permit.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "api/routes.h"
#include "base/log.h"

static enum outcome go_on_by_route(struct call *call)
{
	return call_turn(call, call->route->steps);
}

static call_step *const prelude[] = {pace_address, authenticate, pace_person, permit, read_query, read_body, read_key,
    go_on_by_route};
static call_step *const once_more[] = {authenticate, permit, read_query, read_body, read_key, go_on_by_route};

// A twin of this request (same Idempotency-Key) was faster: it has the answer now.
static enum outcome take_failure(struct call *call, const struct pg_result *result)
{
	static call_step *const again[] = {recall_twin, go_on_by_route};

	if (pg_status(result) == PG_FAILED && strcmp(pg_constraint(result), "kept_answer_pkey") == 0)
		return call_turn(call, again);
	return refuse_failure(call, result);
}

static call_step *const *first_steps(struct call *call, const char *allow)
{
	if (call->service->stopping)
		return refuse_steps(call, PROBLEM_UNAVAILABLE, "the service is stopping");
	if (call->route != NULL)
		return prelude;
	if (allow == NULL)
		return refuse_steps(call, PROBLEM_NOT_FOUND, NULL);
	http_reply_header(call->request, "Allow", allow);
	return refuse_steps(call, PROBLEM_METHOD, NULL);
}

void service_handle(struct http_request *request, void *context)
{
	struct call *call = call_new(request, context, take_failure);
	const char *allow = NULL;

	call->route = route_find(http_method(request), http_path(request), &call->parts, &allow, call->arena);
	call->row = call->route == NULL ? route_count() : route_index(call->route);
	call->again = once_more;
	call_turn(call, first_steps(call, allow));
	call_run(call);
}

void service_refused(const struct http_refusal *refusal, void *context)
{
	struct service *service = context;
	const struct log_subject subject = {.request = refusal->id};

	metrics_count(service->metrics, route_count(), refusal->status, 0);
	log_line(LOG_INFO, &subject, "refused %s: %d %s", refusal->peer, refusal->status, refusal->why);
}
