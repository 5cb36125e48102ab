// SPDX-License-Identifier: Apache-2.0
// Questions on the terminal.
#include "cli/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/say.h"

const char *ask_line(struct arena *arena, const char *question)
{
	fprintf(stderr, "%s ", question);
	fflush(stderr);
	char *line = NULL;
	size_t room = 0;
	ssize_t length = getline(&line, &room, stdin);
	if (length > 0 && line[length - 1] == '\n')
		line[--length] = '\0';
	const char *copy = length < 0 ? NULL : arena_copy(arena, line);
	free(line);
	return copy;
}

const char *ask_secret(struct arena *arena, const char *question)
{
	struct termios shown, hidden;
	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return ask_line(arena, question);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) != 0)
		return NULL;
	const char *line = ask_line(arena, question);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	return line;
}

static const char *question_of(struct arena *arena, const char *key)
{
	enum field_id id;
	struct buffer text;
	buffer_init(&text, arena);
	buffer_add_text(&text, words_label(WORDS_FIELD, key));
	if (!field_find(key, &id))
		return arena_print(arena, "%s:", text.bytes);
	if (fields[id].choices) {
		buffer_add_text(&text, " (");
		for (size_t i = 0; fields[id].choices[i]; i++)
			buffer_print(&text, "%s%s", i > 0 ? ", " : "", fields[id].choices[i]);
		buffer_add_text(&text, ")");
	} else if (fields[id].hint)
		buffer_print(&text, " — %s", _(fields[id].hint));
	return arena_print(arena, "%s:", text.bytes);
}

bool ask_field(struct form *form, const char *key)
{
	const char *question = question_of(form->arena, key), *line = "";
	while (line && !*line) {
		line = ask_line(form->arena, question);
		if (line && *line == '@' && !(line = form_typed(form->arena, line)))
			line = "";
	}
	if (line)
		form_set_field(form, key, line);
	return line != NULL;
}
