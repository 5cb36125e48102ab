// SPDX-License-Identifier: Apache-2.0
// Wishes gather into sets, ride, and hear their own verdicts.
#include "store/lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/must.h"
#include "store/result.h"

#define RETRIES_MOST 5 // of a deadlock or a serialisation failure

struct wish { // waiting, or member of a set in flight
	enum statement_id statement;
	char *deed;
	uint64_t lock;
	pg_done *done;
	void *context;
	bool apart; // it goes alone: it is long, or its set failed
	int tries;
	int64_t since; // ticks
	struct wish *next;
};

struct set {
	struct link_command command;
	struct lane *lane;
	const struct link *link;
	struct wish **wishes;
	int count;
	struct set *next; // in flight
};

struct lane {
	struct link **links;
	int count, set_most, seconds;
	struct wish *waiting, **waiting_last;
	struct set *sets; // in flight
};

static void lane_dispatch(struct lane *lane);

// Wishes.

static void wish_append(struct lane *lane, struct wish *wish)
{
	wish->next = NULL;
	*lane->waiting_last = wish;
	lane->waiting_last = &wish->next;
}

static void wish_prepend(struct lane *lane, struct wish *wish)
{
	wish->next = lane->waiting;
	if (lane->waiting == NULL)
		lane->waiting_last = &wish->next;
	lane->waiting = wish;
}

static void wish_end(struct wish *wish, const struct pg_result *result)
{
	wish->done(result, wish->context);
	free(wish->deed);
	free(wish);
}

// Those that began to wait by then hear that they waited in vain. They are taken out first: whoever hears may wish
// again.
static void waiting_end(struct lane *lane, int64_t by)
{
	const struct pg_result away = result_of(NULL, false);
	struct wish *late = NULL, **last = &late, **place = &lane->waiting;

	while (*place != NULL) {
		struct wish *wish = *place;

		if (wish->since > by) {
			place = &wish->next;
			continue;
		}
		*place = wish->next;
		wish->next = NULL;
		*last = wish;
		last = &wish->next;
	}
	lane->waiting_last = place;
	while (late != NULL) {
		struct wish *wish = late;

		late = wish->next;
		wish_end(wish, &away);
	}
}

// Gathering.

