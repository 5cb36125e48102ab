// SPDX-License-Identifier: Apache-2.0
// The inside of a result: libpq's rows, or the one row of a set that belongs to one deed.
#ifndef WEIHU_STORE_RESULT_H
#define WEIHU_STORE_RESULT_H

#include <libpq-fe.h>

#include "store/pg.h"

struct pg_result {
	PGresult *rows; // NULL: away
	int first;      // the row that pg_*() call row 0
	int count;
	int skip; // columns left out at the front
	bool set; // it is one row of a set's answer
};

// The view on all of `rows`, or with `deed` > 0 on the one row whose first column says so.
struct pg_result result_of(PGresult *rows, int deed);

const char *result_sqlstate(const PGresult *rows); // never NULL

#endif
