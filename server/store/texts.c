// SPDX-License-Identifier: Apache-2.0
// A list: there are few, and they are looked for by their whole text.
#include "store/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXTS_MOST 64 // further ones are planned each time

struct text {
	struct text *next;
	char *sql;
	char name[16];
};

static void text_free(struct text *text)
{
	free(text->sql);
	free(text);
}

void texts_free(struct texts *texts)
{
	while (texts->first != NULL) {
		struct text *text = texts->first;

		texts->first = text->next;
		text_free(text);
	}
	texts->count = 0;
}

static struct text *text_add(struct texts *texts, const char *sql)
{
	struct text *text = calloc(1, sizeof(*text));

	if (text == NULL || (text->sql = strdup(sql)) == NULL)
		abort();
	snprintf(text->name, sizeof(text->name), "text_%u", texts->number++);
	text->next = texts->first;
	texts->first = text;
	texts->count++;
	return text;
}

const char *text_name(struct texts *texts, const char *sql, struct text **fresh)
{
	for (const struct text *text = texts->first; text != NULL; text = text->next)
		if (strcmp(text->sql, sql) == 0)
			return text->name;
	if (texts->count == TEXTS_MOST)
		return NULL;
	*fresh = text_add(texts, sql);
	return (*fresh)->name;
}

void text_forget(struct texts *texts, struct text *text)
{
	struct text **place = &texts->first;

	while (*place != text)
		place = &(*place)->next;
	*place = text->next;
	texts->count--;
	text_free(text);
}
