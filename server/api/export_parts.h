// SPDX-License-Identifier: Apache-2.0
// An export under way, shared by the files that ask for its pages and those that write them.
#ifndef WEIHU_API_EXPORT_PARTS_H
#define WEIHU_API_EXPORT_PARTS_H

#include "api/call.h"
#include "api/errand.h"

struct spreadsheet;

// What a format makes of pages.
struct export_format {
	const char *name, *type;
	enum outcome (
	    *tell)(struct call *call, const struct pg_result *rows); // a page, the last one if the state says so
	// Of text formats alone:
	void (*begin)(const struct export_state *state, struct buffer *out);
	void (*rows)(const struct pg_result *rows, struct buffer *out);
};

struct export_state {
	const struct export *export;
	const struct export_column *columns;
	const struct export_format *format;
	int64_t after; // the key of the last row
	bool bom, ended;
	const char *lang;                 // of the headings: zh, en, or NULL: identifiers
	struct export_question *question; // for a page; NULL of measures
	struct arena *arena;              // of the page

	// Of text alone:
	struct buffer page;            // what is to be sent next
	size_t longest;                // bytes of the longest page so far
	bool asking, sending, cut_off; // a page was asked for; a piece is on its way; there will be no end

	// Of a workbook alone:
	struct spreadsheet *spreadsheet;
	struct call *call;
	struct errand errand;
	const char **cells; // of the page, row by row
	int rows, width;    // of the page
	int64_t size, sent; // bytes of the finished file
};

extern const struct export_format export_csv, export_jsonl, export_xlsx;

void export_drop_page(struct export_state *state);
bool export_ask_page(struct call *call); // the rows behind state->after; false with call->faults
void export_head(struct call *call);     // the headers of the answer
const char *export_heading(const struct export_state *state, const struct export_column *column);

// Measures: a page is the figures of one measure. Whether one is left behind state->after; asking for it.
bool export_measures_left(const struct call *call);
bool export_ask_measures(struct call *call, call_reader *reader); // false with call->faults

#endif
