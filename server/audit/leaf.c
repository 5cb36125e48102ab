// SPDX-License-Identifier: Apache-2.0
// Sealing events as leaves, and reading them again.
#include "audit/leaf.h"

#include <string.h>

#include "audit/canon.h"
#include "audit/tile.h"
#include "base/digest.h"

#define COMMITMENT "commitment"
#define SALT_BYTES 16
#define LEAF_ROOM 60000 // a leaf must fit into an entry bundle

#define DEPTH_MOST 3

// THE TABLE OF PERSONAL DATA: in events of such objects ("*": of any), what stands at such a path is only committed to.
static const struct personal {
	const char *object;
	size_t depth;
	const char *keys[DEPTH_MOST];
} personal[] = {
    {"*", 1, {"source"}},
    {"person/", 3, {"changes", "name", "*"}},
    {"person/", 3, {"changes", "email", "*"}},
    {"ticket/", 3, {"added", "comment", "text"}},
    {"ticket/", 3, {"added", "attachment", "name"}},
    {"ticket/", 3, {"added", "work", "note"}},
    {"review/", 3, {"added", "verdict", "note"}},
};

#define PERSONAL (sizeof(personal) / sizeof(*personal))

struct path { // of a member, from the inside out
	const struct path *outer;
	size_t depth;    // of the whole document: 0
	const char *key; // or, in a list, its place
	size_t place;
};

static const char *path_text(const struct path *path, struct arena *arena)
{
	if (path->outer == NULL)
		return "";
	const char *outer = path_text(path->outer, arena);
	return path->key != NULL ? arena_print(arena, "%s/%s", outer, path->key)
	                         : arena_print(arena, "%s/%zu", outer, path->place);
}

// How long a text may be before it is only committed to; the last row commits to whole members.
static const size_t text_limits[] = {1024, 64, 0};

struct sealer {
	struct arena *arena;
	const struct personal *rows[PERSONAL]; // for such an object
	size_t row_count;
	const char *confidential;
	size_t limit;
	struct opening *openings, **last;
};

const char *leaf_commitment(const char *salt, const char *value, struct arena *arena)
{
	const struct hash_part parts[] = {{salt, strlen(salt)}, {".", 1}, {value, strlen(value)}};
	const struct hash hash = hash_parts(parts, 3);

	return hash_hex(arena, &hash);
}

static bool path_fits(const struct path *path, const struct personal *row)
{
	if (path->depth != row->depth)
		return false;
	for (size_t i = row->depth; i > 0; i--, path = path->outer)
		if (strcmp(row->keys[i - 1], "*") != 0 &&
		    (path->key == NULL || strcmp(row->keys[i - 1], path->key) != 0))
			return false;
	return true;
}

static void personal_find(struct sealer *sealer, const char *object)
{
	for (size_t i = 0; i < PERSONAL; i++)
		if (*personal[i].object == '*' || text_starts(object, personal[i].object))
			sealer->rows[sealer->row_count++] = &personal[i];
}

static bool is_personal(const struct sealer *sealer, const struct path *path)
{
	for (size_t i = 0; i < sealer->row_count; i++)
		if (path_fits(path, sealer->rows[i]))
			return true;
	return false;
}

static bool is_large_member(const struct path *path)
{
	static const char members[] = "changes,added,reason,waived";

	return path->depth == 1 && text_in_list(members, path->key);
}

static bool must_commit(const struct sealer *sealer, const struct path *path, const struct json *value)
{
	if (value->type == JSON_NULL)
		return false;
	if (is_personal(sealer, path) || (path->depth == 1 && text_in_list(sealer->confidential, path->key)))
		return true;
	if (sealer->limit == 0)
		return value->type >= JSON_TEXT && is_large_member(path);
	return value->type == JSON_TEXT && strlen(value->text) > sealer->limit;
}

static struct json *text_value(struct arena *arena, const char *key, const char *text)
{
	struct json *value = arena_take(arena, sizeof(*value));

	value->type = text == NULL ? JSON_NULL : JSON_TEXT;
	value->key = key;
	value->text = text;
	return value;
}

static struct json *commit(struct sealer *sealer, const struct path *path, const struct json *value)
{
	char salt[2 * SALT_BYTES + 1];
	struct opening *opening = arena_take(sealer->arena, sizeof(*opening));
	struct json *closed = arena_take(sealer->arena, sizeof(*closed));

	random_hex(SALT_BYTES, salt);
	*opening = (struct opening){.path = path_text(path, sealer->arena),
	    .salt = arena_copy(sealer->arena, salt),
	    .value = canon_text(sealer->arena, value)};
	*sealer->last = opening;
	sealer->last = &opening->next;
	*closed = (struct json){.type = JSON_OBJECT, .key = value->key, .count = 1};
	closed->first = text_value(sealer->arena, COMMITMENT, leaf_commitment(salt, opening->value, sealer->arena));
	return closed;
}

// A copy in which what must not stand in the log is closed.
static struct json *closed_copy(struct sealer *sealer, const struct path *path, const struct json *value)
{
	struct path inner = {.outer = path, .depth = path->depth + 1};

	if (must_commit(sealer, path, value))
		return commit(sealer, path, value);
	struct json *copy = arena_take_raw(sealer->arena, sizeof(*copy)), **end = &copy->first;
	*copy = *value;
	copy->next = NULL;
	copy->first = NULL;
	for (const struct json *member = value->first; member != NULL; member = member->next, inner.place++) {
		inner.key = value->type == JSON_OBJECT ? member->key : NULL;
		*end = closed_copy(sealer, &inner, member);
		end = &(*end)->next;
	}
	return copy;
}

