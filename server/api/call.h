// SPDX-License-Identifier: Apache-2.0
// One request's life: its route's steps run in order; a step that asks the database waits, and its reader goes on from
// the event loop. A call outlives its connection: the database's answer comes exactly once, and the arena goes with the
// call.
#ifndef WEIHU_API_CALL_H
#define WEIHU_API_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "api/member.h"
#include "api/problem.h"
#include "api/scope.h"
#include "api/service.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "domain/permission.h"
#include "domain/ticket.h"
#include "domain/workflow.h"
#include "http/path.h"
#include "store/export.h"
#include "store/listing.h"
#include "store/measure.h"

struct call;
struct factor;

enum outcome {
	NEXT, // go on with the next step
	WAIT, // a reader goes on when the database has answered
	DONE  // the answer was sent
};

typedef enum outcome call_step(struct call *call);
typedef enum outcome call_reader(struct call *call, const struct pg_result *rows);

struct route {
	enum http_method method;
	const char *path;                // "/v1/tickets/{id}"
	const char *name;                // operationId
	const char *permission;          // NULL: open to everybody
	call_step *steps[9];             // after identity, permission and retry were settled; end with NULL
	enum listing_id listing;         // of ask_list
	const struct resource *resource; // what recall and the read-back after a write need; or NULL
	const char *parameters;          // of the query, besides those of a listing: "dry_run,format"; or NULL
	bool takes_file;                 // its body is a file, of any media type
	bool vouched;                    // what it first asks the database vouches for who the caller is (api/known.h)
};

// A thing that calls make: what its body may hold, and how it is read back for the answer to a write or to its retry.
struct resource {
	const char *kind;             // as kept answers and events name it
	enum statement_id read;       // its parameters: id, and what `with` says
	const struct member *members; // NULL: a ticket's fields
	enum { WITH_NOTHING, WITH_VERSION, WITH_TODAY } with;
	int status;           // of the answer to a POST; 0: 201
	const char *location; // "/v1/people/%s", or NULL
	const char *fixed;    // members that cannot be changed later: "login"; or NULL
	call_step *again;     // answers a retry; NULL: answer_made
	enum {
		OPEN,
		SECRET_ANSWER,
		SECRET_BODY
	} secrecy; // what of it is kept nowhere; of a secret body not even a key
};

struct call {
	struct arena *arena;
	struct http_request *request;
	struct service *service;
	struct house *house;
	const struct route *route; // NULL: there is none
	size_t row;                // its index, for the metrics
	call_step *const *again;   // the steps with which it starts over
	call_step *const *next;    // the step to run
	call_step *piece;          // the one after a piece of the answer
	bool left;                 // the client has, before it took all of them
	call_reader *reader;       // takes the answer that is waited for
	call_reader *failed;       // takes it when the statement failed
	struct log_subject subject;

	moment now;
	int64_t began; // ticks
	char id[33];   // request id
	struct path_parts parts;
	struct query query;
	const struct json *body;
	struct faults faults;

	struct person caller;
	bool known;             // the caller is
	bool hearsay;           // from before, and nothing that was asked has vouched for it yet
	bool sure;              // nothing is to be taken from hearsay: it has failed once
	int64_t epoch;          // of the register, in which the caller was known; 0: he was asked for
	const char *digest;     // of the token that was shown
	const char *on_loan;    // roles of these that are, "lead,reviewer"; NULL: none
	relation_set relations; // any of which makes this permitted, where the role alone does not; 0: it does
	scope_set scopes;       // of the token or session that was shown
	int64_t token;          // its id
	bool session;           // it is one
	bool cookie;            // and came in a cookie
	char *shown;            // the token's text; overwritten at the end
	bool seen_noted;        // that a confidential ticket was read
	const char *claimed;    // the login of somebody who is not let in
	bool secret;            // the arena holds secrets
	const char *key, *hash; // of an idempotent request, or NULL

