// SPDX-License-Identifier: Apache-2.0
// What one worker serves with: its loop's database connections, the rules in force, its figures.
#ifndef WEIHU_API_SERVICE_H
#define WEIHU_API_SERVICE_H

#include <stdbool.h>

#include "api/asker.h"
#include "api/census.h"
#include "api/errand.h"
#include "api/hasher.h"
#include "api/house.h"
#include "api/known.h"
#include "api/metrics.h"
#include "base/vault.h"
#include "config/settings.h"
#include "http/http.h"
#include "store/pg.h"

struct service {
	struct pg *pg;
	struct house *house;
	struct hasher *hasher;
	struct known *known;
	struct census *census;
	struct errands *errands; // what else takes long
	struct asker *asker;     // of the directory; NULL: there is none
	const struct settings *settings;
	const struct vault *vault;
	struct metrics *metrics; // shared by all workers
	struct brake *brake;     // likewise
	const char *refused;     // passwords that are, one a line
	const char *openapi;     // the document's text
	int worker;              // its number, from 0
	bool stopping;           // new requests are turned away
	int calls;               // under way
	int64_t months_day;      // on which the record's months were last looked after, since 1970
	int64_t forget_hour;     // in which answers kept for retries were last forgotten, since 1970
};

// The http_handler: begins a call. `context` is the struct service.
void service_handle(struct http_request *request, void *context);

// The http_refused: counts and logs what the strictness guard answered by itself.
void service_refused(const struct http_refusal *refusal, void *context);

#endif
