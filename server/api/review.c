// SPDX-License-Identifier: Apache-2.0
// Record reviews. What is frozen and drawn, and whether a verdict may be given, says the database: see
// schema/deploy/*_reviews.sql.
#include "api/review.h"

#include <string.h>

#include "api/body.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "base/digest.h"
#include "domain/party.h"

#define SHARE_LEAST 10 // per cent
#define SEED_BYTES 16

static const char *const verdicts[] = {"pass", "correct", NULL};
static const char *const heads[] = {"technology", "language", "effort", "staffing", NULL};

static const struct member review_members[] = {
    {TEXT("title", LINE), REQUIRED},
    {PLAIN("from", FIELD_DATE), REQUIRED},
    {PLAIN("to", FIELD_DATE), REQUIRED},
    {NUMBER("share", SHARE_LEAST, 100)},
    END,
};

static const struct member verdict_members[] = {
    {TICKET("ticket"), REQUIRED},
    {CHOICE("verdict", verdicts), REQUIRED},
    {TEXT("note", LONG)},
    END,
};

static const struct member decision_members[] = {
    {CHOICE("head", heads), REQUIRED},
    {TEXT("text", LONG), REQUIRED},
    {PLAIN("owner", FIELD_PERSON), REQUIRED},
    {PLAIN("due", FIELD_DATE), REQUIRED},
    {TICKET("ticket")},
    END,
};

static const struct member conclusion_members[] = {
    {TEXT("conclusion", LONG), REQUIRED},
    END,
};

const struct resource review_resource = {"review", REVIEW_READ, review_members, WITH_VERSION,
    .location = "/v1/reviews/%s"};
const struct resource verdict_resource = {"verdict", VERDICT_MADE, verdict_members, WITH_VERSION};
const struct resource decision_resource = {"decision", DECISION_READ, decision_members};
const struct resource conclusion_resource = {"review", REVIEW_READ, conclusion_members, WITH_VERSION, .status = 200};

static enum outcome take_review(struct call *call, const struct pg_result *rows)
{
	return pg_rows(rows) == 0 ? refuse(call, PROBLEM_NOT_FOUND, NULL) : NEXT;
}

enum outcome find_review(struct call *call)
{
	return call_ask(call, REVIEW_READ, take_review, call->parts.part[0], "0");
}

enum outcome open_review(struct call *call)
{
	char seed[2 * SEED_BYTES + 1];

	if (strcmp(body_text(call, "from"), body_text(call, "to")) >= 0) {
		faults_add(&call->faults, "to", "range", "to is the first day after the period");
		return refuse(call, PROBLEM_FIELDS, NULL);
	}
	struct json_out *deed = call_deed(call, "open", NULL);
	json_splice(deed, call->patch.out.bytes);
	const struct json *share = json_member(call->body, "share");
	if (share == NULL || share->type == JSON_NULL)
		json_add_int(deed, "share", SHARE_LEAST);
	random_hex(SEED_BYTES, seed);
	json_add_text(deed, "seed", seed);
	json_add_text(deed, "zone", call->house->calendar->zone);
	return call_write(call, REVIEW_OPEN, deed, 0, take_made);
}

// Writes what the body's members say about the review at {id}: one deed at a time for each review.
static enum outcome write_review(struct call *call, enum statement_id statement, const char *action,
    call_reader *reader)
{
	int64_t id = call_ticket_id(call);

	if (id == 0)
		return refuse(call, PROBLEM_NOT_FOUND, NULL);
	struct json_out *deed = call_deed(call, action, NULL);
	json_add_int(deed, "id", id);
	json_splice(deed, call->patch.out.bytes);
	return call_write(call, statement, deed, (uint64_t)id, reader);
}

// Whoever did the work does not judge its record: another reviewer can.
static enum outcome refuse_separation(struct call *call)
{
	struct unmet *unmet = arena_take(call->arena, sizeof(*unmet));

	*unmet = (struct unmet){.guard = "separation",
	    .message = "whoever had a part in the work does not judge its record",
	    .field = "ticket",
	    .who = PARTY_BIT(PARTY_REVIEWER)};
	call->verdict = (struct verdict){.kind = VERDICT_FORBIDDEN, .unmet = unmet, .unmet_count = 1};
	return refuse_verdict(call);
}

static enum outcome take_judged(struct call *call, const struct pg_result *rows)
{
	const char *outcome = pg_rows(rows) == 0 ? NULL : pg_text(rows, 0, 0);

	if (text_equals(outcome, "separation"))
		return refuse_separation(call);
	if (!text_equals(outcome, "not_sampled"))
		return take_made(call, rows);
	faults_add(&call->faults, "ticket", "choice", "this record is not in the sample");
	return refuse(call, PROBLEM_FIELDS, NULL);
}

enum outcome judge_record(struct call *call)
{
	if (text_equals(body_text(call, "verdict"), "correct") && body_text(call, "note") == NULL) {
		faults_add(&call->faults, "note", "missing", "say what is to be corrected");
		return refuse(call, PROBLEM_FIELDS, NULL);
	}
	return write_review(call, REVIEW_JUDGE, "judge", take_judged);
}

enum { REFERENCE_KIND, REFERENCE_NAME }; // columns; without a kind nothing is amiss

static enum outcome take_references(struct call *call, const struct pg_result *rows)
{
	for (int row = 0; row < pg_rows(rows); row++) {
		const char *kind = pg_text(rows, row, REFERENCE_KIND), *name = pg_text(rows, row, REFERENCE_NAME);

		if (text_equals(kind, "ticket"))
			faults_add(&call->faults, "ticket", "unknown", "there is no ticket %s", name);
		else if (kind != NULL)
			faults_add(&call->faults, "owner", "unknown", "%s has no open account", name);
	}
	return call->faults.count > 0 ? refuse(call, PROBLEM_FIELDS, NULL) : NEXT;
}

enum outcome check_decision(struct call *call)
{
	int64_t ticket;
	const char *named = NULL, *none = NULL;

	if (json_int(json_member(call->body, "ticket"), &ticket))
		named = arena_print(call->arena, "%lld", (long long)ticket);
	return call_ask(call, REFERENCES_FIND, take_references, body_text(call, "owner"), none, none, none, named,
	    call->caller.login, call_outside(call));
}

enum outcome add_decision(struct call *call)
{
	return write_review(call, REVIEW_DECIDE, "decide", take_made);
}

enum outcome conclude_review(struct call *call)
{
	return write_review(call, REVIEW_CONCLUDE, "conclude", take_made);
}
