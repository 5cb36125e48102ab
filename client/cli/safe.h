// SPDX-License-Identifier: Apache-2.0
// Text from elsewhere made fit for a terminal: what could steer it is shown, not obeyed.
#ifndef WEIHU_CLI_SAFE_H
#define WEIHU_CLI_SAFE_H

#include "base/arena.h"

// Controls as ^[ and the like, direction marks as <U+202E>, line ends as ⏎: the text stays on its line.
const char *safe_line(struct arena *arena, const char *text);

// The same, but line ends and tabs stay.
const char *safe_lines(struct arena *arena, const char *text);

// JSON text in which what could steer a terminal is written as \uXXXX: it means what it meant.
const char *safe_json(struct arena *arena, const char *text);

#endif
