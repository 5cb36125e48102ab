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
	int skip;     // columns left out at the front
	int epoch;    // the column that tells the register's, or -1
	bool written; // it is what became of one deed of a set
};

// The view on all of `rows`; in front of them stands the epoch, if the statement vouches.
struct pg_result result_of(PGresult *rows, bool vouches);
// The view on the one row of a set's answer whose first column names the deed, from 1; a set that only reads vouches.
struct pg_result result_of_deed(PGresult *rows, int deed, bool vouches);

const char *result_sqlstate(const PGresult *rows); // never NULL

#endif