static bool lock_is_held(const struct lane *lane, uint64_t lock)
{
	if (lock == 0)
		return false;
	for (const struct set *set = lane->sets; set != NULL; set = set->next)
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

static bool wish_fits(const struct lane *lane, const struct set *set, const struct wish *wish)
{
	if (lock_is_held(lane, wish->lock))
		return false;
	if (set->count == 0)
		return true;
	return wish->statement == set->wishes[0]->statement && !wish->apart && !set->wishes[0]->apart &&
	    !lock_is_gathered(set, wish->lock);
}

// Takes as many waiting wishes as may ride together; order among the rest is kept.
static void set_gather(struct lane *lane, struct set *set)
{
	struct wish **place = &lane->waiting;

	while (*place != NULL && set->count < lane->set_most) {
		struct wish *wish = *place;

		if (wish_fits(lane, set, wish)) {
			*place = wish->next;
			set->wishes[set->count++] = wish;
		} else {
			place = &wish->next;
		}
	}
	while (*place != NULL)
		place = &(*place)->next;
	lane->waiting_last = place;
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

// Verdicts.

static void set_free(struct set *set)
{
	free(set->wishes);
	free(set);
}

static void set_leave(struct set *set)
{
	struct set **place = &set->lane->sets;

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
static void set_replay(struct set *set)
{
	for (int i = set->count - 1; i >= 0; i--) {
		set->wishes[i]->apart = true;
		wish_prepend(set->lane, set->wishes[i]);
	}
}

static void set_deliver(struct set *set, PGresult *answer)
{
	for (int i = 0; i < set->count; i++) {
		struct pg_result result =
		    result_of_deed(answer, i + 1, statements[set->wishes[i]->statement].alone != 0);

		wish_end(set->wishes[i], &result);
	}
}

static void set_ended(struct link_command *command, PGresult *answer)
{
	struct set *set = (struct set *)command;
	struct lane *lane = set->lane;
	bool failed = answer != NULL && PQresultStatus(answer) != PGRES_TUPLES_OK;
	bool passes = failed && failure_passes(answer) && set->wishes[0]->tries++ < RETRIES_MOST;

	set_leave(set);
	if (failed && (set->count > 1 || passes))
		set_replay(set);
	else
		set_deliver(set, answer);
	set_free(set);
	lane_dispatch(lane);
}

// Riding.

static enum statement_id set_statement(const struct set *set)
{
	enum statement_id statement = set->wishes[0]->statement, alone = statements[statement].alone;

	return set->count == 1 && alone != 0 ? alone : statement;
}

static bool set_send(struct lane *lane, struct link *link)
{
	struct set *set = must(calloc(1, sizeof(*set)));

	*set = (struct set){.command.ended = set_ended,
	    .lane = lane,
	    .link = link,
	    .wishes = must(calloc((size_t)lane->set_most, sizeof(struct wish *)))};
	set_gather(lane, set);
	if (set->count == 0) {
		set_free(set);
		return false;
	}
	char *document = set_document(set);
	const char *values[] = {document};
	const struct link_question asked = {.name = statements[set_statement(set)].name, .count = 1, .values = values};
	set->next = lane->sets;
	lane->sets = set;
	bool sent = link_send(link, &set->command, &asked);
	free(document);
	if (!sent)
		set_ended(&set->command, NULL);
	return sent;
}

static bool carries_set(const struct lane *lane, const struct link *link)
{
	for (const struct set *set = lane->sets; set != NULL; set = set->next)
		if (set->link == link)
			return true;
	return false;
}

static struct link *least_busy(const struct lane *lane, bool without_set)
{
	struct link *best = NULL;

	for (int i = 0; i < lane->count; i++) {
		struct link *link = lane->links[i];

		if (link_ready(link) && (best == NULL || link_in_flight(link) < link_in_flight(best)) &&
		    !(without_set && carries_set(lane, link)))
			best = link;
	}
	return best;
}

static void lane_dispatch(struct lane *lane)
{
	struct link *link;

	waiting_end(lane, clock_ticks() - lane->seconds * MOMENT_SECOND);
	while (lane->waiting != NULL && (link = least_busy(lane, true)) != NULL && set_send(lane, link))
		;
}

struct lane *lane_new(struct link **links, int count, int set_most, int seconds)
{
	struct lane *lane = must(calloc(1, sizeof(*lane)));

	*lane = (struct lane){.links = links, .count = count, .set_most = set_most, .seconds = seconds};
	lane->waiting_last = &lane->waiting;
	return lane;
}

void lane_close(struct lane *lane)
{
	int count = lane->count;

	lane->count = 0; // nothing is sent any more
	while (count > 0)
		link_free(lane->links[--count]);
}

void lane_free(struct lane *lane)
{
	free(lane->links);
	free(lane);
}

struct link *lane_link(const struct lane *lane)
{
	return least_busy(lane, false);
}

void lane_add(struct lane *lane, enum statement_id statement, const char *deed, uint64_t lock, pg_done *done,
    void *context)
{
	struct wish *wish = must(calloc(1, sizeof(*wish)));

	*wish = (struct wish){.statement = statement,
	    .deed = must(strdup(deed)),
	    .lock = lock,
	    .apart = strlen(deed) > PG_APART,
	    .done = done,
	    .context = context,
	    .since = clock_ticks()};
	wish_append(lane, wish);
}

void lane_turn(struct lane *lane)
{
	if (lane_link(lane) != NULL)
		lane_dispatch(lane);
	else
		waiting_end(lane, clock_ticks());
}

void lane_gauge(const struct lane *lane, struct pg_gauges *gauges)
{
	for (int i = 0; i < lane->count; i++) {
		gauges->connections++;
		gauges->ready += link_ready(lane->links[i]);
		gauges->in_flight += link_in_flight(lane->links[i]);
	}
	for (const struct wish *wish = lane->waiting; wish != NULL; wish = wish->next)
		gauges->waiting++;
}
