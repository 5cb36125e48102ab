// SPDX-License-Identifier: Apache-2.0
// The worker's connections: reads go to the least busy reader; writes gather into sets while the writers are busy.
#include "store/pg.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "store/link.h"
#include "store/result.h"

#define SLOW_FACTOR 10 // how much longer a slow question may take than others
#define RETRIES_MOST 5 // of a deadlock or a serialisation failure

struct question { // a read in flight
	struct link_command command;
	struct pg *pg;
	pg_done *done;
	void *context;
	bool vouches;
	struct question *next;      // when it ended without having been sent
	struct link_question asked; // for a try alone, if it shares a Sync: the values are its own
};

struct wish { // a write: waiting, or member of a set in flight
	enum statement_id statement;
	char *deed;
	uint64_t lock;
	pg_done *done;
	void *context;
	bool apart; // it goes alone: it is long, or its set failed
	int tries;
	struct wish *next;
};

struct set {
	struct link_command command;
	struct pg *pg;
	struct wish **wishes;
	int count;
	struct set *next; // in flight
};

struct pg {
	struct pg_options options;
	struct link **readers, **writers;
	struct link *slow; // carries questions that others must not wait behind
	struct wish *waiting, **waiting_last;
	struct set *sets;        // in flight
	struct question *unsent; // reads that found no connection
	struct event *later;     // tells them so from the loop
	bool ending;
};

static void *must(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

// Reads.

static struct link *least_busy(struct link *const *links, int count)
{
	struct link *best = NULL;

	for (int i = 0; i < count; i++)
		if (link_ready(links[i]) && (best == NULL || link_in_flight(links[i]) < link_in_flight(best)))
			best = links[i];
	return best;
}

static struct link *reader(const struct pg *pg, bool slow)
{
	return slow ? least_busy(&pg->slow, 1) : least_busy(pg->readers, pg->options.readers);
}

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
	struct pg_result result = result_of(answer, -1);

	if (PQresultStatus(answer) == PGRES_PIPELINE_ABORTED) {
		question_send(question, reader(question->pg, false), &question->asked);
		return;
	}
	result.skip = question->vouches;
	question->done(&result, question->context);
	free((void *)question->asked.values);
	free(question);
}

