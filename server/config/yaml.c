// SPDX-License-Identifier: Apache-2.0
// Reading YAML with libyaml: events become a tree of nodes.
#include "config/yaml.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/text.h"

#define DEPTH_MOST 16

struct source { // the document while it is read
	struct yaml *yaml;
	yaml_parser_t parser;
	yaml_event_t event; // the one being looked at
	bool failed;
};

static void fault_at(struct yaml *yaml, size_t line, const char *code, const char *message)
{
	faults_add(yaml->faults, arena_print(yaml->arena, "%s:%zu", yaml->file, line), code, "%s", message);
}

static void fail(struct source *source, size_t line, const char *message)
{
	if (!source->failed)
		fault_at(source->yaml, line, "format", message);
	source->failed = true;
}

// Moves on to the next event; false when there is none to be had any more.
static bool advance(struct source *source)
{
	yaml_event_delete(&source->event);
	memset(&source->event, 0, sizeof(source->event));
	if (source->failed)
		return false;
	if (yaml_parser_parse(&source->parser, &source->event))
		return true;
	fail(source, source->parser.problem_mark.line + 1,
	    source->parser.problem != NULL ? source->parser.problem : "cannot be read");
	return false;
}

static size_t event_line(const struct source *source)
{
	return source->event.start_mark.line + 1;
}

static struct yaml_node *new_node(struct source *source, enum yaml_type type)
{
	struct yaml_node *node = arena_take(source->yaml->arena, sizeof(*node));

	node->type = type;
	node->line = (int)event_line(source);
	return node;
}

static bool is_nothing(const char *text)
{
	return *text == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

static struct yaml_node *read_scalar(struct source *source)
{
	struct yaml_node *node = new_node(source, YAML_TEXT);
	const char *value = (const char *)source->event.data.scalar.value;
	size_t length = source->event.data.scalar.length;

	if (source->event.data.scalar.tag != NULL)
		fail(source, event_line(source), "tags are not allowed");
	if (strlen(value) != length)
		fail(source, event_line(source), "text must not hold NUL");
	node->text = arena_copy_bytes(source->yaml->arena, value, length);
	node->quoted = source->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (!node->quoted && is_nothing(node->text))
		node->type = YAML_NOTHING;
	return node;
}

static struct yaml_node *read_node(struct source *source, int depth);

static void read_items(struct source *source, struct yaml_node *list, int depth)
{
	struct yaml_node **last = &list->first;

	while (advance(source) && source->event.type != YAML_SEQUENCE_END_EVENT) {
		*last = read_node(source, depth);
		if (*last == NULL)
			return;
		last = &(*last)->next;
		list->count++;
	}
}

static bool read_key(struct source *source, const struct yaml_node *map, const char **key)
{
	if (source->event.type != YAML_SCALAR_EVENT) {
		fail(source, event_line(source), "a key must be plain text");
		return false;
	}
	*key = arena_copy(source->yaml->arena, (const char *)source->event.data.scalar.value);
	if (yaml_member(map, *key) == NULL)
		return true;
	fault_at(source->yaml, event_line(source), "duplicate",
	    arena_print(source->yaml->arena, "key '%s' stands here twice", *key));
	return true;
}

static void read_members(struct source *source, struct yaml_node *map, int depth)
{
	struct yaml_node **last = &map->first;
	const char *key;

	while (advance(source) && source->event.type != YAML_MAPPING_END_EVENT) {
		int line = (int)event_line(source);

		if (!read_key(source, map, &key) || !advance(source))
			return;
		struct yaml_node *value = read_node(source, depth);
		if (value == NULL)
			return;
		value->key = key;
		value->line = line;
		*last = value;
		last = &value->next;
		map->count++;
	}
}

static struct yaml_node *read_list(struct source *source, int depth)
{
	struct yaml_node *list = new_node(source, YAML_LIST);

	if (source->event.data.sequence_start.tag != NULL)
		fail(source, event_line(source), "tags are not allowed");
	read_items(source, list, depth);
	return list;
}

static struct yaml_node *read_mapping(struct source *source, int depth)
{
	struct yaml_node *map = new_node(source, YAML_MAP);

	if (source->event.data.mapping_start.tag != NULL)
		fail(source, event_line(source), "tags are not allowed");
	read_members(source, map, depth);
	return map;
}

// The node that the current event begins; NULL after a fault.
static struct yaml_node *read_node(struct source *source, int depth)
{
	struct yaml_node *node = NULL;

	if (depth == 0)
		fail(source, event_line(source), "is nested too deeply");
	else if (source->event.type == YAML_SCALAR_EVENT)
		node = read_scalar(source);
	else if (source->event.type == YAML_SEQUENCE_START_EVENT)
		node = read_list(source, depth - 1);
	else if (source->event.type == YAML_MAPPING_START_EVENT)
		node = read_mapping(source, depth - 1);
	else
		fail(source, event_line(source), "aliases are not allowed");
	return source->failed ? NULL : node;
}

static struct yaml_node *read_document(struct source *source)
{
	struct yaml_node *root;

	if (!advance(source) || !advance(source)) // the stream, then its first document
		return NULL;
	if (source->event.type == YAML_STREAM_END_EVENT)
		return new_node(source, YAML_MAP);
	if (!advance(source))
		return NULL;
	root = read_node(source, DEPTH_MOST);
	if (root == NULL || !advance(source) || !advance(source))
		return NULL;
	if (source->event.type != YAML_STREAM_END_EVENT)
		fail(source, event_line(source), "there must be one document only");
	if (root->type == YAML_NOTHING)
		root->type = YAML_MAP;
	return root;
}

const struct yaml_node *yaml_read(struct yaml *yaml, const char *text)
{
	struct source source = {.yaml = yaml};
	size_t before = yaml->faults->count;
	const struct yaml_node *root;

	if (!yaml_parser_initialize(&source.parser)) {
		fault_at(yaml, 1, "format", "there is no memory to read it");
		return NULL;
	}
	yaml_parser_set_encoding(&source.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&source.parser, (const unsigned char *)text, strlen(text));
	root = read_document(&source);
	yaml_event_delete(&source.event);
	yaml_parser_delete(&source.parser);
	return yaml->faults->count == before ? root : NULL;
}
