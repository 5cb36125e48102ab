// SPDX-License-Identifier: Apache-2.0
// JSON (indented), JSON lines and YAML: everything that the server said, one item at a time.
#include <string.h>

#include "cli/number.h"
#include "cli/output.h"
#include "cli/safe.h"
#include "cli/yaml_text.h"

static const char *compact(struct arena *arena, const struct json *value)
{
	struct json_out json;
	json_out_init(&json, arena);
	json_add_value(&json, NULL, value);
	return safe_json(arena, json.out.bytes);
}

static void print_members(FILE *out, struct arena *arena, const struct json *value, int depth)
{
	struct json key = {.type = JSON_TEXT};
	for (const struct json *member = value->first; member; member = member->next) {
		fprintf(out, "%s\n%*s", member == value->first ? "" : ",", 2 * (depth + 1), "");
		if (value->type == JSON_OBJECT) {
			key.text = member->key;
			fprintf(out, "%s: ", compact(arena, &key));
		}
		json_text_print(out, arena, member, depth + 1);
	}
	fprintf(out, "\n%*s", 2 * depth, "");
}

void json_text_print(FILE *out, struct arena *arena, const struct json *value, int depth)
{
	bool list = value->type == JSON_LIST;
	if ((!list && value->type != JSON_OBJECT) || !value->first) {
		fputs(compact(arena, value), out);
		return;
	}
	fputc(list ? '[' : '{', out);
	print_members(out, arena, value, depth);
	fputc(list ? ']' : '}', out);
}

void json_text_item(struct output *output, const struct json *item)
{
	struct arena *arena = arena_new();
	if (output->list)
		fputs(output->count > 0 ? ",\n  " : "[\n  ", output->cli->out);
	json_text_print(output->cli->out, arena, output_chosen(output, item), output->list);
	arena_free(arena);
}

void json_text_end(struct output *output)
{
	if (output->count > 0)
		fputs(output->list ? "\n]\n" : "\n", output->cli->out);
	else if (output->list)
		fputs("[]\n", output->cli->out);
}

void jsonl_item(struct output *output, const struct json *item)
{
	struct arena *arena = arena_new();
	fprintf(output->cli->out, "%s\n", compact(arena, output_chosen(output, item)));
	arena_free(arena);
}

// A list is written as a sequence of one, again and again: text of YAML, glued together, is YAML.
void yaml_item(struct output *output, const struct json *item)
{
	struct arena *arena = arena_new();
	struct json copy = *output_chosen(output, item);
	copy.next = NULL;
	struct json list = {.type = JSON_LIST, .first = &copy, .count = 1};
	fputs(yaml_text_print(arena, output->list ? &list : &copy), output->cli->out);
	arena_free(arena);
}

void yaml_end(struct output *output)
{
	if (output->list && output->count == 0)
		fputs("[]\n", output->cli->out);
}
