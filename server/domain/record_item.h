// SPDX-License-Identifier: Apache-2.0
// The maintenance record: THE ITEM TABLE (record_item.c) has its 18 items, what each lacks, and who can supply it.
#ifndef WEIHU_DOMAIN_RECORD_ITEM_H
#define WEIHU_DOMAIN_RECORD_ITEM_H

#include "domain/move.h"

#define RECORD_ITEM_COUNT 18

const char *record_item_name(int item);  // stable: "source_statements"; item from 1 to RECORD_ITEM_COUNT
const char *record_item_label(int item); // msgid for people

// The item that is this field of a ticket, or 0.
int record_item_of(const char *field);

// The items that `text` gives reasons for, bit n-1 for item n. It is made of clauses "ITEMS: REASON", one a line or
// between semicolons; ITEMS are numbers and ranges: "2-4: no source; 6, 7: no counters". Chinese punctuation will do.
record_items record_items_explained(const char *text);

// The items that the ticket lacks as it will stand after the move, without those explained.
record_items record_items_lacking(const struct move *move);

// Refuses for each item that is lacking.
void record_items_refuse(struct verdict *verdict, const struct move *move);

#endif
