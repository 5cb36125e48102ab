// SPDX-License-Identifier: Apache-2.0
// What the nodes of a YAML tree say: texts, numbers, truths, lists, and maps read by a table of keys.
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "config/yaml.h"
#include "domain/name.h"

static const char *const type_names[] = {
    [YAML_NOTHING] = "nothing",
    [YAML_TEXT] = "a text",
    [YAML_LIST] = "a list",
    [YAML_MAP] = "a map",
};

void yaml_fault(struct yaml *yaml, const struct yaml_node *node, const char *code, const char *format, ...)
{
	const char *where = arena_print(yaml->arena, "%s:%d", yaml->file, node->line);
	va_list values;

	va_start(values, format);
	const char *message = arena_vprint(yaml->arena, format, values);
	va_end(values);
	faults_add(yaml->faults, where, code, "%s", message);
}

const struct yaml_node *yaml_member(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = map->first;

	while (node != NULL && !text_equals(node->key, key))
		node = node->next;
	return node;
}

static const char *node_name(const struct yaml_node *node)
{
	return node->key != NULL ? node->key : "this";
}

static void fault_type(struct yaml *yaml, const struct yaml_node *node, const char *wanted)
{
	yaml_fault(yaml, node, "type", "%s must be %s, not %s", node_name(node), wanted, type_names[node->type]);
}

bool yaml_is(struct yaml *yaml, const struct yaml_node *node, enum yaml_type type)
{
	if (node->type != type)
		fault_type(yaml, node, type_names[type]);
	return node->type == type;
}

bool yaml_text(struct yaml *yaml, const struct yaml_node *node, const char **text)
{
	if (!yaml_is(yaml, node, YAML_TEXT))
		return false;
	if (*node->text == '\0') {
		yaml_fault(yaml, node, "type", "%s must not be empty", node_name(node));
		return false;
	}
	*text = node->text;
	return true;
}

bool yaml_whole(struct yaml *yaml, const struct yaml_node *node, int64_t least, int64_t most, int64_t *number)
{
	int64_t value;

	if (node->type != YAML_TEXT || node->quoted || !text_to_int(node->text, INT64_MIN, INT64_MAX, &value)) {
		yaml_fault(yaml, node, "type", "%s must be a whole number", node_name(node));
		return false;
	}
	if (value < least || value > most) {
		yaml_fault(yaml, node, "range", "%s must be %" PRId64 " to %" PRId64, node_name(node), least, most);
		return false;
	}
	*number = value;
	return true;
}

bool yaml_truth(struct yaml *yaml, const struct yaml_node *node, bool *truth)
{
	bool is_true = node->type == YAML_TEXT && !node->quoted && strcmp(node->text, "true") == 0;
	bool is_false = node->type == YAML_TEXT && !node->quoted && strcmp(node->text, "false") == 0;

	if (!is_true && !is_false) {
		yaml_fault(yaml, node, "type", "%s must be true or false", node_name(node));
		return false;
	}
	*truth = is_true;
	return true;
}

const char *const *yaml_texts(struct yaml *yaml, const struct yaml_node *node, size_t *count)
{
	bool single = node->type == YAML_TEXT, right = true;
	const char **texts;

	if (!single && !yaml_is(yaml, node, YAML_LIST))
		return NULL;
	*count = single ? 1 : node->count;
	texts = arena_take_array(yaml->arena, *count + 1, sizeof(*texts));
	if (single)
		return yaml_text(yaml, node, &texts[0]) ? texts : NULL;
	size_t i = 0;
	for (const struct yaml_node *item = node->first; item != NULL; item = item->next)
		right = yaml_text(yaml, item, &texts[i++]) && right;
	return right ? texts : NULL;
}

void yaml_unknown(struct yaml *yaml, const struct yaml_node *node, const char *what, const char *name,
    const char *(*names)(const void *context, size_t n), const void *context)
{
	const char *nearest = name_nearest(names, context, name);

	if (nearest != NULL)
		yaml_fault(yaml, node, "unknown", "unknown %s '%s', did you mean '%s'?", what, name, nearest);
	else
		yaml_fault(yaml, node, "unknown", "unknown %s '%s'", what, name);
}

struct key_table {
	const struct yaml_key *keys;
	size_t count;
};

static const char *key_name(const void *context, size_t n)
{
	const struct key_table *table = context;

	return n < table->count ? table->keys[n].key : NULL;
}

static bool is_known(const struct key_table *table, const char *key)
{
	for (size_t i = 0; i < table->count; i++)
		if (text_equals(table->keys[i].key, key))
			return true;
	return false;
}

void yaml_read_map(struct yaml *yaml, const struct yaml_node *map, const struct yaml_key *keys, size_t count,
    void *into)
{
	const struct key_table table = {keys, count};

	if (!yaml_is(yaml, map, YAML_MAP))
		return;
	for (const struct yaml_node *node = map->first; node != NULL; node = node->next)
		if (!is_known(&table, node->key))
			yaml_unknown(yaml, node, "key", node->key, key_name, &table);
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *value = yaml_member(map, keys[i].key);
		if (value != NULL)
			keys[i].read(yaml, value, (char *)into + keys[i].offset);
		else if (keys[i].required)
			yaml_fault(yaml, map, "missing", "%s must be given", keys[i].key);
	}
}
