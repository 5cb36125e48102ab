// SPDX-License-Identifier: Apache-2.0
// Words to the person at the keyboard: always on standard error, always in the language chosen at the start.
#ifndef WEIHU_CLI_SAY_H
#define WEIHU_CLI_SAY_H

#include <libintl.h>

#include "base/msgid.h"

#define _(text) gettext(text)

// "weihu: …" and a line end: something was refused or went wrong.
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

// A line without the prefix: what was done, what to do next.
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Chooses the language: WEIHU_LANG, then the locale's variables; UTF-8 always, also where that locale is not installed.
void say_choose_language(void);

// "zh" or "en": which of two labels that the server sends is told.
const char *say_language(void);

#endif