// Where it belongs, so that nothing has to be sorted.
static void link_add(struct json *document, struct json *link)
{
	struct json **place = &document->first;

	while (*place != NULL && strcmp((*place)->key, link->key) < 0)
		place = &(*place)->next;
	link->next = *place;
	*place = link;
	document->count++;
}

static struct sealed_leaf seal_within(const struct json *event, const char *previous, const char *confidential,
    size_t limit, struct arena *arena)
{
	struct sealer sealer = {.arena = arena, .confidential = confidential, .limit = limit};
	const char *object = json_text(json_member(event, "object"));

	sealer.last = &sealer.openings;
	personal_find(&sealer, object == NULL ? "" : object);
	const struct path top = {0};
	struct json *document = closed_copy(&sealer, &top, event);
	link_add(document, text_value(arena, "previous", previous));
	struct buffer bytes;
	buffer_init(&bytes, arena);
	canon_write(&bytes, document);
	return (struct sealed_leaf){bytes.bytes, bytes.length, hash_leaf(bytes.bytes, bytes.length), sealer.openings};
}

struct sealed_leaf leaf_seal(const struct json *event, const char *previous, const char *confidential,
    struct arena *arena)
{
	struct sealed_leaf leaf = {0};

	for (size_t i = 0; i < sizeof(text_limits) / sizeof(*text_limits); i++) {
		leaf = seal_within(event, previous, confidential, text_limits[i], arena);
		if (leaf.length <= LEAF_ROOM)
			break;
	}
	return leaf;
}

static int64_t whole_of(const struct json *json, const char *key)
{
	int64_t number;

	return json_int(json_member(json, key), &number) ? number : 0;
}

bool leaf_read(const char *bytes, size_t length, uint64_t position, struct leaf *leaf, struct arena *arena)
{
	const struct json *json = canon_read(arena, bytes, length);

	*leaf = (struct leaf){.position = position, .bytes = bytes, .length = length, .hash = hash_leaf(bytes, length)};
	if (json == NULL || json->type != JSON_OBJECT)
		return false;
	leaf->json = json;
	leaf->changes = json_member(json, "changes");
	leaf->added = json_member(json, "added");
	leaf->seq = whole_of(json, "seq");
	leaf->version = whole_of(json, "object_version");
	leaf->workflow = whole_of(json, "workflow");
	const struct {
		const char **place, *key;
	} texts[] = {{&leaf->at, "at"}, {&leaf->actor, "actor"}, {&leaf->action, "action"}, {&leaf->object, "object"},
	    {&leaf->from_state, "from_state"}, {&leaf->to_state, "to_state"}, {&leaf->previous, "previous"},
	    {&leaf->result, "result"}, {&leaf->request, "request_id"}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		*texts[i].place = json_text(json_member(json, texts[i].key));
	return leaf->at != NULL && leaf->action != NULL && leaf->object != NULL && leaf->result != NULL &&
	    leaf->seq > 0;
}

const char *leaf_is_commitment(const struct json *value)
{
	if (value == NULL || value->type != JSON_OBJECT || value->count != 1 ||
	    strcmp(value->first->key, COMMITMENT) != 0)
		return NULL;
	return json_text(value->first);
}

struct opener {
	struct arena *arena;
	const struct opening *openings;
	struct opened_counts *counts;
	const char *wrong;
};

static const struct json *opened_value(struct opener *opener, const char *path, const char *commitment)
{
	for (const struct opening *opening = opener->openings; opening != NULL; opening = opening->next) {
		if (strcmp(opening->path, path) != 0)
			continue;
		if (strcmp(leaf_commitment(opening->salt, opening->value, opener->arena), commitment) != 0) {
			opener->wrong = opening->path;
			return NULL;
		}
		return canon_read(opener->arena, opening->value, strlen(opening->value));
	}
	return NULL;
}

static void member_open(struct opener *opener, const struct path *path, const char *commitment, struct json *member)
{
	const struct json *opened = opened_value(opener, path_text(path, opener->arena), commitment);

	if (opened == NULL) {
		opener->counts->closed++;
		return;
	}
	opener->counts->opened++;
	const char *key = member->key;
	struct json *next = member->next;
	*member = *opened;
	member->key = key;
	member->next = next;
}

static void members_open(struct opener *opener, const struct path *outer, struct json *value)
{
	struct path path = {.outer = outer};

	for (struct json *member = value->first; member != NULL; member = member->next, path.place++) {
		if (member->first == NULL)
			continue;
		path.key = value->type == JSON_OBJECT ? member->key : NULL;
		const char *commitment = leaf_is_commitment(member);
		if (commitment != NULL)
			member_open(opener, &path, commitment, member);
		else
			members_open(opener, &path, member);
	}
}

const char *leaf_open(struct leaf *leaf, const struct opening *openings, struct opened_counts *counts,
    struct arena *arena)
{
	struct opener opener = {arena, openings, counts, NULL};
	const struct path top = {0};
	struct json *json = arena_take(arena, sizeof(*json));

	*json = *leaf->json; // it was read into this arena, and is ours
	members_open(&opener, &top, json);
	leaf->json = json;
	leaf->changes = json_member(json, "changes");
	leaf->added = json_member(json, "added");
	return opener.wrong;
}
