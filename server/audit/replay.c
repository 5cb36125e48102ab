// SPDX-License-Identifier: Apache-2.0
// Chain, versions, states, edges, values: what each leaf says must follow from those before it.
#include "audit/replay.h"

#include <inttypes.h>
#include <string.h>

#include "audit/canon.h"

#define SCRATCH_LEAVES 256 // after which the scratch arena is taken anew

void replay_init(struct replay *replay, struct arena *arena, struct faults *faults)
{
	*replay = (struct replay){.arena = arena, .faults = faults};
	index_init(&replay->objects, arena);
	index_init(&replay->edges, arena);
}

void replay_skip(struct replay *replay, uint64_t leaves)
{
	replay->unseen += leaves;
}

bool object_is(const struct object *object, const char *kind)
{
	return text_starts(object->name, kind) && object->name[strlen(kind)] == '/';
}

static struct held *value_find(const struct object *object, const char *key)
{
	for (struct held *value = object->values; value != NULL; value = value->next)
		if (strcmp(value->key, key) == 0)
			return value;
	return NULL;
}

const char *object_value(const struct object *object, const char *key)
{
	const struct held *value = value_find(object, key);

	return value != NULL ? value->text : object->hidden ? NULL : "null";
}

static const struct json *value_read(const struct object *object, const char *key, struct arena *arena)
{
	struct faults faults;
	const char *text = object_value(object, key);

	faults_init(&faults, arena);
	return text == NULL ? NULL : json_read(arena, text, strlen(text), &faults);
}

const char *object_text(const struct object *object, const char *key, struct arena *arena)
{
	const struct json *value = value_read(object, key, arena);

	return value == NULL ? NULL : json_text(value);
}

bool object_int(const struct object *object, const char *key, int64_t *number)
{
	struct arena *arena = arena_new();
	const struct json *value = value_read(object, key, arena);
	bool is = value != NULL && json_int(value, number);

	arena_free(arena);
	return is;
}

static struct object *object_of(struct replay *replay, const char *name)
{
	struct object *object = index_find(&replay->objects, name);

	if (object != NULL)
		return object;
	object = arena_take(replay->arena, sizeof(*object));
	object->name = arena_copy(replay->arena, name);
	object->submitted = object->started = object->closed = MOMENT_NONE;
	index_init(&object->workers, replay->arena);
	index_add(&replay->objects, name, object);
	if (replay->last == NULL)
		replay->first = object;
	else
		replay->last->next = object;
	replay->last = object;
	replay->tickets += object_is(object, "ticket");
	return object;
}

static const char *place_of(const struct leaf *leaf, struct arena *arena)
{
	return arena_print(arena, "leaf %" PRIu64 ", event %" PRId64 ", %s version %" PRId64, leaf->position, leaf->seq,
	    leaf->object, leaf->version);
}

#define COMPLAIN(replay, leaf, code, ...)                                                                              \
	faults_add((replay)->faults, place_of(leaf, (replay)->scratch), code, __VA_ARGS__)

static void check_chain(struct replay *replay, const struct object *object, const struct leaf *leaf)
{
	const char *last = object->begun ? hash_hex(replay->scratch, &object->last) : NULL;

	if (!object->begun && replay->unseen > 0)
		return;
	if (!text_equals(last, leaf->previous))
		COMPLAIN(replay, leaf, "chain", "does not name the leaf of %s before it: it says %s, that is %s",
		    leaf->object, leaf->previous == NULL ? "none" : leaf->previous, last == NULL ? "none" : last);
}

static void check_version(struct replay *replay, struct object *object, const struct leaf *leaf)
{
	bool begins_in_the_middle = object->version == 0 && replay->unseen > 0;

	if (leaf->version != object->version + 1 && !begins_in_the_middle)
		COMPLAIN(replay, leaf, "version", "%s goes from version %" PRId64 " to %" PRId64, leaf->object,
		    object->version, leaf->version);
	object->version = leaf->version;
}

// Values: what is told as old must be what stood.

static bool is_told_otherwise(const struct object *object, const char *key)
{
	static const char *const apart[] = {"token", "password", "second_factor", "recovery_codes", "loan", "reading",
	    "document", "asset", "sysadmin", "deputy", "key"};

	if (object_is(object, "ticket"))
		return false;
	for (size_t i = 0; i < sizeof(apart) / sizeof(*apart); i++)
		if (strcmp(apart[i], key) == 0)
			return true;
	return false;
}

static void value_set(struct replay *replay, struct object *object, const char *key, const struct json *json)
{
	struct held *value = value_find(object, key);

	if (value == NULL) {
		value = arena_take(replay->arena, sizeof(*value));
		value->key = arena_copy(replay->arena, key);
		value->next = object->values;
		object->values = value;
	}
	value->text =
	    leaf_is_commitment(json) != NULL ? NULL : arena_copy(replay->arena, canon_text(replay->scratch, json));
}

