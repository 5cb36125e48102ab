// SPDX-License-Identifier: Apache-2.0
// Retries: a POST with an Idempotency-Key that was carried out before gets the answer that it got then, and answers to
// writes in general: what was made is read back and told. Nobody looks for a kept answer beforehand: what has been
// carried out is refused when it is written again, or before that, and then the kept answer is found.
#ifndef WEIHU_API_RETRY_H
#define WEIHU_API_RETRY_H

#include "api/call.h"

enum outcome read_key(struct call *call); // into call->key and call->hash

// Before a refusal: this request may have been carried out before, and what refuses it is what that has done.
enum outcome recall_twin(struct call *call);

// Reads back what call->made_id names by the route's resource, and answers with it.
enum outcome answer_made(struct call *call);

// A reader for functions that answer (outcome, id, version): notes what was made, or refuses by the outcome.
enum outcome take_made(struct call *call, const struct pg_result *rows);

// Refuses by the outcome that a writing function gave instead of done.
enum outcome refuse_outcome(struct call *call, const char *outcome);

// A reader that answers with the first row as a JSON object from column `first` on, and with its ETag.
enum outcome answer_row(struct call *call, const struct pg_result *rows, int first, int status);

#endif
