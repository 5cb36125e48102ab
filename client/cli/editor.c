// SPDX-License-Identifier: Apache-2.0
// A form written in the person's editor. A draft has "[field]" lines with text below each; lines "#:" are notes.
#include "cli/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/say.h"

#define NOTE "#:"

extern char **environ;

static const char *named_editor(void)
{
	const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");
	return visual && *visual ? visual : editor && *editor ? editor : NULL;
}

bool editor_is_set(void)
{
	return named_editor() != NULL;
}

// The shell splits what EDITOR says ("code --wait"); the path goes as an argument of its own.
static bool run_editor(struct arena *arena, const char *path)
{
	const char *editor = named_editor();
	char *command = arena_print(arena, "%s \"$1\"", editor ? editor : "vi");
	char *const argv[] = {"sh", "-c", command, "weihu", arena_copy(arena, path), NULL};
	pid_t child;
	int status = 0;
	if (posix_spawn(&child, "/bin/sh", NULL, NULL, argv, environ) != 0)
		status = -1;
	else
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			continue;
	if (status != 0)
		say(_("the editor (%s) failed"), editor ? editor : "vi");
	return status == 0;
}

static void add_note(struct buffer *text, const char *note)
{
	for (; *note; note += *note == '\n') {
		size_t length = strcspn(note, "\n");
		buffer_print(text, NOTE " %.*s\n", (int)length, note);
		note += length;
	}
}

static void add_field(struct buffer *text, const struct form *form, const struct field *field)
{
	const char *value = form_text(form, field->key);
	buffer_print(text, "\n[%s]\n", field->key);
	buffer_print(text, NOTE " %s%s%s", _(field->label), field->hint ? ". " : "", field->hint ? _(field->hint) : "");
	for (size_t i = 0; field->choices && field->choices[i]; i++)
		buffer_print(text, "%s%s", i > 0 ? ", " : ": ", field->choices[i]);
	buffer_print(text, "\n%s\n", value ? value : "");
}

static const char *template_of(const struct form *form, const char *title)
{
	struct buffer text;
	buffer_init(&text, form->arena);
	add_note(&text, title);
	add_note(&text,
	    _("Write below each [field]; leave empty what does not apply. Lines that begin with #: are left out."));
	for (enum field_id id = F_TITLE; id <= F_FINDING; id++)
		if (fields[id].source == SOURCE_PEOPLE)
			add_field(&text, form, &fields[id]);
	return text.bytes;
}

static char *draft_new(struct arena *arena, const char *text)
{
	char *path = file_in_home(arena, "XDG_STATE_HOME", ".local/state", "drafts/ticket-XXXXXX");
	if (!file_make_folder(arena, path))
		return NULL;
	int descriptor = mkostemp(path, O_CLOEXEC);
	bool made = descriptor >= 0 && close(descriptor) == 0;
	if (!made)
		say(_("cannot write %s: %s"), path, strerror(errno));
	return made && file_write_secret(arena, path, text) ? path : NULL;
}

static char *trimmed(char *text)
{
	text += strspn(text, " \t\r\n");
	size_t end = strlen(text);
	while (end > 0 && strchr(" \t\r\n", text[end - 1]))
		end--;
	text[end] = '\0';
	return text;
}

// The key of a "[field]" line of this length, or NULL.
static const char *heading(struct arena *arena, const char *line, size_t length)
{
	while (length > 0 && strchr(" \t\r", line[length - 1]))
		length--;
	if (length < 3 || *line != '[' || line[length - 1] != ']')
		return NULL;
	enum field_id id;
	const char *key = arena_copy_bytes(arena, line + 1, length - 2);
	return field_find(key, &id) ? fields[id].key : NULL;
}

static void take_section(struct form *form, const char *key, const struct buffer *text)
{
	char *value = key ? trimmed(arena_copy(form->arena, text->bytes)) : "";
	if (key && (*value || form_text(form, key)))
		form_set_field(form, key, value);
}

bool editor_read(struct form *form, const char *path)
{
	const char *text = file_read(form->arena, path), *key = NULL;
	if (!text)
		return false;
	struct buffer section;
	buffer_init(&section, form->arena);
	while (*text) {
		size_t length = strcspn(text, "\n");
		const char *next = heading(form->arena, text, length);
		if (next) {
			take_section(form, key, &section);
			buffer_init(&section, form->arena);
			key = next;
		} else if (!text_starts(text, NOTE)) {
			buffer_add(&section, text, length);
			buffer_add_char(&section, '\n');
		}
		text += length + (text[length] == '\n');
	}
	take_section(form, key, &section);
	return true;
}

const char *editor_fill(struct form *form, const char *title)
{
	const char *path = draft_new(form->arena, template_of(form, title));
	if (!path || !run_editor(form->arena, path) || !editor_read(form, path))
		return NULL;
	return path;
}

const char *editor_text(struct arena *arena, const char *note)
{
	struct buffer text;
	buffer_init(&text, arena);
	buffer_add_text(&text, "\n");
	add_note(&text, note);
	const char *path = draft_new(arena, text.bytes);
	if (!path || !run_editor(arena, path))
		return NULL;
	const char *written = file_read(arena, path);
	buffer_init(&text, arena);
	for (const char *line = written; line && *line;) {
		size_t length = strcspn(line, "\n");
		length += line[length] == '\n';
		if (!text_starts(line, NOTE))
			buffer_add(&text, line, length);
		line += length;
	}
	unlink(path);
	return written ? trimmed(text.bytes) : NULL;
}
