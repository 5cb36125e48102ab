// SPDX-License-Identifier: Apache-2.0
// Spreadsheets by libxlsxwriter. It does not look whether its temporary files could be written: we do.
#include "base/spreadsheet.h"

#include <errno.h>
#include <fcntl.h>
#include <minizip/unzip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"

#define SHEETS_MOST 64
#define TEXT_MOST 32767 // UTF-16 units
#define DIGITS_MOST 15  // that a double holds exactly
#define NAME_MOST 32
#define FIRST_DAY "1900-03-01" // before it, spreadsheets disagree about the calendar
#define DAYS_TO_1970 25569

static const char cut_off[] = "… (cut off: a cell holds no more)";

struct spreadsheet {
	lxw_workbook *book;   // NULL once it is finished
	lxw_worksheet *sheet; // the last one
	lxw_format *heading, *formats[CELL_TYPES];
	const char *title, *const *headings;
	const enum cell_type *types;
	size_t columns;
	lxw_row_t row;
	int count; // of sheets
	lxw_worksheet *sheets[SHEETS_MOST];
	int64_t sizes[SHEETS_MOST]; // bytes of their rows
	int file;
	char path[NAME_MOST];
	char fault[128];
};

static void fail(struct spreadsheet *spreadsheet, const char *message)
{
	if (*spreadsheet->fault == '\0')
		snprintf(spreadsheet->fault, sizeof(spreadsheet->fault), "%s", message);
}

// The rows of the sheet so far: libxlsxwriter forgets failures when it rewinds the file.
static void sheet_end(struct spreadsheet *spreadsheet)
{
	FILE *rows = spreadsheet->sheet->optimize_tmpfile;

	lxw_worksheet_write_single_row(spreadsheet->sheet);
	if (fflush(rows) != 0 || ferror(rows))
		fail(spreadsheet, strerror(errno == 0 ? ENOSPC : errno));
	spreadsheet->sizes[spreadsheet->count - 1] = ftello(rows);
}

static void sheet_begin(struct spreadsheet *spreadsheet)
{
	static const double widths[CELL_TYPES] =
	    {[CELL_TEXT] = 24, [CELL_NUMBER] = 12, [CELL_TRUTH] = 8, [CELL_TIME] = 20, [CELL_DAY] = 12};
	char name[NAME_MOST];

	if (spreadsheet->count > 0)
		sheet_end(spreadsheet);
	snprintf(name, sizeof(name), spreadsheet->count > 0 ? "%s %d" : "%s", spreadsheet->title,
	    spreadsheet->count + 1);
	lxw_worksheet *sheet = workbook_add_worksheet(spreadsheet->book, name);
	if (sheet == NULL) {
		fail(spreadsheet, strerror(errno));
		return;
	}
	spreadsheet->sheet = sheet;
	spreadsheet->sheets[spreadsheet->count++] = sheet;
	worksheet_freeze_panes(sheet, 1, 0);
	for (size_t i = 0; i < spreadsheet->columns; i++) {
		lxw_col_t column = (lxw_col_t)i;

		worksheet_set_column(sheet, column, column, widths[spreadsheet->types[i]], NULL);
		worksheet_write_string(sheet, 0, column, spreadsheet->headings[i], spreadsheet->heading);
	}
	spreadsheet->row = 1;
}

static lxw_format *format_new(lxw_workbook *book, const char *form)
{
	lxw_format *format = workbook_add_format(book);

	format_set_num_format(format, form);
	return format;
}

static void book_begin(struct spreadsheet *spreadsheet, const char *folder)
{
	char *own = strdup(folder);
	lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = own, .use_zip64 = LXW_TRUE};
	lxw_doc_properties properties = {.title = (char *)spreadsheet->title,
	    .comments = "weihu",
	    .created = (time_t)(clock_now() / MOMENT_SECOND)};

	spreadsheet->book = own == NULL ? NULL : workbook_new_opt(spreadsheet->path, &options);
	free(own);
	if (spreadsheet->book == NULL)
		abort();
	workbook_set_properties(spreadsheet->book, &properties);
	spreadsheet->heading = workbook_add_format(spreadsheet->book);
	format_set_bold(spreadsheet->heading);
	spreadsheet->formats[CELL_TIME] = format_new(spreadsheet->book, "yyyy-mm-dd hh:mm:ss");
	spreadsheet->formats[CELL_DAY] = format_new(spreadsheet->book, "yyyy-mm-dd");
	sheet_begin(spreadsheet);
}

