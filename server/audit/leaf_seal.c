// SPDX-License-Identifier: Apache-2.0
// Sealing events as leaves. This runs for every event beside those who write them: what holds nothing that must not
// stand in a leaf is written as it comes, and only the rest is read into a tree.
#include <string.h>

#include "audit/canon.h"
#include "audit/leaf_parts.h"
#include "base/digest.h"

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

static struct json *commit(struct sealer *sealer, const struct path *path, const struct json *value)
{
	char salt[RANDOM_DIGITS];
	struct opening *opening = arena_take(sealer->arena, sizeof(*opening));
	struct json *closed = arena_take(sealer->arena, sizeof(*closed)),
	            *digits = arena_take(sealer->arena, sizeof(*digits));

	random_digits(salt);
	*opening = (struct opening){.path = path_text(path, sealer->arena),
	    .salt = arena_copy(sealer->arena, salt),
	    .value = canon_text(sealer->arena, value)};
	*sealer->last = opening;
	sealer->last = &opening->next;
	*digits = (struct json){.type = JSON_TEXT,
	    .key = COMMITMENT,
	    .text = leaf_commitment(salt, opening->value, sealer->arena)};
	*closed = (struct json){.type = JSON_OBJECT, .key = value->key, .count = 1, .first = digits};
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

static bool same_key(const char *a, const char *b)
{
	return *a == *b && strcmp(a, b) == 0;
}

// Whether nothing in the member can have to be closed: no row of the table begins so, and it is no longer as a whole
// than any text may be.
static bool is_open(const struct sealer *sealer, const struct event_member *member)
{
	for (size_t i = 0; i < sealer->row_count; i++)
		if (same_key(sealer->rows[i]->keys[0], member->key))
			return false;
	return member->length <= sealer->limit && !text_in_list(sealer->confidential, member->key);
}

static const struct json *member_read(const struct event_member *member, struct arena *arena)
{
	static const enum json_type types[] =
	    {[EVENT_NULL] = JSON_NULL, [EVENT_NUMBER] = JSON_NUMBER, [EVENT_TEXT] = JSON_TEXT};

	if (member->type == EVENT_JSON)
		return canon_read_stored(arena, member->text);
	struct json *value = arena_take(arena, sizeof(*value));
	value->type = types[member->type];
	value->text = member->text;
	value->number = (double)member->number;
	return value;
}

static bool member_close(struct sealer *sealer, struct buffer *out, const struct event_member *member)
{
	const struct path top = {0}, path = {.outer = &top, .depth = 1, .key = member->key};
	const struct json *value = member_read(member, sealer->arena);

	if (value != NULL)
		canon_write(out, closed_copy(sealer, &path, value));
	return value != NULL;
}

static void key_write(struct buffer *out, const char *key)
{
	const size_t length = strlen(key);
	char *at = buffer_room(out, length + 4);

	*at++ = out->length == 0 ? '{' : ',';
	*at++ = '"';
	at = mempcpy(at, key, length);
	*at++ = '"';
	*at = ':';
	buffer_grew(out, length + 4);
}

static bool member_write(struct sealer *sealer, struct buffer *out, const struct event_member *member)
{
	key_write(out, member->key);
	switch (member->type) {
	case EVENT_NULL: buffer_add(out, "null", 4); return true;
	case EVENT_NUMBER: buffer_add_int(out, member->number); return true;
	case EVENT_JSON:
		return (is_open(sealer, member) && canon_copy_stored(out, member->text, member->length)) ||
		    member_close(sealer, out, member);
	case EVENT_TEXT: break;
	}
	if (!is_open(sealer, member))
		return member_close(sealer, out, member);
	canon_write(out, &(struct json){.type = JSON_TEXT, .text = member->text});
	return true;
}

static const char *object_of(const struct event_member *members, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (same_key(members[i].key, "object") && members[i].type == EVENT_TEXT)
			return members[i].text;
	return "";
}

static struct sealed_leaf seal_within(const struct event_member *members, size_t count, const char *confidential,
    size_t limit, struct arena *arena)
{
	struct sealer sealer = {.arena = arena, .confidential = confidential, .limit = limit};
	struct buffer bytes;

	sealer.last = &sealer.openings;
	personal_find(&sealer, object_of(members, count));
	buffer_init(&bytes, arena);
	buffer_room(&bytes, 1024);
	for (size_t i = 0; i < count; i++)
		if (!member_write(&sealer, &bytes, &members[i]))
			return (struct sealed_leaf){.bytes = NULL};
	buffer_add_char(&bytes, '}');
	return (struct sealed_leaf){bytes.bytes, bytes.length, hash_leaf(bytes.bytes, bytes.length), sealer.openings};
}

struct sealed_leaf leaf_seal(const struct event_member *members, size_t count, const char *confidential,
    struct arena *arena)
{
	struct sealed_leaf leaf = {0};

	for (size_t i = 0; i < sizeof(text_limits) / sizeof(*text_limits); i++) {
		leaf = seal_within(members, count, confidential, text_limits[i], arena);
		if (leaf.length <= LEAF_ROOM)
			break;
	}
	return leaf;
}
