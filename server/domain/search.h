// SPDX-License-Identifier: Apache-2.0
// Search terms of a text in Chinese and other scripts: pairs of neighbouring CJK characters and lower-case words.
#ifndef WEIHU_DOMAIN_SEARCH_H
#define WEIHU_DOMAIN_SEARCH_H

#include "base/arena.h"
#include "base/text.h"

// Adds the terms of well-formed UTF-8 `text` (NULL: none) to a PostgreSQL tsvector in text form ('支付' '付网' '网'). A
// run of CJK characters gives each pair of neighbours and its last character; a run of other letters and digits gives
// the word. Terms hold letters and digits alone, so nothing in them needs an escape.
void search_terms(struct buffer *vector, const char *text);

// A PostgreSQL tsquery that finds texts with all of the query's terms ('支付' & 'gateway':*), or NULL if it has none.
// Pairs do not prove that they stand beside each other: recheck what was found.
const char *search_query(struct arena *arena, const char *query);

#endif
