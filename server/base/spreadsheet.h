// SPDX-License-Identifier: Apache-2.0
// Spreadsheets (Office Open XML, ISO/IEC 29500), written row by row in constant memory: what was written waits in files
// without a name, which go with the process. The only code that knows libxlsxwriter.
#ifndef WEIHU_BASE_SPREADSHEET_H
#define WEIHU_BASE_SPREADSHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spreadsheet;

// How a cell's text is to be read: anything; digits; true or false; RFC 3339; 2026-11-23.
enum cell_type { CELL_TEXT, CELL_NUMBER, CELL_TRUTH, CELL_TIME, CELL_DAY, CELL_TYPES };

// Begins one whose files stand in `folder`, with the first row frozen. `title`, `headings` and `types` (one of each per
// column) are kept by the caller. Rows beyond what a sheet holds go on in a further one.
struct spreadsheet *spreadsheet_new(const char *folder, const char *title, const char *const *headings,
    const enum cell_type *types, size_t columns);

// A cell of the row that is being written; NULL leaves it empty. Text is never taken for a formula; of more than a cell
// holds the end is cut, and says so. A number or a time that a spreadsheet could not hold exactly stays text. Times are
// UTC, to the microsecond.
void spreadsheet_add(struct spreadsheet *spreadsheet, size_t column, const char *text);
void spreadsheet_end_row(struct spreadsheet *spreadsheet);

// Completes it and gives how many bytes it has; -1 when something could not be written: see spreadsheet_fault(). Takes
// its time.
int64_t spreadsheet_finish(struct spreadsheet *spreadsheet);

// What went wrong so far, for people, or NULL; a full disk is noticed at the latest when it is finished.
const char *spreadsheet_fault(const struct spreadsheet *spreadsheet);

// At most `most` bytes from `offset` on of what was finished; how many were read, or -1.
int64_t spreadsheet_read(const struct spreadsheet *spreadsheet, int64_t offset, void *bytes, size_t most);

void spreadsheet_free(struct spreadsheet *spreadsheet);

#endif
