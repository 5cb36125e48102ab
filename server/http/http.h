// SPDX-License-Identifier: Apache-2.0
// The HTTP side of the house: the only code that knows evhttp. A request is handed up through a function pointer and
// answered once, at any later time on the same loop; it outlives its connection.
#ifndef WEIHU_HTTP_HTTP_H
#define WEIHU_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

struct event_base;
struct http_server;
struct http_request; // opaque; lives until http_reply()

enum http_method { HTTP_GET = 1, HTTP_POST = 2, HTTP_PATCH = 4, HTTP_DELETE = 8, HTTP_PUT = 16, HTTP_OTHER = 32 };

// Whether a request brings a file, and may be as large as one: asked before its body is let in. The path is raw.
typedef bool http_takes_file(const char *method, const char *path);

struct http_limits {
	size_t header_most, body_most;             // bytes
	size_t file_most;                          // bytes of a body that takes_file lets in
	http_takes_file *takes_file;               // or NULL: there are none
	int connections_most, connections_address; // all, and those from one address that is no proxy's
	int request_seconds;                       // in which a request has to arrive, and its answer to be taken
	int idle_seconds;                          // a connection on which nothing is asked is closed then
	const char *proxies;                       // "192.0.2.1,::1": whom to believe in X-Forwarded-For; NULL: nobody
	int64_t hsts_seconds; // for which browsers are told to come by TLS alone; 0: they are not told
};

// Called on the loop for each well-formed request (HEAD arrives as HTTP_GET; its body is left out by the reply).
// What the strictness guard refuses never gets here.
typedef void http_handler(struct http_request *request, void *context);

// What the guard has answered by itself: for the metrics and the log.
struct http_refusal {
	int status;
	const char *why, *peer, *id; // the client's address as the socket has it; the X-Request-Id of the answer
};
typedef void http_refused(const struct http_refusal *refusal, void *context);

// A certificate (its chain behind it) and its key, of PEM files: NULL with faults whose field is the file's name. The
// key's must not be for others to read. Counted: from any thread, each hold has its drop; NULL is allowed.
struct http_tls;
struct http_tls *http_tls_load(const char *certificate, const char *key, struct faults *faults);
struct http_tls *http_tls_hold(struct http_tls *tls);
void http_tls_drop(struct http_tls *tls);
int http_tls_days(const struct http_tls *tls); // left until the certificate expires; below 0: it has

// Listens on `address` ("127.0.0.1:8420", "[::1]:0"); NULL with a fault (field "listen") if that fails.
// `port` is 0 for the first worker, whom nobody else may be listening with, and receives the port; for a further one it
// is that port, which the two then share (SO_REUSEPORT), each with a socket of its own.
struct http_server *http_server_new(struct event_base *base, const char *address, const struct http_limits *limits,
    http_handler *handler, http_refused *refused, void *context, int *port, struct faults *faults);

// Connections from now on speak TLS by this; those that stand go on as they began. Takes over the caller's hold.
void http_server_use_tls(struct http_server *server, struct http_tls *tls);

// Stops accepting and closes idle connections; the others are closed as their request ends. May be called again, for
// those that came in at the last moment.
void http_server_drain(struct http_server *server);
// How many connections are open.
int http_server_connections(const struct http_server *server);
void http_server_free(struct http_server *server);

// Reading a request. Texts live as long as the request.
enum http_method http_method(const struct http_request *request);
const char *http_method_name(const struct http_request *request);
const char *http_path(const struct http_request *request);  // raw, without the query; starts with '/'
const char *http_query(const struct http_request *request); // raw, or NULL
const char *http_header(const struct http_request *request, const char *name); // or NULL
const char *http_peer(const struct http_request *request);                     // the client's address, without the port
bool http_is_https(const struct http_request *request); // the client speaks TLS, as far as we or a listed proxy know
void http_forget_header(struct http_request *request, const char *name); // overwrites it: it held a secret
const char *http_body(struct http_request *request, size_t *length);     // never NULL
void http_forget_body(struct http_request *request);                     // overwrites it: it held a secret

// The answer. Headers first, then http_reply() exactly once; the request is gone after it. Each adds Content-Length,
// and the headers that every answer bears (Cache-Control: no-store, X-Content-Type-Options: nosniff, and with TLS
// Strict-Transport-Security). `type` may be NULL with an empty body. If the client has left, nothing happens.
void http_reply_header(struct http_request *request, const char *name, const char *value);
void http_reply(struct http_request *request, int status, const char *type, const void *body, size_t length);
const char *http_status_text(int status);

// Or an answer in pieces (chunked), under the client's pace. Begun once; false if it wants no body (HEAD): then it is
// only to be ended. `sent` is called once for each piece (which is copied, and not empty), from the loop and never from
// within, when the client has taken it or has left. Ended once, whole or cut off so that the client sees that it is not
// whole.
typedef void http_sent(bool taken, void *context);
bool http_stream_begin(struct http_request *request, int status, const char *type);
void http_stream_send(struct http_request *request, const void *bytes, size_t length, http_sent *sent, void *context);
void http_stream_end(struct http_request *request, bool whole);

#endif
