// SPDX-License-Identifier: Apache-2.0
// A lane: a few links on which wishes ride in sets. Each link carries one set at a time; while all do, the next set
// gathers. A set is a JSON list of deeds, the only parameter of one statement, so that one plan, one commit and one
// answer serve all of them.
#ifndef WEIHU_STORE_LANE_H
#define WEIHU_STORE_LANE_H

#include "store/link.h"
#include "store/pg.h"

struct lane;

// The links are the lane's from now on. A set carries at most `set_most` wishes; who waited for it longer than so many
// seconds has waited in vain (PG_AWAY).
struct lane *lane_new(struct link **links, int count, int set_most, int seconds);
// Whatever is in flight ends with PG_AWAY, and what waits at the next turn.
void lane_close(struct lane *lane);
void lane_free(struct lane *lane); // after that turn

// The link with the least in flight that stands, for what rides in no set; NULL: none stands.
struct link *lane_link(const struct lane *lane);

// Lets a deed (JSON, copied) wait; see pg_write().
void lane_add(struct lane *lane, enum statement_id statement, const char *deed, uint64_t lock, pg_done *done,
    void *context);
// Sends what can ride; when no link stands, whatever waits ends with PG_AWAY. For the loop: it calls back.
void lane_turn(struct lane *lane);

void lane_gauge(const struct lane *lane, struct pg_gauges *gauges); // adds to them

#endif
