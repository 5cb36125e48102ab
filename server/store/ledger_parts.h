// SPDX-License-Identifier: Apache-2.0
// What the ledger's files share.
#ifndef WEIHU_STORE_LEDGER_PARTS_H
#define WEIHU_STORE_LEDGER_PARTS_H

#include <libpq-fe.h>

#include "store/ledger.h"

#define NUMBER_TEXT 24 // bytes that a number needs

// Statements of the sealer, prepared when they are first carried out.
enum ledger_statement { LEDGER_PENDING, LEDGER_APPEND, LEDGER_STATEMENTS };

struct ledger {
	PGconn *connection;
	bool prepared[LEDGER_STATEMENTS];
};

// The rows, or NULL with a fault. Values are texts.
PGresult *ledger_ask(struct ledger *ledger, const char *sql, int count, const char *const *values,
    struct faults *faults);
const char *ledger_cell(const PGresult *rows, int row, int column); // NULL: null
uint64_t ledger_number(const PGresult *rows, int row, int column);

#endif
