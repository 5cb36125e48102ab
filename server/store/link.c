// SPDX-License-Identifier: Apache-2.0
// One libpq connection in pipeline mode (PostgreSQL manual, 34.5).
#include "store/link.h"

#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/texts.h"

#define BACKOFF_FIRST 50000 // microseconds
#define BACKOFF_MOST 500000

enum link_state { LINK_DOWN, LINK_CONNECTING, LINK_PREPARING, LINK_READY };

struct link {
	struct event_base *base;
	const char *dsn;
	int seconds;
	link_changed *changed;
	void *context;
	enum link_state state;
	PGconn *connection;
	int socket; // a duplicate of libpq's; -1: none
	struct event *readable, *writable, *timer, *turn;
	long backoff;
	bool broken; // a send failed; the timer tidies up, outside whatever was sending
	int in_flight;
	struct link_command *first, *last;
	struct link_command *answered; // whose answer came last, or comes first
	bool open;                     // the last one's Sync was not sent yet
	struct texts texts;
};

static void link_connect(struct link *link);
static void link_break(struct link *link);

static void link_wake_after(struct link *link, long microseconds)
{
	struct timeval wait = {.tv_sec = microseconds / 1000000, .tv_usec = microseconds % 1000000};

	if (event_add(link->timer, &wait) != 0)
		abort();
}

static void event_turn(struct event *event, bool on)
{
	if ((on ? event_add(event, NULL) : event_del(event)) != 0)
		abort();
}

static void link_listen(struct link *link, bool to_read, bool to_write)
{
	event_turn(link->readable, to_read);
	event_turn(link->writable, to_write);
}

static void link_give_up(struct link *link)
{
	link->broken = true;
	link_wake_after(link, 0);
}

static void link_flush(struct link *link)
{
	int left = PQflush(link->connection);

	if (left < 0)
		link_give_up(link);
	else
		link_listen(link, true, left == 1);
}

static void link_queue(struct link *link, struct link_command *command, int answers)
{
	command->next = NULL;
	command->result = NULL;
	command->answers = answers;
	command->closes = false;
	command->sent = clock_ticks();
	link->open = true;
	if (link->answered == NULL)
		link->answered = command;
	if (link->last != NULL)
		link->last->next = command;
	else
		link->first = command;
	link->last = command;
	link->in_flight++;
}

static struct link_command *link_unqueue(struct link *link)
{
	struct link_command *command = link->first;

	link->first = command->next;
	if (link->first == NULL)
		link->last = NULL;
	link->in_flight--;
	return command;
}

// What was sent since the last Sync is one transaction: its members cost neither a commit nor an answer's way each.
static void group_close(struct link *link)
{
	if (!link->open)
		return;
	link->open = false;
	link->last->closes = true;
	if (PQpipelineSync(link->connection))
		link_flush(link);
	else
		link_give_up(link);
}

static void on_turn(evutil_socket_t socket, short what, void *context)
{
	(void)socket;
	(void)what;
	group_close(context);
}

// Preparing: the whole statement table with one Sync, before anything else is let in. A connection that lacks a
// statement (the schema is not there yet) is of no use and tried again.

struct preparation {
	struct link_command command;
	struct link *link;
};

static void all_prepared(struct link_command *command, PGresult *result)
{
	struct link *link = ((struct preparation *)command)->link;

	free(command);
	if (result == NULL || link->broken)
		return;
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		log_error("cannot prepare a statement: %s", PQresultErrorMessage(result));
		link_give_up(link);
		return;
	}
	link->state = LINK_READY;
	link->backoff = BACKOFF_FIRST;
	link_wake_after(link, MOMENT_SECOND);
	link->changed(link->context);
}

static bool link_prepare_all(struct link *link)
{
	struct preparation *preparation = calloc(1, sizeof(*preparation));

	if (preparation == NULL)
		abort();
	*preparation = (struct preparation){.command.ended = all_prepared, .link = link};
	link_queue(link, &preparation->command, STATEMENT_COUNT);
	for (int i = 0; i < STATEMENT_COUNT; i++)
		if (!PQsendPrepare(link->connection, statements[i].name, statements[i].sql, 0, NULL))
			return false;
	group_close(link);
	return true;
}

// Answers. A result counts only when its Sync has come: until then the commit may still fail.

static void command_take(struct link_command *command, PGresult *result)
{
	if (command->text != NULL && PQresultStatus(result) == PGRES_COMMAND_OK) {
		command->text = NULL; // it is prepared; the answer is still to come
		PQclear(result);
		return;
	}
	bool failed = PQresultStatus(result) == PGRES_FATAL_ERROR;
	bool failed_before = command->result != NULL && PQresultStatus(command->result) == PGRES_FATAL_ERROR;

	if (command->result != NULL && (failed_before || !failed)) {
		PQclear(result);
		return;
	}
	PQclear(command->result);
	command->result = result;
}

