// SPDX-License-Identifier: Apache-2.0
// Lists: pages by keyset cursors, with filters as the listing's table has them.
#ifndef WEIHU_API_LIST_H
#define WEIHU_API_LIST_H

#include "api/call.h"

// Reads `limit` into call->limit; false with a fault when it cannot be.
bool read_limit(struct call *call);

// A step: asks for the page of the route's listing and answers it.
enum outcome list(struct call *call);

// The same with a reader of one's own.
enum outcome ask_page(struct call *call, call_reader *reader);

// Writes {"items":[…],"next":… into the answer, left open, and the Link header.
void page_write(struct call *call, const struct pg_result *rows);

#endif
