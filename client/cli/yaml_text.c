// SPDX-License-Identifier: Apache-2.0
// YAML as text from and to JSON values.
#include "cli/yaml_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "base/text.h"
#include "cli/number.h"
#include "cli/say.h"

#define DEPTH_MOST 32

static struct json *read_node(struct arena *arena, yaml_document_t *document, yaml_node_t *node, int depth);

static void read_mapping(struct arena *arena, yaml_document_t *document, yaml_node_t *node, struct json *object,
    int depth)
{
	struct json **end = &object->first;
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		yaml_node_t *key = yaml_document_get_node(document, pair->key);
		struct json *value =
		    read_node(arena, document, yaml_document_get_node(document, pair->value), depth + 1);
		if (!key || key->type != YAML_SCALAR_NODE || !value)
			continue;
		value->key = arena_copy(arena, (const char *)key->data.scalar.value);
		*end = value;
		end = &value->next;
		object->count++;
	}
}

static void read_sequence(struct arena *arena, yaml_document_t *document, yaml_node_t *node, struct json *list,
    int depth)
{
	struct json **end = &list->first;
	for (yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++) {
		struct json *value = read_node(arena, document, yaml_document_get_node(document, *item), depth + 1);
		if (!value)
			continue;
		*end = value;
		end = &value->next;
		list->count++;
	}
}

static struct json *read_node(struct arena *arena, yaml_document_t *document, yaml_node_t *node, int depth)
{
	if (!node || depth > DEPTH_MOST)
		return NULL;
	struct json *value = arena_take(arena, sizeof *value);
	if (node->type == YAML_SCALAR_NODE) {
		value->type = JSON_TEXT;
		value->text = arena_copy(arena, (const char *)node->data.scalar.value);
	} else if (node->type == YAML_SEQUENCE_NODE) {
		value->type = JSON_LIST;
		read_sequence(arena, document, node, value, depth);
	} else {
		value->type = JSON_OBJECT;
		read_mapping(arena, document, node, value, depth);
	}
	return value;
}

const struct json *yaml_text_read(struct arena *arena, const char *text, const char *name)
{
	yaml_parser_t parser;
	yaml_document_t document;
	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	const struct json *value = NULL;
	if (!yaml_parser_load(&parser, &document))
		say("%s:%zu: %s", name, parser.problem_mark.line + 1, parser.problem ? parser.problem : _("not YAML"));
	else {
		static const struct json nothing = {.type = JSON_OBJECT};
		yaml_node_t *root = yaml_document_get_root_node(&document);
		value = root && root->type == YAML_MAPPING_NODE ? read_node(arena, &document, root, 0) : &nothing;
		yaml_document_delete(&document);
	}
	yaml_parser_delete(&parser);
	return value;
}

static void emit(yaml_emitter_t *emitter, yaml_event_t *event, int initialized)
{
	if (!initialized || !yaml_emitter_emit(emitter, event))
		abort(); // memory only: the events are well-formed and the output is a buffer
}

static void emit_scalar(yaml_emitter_t *emitter, const char *text, yaml_scalar_style_t style)
{
	yaml_event_t event;
	emit(emitter, &event,
	    yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1,
	        style));
}

// Words that some YAML reader takes for something else than text.
static bool is_ambiguous(const char *text)
{
	static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	unsigned char first = (unsigned char)*text;
	return !(first >= 0x80 || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '/');
}

static yaml_scalar_style_t style_of(const char *text)
{
	if (strchr(text, '\n'))
		return YAML_LITERAL_SCALAR_STYLE;
	return is_ambiguous(text) ? YAML_SINGLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE;
}

static void emit_value(struct arena *arena, yaml_emitter_t *emitter, const struct json *value)
{
	yaml_event_t event;
	switch (value->type) {
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
		emit_scalar(emitter,
		    value->type == JSON_NULL       ? "null"
		        : value->type == JSON_TRUE ? "true"
		                                   : "false",
		    YAML_PLAIN_SCALAR_STYLE);
		return;
	case JSON_NUMBER: emit_scalar(emitter, number_text(arena, value->number), YAML_PLAIN_SCALAR_STYLE); return;
	case JSON_TEXT: emit_scalar(emitter, value->text, style_of(value->text)); return;
	case JSON_LIST:
		emit(emitter, &event,
		    yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE));
		for (const struct json *item = value->first; item; item = item->next)
			emit_value(arena, emitter, item);
		emit(emitter, &event, yaml_sequence_end_event_initialize(&event));
		return;
	case JSON_OBJECT:
		emit(emitter, &event,
		    yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE));
		for (const struct json *member = value->first; member; member = member->next) {
			emit_scalar(emitter, member->key, style_of(member->key));
			emit_value(arena, emitter, member);
		}
		emit(emitter, &event, yaml_mapping_end_event_initialize(&event));
	}
}

static int write_bytes(void *data, unsigned char *bytes, size_t length)
{
	buffer_add(data, bytes, length);
	return 1;
}

const char *yaml_text_print(struct arena *arena, const struct json *value)
{
	struct buffer out;
	buffer_init(&out, arena);
	yaml_emitter_t emitter;
	yaml_event_t event;
	if (!yaml_emitter_initialize(&emitter))
		abort();
	yaml_emitter_set_output(&emitter, write_bytes, &out);
	yaml_emitter_set_unicode(&emitter, 1);
	yaml_emitter_set_width(&emitter, -1);
	emit(&emitter, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	emit(&emitter, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	emit_value(arena, &emitter, value);
	emit(&emitter, &event, yaml_document_end_event_initialize(&event, 1));
	emit(&emitter, &event, yaml_stream_end_event_initialize(&event));
	yaml_emitter_delete(&emitter);
	return out.bytes;
}
