// SPDX-License-Identifier: Apache-2.0
// What the replayed log says in figures: the 18 items of the maintenance record, and measures M1 to M7.
#ifndef WEIHU_AUDIT_REPORT_H
#define WEIHU_AUDIT_REPORT_H

#include "audit/replay.h"

// One row of CSV for each change of each ticket (a ticket without changes has one, too): the 18 items.
void report_items(const struct replay *replay, struct buffer *out);
// One row of CSV for each figure: measure, by, numerator, denominator, value ("" where the denominator is nought).
void report_measures(const struct replay *replay, struct buffer *out);

// The leaf as a row of the event table in CSV; with a heading when `leaf` is NULL.
void report_event(const struct leaf *leaf, struct buffer *out);

#endif
