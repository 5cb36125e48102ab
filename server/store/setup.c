// SPDX-License-Identifier: Apache-2.0
// Questions on a connection of one's own, before the event loop runs.
#include "store/setup.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"

static PGconn *connection_open(const char *dsn, struct faults *faults)
{
	const char *const keys[] = {"dbname", "application_name", "options", "connect_timeout", NULL};
	const char *const values[] = {dsn, "weihud-setup", "-c search_path=weihu,public -c timezone=UTC", "10", NULL};
	PGconn *connection = PQconnectdbParams(keys, values, 1);

	if (connection == NULL)
		abort();
	if (PQstatus(connection) == CONNECTION_OK)
		return connection;
	faults_add(faults, "dsn", "away", "the database cannot be reached: %s", PQerrorMessage(connection));
	PQfinish(connection);
	return NULL;
}

// The rows, or NULL with a fault.
static PGresult *ask(PGconn *connection, const char *sql, int count, const char *const *values, struct faults *faults)
{
	PGresult *rows = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);

	if (PQresultStatus(rows) == PGRES_TUPLES_OK)
		return rows;
	faults_add(faults, "database", "failed", "%s", PQerrorMessage(connection));
	PQclear(rows); // NULL when not even the question could be sent
	return NULL;
}

static void take_workflows(const PGresult *rows, struct registered_workflows *workflows, struct arena *arena)
{
	workflows->count = (size_t)PQntuples(rows);
	workflows->rows = arena_take_array(arena, workflows->count + 1, sizeof(*workflows->rows));
	for (size_t i = 0; i < workflows->count; i++)
		workflows->rows[i] = (struct registered_workflow){
		    .version = (int)strtol(PQgetvalue(rows, (int)i, 0), NULL, 10),
		    .name = arena_copy(arena, PQgetvalue(rows, (int)i, 1)),
		    .source = arena_copy(arena, PQgetvalue(rows, (int)i, 2)),
		};
}

bool setup_workflows(const char *dsn, struct registered_workflows *workflows, struct arena *arena,
    struct faults *faults)
{
	PGconn *connection = connection_open(dsn, faults);

	if (connection == NULL)
		return false;
	PGresult *rows =
	    ask(connection, "select version, name, source from workflow order by version", 0, NULL, faults);
	if (rows != NULL)
		take_workflows(rows, workflows, arena);
	PQclear(rows);
	PQfinish(connection);
	return rows != NULL;
}

// One deed of the database's owner, through the same function that the service uses.

static struct json_out *owner_deed(struct arena *arena, const char *action, const char *login)
{
	struct json_out *deed = arena_take(arena, sizeof(*deed));
	char at[MOMENT_TEXT];

	json_out_init(deed, arena);
	json_begin(deed, NULL, '[');
	json_begin(deed, NULL, '{');
	json_add_text(deed, "at", moment_print(clock_now(), at));
	json_add_text(deed, "actor", "weihud");
	json_add_text(deed, "action", action);
	json_add_text(deed, "login", login);
	return deed;
}

static bool owner_write(PGconn *connection, const char *sql, struct json_out *deed, const char *also,
    struct faults *faults)
{
	json_end(deed, '}');
	json_end(deed, ']');
	const char *values[] = {deed->out.bytes};
	PGresult *rows = ask(connection, sql, 1, values, faults);
	if (rows == NULL)
		return false;
	const char *outcome = PQgetvalue(rows, 0, 0);
	bool done = strcmp(outcome, "done") == 0 || strcmp(outcome, also) == 0;
	if (!done)
		faults_add(faults, "login", outcome, "not possible: %s", outcome);
	PQclear(rows);
	return done;
}

static bool add_admin(PGconn *connection, const char *login, const char *name, struct arena *arena,
    struct faults *faults)
{
	struct json_out *deed = owner_deed(arena, "add", login);

	json_begin(deed, "patch", '{');
	json_add_text(deed, "name", name);
	json_begin(deed, "roles", '[');
	json_add_text(deed, NULL, "admin");
	json_end(deed, ']');
	json_end(deed, '}');
	return owner_write(connection, "select outcome from person_save($1::jsonb)", deed, "exists", faults);
}

bool setup_admin(const char *owner_dsn, const char *login, const char *name, const char *token_hash,
    struct arena *arena, struct faults *faults)
{
	PGconn *connection = connection_open(owner_dsn, faults);

