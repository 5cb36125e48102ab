// SPDX-License-Identifier: Apache-2.0
// Steps over record reviews: the closed records of a period, frozen, and a sample of them judged.
#ifndef WEIHU_API_REVIEW_H
#define WEIHU_API_REVIEW_H

#include "api/call.h"

extern const struct resource review_resource, verdict_resource, decision_resource, conclusion_resource;

enum outcome find_review(struct call *call); // the one at {id} is there
enum outcome open_review(struct call *call);
enum outcome judge_record(struct call *call);
enum outcome check_decision(struct call *call); // whom and what it names
enum outcome add_decision(struct call *call);
enum outcome conclude_review(struct call *call);

// GET …/report: Markdown or HTML, section by section.
enum outcome begin_review_report(struct call *call);
enum outcome tell_review_records(struct call *call);
enum outcome tell_review_decisions(struct call *call);
enum outcome end_review_report(struct call *call);

#endif
