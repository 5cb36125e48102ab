// SPDX-License-Identifier: Apache-2.0
// Requests to the server: the only code that knows libcurl.
#ifndef WEIHU_CLI_HTTP_H
#define WEIHU_CLI_HTTP_H

#include "base/json.h"
#include "cli/cli.h"

struct request {
	const char *method, *path; // path with its query, "/v1/tickets?open=true"
	const char *body;          // JSON, or NULL
	const char *type;          // of a body that is a file; NULL: it is JSON
	size_t length;             // of that file
	const char *version;       // the object's, for If-Match, or NULL
	const char *key;           // Idempotency-Key of a POST; NULL: one of its own
	bool once;                 // never sent again
	long seconds;              // to wait at most; 0: as long as is usual
	long patience;             // seconds without a byte, where they are more than is usual
	FILE *sink;                // takes the body of a good answer as it comes, for however long it does; or NULL
};

struct answer {
	enum leave code;     // LEAVE_OK for 2xx
	long status;         // 0: there was no answer
	const char *failure; // why there was none
	bool distrusted;     // because the server's certificate is not believed
	const char *type;    // Content-Type, "" when absent
	const char *tag;     // ETag, or NULL
	const char *name;    // Content-Disposition, or NULL
	const char *body;
	size_t length;
	const struct json *json; // the body where it is JSON, else NULL
	const char *request_id;  // or NULL
	bool replayed;           // it was done before, with the same key
};

// Asks and waits. A GET, and a POST (with its Idempotency-Key), is sent again when the connection is lost or the server
// says 503, a few times and within half a minute. Everything lives in `arena`.
struct answer http_ask(struct cli *cli, struct arena *arena, const struct request *request);

void http_free(struct http *http);

#endif
