// SPDX-License-Identifier: Apache-2.0
// YAML as text from and to JSON values: for -o yaml, the profile file and mappings of imports.
#ifndef WEIHU_CLI_YAML_TEXT_H
#define WEIHU_CLI_YAML_TEXT_H

#include "base/arena.h"
#include "base/json.h"

// One document; scalars are all text. NULL after a complaint that names `name`, the line and what is wrong.
const struct json *yaml_text_read(struct arena *arena, const char *text, const char *name);

// The value as one document in block style.
const char *yaml_text_print(struct arena *arena, const struct json *value);

#endif
