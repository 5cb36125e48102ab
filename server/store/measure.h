// SPDX-License-Identifier: Apache-2.0
// Measures: THE MEASURE TABLE (measure.c) has a row per measure. Each is made of facts told by the audit record as of a
// moment; a fact has a numerator, a denominator and the dimensions by which figures can be told apart.
#ifndef WEIHU_STORE_MEASURE_H
#define WEIHU_STORE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "store/pg.h"

struct measure {
	const char *name, *zh, *en;
	const char *unit;    // ratio count hours days percent score
	const char *formula; // for people
	const char *by;      // dimensions by which it can be told apart: "program,language,…"
	const char *split;   // those by which it is told apart unless others are asked for; "": none
	enum { MEASURE_RATIO, MEASURE_SUM, MEASURE_SHARE } figure;
	bool spread; // median, 90th percentile and greatest of the single facts are worth telling

	// The facts, in SQL.
	const char *source, *where;
	const char *at; // the moment that puts a fact into a period
	const char *numerator, *denominator;
	const char *scale;    // what both are measured in, by what they are told in: seconds by hours is 3600
	const char *left_out; // why a fact cannot be counted, null when it can
};

extern const struct measure measures[];
extern const size_t measure_count;

const struct measure *measure_find(const char *name); // or NULL

// What a measure is asked with.
struct measure_ask {
	const char *from, *to; // days; the second is not within the period
	const char *as_of;     // a moment
	const char *zone;      // in which days and months begin
	const char *closed;    // the terminal states, "closed,rejected,…"
	const char *calendar;  // as worked_seconds() reads it
	const char *by;        // dimensions with commas between, or NULL
	bool detail;           // the facts instead of figures, of the tickets that the caller sees
	const char *caller;    // login
	bool outside;          // a vendor's account
	int64_t offset, limit; // of facts
	const char *columns; // SQL instead of the figures as they are: over f, the figures, and m, the measure; or NULL
	bool none;           // no rows of it, but the columns
	const char *(*filter)(const void *source, const char *dimension);
	const void *source;
};

// Its number: the place in the table, from 1.
int measure_number(const struct measure *measure);

bool measure_knows(const struct measure *measure, const char *dimension);

// Of "program,language,…" what the measure can be told apart by, with what it must be.
const char *measure_split_known(const struct measure *measure, const char *by, struct arena *arena);

// The dimensions by which the figures will be told apart, in their own order.
const char *measure_split(const struct measure *measure, const struct measure_ask *ask, struct arena *arena);

// Asks for the figures: "total" (truth), "group" (an object), and a figure's members; the total comes first. Or for one
// fact more than `limit`. False with faults (field: the parameter) for what cannot be asked.
bool measure_ask(struct pg *pg, const struct measure *measure, const struct measure_ask *ask, struct arena *arena,
    struct faults *faults, pg_done *done, void *context);

#endif
