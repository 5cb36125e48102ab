// SPDX-License-Identifier: Apache-2.0
// Leaves as they were sealed: reading and opening them.
#include "audit/leaf_parts.h"

#include <string.h>

#include "audit/canon.h"

const char *path_text(const struct path *path, struct arena *arena)
{
	if (path->outer == NULL)
		return "";
	const char *outer = path_text(path->outer, arena);
	return path->key != NULL ? arena_print(arena, "%s/%s", outer, path->key)
	                         : arena_print(arena, "%s/%zu", outer, path->place);
}

const char *leaf_commitment(const char *salt, const char *value, struct arena *arena)
{
	const struct hash_part parts[] = {{salt, strlen(salt)}, {".", 1}, {value, strlen(value)}};
	const struct hash hash = hash_parts(parts, 3);

	return hash_hex(arena, &hash);
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
