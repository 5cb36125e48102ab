// SPDX-License-Identifier: Apache-2.0
// One request's life: how its steps run, wait and end.
#include "api/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/log.h"

struct call *call_new(struct http_request *request, struct service *service, call_reader *failed)
{
	struct arena *arena = arena_new();
	struct call *call = arena_take(arena, sizeof(*call));

	call->arena = arena;
	call->request = request;
	call->service = service;
	call->failed = failed;
	call->house = house_hold(service->house);
	call->now = clock_now();
	call->began = clock_ticks();
	random_digits(call->id);
	call->subject.request = call->id;
	faults_init(&call->faults, arena);
	json_out_init(&call->answer, arena);
	service->calls++;
	return call;
}

static void call_end(struct call *call)
{
	struct service *service = call->service;

	if (call->ending != NULL)
		call->ending(call);
	service->calls--;
	fields = fields_built_in;
	house_drop(call->house);
	if (call->shown != NULL)
		explicit_bzero(call->shown, strlen(call->shown));
	if (call->secret)
		arena_wipe(call->arena);
	else
		arena_free(call->arena);
}

void call_run(struct call *call)
{
	enum outcome outcome = NEXT;

	while (outcome == NEXT) {
		call_step *step = *call->next++;

		fields = call->house->fields;
		outcome = step(call);
	}
	if (outcome == DONE)
		call_end(call);
}

enum outcome call_turn(struct call *call, call_step *const *steps)
{
	call->next = steps;
	return NEXT;
}

enum outcome call_start_over(struct call *call)
{
	const struct call was = *call;

	*call = (struct call){
	    .arena = was.arena,
	    .request = was.request,
	    .service = was.service,
	    .house = was.house,
	    .route = was.route,
	    .row = was.row,
	    .again = was.again,
	    .next = was.again,
	    .failed = was.failed,
	    .now = was.now,
	    .began = was.began,
	    .parts = was.parts,
	    .cookie = was.cookie,
	    .shown = was.shown,
	    .sure = true,
	};
	memcpy(call->id, was.id, sizeof(call->id));
	call->subject.request = call->id;
	faults_init(&call->faults, call->arena);
	json_out_init(&call->answer, call->arena);
	return NEXT;
}

bool call_may_know(const struct call *call)
{
	return call->epoch != 0 && call->epoch == known_epoch(call->service->known);
}

// Asking the database.

static enum outcome take_answer(struct call *call, const struct pg_result *result)
{
	bool away =
	    pg_status(result) == PG_AWAY; // nobody can vouch, and a write may have happened: it is not tried again

	if (pg_epoch(result) != 0)
		known_turn(call->service->known, pg_epoch(result));
	if (call->hearsay && !away && !pg_vouches(result, call->epoch))
		return call_start_over(call);
	call->hearsay = false;
	return pg_status(result) == PG_DONE ? call->reader(call, result) : call->failed(call, result);
}

static void on_answer(const struct pg_result *result, void *context)
{
	struct call *call = context;

	fields = call->house->fields;
	enum outcome outcome = take_answer(call, result);
	if (outcome == NEXT)
		call_run(call);
	else if (outcome == DONE)
		call_end(call);
}

enum outcome call_ask(struct call *call, enum statement_id statement, call_reader *reader, ...)
{
	const char *values[8];
	va_list texts;

	if (call->hearsay && !statements[statement].vouches)
		return call_start_over(call);
	va_start(texts, reader);
	for (int i = 0; i < statements[statement].parameters; i++)
		values[i] = va_arg(texts, const char *);
	va_end(texts);
	call->reader = reader;
	pg_ask(call->service->pg, statement, values, on_answer, call);
	return WAIT;
}

enum outcome call_write(struct call *call, enum statement_id statement, struct json_out *deed, uint64_t lock,
    call_reader *reader)
{
	if (call->hearsay && !statements[statement].vouches)
		return call_start_over(call);
	if (call->hearsay)
		json_add_int(deed, "epoch", call->epoch);
	json_end(deed, '}');
	call->reader = reader;
	pg_write(call->service->pg, statement, deed->out.bytes, lock, on_answer, call);
	return WAIT;
}

