// SPDX-License-Identifier: Apache-2.0
// What each event of a review does to its rows: opened with its draw, judged record by record, concluded.
#include <inttypes.h>
#include <string.h>

#include "audit/canon.h"
#include "audit/index.h"
#include "base/digest.h"
#include "cli/audit_told_parts.h"

struct review {
	const char *id, *opened, *concluded; // members as JSON, each with a comma behind it
	const char *seed, *root;
	struct review *next;
};

struct decision {
	int64_t id;
	const char *text; // as JSON
	struct decision *next;
};

struct record { // of a review
	const char *id, *drawn, *rank;
	const char *verdict; // as JSON
	struct record *next;
};

struct review_telling {
	struct arena *arena;
	struct review *reviews;
	struct record *records;
	struct decision *decisions;
	struct index by_id; // of records
};

struct review_telling *review_telling_new(struct arena *arena)
{
	struct review_telling *telling = arena_take(arena, sizeof *telling);
	telling->arena = arena;
	index_init(&telling->by_id, arena);
	return telling;
}

static const char *members_text(struct review_telling *telling, const struct json *changes)
{
	struct buffer text;
	buffer_init(&text, telling->arena);
	for (const struct json *change = changes->first; change; change = change->next)
		if (!text_equals(change->key, "state"))
			buffer_print(&text, "\"%s\":%s,", change->key,
			    told_value(telling->arena, json_member(change, "new")));
	return text.bytes;
}

// As review_rank() of the database.
static const char *rank_of(struct review_telling *telling, const struct review *review, const struct json *drawn)
{
	const struct json *ticket = drawn->first, *version = ticket ? ticket->next : NULL;
	int64_t number, at;
	if (!json_int(ticket, &number) || !json_int(version, &at))
		return "";
	const char *text = arena_print(telling->arena, "weihu record review\n%s\n%s\n%" PRId64 "\n%" PRId64 "\n",
	    review->seed ? review->seed : "", review->root ? review->root : "-", number, at);
	return digest_hex(telling->arena, &(struct digest_part){text, strlen(text)}, 1);
}

static void record_add(struct review_telling *telling, const struct review *review, const struct json *drawn)
{
	struct record *record = arena_take(telling->arena, sizeof *record);
	*record = (struct record){.id = arena_print(telling->arena, "%s/%s", review->id,
	                              drawn->first ? canon_text(telling->arena, drawn->first) : "?"),
	    .drawn = told_value(telling->arena, drawn),
	    .rank = rank_of(telling, review, drawn),
	    .verdict = "null",
	    .next = telling->records};
	telling->records = record;
	index_add(&telling->by_id, record->id, record);
}

static void review_add(struct review_telling *telling, const struct leaf *leaf, const char *id)
{
	const struct json *drawn = json_member(leaf->added, "records");
	struct review *review = arena_take(telling->arena, sizeof *review);
	*review = (struct review){.id = arena_copy(telling->arena, id),
	    .opened = arena_print(telling->arena, "%s\"opened_by\":%s,", members_text(telling, leaf->changes),
	        told_text(telling->arena, leaf->actor)),
	    .concluded = "",
	    .seed = arena_copy(telling->arena, json_text(json_member(json_member(leaf->changes, "seed"), "new"))),
	    .root = arena_copy(telling->arena, json_text(json_member(json_member(leaf->changes, "log_root"), "new"))),
	    .next = telling->reviews};
	telling->reviews = review;
	for (const struct json *record = drawn ? drawn->first : NULL; record; record = record->next)
		record_add(telling, review, record);
}

static void review_end(struct review_telling *telling, const struct leaf *leaf, const char *id)
{
	for (struct review *review = telling->reviews; review; review = review->next)
		if (strcmp(review->id, id) == 0)
			review->concluded =
			    arena_print(telling->arena, "%s\"concluded_by\":%s,\"concluded_at\":\"%s\",",
			        members_text(telling, leaf->changes), told_text(telling->arena, leaf->actor), leaf->at);
}

static void decision_add(struct review_telling *telling, int64_t id, const struct json *text)
{
	struct decision *decision = arena_take(telling->arena, sizeof *decision);
	*decision = (struct decision){id, told_value(telling->arena, text), telling->decisions};
	telling->decisions = decision;
}

void review_telling_take(struct review_telling *telling, const struct leaf *leaf, const char *id)
{
	const struct json *verdict = json_member(leaf->added, "verdict"), *ticket = json_member(verdict, "ticket");
	const struct json *decision = json_member(leaf->added, "decision");
	int64_t number;
	if (json_member(leaf->changes, "seed"))
		review_add(telling, leaf, id);
	if (json_member(leaf->changes, "conclusion"))
		review_end(telling, leaf, id);
	struct record *record = json_int(ticket, &number)
	    ? index_find(&telling->by_id, arena_print(telling->arena, "%s/%" PRId64, id, number))
	    : NULL;
	if (record)
		record->verdict = told_value(telling->arena, verdict);
	if (json_int(json_member(decision, "id"), &number))
		decision_add(telling, number, decision);
}

void review_telling_end(const struct review_telling *telling, told_row *tell, void *context)
{
	struct arena *arena = telling->arena;
	for (const struct review *review = telling->reviews; review; review = review->next)
		told_tell(telling->arena, tell, context, arena_print(arena, "review/%s", review->id),
		    arena_print(arena, "{%s%s\"id\":%s}", review->opened, review->concluded, review->id), false);
	for (const struct record *record = telling->records; record; record = record->next)
		told_tell(telling->arena, tell, context, arena_print(arena, "record/%s", record->id),
		    arena_print(arena, "{\"drawn\":%s,\"id\":\"%s\",\"rank\":\"%s\",\"verdict\":%s}", record->drawn,
		        record->id, record->rank, record->verdict),
		    false);
	for (const struct decision *decision = telling->decisions; decision; decision = decision->next)
		told_tell(telling->arena, tell, context, arena_print(arena, "decision/%" PRId64, decision->id),
		    decision->text, false);
}
