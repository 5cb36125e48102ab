// SPDX-License-Identifier: Apache-2.0
// Runs a file of SQL statements and tells where it fails. A complaint often has no position, only the count of
// statements that went well before it: so the statements are counted in the text too.
#include "store/migrate_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int line_at(const char *text, const char *place)
{
	int line = 1;

	for (const char *c = text; c < place; c++)
		line += *c == '\n';
	return line;
}

// PostgreSQL counts characters, from 1.
static const char *character_at(const char *text, long position)
{
	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xC0) != 0x80 && --position <= 0)
			break;
	return text;
}

static const char *end_or(const char *found, size_t length, const char *token)
{
	return found != NULL ? found + length : token + strlen(token);
}

static const char *comment_end(const char *token)
{
	int depth = 1;

	for (token += 2; *token != '\0' && depth > 0; token++) {
		if (text_starts(token, "/*"))
			depth++, token++;
		else if (text_starts(token, "*/"))
			depth--, token++;
	}
	return token;
}

static const char *quote_end(const char *token, bool escapes)
{
	for (const char *c = token + 1; *c != '\0'; c++) {
		if (*c == *token)
			return c + 1; // a doubled quote begins the next token, which is as good
		if (escapes && *c == '\\' && c[1] != '\0')
			c++;
	}
	return token + strlen(token);
}

static const char *dollar_end(const char *token)
{
	char tag[64];
	size_t length = 1 + strspn(token + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") + 1;

	if (token[length - 1] != '$' || length >= sizeof(tag))
		return token + 1;
	memcpy(tag, token, length);
	tag[length] = '\0';
	return end_or(strstr(token + length, tag), length, token);
}

static bool is_comment(const char *c)
{
	return text_starts(c, "--") || text_starts(c, "/*");
}

// The end of the comment, string, quoted name or single character at `token`.
static const char *token_end(const char *text, const char *token)
{
	bool escapes = token > text && (token[-1] == 'E' || token[-1] == 'e');

	if (text_starts(token, "--"))
		return end_or(strchr(token, '\n'), 1, token);
	if (text_starts(token, "/*"))
		return comment_end(token);
	if (*token == '\'' || *token == '"')
		return quote_end(token, escapes);
	if (*token == '$')
		return dollar_end(token);
	return token + 1;
}

// Where the statement begins that follows `before` others.
static const char *statement_at(const char *text, int before)
{
	const char *begin = NULL;

	for (const char *c = text; *c != '\0'; c = token_end(text, c)) {
		if (begin == NULL && *c != ';' && !isspace((unsigned char)*c) && !is_comment(c))
			begin = c;
		if (*c != ';' || begin == NULL)
			continue;
		if (before-- == 0)
			return begin;
		begin = NULL;
	}
	return begin != NULL ? begin : text;
}

char *line_of(const char *text, struct arena *arena)
{
	char *line = arena_copy(arena, text);

	for (size_t length = strlen(line); length > 0 && line[length - 1] == '\n'; length--)
		line[length - 1] = '\0';
	for (char *c = line; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	return line;
}

const char *complaint_text(const PGresult *result, struct arena *arena)
{
	static const int fields[] = {PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_MESSAGE_DETAIL, PG_DIAG_CONTEXT,
	    PG_DIAG_MESSAGE_HINT};
	struct buffer text;

	buffer_init(&text, arena);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const char *part = PQresultErrorField(result, fields[i]);
		if (part == NULL)
			continue;
		buffer_add_text(&text, text.length > 0 ? "; " : "");
		buffer_add_text(&text, part);
	}
	if (text.length == 0) // the connection broke, or the server waits for rows to copy
		buffer_print(&text, "%s%s", PQresStatus(PQresultStatus(result)), PQresultErrorMessage(result));
	return line_of(text.bytes, arena);
}

static void failure_tell(const PGresult *result, const char *path, const char *text, int before, struct arena *arena,
    struct faults *faults)
{
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	const char *place =
	    position != NULL ? character_at(text, strtol(position, NULL, 10)) : statement_at(text, before);

	faults_add(faults, arena_print(arena, "%s:%d", path, line_at(text, place)), "sql", "%s",
	    complaint_text(result, arena));
}

static bool result_is_good(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

// After a failure the connection is of no use: results may still be waiting in it.
bool script_run(PGconn *connection, const char *path, const char *text, struct arena *arena, struct faults *faults)
{
	if (PQsendQuery(connection, text) != 1) {
		faults_add(faults, path, "database", "%s", line_of(PQerrorMessage(connection), arena));
		return false;
	}
	bool good = true;
	PGresult *result;
	for (int before = 0; good && (result = PQgetResult(connection)) != NULL; before++) {
		good = result_is_good(result);
		if (!good)
			failure_tell(result, path, text, before, arena, faults);
		PQclear(result);
	}
	if (good && PQtransactionStatus(connection) != PQTRANS_INTRANS) {
		faults_add(faults, path, "sql", "a migration must not end its transaction");
		good = false;
	}
	return good;
}
