// SPDX-License-Identifier: Apache-2.0
// The worker's connections: a lane for reads, another for writes, and a third for what takes long.
#include "store/pg.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/must.h"
#include "store/lane.h"
#include "store/link.h"
#include "store/result.h"

#define SLOW_FACTOR 10 // how much longer a slow question may take than others

struct question { // a read in flight that rides in no set
	struct link_command command;
	struct pg *pg;
	pg_done *done;
	void *context;
	bool vouches;
	struct question *next;      // when it ended without having been sent
	struct link_question asked; // for a try alone, if it shares a Sync: the values are its own
};

struct pg {
	struct pg_options options;
	struct lane *reading, *writing;
	struct lane *slow;       // carries questions that others must not wait behind
	struct question *unsent; // reads that found no connection
	struct event *later;     // tells them so from the loop, and has the lanes take their turn
};

// Reads.

static void question_send(struct question *question, struct link *link, const struct link_question *asked)
{
	struct pg *pg = question->pg;

	if (link != NULL && link_send(link, &question->command, asked))
		return;
	question->next = pg->unsent;
	pg->unsent = question;
	event_active(pg->later, EV_TIMEOUT, 0);
}

// Whoever was not tried because a neighbour failed is asked again, alone.
static void question_ended(struct link_command *command, PGresult *answer)
{
	struct question *question = (struct question *)command;

	if (PQresultStatus(answer) == PGRES_PIPELINE_ABORTED) {
		question_send(question, lane_link(question->pg->reading), &question->asked);
		return;
	}
	struct pg_result result = result_of(answer, question->vouches);
	question->done(&result, question->context);
	free((void *)question->asked.values);
	free(question);
}

static void unsent_end(struct pg *pg)
{
	while (pg->unsent != NULL) {
		struct question *question = pg->unsent;

		pg->unsent = question->next;
		question_ended(&question->command, NULL);
	}
}

static struct question *question_new(struct pg *pg, bool vouches, pg_done *done, void *context)
{
	struct question *question = must(calloc(1, sizeof(*question)));

	*question = (struct question){.command.ended = question_ended,
	    .pg = pg,
	    .done = done,
	    .context = context,
	    .vouches = vouches};
	return question;
}

static void question_keep(struct question *question, const struct link_question *asked)
{
	size_t length = 0;

	for (int i = 0; i < asked->count; i++)
		length += asked->values[i] == NULL ? 0 : strlen(asked->values[i]) + 1;
	const char **values = must(malloc((size_t)asked->count * sizeof(*values) + length + 1));
	char *text = (char *)(values + asked->count);
	for (int i = 0; i < asked->count; i++) {
		values[i] = asked->values[i] == NULL ? NULL : text;
		if (values[i] != NULL)
			text = stpcpy(text, asked->values[i]) + 1;
	}
	question->asked = *asked;
	question->asked.values = values;
	question->asked.shares = false;
}

static void wish(struct pg *pg, struct lane *lane, enum statement_id statement, const char *deed, uint64_t lock,
    pg_done *done, void *context)
{
	lane_add(lane, statement, deed, lock, done, context);
	event_active(pg->later, EV_TIMEOUT, 0);
}

static void wish_answer(struct pg *pg, enum statement_id statement, const char *const *values, pg_done *done,
    void *context)
{
	struct arena *arena = arena_new();
	struct json_out deed;

	json_out_init(&deed, arena);
	json_begin(&deed, NULL, '[');
	for (int i = 0; i < statements[statement].parameters; i++)
		json_add_text(&deed, NULL, values[i]);
	json_end(&deed, ']');
	wish(pg, pg->reading, statement, deed.out.bytes, 0, done, context);
	arena_free(arena);
}

void pg_ask(struct pg *pg, enum statement_id statement, const char *const *values, pg_done *done, void *context)
{
	const struct statement *row = &statements[statement];

	if (row->alone != 0) {
		wish_answer(pg, statement, values, done, context);
		return;
	}
	const struct link_question asked = {.name = row->name,
	    .binary = row->binary,
	    .shares = true,
	    .count = row->parameters,
	    .values = values};
	struct question *question = question_new(pg, row->vouches, done, context);

	question_keep(question, &asked);
	question_send(question, lane_link(row->slow ? pg->slow : pg->reading), &asked);
}

static struct link_question composed(const struct pg_sql *sql)
{
	return (struct link_question){.sql = sql->text, .keep = sql->keep, .count = sql->count, .values = sql->values};
}

void pg_ask_sql(struct pg *pg, const struct pg_sql *sql, pg_done *done, void *context)
{
	const struct link_question asked = composed(sql);

	question_send(question_new(pg, true, done, context), lane_link(pg->reading), &asked);
}

void pg_ask_slow(struct pg *pg, const struct pg_sql *sql, pg_done *done, void *context)
{
	const struct link_question asked = composed(sql);

	question_send(question_new(pg, false, done, context), lane_link(pg->slow), &asked);
}

void pg_write(struct pg *pg, enum statement_id statement, const char *deed, uint64_t lock, pg_done *done, void *context)
{
	wish(pg, pg->writing, statement, deed, lock, done, context);
}

// Life.

static void on_link_changed(void *context)
{
	struct pg *pg = context;

	event_active(pg->later, EV_TIMEOUT, 0);
}

static struct lane *lane_open(struct pg *pg, struct event_base *base, int count, int seconds)
{
	struct link **links = must(calloc((size_t)count, sizeof(*links)));

	for (int i = 0; i < count; i++)
		links[i] = link_new(base, pg->options.dsn, seconds, on_link_changed, pg);
	return lane_new(links, count, pg->options.set_most, seconds);
}

// The loop calls this after each wish, so that those of one turn ride together.
static void on_turn(evutil_socket_t socket, short what, void *context)
{
	struct pg *pg = context;

	(void)socket;
	(void)what;
	unsent_end(pg);
	lane_turn(pg->reading);
	lane_turn(pg->writing);
}

struct pg *pg_new(struct event_base *base, const struct pg_options *options)
{
	struct pg *pg = must(calloc(1, sizeof(*pg)));

	pg->options = *options;
	pg->later = must(evtimer_new(base, on_turn, pg));
	pg->reading = lane_open(pg, base, options->readers, options->seconds);
	pg->writing = lane_open(pg, base, options->writers, options->seconds);
	pg->slow = lane_open(pg, base, 1, options->seconds * SLOW_FACTOR);
	return pg;
}

void pg_free(struct pg *pg)
{
	if (pg == NULL)
		return;
	struct lane *lanes[] = {pg->writing, pg->reading, pg->slow};

	for (size_t i = 0; i < sizeof(lanes) / sizeof(*lanes); i++)
		lane_close(lanes[i]);
	on_turn(-1, 0, pg);
	for (size_t i = 0; i < sizeof(lanes) / sizeof(*lanes); i++)
		lane_free(lanes[i]);
	event_free(pg->later);
	free(pg);
}

bool pg_ready(const struct pg *pg)
{
	return lane_link(pg->reading) != NULL && lane_link(pg->writing) != NULL;
}

struct pg_gauges pg_gauges(const struct pg *pg)
{
	struct pg_gauges gauges = {0};

	lane_gauge(pg->reading, &gauges);
	lane_gauge(pg->writing, &gauges);
	lane_gauge(pg->slow, &gauges);
	return gauges;
}
