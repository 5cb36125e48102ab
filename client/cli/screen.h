// SPDX-License-Identifier: Apache-2.0
// Standard output as it is: a terminal (with its width, its colours, its pager) or a pipe.
#ifndef WEIHU_CLI_SCREEN_H
#define WEIHU_CLI_SCREEN_H

#include <stdbool.h>

#include "cli/cli.h"

// Looks at the standard streams and opens cli->out: a pipe is written to at once, a terminal's text is held back.
void screen_open(struct cli *cli);

// Shows what was held back, through the pager where it is longer than the terminal. False when it could not be written.
bool screen_close(struct cli *cli);

enum tint { TINT_PLAIN, TINT_BOLD, TINT_DIM, TINT_RED, TINT_GREEN, TINT_YELLOW, TINT_BLUE };

// The escape that begins the tint, "" without colours; TINT_PLAIN ends any.
const char *screen_tint(const struct cli *cli, enum tint tint);

// How many columns of the terminal `text` takes.
size_t screen_width_of(const char *text);

// `text` in lines of at most `width` columns, each behind the first led by `indent` spaces.
const char *screen_wrap(struct arena *arena, const char *text, size_t width, size_t indent);

#endif