static void take_changes(struct replay *replay, struct object *object, const struct leaf *leaf)
{
	const struct json *changes = leaf->changes == NULL ? NULL : leaf->changes->first;

	for (const struct json *change = changes; change != NULL; change = change->next) {
		const struct json *old = json_member(change, "old"), *new = json_member(change, "new");

		if (old == NULL || new == NULL || is_told_otherwise(object, change->key))
			continue;
		const char *stood = object_value(object, change->key);
		// People and programs begin with defaults that no leaf tells.
		bool known = value_find(object, change->key) != NULL ||
		    (replay->unseen == 0 && !object->hidden && object_is(object, "ticket"));
		if (known && stood != NULL && leaf_is_commitment(old) == NULL &&
		    strcmp(stood, canon_text(replay->scratch, old)) != 0)
			COMPLAIN(replay, leaf, "value", "tells %s as having been %s, but it was %s", change->key,
			    canon_text(replay->scratch, old), stood);
		value_set(replay, object, change->key, new);
	}
}

// The workflow.

static const char *edge_name(struct arena *arena, int64_t workflow, const char *action, const char *from,
    const char *to)
{
	return arena_print(arena, "%" PRId64 " %s from %s to %s", workflow, action, from == NULL ? "none" : from,
	    to == NULL ? "none" : to);
}

static void take_edges(struct replay *replay, const struct leaf *leaf)
{
	const struct json *edges = json_member(json_member(leaf->changes, "edges"), "new");
	int64_t workflow;

	const char *number = strchr(leaf->object, '/') + 1;

	if (edges == NULL || !text_to_int(number, 1, INT32_MAX, &workflow))
		return;
	if (index_find(&replay->edges, number) == NULL)
		index_add(&replay->edges, number, replay);
	for (const struct json *edge = edges->first; edge != NULL; edge = edge->next) {
		const char *action = json_text(json_member(edge, "action"));
		const char *name = edge_name(replay->scratch, workflow, action == NULL ? "" : action,
		    json_text(json_member(edge, "from")), json_text(json_member(edge, "to")));

		if (index_find(&replay->edges, name) == NULL)
			index_add(&replay->edges, name, replay);
	}
}

static void judge_move(struct replay *replay, const char *workflow, const char *edge, const char *place)
{
	if (index_find(&replay->edges, edge) == NULL)
		faults_add(replay->faults, place, "edge", "workflow %s has no %s", workflow,
		    edge + strlen(workflow) + 1);
}

// A database that was there before its log has moves that stand before the description of their workflow.
static void check_move(struct replay *replay, const struct leaf *leaf)
{
	const char *edge = edge_name(replay->scratch, leaf->workflow, leaf->action, leaf->from_state, leaf->to_state);
	const char *workflow = arena_print(replay->scratch, "%" PRId64, leaf->workflow);

	if (index_find(&replay->edges, edge) != NULL)
		return;
	if (index_find(&replay->edges, workflow) != NULL) {
		judge_move(replay, workflow, edge, place_of(leaf, replay->scratch));
		return;
	}
	struct move_seen *move = arena_take(replay->arena, sizeof(*move));
	*move = (struct move_seen){arena_copy(replay->arena, workflow), arena_copy(replay->arena, edge),
	    place_of(leaf, replay->arena), replay->moves};
	replay->moves = move;
}

void replay_end(struct replay *replay)
{
	for (const struct move_seen *move = replay->moves; move != NULL; move = move->next)
		if (replay->unseen == 0 || index_find(&replay->edges, move->workflow) != NULL)
			judge_move(replay, move->workflow, move->edge, move->place);
	replay->moves = NULL;
	arena_free(replay->scratch);
	replay->scratch = NULL;
}

static void note_times(struct object *object, const struct leaf *leaf)
{
	const struct {
		const char *state;
		moment *time;
		bool first;
	} noted[] = {{"submitted", &object->submitted, true}, {"in_maintenance", &object->started, true},
	    {"closed", &object->closed, false}};
	moment at;

	for (size_t i = 0; i < sizeof(noted) / sizeof(*noted); i++)
		if (text_equals(leaf->to_state, noted[i].state) && (!noted[i].first || *noted[i].time == MOMENT_NONE) &&
		    moment_read(leaf->at, &at))
			*noted[i].time = at;
	if (!text_equals(leaf->to_state, "closed"))
		object->closed = MOMENT_NONE; // reopened
}

