// SPDX-License-Identifier: Apache-2.0
// Reading what PostgreSQL answered.
#include "store/result.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int row_of_deed(PGresult *rows, int deed)
{
	int count = PQntuples(rows);

	for (int i = 0; i < count; i++) { // rows mostly come in order: look where it should be first
		int row = (deed - 1 + i) % count;
		int64_t number;

		if (text_to_int(PQgetvalue(rows, row, 0), 0, INT32_MAX, &number) && number == deed)
			return row;
	}
	return -1;
}

struct pg_result result_of(PGresult *rows, bool vouches)
{
	struct pg_result result = {.rows = rows, .skip = vouches, .epoch = vouches ? 0 : -1};

	if (rows != NULL && PQresultStatus(rows) == PGRES_TUPLES_OK)
		result.count = PQntuples(rows);
	return result;
}

struct pg_result result_of_deed(PGresult *rows, int deed, bool vouches)
{
	struct pg_result result = {.rows = rows, .skip = 1 + vouches, .epoch = vouches ? 1 : -1, .written = !vouches};

	if (rows == NULL || PQresultStatus(rows) != PGRES_TUPLES_OK)
		return result;
	int row = row_of_deed(rows, deed);
	result.first = row < 0 ? 0 : row;
	result.count = row < 0 ? 0 : 1;
	return result;
}

int64_t pg_epoch(const struct pg_result *result)
{
	bool told = result->epoch >= 0 && result->count > 0;

	return told ? strtoll(PQgetvalue(result->rows, result->first, result->epoch), NULL, 10) : 0;
}

bool pg_vouches(const struct pg_result *result, int64_t epoch)
{
	if (result->written)
		return result->count > 0 && strcmp(pg_text(result, 0, 0), "turned") != 0;
	return pg_epoch(result) == epoch;
}

const char *result_sqlstate(const PGresult *rows)
{
	const char *state = PQresultErrorField(rows, PG_DIAG_SQLSTATE);

	return state != NULL ? state : "";
}

enum pg_status pg_status(const struct pg_result *result)
{
	if (result->rows == NULL)
		return PG_AWAY;
	return PQresultStatus(result->rows) == PGRES_TUPLES_OK ? PG_DONE : PG_FAILED;
}

const char *pg_sqlstate(const struct pg_result *result)
{
	return result->rows == NULL ? "" : result_sqlstate(result->rows);
}

static const char *diagnosis(const struct pg_result *result, int field, const char *none)
{
	const char *text = result->rows == NULL ? NULL : PQresultErrorField(result->rows, field);

	return text != NULL ? text : none;
}

const char *pg_constraint(const struct pg_result *result)
{
	return diagnosis(result, PG_DIAG_CONSTRAINT_NAME, "");
}

const char *pg_table(const struct pg_result *result)
{
	return diagnosis(result, PG_DIAG_TABLE_NAME, "");
}

const char *pg_message(const struct pg_result *result)
{
	return diagnosis(result, PG_DIAG_MESSAGE_PRIMARY, "no answer");
}

int pg_rows(const struct pg_result *result)
{
	return result->count;
}

int pg_columns(const struct pg_result *result)
{
	return PQnfields(result->rows) - result->skip;
}

const char *pg_name(const struct pg_result *result, int column)
{
	return PQfname(result->rows, column + result->skip);
}

const char *pg_text(const struct pg_result *result, int row, int column)
{
	int at_row = result->first + row, at_column = column + result->skip;

	if (PQgetisnull(result->rows, at_row, at_column))
		return NULL;
	return PQgetvalue(result->rows, at_row, at_column);
}

const char *pg_cell(const struct pg_result *result, int row, int column, size_t *length)
{
	int at_row = result->first + row, at_column = column + result->skip;

	*length = (size_t)PQgetlength(result->rows, at_row, at_column);
	if (*length == 0 && PQgetisnull(result->rows, at_row, at_column))
		return NULL;
	return PQgetvalue(result->rows, at_row, at_column);
}

int64_t pg_int(const struct pg_result *result, int row, int column)
{
	const char *text = pg_text(result, row, column);

	return text == NULL ? 0 : strtoll(text, NULL, 10);
}

static const struct {
	Oid oid; // pg_type.dat of PostgreSQL 15
	enum pg_type type;
} types[] = {
    {16, PG_TYPE_TRUTH},    // bool
    {20, PG_TYPE_NUMBER},   // int8
    {21, PG_TYPE_NUMBER},   // int2
    {23, PG_TYPE_NUMBER},   // int4
    {1082, PG_TYPE_DAY},    // date
    {1184, PG_TYPE_TIME},   // timestamptz
    {1700, PG_TYPE_NUMBER}, // numeric
    {3802, PG_TYPE_JSON},   // jsonb
};

enum pg_type pg_type(const struct pg_result *result, int column)
{
	Oid oid = PQftype(result->rows, column + result->skip);

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i].oid == oid)
			return types[i].type;
	return PG_TYPE_TEXT;
}