// What a fresh connection mends: the server became a standby, or what was prepared no longer fits the tables.
static bool error_wants_connection(const PGresult *result)
{
	const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state != NULL && strstr("25006 0A000 26000", state) != NULL;
}

// What comes when everything is answered is the commit's own failure; it is the last one's, and writes are alone.
static void link_take(struct link *link, PGresult *result)
{
	struct link_command *command = link->answered;

	if (command->answers == 0 && !command->closes && command->next != NULL)
		command = link->answered = command->next;
	command->answers -= command->answers > 0;
	command_take(command, result);
}

static void command_settle(struct link *link)
{
	struct link_command *command = link_unqueue(link);
	PGresult *result = command->result;

	if (command->text != NULL)
		text_forget(&link->texts, command->text);
	if (error_wants_connection(result))
		link_give_up(link);
	command->ended(command, result);
	PQclear(result);
}

static void group_settle(struct link *link)
{
	bool closes = false;

	while (link->first != NULL && !closes) {
		closes = link->first->closes;
		command_settle(link);
	}
	link->answered = link->first;
}

static void link_read_answers(struct link *link)
{
	int silent = 0;

	while (link->first != NULL && silent < 2 && !PQisBusy(link->connection)) {
		PGresult *result = PQgetResult(link->connection);

		silent = result == NULL ? silent + 1 : 0;
		if (result == NULL)
			continue;
		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			group_settle(link);
		} else {
			link_take(link, result);
		}
	}
}

static void on_readable(evutil_socket_t socket, short what, void *context)
{
	struct link *link = context;

	(void)socket;
	(void)what;
	if (link->state == LINK_CONNECTING) {
		link_connect(link);
		return;
	}
	bool alive = PQconsumeInput(link->connection) == 1;
	link_read_answers(link);
	if (!alive || PQstatus(link->connection) == CONNECTION_BAD)
		link_break(link);
	else
		link_flush(link);
}

static void on_writable(evutil_socket_t socket, short what, void *context)
{
	struct link *link = context;

	(void)socket;
	(void)what;
	if (link->state == LINK_CONNECTING)
		link_connect(link);
	else
		link_flush(link);
}

// Connecting.

static void on_notice(void *context, const char *message)
{
	(void)context;
	log_warn("database: %s", message);
}

// PostgreSQL gives up before we do, so that what we call away is not done later: first a lock, lest somebody outside
// who holds one delays everybody, then a statement.
static PGconn *connection_start(const struct link *link)
{
	char options[200];
	const char *const keys[] = {"dbname", "application_name", "client_encoding", "options", "keepalives_idle",
	    "tcp_user_timeout", "connect_timeout", NULL};
	const char *const values[] = {link->dsn, "weihud", "UTF8", options, "20", "10000", "5", NULL};

	snprintf(options, sizeof(options),
	    "-c search_path=weihu,public -c timezone=UTC -c datestyle=ISO -c jit=off -c lock_timeout=%d "
	    "-c statement_timeout=%d",
	    link->seconds * 1000 / 6, link->seconds * 1000 * 2 / 3);
	return PQconnectStartParams(keys, values, 1);
}

// The events watch a descriptor of our own: libpq closes its socket whenever it likes, and the number may be somebody
// else's by the time that we hear of it.
static bool link_watch(struct link *link)
{
	link->socket = PQsocket(link->connection) < 0 ? -1 : fcntl(PQsocket(link->connection), F_DUPFD_CLOEXEC, 0);
	if (link->socket < 0)
		return false;
	link->readable = event_new(link->base, link->socket, EV_READ | EV_PERSIST, on_readable, link);
	link->writable = event_new(link->base, link->socket, EV_WRITE | EV_PERSIST, on_writable, link);
	if (link->readable == NULL || link->writable == NULL)
		abort();
	return true;
}

static void link_unwatch(struct link *link)
{
	if (link->socket < 0)
		return;
	event_free(link->readable);
	event_free(link->writable);
	(void)close(link->socket);
	link->socket = -1;
}

static void link_open(struct link *link)
{
	link->connection = connection_start(link);
	if (link->connection == NULL)
		abort();
	PQsetNoticeProcessor(link->connection, on_notice, NULL);
	link->state = LINK_CONNECTING;
	link->broken = false;
	if (PQstatus(link->connection) == CONNECTION_BAD || !link_watch(link)) {
		link_break(link);
		return;
	}
	link_listen(link, false, true);
	link_wake_after(link, (long)link->seconds * MOMENT_SECOND);
}