struct spreadsheet *spreadsheet_new(const char *folder, const char *title, const char *const *headings,
    const enum cell_type *types, size_t columns)
{
	struct spreadsheet *spreadsheet = calloc(1, sizeof(*spreadsheet));

	if (spreadsheet == NULL)
		abort();
	spreadsheet->title = title;
	spreadsheet->headings = headings;
	spreadsheet->types = types;
	spreadsheet->columns = columns;
	spreadsheet->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (spreadsheet->file < 0) {
		fail(spreadsheet, strerror(errno));
		return spreadsheet;
	}
	snprintf(spreadsheet->path, sizeof(spreadsheet->path), "/proc/self/fd/%d", spreadsheet->file);
	book_begin(spreadsheet, folder);
	return spreadsheet;
}

// Cells.

static bool is_escape(const char *text)
{
	static const char hex[] = "0123456789abcdefABCDEF";

	return text_starts(text, "_x") && strspn(text + 2, hex) >= 4 && text[6] == '_';
}

// What XML cannot hold, or a spreadsheet would read as something else: U+FFFE and U+FFFF, and what looks like an escape
// (ISO/IEC 29500-1, 22.9.2.19). Control characters are libxlsxwriter's job.
static const char *text_escape(const char *text, struct arena *arena)
{
	struct buffer escaped;

	buffer_init(&escaped, arena);
	for (; *text != '\0'; text++)
		if (*text == '_' && is_escape(text)) {
			buffer_add_text(&escaped, "_x005F_");
		} else if (text_starts(text, "\xEF\xBF\xBE") || text_starts(text, "\xEF\xBF\xBF")) {
			buffer_add_text(&escaped, "\xEF\xBF\xBD");
			text += 2;
		} else {
			buffer_add_char(&escaped, *text);
		}
	return escaped.bytes;
}

