// SPDX-License-Identifier: Apache-2.0
// Numbers of JSON as the shortest text that reads back the same.
#ifndef WEIHU_CLI_NUMBER_H
#define WEIHU_CLI_NUMBER_H

#include "base/arena.h"

const char *number_text(struct arena *arena, double number);

#endif
