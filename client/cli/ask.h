// SPDX-License-Identifier: Apache-2.0
// Questions on the terminal.
#ifndef WEIHU_CLI_ASK_H
#define WEIHU_CLI_ASK_H

#include "cli/form.h"

// One line, without its end; NULL at the end of input.
const char *ask_line(struct arena *arena, const char *question);

// The same without showing what is typed.
const char *ask_secret(struct arena *arena, const char *question);

// Asks for a ticket's field, with its hint and choices, until something is typed; false at the end of input.
bool ask_field(struct form *form, const char *key);

#endif