// Where the text has to end so that `most` UTF-16 units come before; NULL if it is no longer than that.
static const char *text_end(const char *text, size_t most)
{
	for (size_t units = 0; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		units += (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
		if (units > most)
			return text;
	}
	return NULL;
}

static void add_text(struct spreadsheet *spreadsheet, lxw_col_t column, const char *text)
{
	struct arena *arena = arena_new();
	const char *escaped = text_escape(text, arena);

	if (text_end(escaped, TEXT_MOST) != NULL) {
		const char *end = text_end(escaped, TEXT_MOST - text_points(cut_off));
		const char *kept = arena_copy_bytes(arena, escaped, (size_t)(end - escaped));

		escaped = arena_print(arena, "%s%s", kept, cut_off);
	}
	worksheet_write_string(spreadsheet->sheet, spreadsheet->row, column, escaped, NULL);
	arena_free(arena);
}

static void add_number(struct spreadsheet *spreadsheet, lxw_col_t column, const char *text)
{
	static const char digits[] = "0123456789";
	size_t count = 0;

	for (const char *c = text; *c != '\0'; c++)
		count += strchr(digits, *c) != NULL;
	if (count == 0 || count > DIGITS_MOST)
		add_text(spreadsheet, column, text);
	else
		worksheet_write_number(spreadsheet->sheet, spreadsheet->row, column, strtod(text, NULL), NULL);
}

static void add_truth(struct spreadsheet *spreadsheet, lxw_col_t column, const char *text)
{
	worksheet_write_boolean(spreadsheet->sheet, spreadsheet->row, column, text_equals(text, "true"), NULL);
}

// Days since the last day of 1899 (ISO/IEC 29500-1, 18.17.4.1).
static void add_time(struct spreadsheet *spreadsheet, lxw_col_t column, const char *text)
{
	moment time, first;

	if (moment_read(text, &time) && moment_read(FIRST_DAY, &first) && time >= first)
		worksheet_write_number(spreadsheet->sheet, spreadsheet->row, column,
		    (double)time / (double)MOMENT_DAY + DAYS_TO_1970, spreadsheet->formats[spreadsheet->types[column]]);
	else
		add_text(spreadsheet, column, text);
}

static void (*const adders[CELL_TYPES])(struct spreadsheet *, lxw_col_t, const char *) = {
    [CELL_TEXT] = add_text,
    [CELL_NUMBER] = add_number,
    [CELL_TRUTH] = add_truth,
    [CELL_TIME] = add_time,
    [CELL_DAY] = add_time,
};

// A full sheet is followed by another one when there is a further row.
static void make_room(struct spreadsheet *spreadsheet)
{
	if (spreadsheet->row < LXW_ROW_MAX)
		return;
	if (spreadsheet->count == SHEETS_MOST)
		fail(spreadsheet, "there are more rows than a workbook holds");
	else
		sheet_begin(spreadsheet);
}

void spreadsheet_add(struct spreadsheet *spreadsheet, size_t column, const char *text)
{
	if (*spreadsheet->fault == '\0')
		make_room(spreadsheet);
	if (text != NULL && *spreadsheet->fault == '\0')
		adders[spreadsheet->types[column]](spreadsheet, (lxw_col_t)column, text);
}

void spreadsheet_end_row(struct spreadsheet *spreadsheet)
{
	if (*spreadsheet->fault == '\0')
		make_room(spreadsheet);
	spreadsheet->row++;
}

// The end: the file is read as whoever opens it will, for nobody tells whether all of it could be written.

#define EDGE 256 // bytes of a part's beginning and end that are looked at

struct part {
	int64_t length;
	char first[EDGE + 1], last[EDGE + 1]; // texts
};

// Keeps the last EDGE bytes of all that was read.
static void part_take(struct part *part, const char *bytes, size_t count)
{
	size_t kept = strlen(part->last);

	if (part->length == 0)
		memcpy(part->first, bytes, count < EDGE ? count : EDGE);
	part->length += (int64_t)count;
	if (count >= EDGE) {
		memcpy(part->last, bytes + count - EDGE, EDGE);
		return;
	}
	size_t old = kept + count > EDGE ? EDGE - count : kept;
	memmove(part->last, part->last + kept - old, old);
	memcpy(part->last + old, bytes, count);
}

static bool part_read(unzFile zip, struct part *part)
{
	char bytes[16384];
	int count;

	if (unzOpenCurrentFile(zip) != UNZ_OK)
		return false;
	while ((count = unzReadCurrentFile(zip, bytes, sizeof(bytes))) > 0)
		part_take(part, bytes, (size_t)count);
	return unzCloseCurrentFile(zip) == UNZ_OK && count == 0; // their checksum is right, too
}

// Whether the element that begins the document ends it.
static bool is_closed(const struct part *part)
{
	const char *root = strstr(part->first, "?>"), *end = strrchr(part->last, '<');

	root = root == NULL ? NULL : strchr(root, '<');
	if (root == NULL || end == NULL || !text_starts(end, "</"))
		return false;
	size_t name = strcspn(root + 1, " >");
	return strncmp(root + 1, end + 2, name) == 0 && text_starts(end + 2 + name, ">");
}

// A sheet is longer than its rows.
static int64_t least_length(const struct spreadsheet *spreadsheet, unzFile zip)
{
	char name[64];
	int number = 0;

	if (unzGetCurrentFileInfo64(zip, NULL, name, sizeof(name), NULL, 0, NULL, 0) != UNZ_OK)
		return INT64_MAX;
	bool sheet = sscanf(name, "xl/worksheets/sheet%d.xml", &number) == 1;
	return sheet && number >= 1 && number <= spreadsheet->count ? spreadsheet->sizes[number - 1] : 0;
}

static bool part_is_whole(const struct spreadsheet *spreadsheet, unzFile zip)
{
	struct part part = {0};

	return part_read(zip, &part) && part.length > least_length(spreadsheet, zip) && is_closed(&part);
}

static bool is_whole(const struct spreadsheet *spreadsheet)
{
	unzFile zip = unzOpen64(spreadsheet->path);

	if (zip == NULL)
		return false;
	bool whole = true;
	int state = unzGoToFirstFile(zip);
	for (; whole && state == UNZ_OK; state = unzGoToNextFile(zip))
		whole = part_is_whole(spreadsheet, zip);
	unzClose(zip);
	return whole && state == UNZ_END_OF_LIST_OF_FILE;
}

static void book_end(struct spreadsheet *spreadsheet)
{
	if (spreadsheet->book == NULL)
		return;
	sheet_end(spreadsheet);
	if (*spreadsheet->fault != '\0')
		return;
	lxw_error error = workbook_close(spreadsheet->book);
	spreadsheet->book = NULL;
	if (error != LXW_NO_ERROR)
		fail(spreadsheet, lxw_strerror(error));
	else if (!is_whole(spreadsheet))
		fail(spreadsheet, strerror(ENOSPC));
}

int64_t spreadsheet_finish(struct spreadsheet *spreadsheet)
{
	book_end(spreadsheet);
	return *spreadsheet->fault != '\0' ? -1 : lseek(spreadsheet->file, 0, SEEK_END);
}

const char *spreadsheet_fault(const struct spreadsheet *spreadsheet)
{
	return *spreadsheet->fault == '\0' ? NULL : spreadsheet->fault;
}

int64_t spreadsheet_read(const struct spreadsheet *spreadsheet, int64_t offset, void *bytes, size_t most)
{
	return pread(spreadsheet->file, bytes, most, offset);
}

void spreadsheet_free(struct spreadsheet *spreadsheet)
{
	if (spreadsheet->book != NULL) {
		for (int i = 0; i < spreadsheet->count; i++)
			fclose(spreadsheet->sheets[i]->optimize_tmpfile);
		lxw_workbook_free(spreadsheet->book);
	}
	if (spreadsheet->file >= 0)
		close(spreadsheet->file);
	free(spreadsheet);
}
