// SPDX-License-Identifier: Apache-2.0
// Words to the person at the keyboard, and the choice of their language.
#include "cli/say.h"

#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#ifndef WEIHU_LOCALE_DIR
#define WEIHU_LOCALE_DIR "/usr/share/locale"
#endif

void say(const char *format, ...)
{
	va_list values;
	va_start(values, format);
	fputs("weihu: ", stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
	va_end(values);
}

void tell(const char *format, ...)
{
	va_list values;
	va_start(values, format);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
	va_end(values);
}

// The first of the variables that says anything, as POSIX orders them.
static const char *wanted_locale(void)
{
	static const char *const variables[] = {"WEIHU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *value = getenv(variables[i]);
		if (value && *value)
			return value;
	}
	return "C";
}

static bool names_no_language(const char *locale)
{
	return text_equals(locale, "C") || text_equals(locale, "POSIX") || text_starts(locale, "C.");
}

// gettext looks at LANGUAGE in any locale but "C", so C.UTF-8 with LANGUAGE speaks every language that has a catalogue.
static void speak_without_locale(const char *wanted)
{
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return;
	char language[64];
	snprintf(language, sizeof language, "%s", names_no_language(wanted) ? "en" : wanted);
	language[strcspn(language, ".@")] = '\0';
	if (text_starts(language, "zh"))
		snprintf(language, sizeof language, "zh_CN"); // the one catalogue that there is for any of them
	setenv("LANGUAGE", language, 1);
}

void say_choose_language(void)
{
	const char *override = getenv("WEIHU_LANG");
	bool installed = setlocale(LC_ALL, "") && text_equals(nl_langinfo(CODESET), "UTF-8");
	if (!installed || (override && *override) || names_no_language(setlocale(LC_MESSAGES, NULL)))
		speak_without_locale(wanted_locale());
	const char *folder = getenv("WEIHU_LOCALE_DIR");
	bindtextdomain("weihu", folder && *folder ? folder : WEIHU_LOCALE_DIR);
	bind_textdomain_codeset("weihu", "UTF-8");
	textdomain("weihu");
}

const char *say_language(void)
{
	const char *chosen = getenv("LANGUAGE"), *locale = setlocale(LC_MESSAGES, NULL);
	if (!chosen || !*chosen)
		chosen = locale ? locale : "";
	return text_starts(chosen, "zh") ? "zh" : "en";
}