static void take_move(struct replay *replay, struct object *object, const struct leaf *leaf)
{
	bool begins_in_the_middle = object->state == NULL && replay->unseen > 0;
	bool moves = !text_equals(leaf->from_state, leaf->to_state);

	if (!text_equals(object->state, leaf->from_state) && !begins_in_the_middle)
		COMPLAIN(replay, leaf, "state", "begins in state %s, but %s was in %s",
		    leaf->from_state == NULL ? "none" : leaf->from_state, leaf->object,
		    object->state == NULL ? "none" : object->state);
	if (moves)
		check_move(replay, leaf);
	object->workflow = leaf->workflow;
	if (!moves)
		return;
	object->state = arena_copy(replay->arena, leaf->to_state);
	note_times(object, leaf);
}

// What came with it: changes and work count for the record, readings for the measures.

static void worker_note(struct object *object, const char *person)
{
	if (person != NULL && index_find(&object->workers, person) == NULL)
		index_add(&object->workers, person, object);
}

// Whoever names the people of a change has told their number and their minutes, too.
static void check_shares(struct replay *replay, const struct leaf *leaf, const struct json *change)
{
	const struct json *shares = json_member(change, "by_person");
	int64_t told = 0, sum = 0, people = 0, minutes;

	if (shares == NULL || shares->type != JSON_LIST)
		return;
	for (const struct json *share = shares->first; share != NULL; share = share->next)
		if (json_int(json_member(share, "minutes"), &minutes))
			sum += minutes;
	if (!json_int(json_member(change, "people"), &people) || people != (int64_t)shares->count ||
	    !json_int(json_member(change, "person_minutes"), &told) || told != sum)
		COMPLAIN(replay, leaf, "value",
		    "tells %" PRId64 " people and %" PRId64
		    " minutes of a change, but its people are %zu with %" PRId64,
		    people, told, shares->count, sum);
}

static void take_added(struct replay *replay, struct object *object, const struct leaf *leaf)
{
	const struct json *change = json_member(leaf->added, "change"), *work = json_member(leaf->added, "work");
	struct faults faults;
	int64_t minutes;

	if (change != NULL) {
		struct change *kept = arena_take(replay->arena, sizeof(*kept));
		const char *text = canon_text(replay->arena, change);

		faults_init(&faults, replay->arena);
		*kept = (struct change){json_read(replay->arena, text, strlen(text), &faults), object->changes};
		object->changes = kept;
		check_shares(replay, leaf, change);
	}
	if (work != NULL && json_int(json_member(work, "minutes"), &minutes)) {
		object->work_minutes += minutes;
		worker_note(object, json_text(json_member(work, "person")));
	}
}

static void take_reading(struct replay *replay, struct object *object, const struct leaf *leaf)
{
	const struct json *row = json_member(json_member(leaf->changes, "reading"), "new");
	struct reading reading;

	if (row == NULL || json_text(json_member(row, "read_at")) == NULL ||
	    !moment_read(json_text(json_member(row, "read_at")), &reading.at) ||
	    !json_int(json_member(row, "runs"), &reading.runs) ||
	    !json_int(json_member(row, "failures"), &reading.failures))
		return;
	struct reading **place = &object->readings;
	while (*place != NULL && (*place)->at > reading.at)
		place = &(*place)->next;
	reading.next = *place;
	*place = arena_take(replay->arena, sizeof(reading));
	**place = reading;
}

// A leaf that tells nobody what it changed may have changed anything.
static void note_hidden(struct replay *replay, struct object *object, const struct leaf *leaf)
{
	if (leaf_is_commitment(leaf->changes) == NULL)
		return;
	replay->hidden += !object->hidden && object_is(object, "ticket");
	object->hidden = true;
	for (struct held *value = object->values; value != NULL; value = value->next)
		value->text = NULL;
}

void replay_take(struct replay *replay, const struct leaf *leaf)
{
	struct object *object = object_of(replay, leaf->object);

	if (replay->leaves % SCRATCH_LEAVES == 0) {
		arena_free(replay->scratch);
		replay->scratch = arena_new();
	}
	check_chain(replay, object, leaf);
	note_hidden(replay, object, leaf);
	if (strcmp(leaf->result, "done") == 0 && leaf->version > 0) {
		check_version(replay, object, leaf);
		take_changes(replay, object, leaf);
		if (object_is(object, "ticket"))
			take_move(replay, object, leaf);
		if (leaf->added != NULL && leaf->added->type == JSON_OBJECT)
			take_added(replay, object, leaf);
		if (object_is(object, "program"))
			take_reading(replay, object, leaf);
		if (object_is(object, "workflow"))
			take_edges(replay, leaf);
	}
	object->last = leaf->hash;
	object->begun = true;
	replay->leaves++;
}