static void on_later(evutil_socket_t socket, short what, void *context)
{
	struct pg *pg = context;

	(void)socket;
	(void)what;
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

void pg_ask(struct pg *pg, enum statement_id statement, const char *const *values, pg_done *done, void *context)
{
	const struct statement *row = &statements[statement];
	const struct link_question asked = {.name = row->name,
	    .binary = row->binary,
	    .shares = true,
	    .count = row->parameters,
	    .values = values};
	struct question *question = question_new(pg, row->vouches, done, context);

	question_keep(question, &asked);
	question_send(question, reader(pg, row->slow), &asked);
}

static struct link_question composed(const struct pg_sql *sql)
{
	return (struct link_question){.sql = sql->text, .keep = sql->keep, .count = sql->count, .values = sql->values};
}

void pg_ask_sql(struct pg *pg, const struct pg_sql *sql, pg_done *done, void *context)
{
	const struct link_question asked = composed(sql);

	question_send(question_new(pg, true, done, context), reader(pg, false), &asked);
}

void pg_ask_slow(struct pg *pg, const struct pg_sql *sql, pg_done *done, void *context)
{
	const struct link_question asked = composed(sql);

	question_send(question_new(pg, false, done, context), reader(pg, true), &asked);
}

// Writes.

static void wish_free(struct wish *wish)
{
	free(wish->deed);
	free(wish);
}

static void wish_append(struct pg *pg, struct wish *wish)
{
	wish->next = NULL;
	*pg->waiting_last = wish;
	pg->waiting_last = &wish->next;
}

static void wish_prepend(struct pg *pg, struct wish *wish)
{
	wish->next = pg->waiting;
	if (pg->waiting == NULL)
		pg->waiting_last = &wish->next;
	pg->waiting = wish;
}

static void wish_end(struct wish *wish, const struct pg_result *result)
{
	wish->done(result, wish->context);
	wish_free(wish);
}

static bool lock_is_held(const struct pg *pg, uint64_t lock)
{
	if (lock == 0)
		return false;
	for (const struct set *set = pg->sets; set != NULL; set = set->next)
		for (int i = 0; i < set->count; i++)
			if (set->wishes[i]->lock == lock)
				return true;
	return false;
}

static bool lock_is_gathered(const struct set *set, uint64_t lock)
{
	for (int i = 0; lock != 0 && i < set->count; i++)
		if (set->wishes[i]->lock == lock)
			return true;
	return false;
}

static bool wish_fits(const struct pg *pg, const struct set *set, const struct wish *wish)
{
	if (lock_is_held(pg, wish->lock))
		return false;
	if (set->count == 0)
		return true;
	return wish->statement == set->wishes[0]->statement && !wish->apart && !set->wishes[0]->apart &&
	    !lock_is_gathered(set, wish->lock);
}

// Takes as many waiting wishes as may ride together; order among the rest is kept.
static void set_gather(struct pg *pg, struct set *set)
{
	struct wish **place = &pg->waiting;

	while (*place != NULL && set->count < pg->options.set_most) {
		struct wish *wish = *place;

		if (wish_fits(pg, set, wish)) {
			*place = wish->next;
			set->wishes[set->count++] = wish;
		} else {
			place = &wish->next;
		}
	}
	while (*place != NULL)
		place = &(*place)->next;
	pg->waiting_last = place;
}

static char *set_document(const struct set *set)
{
	size_t length = 2;

	for (int i = 0; i < set->count; i++)
		length += strlen(set->wishes[i]->deed) + 1;
	char *document = must(malloc(length + 1)), *end = document;
	for (int i = 0; i < set->count; i++) {
		size_t deed = strlen(set->wishes[i]->deed);

		*end++ = i == 0 ? '[' : ',';
		memcpy(end, set->wishes[i]->deed, deed);
		end += deed;
	}
	memcpy(end, "]", 2);
	return document;
}

static void set_free(struct set *set)
{
	free(set->wishes);
	free(set);
}

static void set_leave(struct pg *pg, struct set *set)
{
	struct set **place = &pg->sets;

	while (*place != set)
		place = &(*place)->next;
	*place = set->next;
}

// A failure that another try need not meet: lost races, and an event that was on its way to the partition for all
// others when its month was made (the one check without a name).
static bool failure_passes(const PGresult *answer)
{
	const char *state = result_sqlstate(answer);
	bool overtaken = strcmp(state, "23514") == 0 && PQresultErrorField(answer, PG_DIAG_CONSTRAINT_NAME) == NULL;

	return overtaken || strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0;
}

// A set that failed has harmed nobody: it was rolled back whole. Each member is tried again alone and hears its own
// verdict.
static void set_replay(struct pg *pg, struct set *set)
{
	for (int i = set->count - 1; i >= 0; i--) {
		set->wishes[i]->apart = true;
		wish_prepend(pg, set->wishes[i]);
	}
}

static void set_deliver(struct set *set, PGresult *answer)
{
	for (int i = 0; i < set->count; i++) {
		struct pg_result result = result_of(answer, i + 1);

		wish_end(set->wishes[i], &result);
	}
}

static void pg_dispatch(struct pg *pg);

static void set_ended(struct link_command *command, PGresult *answer)
{
	struct set *set = (struct set *)command;
	struct pg *pg = set->pg;
	bool failed = answer != NULL && PQresultStatus(answer) != PGRES_TUPLES_OK;
	bool passes = failed && failure_passes(answer) && set->wishes[0]->tries++ < RETRIES_MOST;

	set_leave(pg, set);
	if (failed && (set->count > 1 || passes))
		set_replay(pg, set);
	else
		set_deliver(set, answer);
	set_free(set);
	if (!pg->ending)
		pg_dispatch(pg);
}

static bool set_send(struct pg *pg, struct link *link)
{
	struct set *set = must(calloc(1, sizeof(*set)));

	set->wishes = must(calloc((size_t)pg->options.set_most, sizeof(struct wish *)));
	set->command.ended = set_ended;
	set->pg = pg;
	set_gather(pg, set);
	if (set->count == 0) {
		set_free(set);
		return false;
	}
	char *document = set_document(set);
	const char *values[] = {document};
	set->next = pg->sets;
	pg->sets = set;
	const struct link_question asked = {.name = statements[set->wishes[0]->statement].name,
	    .count = 1,
	    .values = values};
	bool sent = link_send(link, &set->command, &asked);
	free(document);
	if (!sent)
		set_ended(&set->command, NULL);
	return sent;
}

// One set in flight per writer: while it commits, the next one gathers.
static void pg_dispatch(struct pg *pg)
{
	for (int i = 0; i < pg->options.writers && pg->waiting != NULL; i++)
		if (link_ready(pg->writers[i]) && link_in_flight(pg->writers[i]) == 0)
			set_send(pg, pg->writers[i]);
}

static void waiting_end(struct pg *pg)
{
	struct pg_result result = result_of(NULL, -1);

	while (pg->waiting != NULL) {
		struct wish *wish = pg->waiting;

		pg->waiting = wish->next;
		if (pg->waiting == NULL)
			pg->waiting_last = &pg->waiting;
		wish_end(wish, &result);
	}
}

static bool any_ready(struct link *const *links, int count)
{
	return least_busy(links, count) != NULL;
}

// The loop calls this after each write was given, so that those of one turn ride together.
static void on_turn(evutil_socket_t socket, short what, void *context)
{
	struct pg *pg = context;

	on_later(socket, what, context);
	if (any_ready(pg->writers, pg->options.writers))
		pg_dispatch(pg);
	else
		waiting_end(pg);
}

void pg_write(struct pg *pg, enum statement_id statement, const char *deed, uint64_t lock, pg_done *done, void *context)
{
	struct wish *wish = must(calloc(1, sizeof(*wish)));

	*wish = (struct wish){.statement = statement,
	    .deed = must(strdup(deed)),
	    .lock = lock,
	    .apart = strlen(deed) > PG_APART,
	    .done = done,
	    .context = context};
	wish_append(pg, wish);
	event_active(pg->later, EV_TIMEOUT, 0);
}

// Life.

static void on_link_changed(void *context)
{
	struct pg *pg = context;

	event_active(pg->later, EV_TIMEOUT, 0);
}

static struct link **links_new(struct pg *pg, struct event_base *base, int count)
{
	struct link **links = must(calloc((size_t)count, sizeof(*links)));

	for (int i = 0; i < count; i++)
		links[i] = link_new(base, pg->options.dsn, pg->options.seconds, on_link_changed, pg);
	return links;
}

static void links_free(struct link **links, int count)
{
	for (int i = 0; i < count; i++)
		link_free(links[i]);
	free(links);
}

struct pg *pg_new(struct event_base *base, const struct pg_options *options)
{
	struct pg *pg = must(calloc(1, sizeof(*pg)));

	pg->options = *options;
	pg->waiting_last = &pg->waiting;
	pg->later = must(evtimer_new(base, on_turn, pg));
	pg->readers = links_new(pg, base, options->readers);
	pg->writers = links_new(pg, base, options->writers);
	pg->slow = link_new(base, pg->options.dsn, options->seconds * SLOW_FACTOR, on_link_changed, pg);
	return pg;
}

void pg_free(struct pg *pg)
{
	if (pg == NULL)
		return;
	pg->ending = true;
	links_free(pg->writers, pg->options.writers);
	links_free(pg->readers, pg->options.readers);
	link_free(pg->slow);
	waiting_end(pg);
	on_later(-1, 0, pg);
	event_free(pg->later);
	free(pg);
}

bool pg_ready(const struct pg *pg)
{
	return any_ready(pg->readers, pg->options.readers) && any_ready(pg->writers, pg->options.writers);
}

static void gauge_links(struct link *const *links, int count, struct pg_gauges *gauges)
{
	for (int i = 0; i < count; i++) {
		gauges->connections++;
		gauges->ready += link_ready(links[i]);
		gauges->in_flight += link_in_flight(links[i]);
	}
}

struct pg_gauges pg_gauges(const struct pg *pg)
{
	struct pg_gauges gauges = {0};

	gauge_links(pg->readers, pg->options.readers, &gauges);
	gauge_links(pg->writers, pg->options.writers, &gauges);
	gauge_links(&pg->slow, 1, &gauges);
	for (const struct wish *wish = pg->waiting; wish != NULL; wish = wish->next)
		gauges.waiting++;
	return gauges;
}