	// What steps leave for those after them.
	struct ticket ticket;
	const struct workflow *workflow;
	struct given given;
	struct verdict verdict;
	const char *action;  // its name as asked for
	const char *made_id; // of what was written
	int64_t made_version;
	struct json_out patch;          // the body's members as an object, checked
	int64_t limit;                  // of a page
	const char *people[ROLE_COUNT]; // logins that hold a role, once find_who_can has run
	role_set more_roles;            // roles that it looks up besides those of the verdict
	struct verdict *verdicts;       // of every action, in the workflow's order
	const struct factor *factor;    // second factor of whom it is about; NULL: none
	const char *token_made;         // its text goes out with the answer and is kept nowhere
	const char *token_salt;         // what it was made from besides the token that was shown
	scope_set scopes_made;          // its scopes
	struct hash_job hash_job;
	struct directory_job directory_job;
	const struct directory_answer *directory; // what it says of whom it has let in; NULL: it was not it
	int64_t wait;                             // seconds until it may be tried again
	struct problem problem;                   // what refuse() found
	struct json_out answer;
	struct export_state *export;         // of an answer in pieces
	struct review_report *review_report; // section by section
	void (*ending)(struct call *call);   // gives back what is not the arena's; or NULL
};

// Begins a call; `failed` takes whatever statement fails in it.
struct call *call_new(struct http_request *request, struct service *service, call_reader *failed);

// Asking. Both return WAIT; `reader` runs only for answers that PostgreSQL gave, the others go to call->failed.
enum outcome call_ask(struct call *call, enum statement_id statement, call_reader *reader,
    ...); // texts, as many as it takes
enum outcome call_write(struct call *call, enum statement_id statement, struct json_out *deed, uint64_t lock,
    call_reader *reader);
// False with call->faults, and nothing asked, when the list cannot be asked for so.
bool call_ask_list(struct call *call, enum listing_id listing, const struct listing_ask *ask, call_reader *reader);
bool call_ask_measure(struct call *call, const struct measure *measure, const struct measure_ask *ask,
    call_reader *reader); // likewise
// A page of an export, also while a piece of the answer is on its way.
void call_ask_export(struct call *call, struct export_question *question, int64_t after, call_reader *reader);

// Begins again and takes nothing from hearsay: the register has turned, or there was nothing that could have vouched
// for it. Until then nobody was answered or refused, and nothing was written.
enum outcome call_start_over(struct call *call);

// True if what is known from before (api/known.h) is of the epoch on which this call stands.
bool call_may_know(const struct call *call);

// Goes on with other steps instead of the route's.
enum outcome call_turn(struct call *call, call_step *const *steps);

// Runs on after an answer from elsewhere than the database. For the call's own machinery.
void call_run(struct call *call);

// Sends the answer and ends the call.
enum outcome call_reply(struct call *call, int status, const char *type, const char *body, size_t length);
enum outcome call_reply_json(struct call *call, int status); // what stands in call->answer
enum outcome call_reply_problem(struct call *call);          // what stands in call->problem

// Or answers in pieces: `step` runs when the client has taken the piece, or has left (call->left): then there is only
// the end to be told. False if the client wants no body: likewise.
bool call_stream_begin(struct call *call, const char *type);
enum outcome call_stream(struct call *call, const char *bytes, size_t length, call_step *step);
enum outcome call_stream_end(struct call *call, bool whole);

// A deed begun: {"at":…,"actor":…,"role":…,"source":…,"request":…,"action":action[,"key":…,"hash":…]; left open.
struct json_out *call_deed(struct call *call, const char *action, const char *role);

// The one number at the path's first {id}; 0 when it is none (and then the object cannot exist).
int64_t call_ticket_id(const struct call *call);
const char *call_today(const struct call *call);
bool call_may(const struct call *call, const char *permission);
const char *call_hidden(const struct call *call);  // fields of tickets that the caller does not see, "a,b"; or NULL
const char *call_outside(const struct call *call); // whether the caller is of a vendor, as statements take it
bool call_is_own(const struct call *call);         // the account at {login} is the caller's

#endif
