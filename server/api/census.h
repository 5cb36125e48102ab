// SPDX-License-Identifier: Apache-2.0
// How many tickets there are in each state. Counting takes the longer the more there are, and whoever asks for figures
// asks often: after a count that took long the next one waits.
#ifndef WEIHU_API_CENSUS_H
#define WEIHU_API_CENSUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "store/pg.h"

struct census; // of one worker

struct census *census_new(void);
void census_free(struct census *census); // NULL: nothing

// Whether the last count is too old for what it took. `now` and `began` are clock_ticks().
bool census_is_due(const struct census *census, int64_t now);
// Keeps a count: rows of state and number.
void census_keep(struct census *census, const struct pg_result *rows, int64_t began, int64_t now);
// Adds the last count as lines of Prometheus' text format; none before the first count.
void census_print(const struct census *census, struct buffer *out);

#endif
