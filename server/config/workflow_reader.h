// SPDX-License-Identifier: Apache-2.0
// What the readers of the workflow's parts share within this folder.
#ifndef WEIHU_CONFIG_WORKFLOW_READER_H
#define WEIHU_CONFIG_WORKFLOW_READER_H

#include "config/names.h"
#include "domain/workflow.h"

struct workflow_reader { // yaml.context
	struct workflow *workflow;
	const struct yaml_node *groups; // or NULL
};

struct workflow_reader *workflow_reader(const struct yaml *yaml);

// Readers of values, for tables of keys: each fills what `into` points at.
void read_text(struct yaml *yaml, const struct yaml_node *value, void *into);    // const char *
void read_truth(struct yaml *yaml, const struct yaml_node *value, void *into);   // bool
void read_states(struct yaml *yaml, const struct yaml_node *value, void *into);  // state_set
void read_parties(struct yaml *yaml, const struct yaml_node *value, void *into); // party_set
void read_guards(struct yaml *yaml, const struct yaml_node *value, void *into);  // guard_set
void read_fields(struct yaml *yaml, const struct yaml_node *value, void *into);  // field_set; none that is only stamped

// Reads `actions` into the struct workflow; the names of all are known before the first is read.
void read_actions(struct yaml *yaml, const struct yaml_node *map, void *into);

// Adds the needs of a `require` (a list, or a map of lists by kind and `all`) or a `give` (fresh).
void needs_read(struct yaml *yaml, const struct yaml_node *node, bool fresh, struct needs *needs);

// Adds the stamps of a map of fields and what they are set to.
void stamps_read(struct yaml *yaml, const struct yaml_node *map, bool fill, struct action *action);

// `list` with room for one more behind its `count` elements of `size` bytes.
void *list_grown(struct arena *arena, void *list, size_t count, size_t size);

// True if the key is a good name for a state or an action: lower-case letters, digits, '_'; at most 40.
bool name_is_good(struct yaml *yaml, const struct yaml_node *node);

#endif