static void link_connected(struct link *link)
{
	if (PQsetnonblocking(link->connection, 1) != 0 || PQenterPipelineMode(link->connection) != 1) {
		link_break(link);
		return;
	}
	link->state = LINK_PREPARING;
	if (!link_prepare_all(link))
		link_break(link);
}

// libpq may take another socket while it tries the next host: the events follow it.
static void link_connect(struct link *link)
{
	PostgresPollingStatusType polled = PQconnectPoll(link->connection);

	if (polled == PGRES_POLLING_FAILED) {
		link_break(link);
		return;
	}
	link_unwatch(link);
	if (!link_watch(link))
		link_break(link);
	else if (polled == PGRES_POLLING_OK)
		link_connected(link);
	else
		link_listen(link, polled == PGRES_POLLING_READING, polled == PGRES_POLLING_WRITING);
}

static void commands_give_up(struct link *link)
{
	link->open = false;
	link->answered = NULL;
	while (link->first != NULL) {
		struct link_command *command = link_unqueue(link);

		PQclear(command->result);
		command->ended(command, NULL);
	}
}

// Everything in flight ends unknown, and the connection is tried again after a while.
static void link_break(struct link *link)
{
	bool was_ready = link->state == LINK_READY;

	if (link->connection != NULL && *PQerrorMessage(link->connection) != '\0')
		log_warn("database connection lost: %s", PQerrorMessage(link->connection));
	link->state = LINK_DOWN;
	link_unwatch(link);
	PQfinish(link->connection);
	link->connection = NULL;
	texts_free(&link->texts);
	commands_give_up(link);
	link_wake_after(link, link->backoff);
	link->backoff = link->backoff * 2 < BACKOFF_MOST ? link->backoff * 2 : BACKOFF_MOST;
	if (was_ready)
		link->changed(link->context);
}

static bool link_stuck(const struct link *link)
{
	return link->first != NULL && clock_ticks() - link->first->sent > link->seconds * MOMENT_SECOND;
}

// The timer connects again, ends an attempt that takes too long, and once a second looks for an answer that does not
// come.
static void on_timer(evutil_socket_t socket, short what, void *context)
{
	struct link *link = context;

	(void)socket;
	(void)what;
	if (link->state == LINK_DOWN)
		link_open(link);
	else if (link->state != LINK_READY || link->broken || link_stuck(link))
		link_break(link);
	else
		link_wake_after(link, MOMENT_SECOND);
}

struct link *link_new(struct event_base *base, const char *dsn, int seconds, link_changed *changed, void *context)
{
	struct link *link = calloc(1, sizeof(*link));

	if (link == NULL)
		abort();
	*link = (struct link){.base = base,
	    .dsn = dsn,
	    .seconds = seconds,
	    .changed = changed,
	    .context = context,
	    .socket = -1,
	    .backoff = BACKOFF_FIRST};
	link->timer = evtimer_new(base, on_timer, link);
	link->turn = evtimer_new(base, on_turn, link);
	if (link->timer == NULL || link->turn == NULL)
		abort();
	link_wake_after(link, 0);
	return link;
}

void link_free(struct link *link)
{
	if (link == NULL)
		return;
	link->changed = NULL;
	link_unwatch(link);
	PQfinish(link->connection);
	commands_give_up(link);
	event_free(link->timer);
	event_free(link->turn);
	texts_free(&link->texts);
	free(link);
}

bool link_ready(const struct link *link)
{
	return link->state == LINK_READY && !link->broken;
}

int link_in_flight(const struct link *link)
{
	return link->in_flight;
}

bool link_send(struct link *link, struct link_command *command, const struct link_question *question)
{
	const char *name = question->name;
	bool sent = true;

	if (!link_ready(link))
		return false;
	if (!question->shares)
		group_close(link);
	command->text = NULL;
	if (name == NULL && question->keep)
		name = text_name(&link->texts, question->sql, &command->text);
	if (command->text != NULL)
		sent = PQsendPrepare(link->connection, name, question->sql, 0, NULL);
	if (name != NULL)
		sent = sent &&
		    PQsendQueryPrepared(link->connection, name, question->count, question->values, NULL, NULL,
		        question->binary);
	else
		sent = PQsendQueryParams(link->connection, question->sql, question->count, NULL, question->values, NULL,
		    NULL, 0);
	link_queue(link, command, command->text != NULL ? 2 : 1);
	if (!sent)
		link_give_up(link);
	else if (question->shares)
		event_active(link->turn, EV_TIMEOUT, 0);
	else
		group_close(link);
	return true;
}