	if (connection == NULL)
		return false;
	bool done = add_admin(connection, login, name, arena, faults);
	if (done) {
		struct json_out *deed = owner_deed(arena, "token", login);

		json_add_text(deed, "name", "first token");
		json_add_text(deed, "hash_of_token", token_hash);
		done = owner_write(connection, "select outcome from token_add($1::jsonb)", deed, "done", faults);
	}
	PQfinish(connection);
	return done;
}

// What the role of this connection has too much, or lacks: it reads every table and runs the functions that write for
// it (security definer), and that is all; the sealer's functions are its own role's affair. Of an owner or a superuser
// nothing more is told: it may do anything.
static const char rights_sql[] =
    "with me as (select rolsuper, rolcreaterole, pg_has_role(n.nspowner, 'MEMBER') as owns, n.nspowner::regrole as "
    "owner "
    "from pg_roles r, pg_namespace n where r.rolname = current_user and n.nspname = 'weihu'), "
    "tables as (select oid, relname as name, relispartition as part from pg_class where relkind in ('r', 'p', 'v') "
    "and (relnamespace = 'weihu'::regnamespace or oid = 'public.migration'::regclass)), "
    "functions as (select oid, proname, prosecdef, has_function_privilege(oid, 'EXECUTE') as runs "
    "from pg_proc where pronamespace = 'weihu'::regnamespace and provolatile = 'v' and prorettype <> "
    "'trigger'::regtype), "
    "unread as (select oid, relname as name from pg_class where relnamespace = 'weihu'::regnamespace "
    "and relname in ('password', 'login_attempt', 'second_factor', 'recovery_code')) "
    "select true, 'to be a superuser' from me where rolsuper union all "
    "select true, 'to be a member of ' || owner || ', who owns the tables' from me where owns and not rolsuper union "
    "all "
    "select true, 'to be allowed to create roles' from me where rolcreaterole and not rolsuper union all "
    "select true, 'CREATE on schema weihu' from me where not owns and has_schema_privilege('weihu', 'CREATE') union "
    "all "
    "select true, privilege || ' on ' || name from me, tables, "
    "unnest('{INSERT,UPDATE,DELETE,TRUNCATE,TRIGGER}'::text[]) privilege where not owns "
    "and case when privilege in ('INSERT', 'UPDATE') then has_any_column_privilege(oid, privilege) "
    "else has_table_privilege(oid, privilege) end union all "
    "select true, 'EXECUTE on ' || proname from me, functions where not owns and runs and not prosecdef union all "
    "select false, 'EXECUTE on ' || proname from functions where prosecdef and not runs "
    "and not has_function_privilege('weihu_sealer', oid, 'EXECUTE') union all "
    "select true, 'SELECT on ' || name from me, unread where not owns and has_any_column_privilege(oid, 'SELECT') "
    "union all "
    "select false, 'SELECT on ' || name from tables where not part and not has_table_privilege(oid, 'SELECT') "
    "and oid not in (select oid from unread)";

bool setup_rights(const char *dsn, struct faults *faults)
{
	PGconn *connection = connection_open(dsn, faults);

	if (connection == NULL)
		return false;
	PGresult *rows = ask(connection, rights_sql, 0, NULL, faults);
	for (int row = 0; rows != NULL && row < PQntuples(rows); row++)
		faults_add(faults, "dsn", "rights", "the service's role %s %s",
		    *PQgetvalue(rows, row, 0) == 't' ? "needs not" : "lacks", PQgetvalue(rows, row, 1));
	bool right = rows != NULL && PQntuples(rows) == 0;
	PQclear(rows);
	PQfinish(connection);
	return right;
}

// A name that is set is known, unless its digits make it a rule of its own (POSIX, "ABC-8"). The list of all names
// would say it, too, but reads six hundred files.
static const char zone_sql[] = "select from (values ($1)) n (name) where case when name ~ '[0-9]' "
                               "then name in (select z.name from pg_timezone_names z) "
                               "else set_config('timezone', name, true) is not null end";

bool setup_zone(const char *dsn, const char *zone, struct faults *faults)
{
	PGconn *connection = connection_open(dsn, faults);

	if (connection == NULL)
		return false;
	PGresult *rows = PQexecParams(connection, zone_sql, 1, NULL, (const char *const[]){zone}, NULL, NULL, 0);
	bool known = rows != NULL && PQntuples(rows) == 1;
	if (rows != NULL && !known)
		faults_add(faults, "calendar", "unknown", "the database knows no time zone %s", zone);
	PQclear(rows);
	PQfinish(connection);
	return known;
}