bool call_ask_list(struct call *call, enum listing_id listing, const struct listing_ask *ask, call_reader *reader)
{
	call->reader = reader;
	return listing_ask(call->service->pg, listing, ask, call->arena, &call->faults, on_answer, call);
}

bool call_ask_measure(struct call *call, const struct measure *measure, const struct measure_ask *ask,
    call_reader *reader)
{
	call->reader = reader;
	return measure_ask(call->service->pg, measure, ask, call->arena, &call->faults, on_answer, call);
}

void call_ask_export(struct call *call, struct export_question *question, int64_t after, call_reader *reader)
{
	call->reader = reader;
	export_ask(call->service->pg, question, after, on_answer, call);
}

struct json_out *call_deed(struct call *call, const char *action, const char *role)
{
	struct json_out *deed = arena_take(call->arena, sizeof(*deed));
	char at[MOMENT_TEXT];

	json_out_init(deed, call->arena);
	json_begin(deed, NULL, '{');
	json_add_text(deed, "at", moment_print(call->now, at));
	json_add_text(deed, "actor", call->caller.login);
	json_add_text(deed, "role", role);
	json_add_text(deed, "source", http_peer(call->request));
	json_add_text(deed, "request", call->id);
	json_add_text(deed, "action", action);
	if (call->key != NULL) {
		json_add_text(deed, "key", call->key);
		json_add_text(deed, "hash", call->hash);
	}
	return deed;
}

// Answering.

static void call_log(const struct call *call, int status)
{
	int64_t took = clock_ticks() - call->began;

	metrics_count(call->service->metrics, call->row, status, took);
	log_line(LOG_INFO, &call->subject, "%s %s %d %lld.%03lld ms%s%s", http_method_name(call->request),
	    http_path(call->request), status, (long long)took / 1000, (long long)took % 1000,
	    call->on_loan != NULL ? ", on loan: " : "", call->on_loan != NULL ? call->on_loan : "");
}

enum outcome call_reply(struct call *call, int status, const char *type, const char *body, size_t length)
{
	if (call->hearsay)
		return call_start_over(call);
	http_reply_header(call->request, "X-Request-Id", call->id);
	call_log(call, status);
	http_reply(call->request, status, type, body, length);
	return DONE;
}

enum outcome call_reply_json(struct call *call, int status)
{
	return call_reply(call, status, "application/json", call->answer.out.bytes, call->answer.out.length);
}

// Answering in pieces.

bool call_stream_begin(struct call *call, const char *type)
{
	http_reply_header(call->request, "X-Request-Id", call->id);
	return http_stream_begin(call->request, 200, type);
}

static void on_sent(bool taken, void *context)
{
	struct call *call = context;

	call->left = !taken;
	call_run(call);
}

enum outcome call_stream(struct call *call, const char *bytes, size_t length, call_step *step)
{
	call->piece = step;
	call->next = &call->piece;
	http_stream_send(call->request, bytes, length, on_sent, call);
	return WAIT;
}

enum outcome call_stream_end(struct call *call, bool whole)
{
	call_log(call, whole ? 200 : 499);
	http_stream_end(call->request, whole);
	return DONE;
}

// Small questions about the call.

int64_t call_ticket_id(const struct call *call)
{
	int64_t id;

	const char *text = call->parts.part[0];

	return *text != '0' && text_to_int(text, 1, INT64_MAX, &id) ? id : 0; // one number, one spelling
}

const char *call_today(const struct call *call)
{
	char text[MOMENT_TEXT];

	return arena_copy_bytes(call->arena, moment_print(call->now, text), strlen("2026-11-23"));
}

bool call_is_own(const struct call *call)
{
	return text_starts(call->route->path, "/v1/people/{login}") &&
	    text_equals(call->parts.part[0], call->caller.login);
}

const char *call_outside(const struct call *call)
{
	return call->caller.outside ? "true" : "false";
}

bool call_may(const struct call *call, const char *permission)
{
	return permission_allows(call->house->permissions, permission, call->caller.roles);
}

const char *call_hidden(const struct call *call)
{
	return permission_hidden(call->house->permissions, call->caller.roles, call->arena);
}
