// SPDX-License-Identifier: Apache-2.0
// Reading records: CSV and JSON, in UTF-8 or another encoding.
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "cli/import.h"
#include "cli/say.h"

#define FILE_MOST (64u << 20)
#define BOM "\xEF\xBB\xBF"

static bool read_bytes(const char *name, struct buffer *bytes)
{
	FILE *file = text_equals(name, "-") ? stdin : fopen(name, "re");
	char block[65536];
	size_t length;
	if (!file) {
		say(_("cannot read %s: %s"), name, strerror(errno));
		return false;
	}
	while ((length = fread(block, 1, sizeof block, file)) > 0 && bytes->length <= FILE_MOST)
		buffer_add(bytes, block, length);
	bool failed = ferror(file) != 0;
	if (file != stdin)
		fclose(file);
	if (failed)
		say(_("cannot read %s: %s"), name, strerror(EIO));
	else if (bytes->length > FILE_MOST)
		say(_("%s is larger than %u MiB"), name, FILE_MOST >> 20);
	else if (memchr(bytes->bytes, '\0', bytes->length))
		say(_("%s is no text: it holds NUL bytes"), name);
	else
		return true;
	return false;
}

// The bytes in UTF-8, or NULL after a complaint.
static char *convert(struct arena *arena, const char *name, const char *encoding, struct buffer *bytes)
{
	iconv_t converter = iconv_open("UTF-8", encoding);
	if (converter == (iconv_t)-1) {
		say(_("there is no encoding %s"), encoding);
		return NULL;
	}
	size_t left = bytes->length, room = 4 * bytes->length + 1;
	char *out = arena_take(arena, room), *from = bytes->bytes, *to = out;
	size_t done = iconv(converter, &from, &left, &to, &room);
	iconv_close(converter);
	if (done == (size_t)-1) {
		say(_("%s is not in %s: byte %zu cannot be read"), name, encoding, bytes->length - left + 1);
		return NULL;
	}
	*to = '\0';
	return out;
}

// One cell from `*text` on, which is moved behind it and its comma; `*last` when the row ends there. NULL: a quote is
// open.
static char *read_cell(struct arena *arena, char **text, bool *last, size_t *lines)
{
	struct buffer cell;
	char *at = *text;
	bool quoted = *at == '"';
	buffer_init(&cell, arena);
	for (at += quoted; *at && (quoted || (*at != ',' && *at != '\n' && *at != '\r')); at++) {
		if (quoted && *at == '"' && at[1] != '"')
			break;
		if (quoted && *at == '"')
			at++;
		*lines += *at == '\n';
		buffer_add_char(&cell, *at);
	}
	if (quoted && *at != '"')
		return NULL;
	at += quoted;
	*last = *at != ',';
	at += *at == ',' ? 1 : (*at == '\r') + (*at && at[*at == '\r'] == '\n');
	*text = at;
	return cell.bytes;
}

static void add_text(struct arena *arena, struct json *object, struct json ***end, const char *key, const char *text)
{
	struct json *member = arena_take(arena, sizeof *member);
	*member = (struct json){.type = JSON_TEXT, .key = key, .text = text};
	**end = member;
	*end = &member->next;
	object->count++;
}

static void blame(struct record *record, const char *field, const char *wrong)
{
	if (!record->wrong) {
		record->field = field;
		record->wrong = wrong;
	}
}

static const char *const no_utf8 = N_("is not UTF-8; if the file is in GBK, say --encoding GBK");

// A row after the header. NULL at an open quote.
static struct record *read_row(struct arena *arena, char **text, size_t *line, const struct json *header)
{
	struct record *record = arena_take(arena, sizeof *record);
	struct json *members = arena_take(arena, sizeof *members), **end = &members->first;
	const struct json *column = header->first;
	bool last = false;
	*record = (struct record){.members = members, .row = *line};
	*members = (struct json){.type = JSON_OBJECT};
	while (!last) {
		char *cell = read_cell(arena, text, &last, line);
		if (!cell)
			return NULL;
		if (!column) {
			blame(record, "", _("has more cells than the first row"));
			continue;
		}
		if (!text_is_utf8(cell, strlen(cell)))
			blame(record, column->text, _(no_utf8));
		add_text(arena, members, &end, column->text, cell);
		column = column->next;
	}
	if (column && members->count > 0 && (members->count > 1 || *members->first->text))
		blame(record, column->text, _("has no cell for it"));
	++*line;
	return record;
}

static struct record *read_csv(struct cli *cli, const char *name, char *text)
{
	struct record *first = NULL, **end = &first;
	struct json header = {.type = JSON_LIST}, **column = &header.first;
	size_t line = 1;
	bool last = false;
	while (!last) {
		char *cell = read_cell(cli->arena, &text, &last, &line);
		if (!cell || !text_is_utf8(cell, strlen(cell)) || !*cell) {
			say(_("%s: its first row is no row of column names in UTF-8"), name);
			return NULL;
		}
		add_text(cli->arena, &header, &column, NULL, cell);
	}
	for (line++; *text;) {
		struct record *record = read_row(cli->arena, &text, &line, &header);
		if (!record) {
			say(_("%s: row %zu: a quote is opened and not closed"), name, line);
			return NULL;
		}
		bool blank = record->members->count <= 1 && (!record->members->first || !*record->members->first->text);
		*end = record;
		if (!blank)
			end = &record->next;
		else
			*end = NULL;
	}
	if (!first)
		say(_("%s holds no records"), name);
	return first;
}

static struct record *read_json(struct cli *cli, const char *name, const char *text, const char *list)
{
	struct faults faults;
	struct record *first = NULL, **end = &first;
	size_t row = 1;
	faults_init(&faults, cli->arena);
	const struct json *root = json_read(cli->arena, text, strlen(text), &faults);
	const struct json *items = root && root->type == JSON_OBJECT && list ? json_member(root, list) : root;
	if (!items || items->type != JSON_LIST) {
		say(_("%s: %s"), name, faults.first ? faults.first->message : _("there is no list of records in it"));
		return NULL;
	}
	for (const struct json *item = items->first; item; item = item->next, row++) {
		struct record *record = arena_take(cli->arena, sizeof *record);
		*record = (struct record){.members = item, .row = row};
		if (item->type != JSON_OBJECT)
			blame(record, "", _("is no object"));
		*end = record;
		end = &record->next;
	}
	if (!first)
		say(_("%s holds no records"), name);
	return first;
}

struct record *import_read(struct cli *cli, const char *name, const char *encoding, const char *list)
{
	struct buffer bytes;
	buffer_init(&bytes, cli->arena);
	if (!read_bytes(name, &bytes))
		return NULL;
	char *text = encoding ? convert(cli->arena, name, encoding, &bytes) : bytes.bytes;
	if (!text)
		return NULL;
	text += text_starts(text, BOM) ? strlen(BOM) : 0;
	const char *begin = text + strspn(text, " \t\r\n");
	if (*begin != '{' && *begin != '[')
		return read_csv(cli, name, text);
	if (text_is_utf8(begin, strlen(begin)))
		return read_json(cli, name, begin, list);
	say(_("%s is not UTF-8 text"), name);
	return NULL;
}
