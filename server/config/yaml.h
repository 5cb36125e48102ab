// SPDX-License-Identifier: Apache-2.0
// Reading YAML: one document as a tree whose nodes know their line. Strict: no aliases, tags, or keys given twice.
#ifndef WEIHU_CONFIG_YAML_H
#define WEIHU_CONFIG_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

enum yaml_type { YAML_NOTHING, YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node { // everything lives in the arena
	enum yaml_type type;
	int line;                // from 1
	const char *key;         // within a map
	const char *text;        // YAML_TEXT
	bool quoted;             // YAML_TEXT in quotes or in a block: never a number or a truth
	struct yaml_node *first; // members of a list or a map
	struct yaml_node *next;  // sibling
	size_t count;            // how many members
};

struct yaml {             // the file being read
	const char *file; // as faults name it
	struct arena *arena;
	struct faults *faults;
	void *context; // the reader's own
};

// The root of the document; an empty document gives an empty map. NULL with a fault if the text is no single document.
const struct yaml_node *yaml_read(struct yaml *yaml, const char *text);

// A fault whose field is FILE:LINE of the node.
void yaml_fault(struct yaml *yaml, const struct yaml_node *node, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// The member called `key`, or NULL.
const struct yaml_node *yaml_member(const struct yaml_node *map, const char *key);

// Each gives false with a fault of code `type` (or `range`) when the node is something else.
bool yaml_text(struct yaml *yaml, const struct yaml_node *node, const char **text); // not empty
bool yaml_whole(struct yaml *yaml, const struct yaml_node *node, int64_t least, int64_t most, int64_t *number);
bool yaml_truth(struct yaml *yaml, const struct yaml_node *node, bool *truth);
bool yaml_is(struct yaml *yaml, const struct yaml_node *node, enum yaml_type type);

// The list's texts, NULL-terminated; a single text counts as a list of one. NULL with a fault otherwise.
const char *const *yaml_texts(struct yaml *yaml, const struct yaml_node *node, size_t *count);

// A map is read by a table of its keys, in the order of the table; each reader gets the place `offset` bytes into what
// is being filled. An unknown key is a fault that names the nearest known one.
struct yaml_key {
	const char *key;
	void (*read)(struct yaml *yaml, const struct yaml_node *value, void *into);
	bool required;
	size_t offset;
};
void yaml_read_map(struct yaml *yaml, const struct yaml_node *map, const struct yaml_key *keys, size_t count,
    void *into);

#define KEYS(table) (table), sizeof(table) / sizeof((table)[0]) // for yaml_read_map()

// A fault of code `unknown` that guesses what was meant: "unknown state 'clsed', did you mean 'closed'?" The n-th known
// name is names(context, n), NULL behind the last.
void yaml_unknown(struct yaml *yaml, const struct yaml_node *node, const char *what, const char *name,
    const char *(*names)(const void *context, size_t n), const void *context);

#endif
