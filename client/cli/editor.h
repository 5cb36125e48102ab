// SPDX-License-Identifier: Apache-2.0
// A form written in the person's editor; the draft stays on disk until it is not needed any more.
#ifndef WEIHU_CLI_EDITOR_H
#define WEIHU_CLI_EDITOR_H

#include "cli/form.h"

// True if VISUAL or EDITOR names one.
bool editor_is_set(void);

// A template of the request's fields, filled from the form, goes through the editor and back into the form. The path of
// the draft is answered, NULL after a complaint.
const char *editor_fill(struct form *form, const char *title);

// Reads a draft into the form; false after a complaint.
bool editor_read(struct form *form, const char *path);

// Any text; empty when nothing was written, NULL after a complaint.
const char *editor_text(struct arena *arena, const char *note);

#endif
