// SPDX-License-Identifier: Apache-2.0
// The migrator: compares schema/ with table public.migration and moves the database, one transaction per migration.
#include "store/migrate.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "store/migrate_parts.h"

struct migrator {
	PGconn *connection;
	const char *folder;
	struct migrations files, deployed;
	struct arena *arena;
	struct faults *faults;
};

static void notice_log(void *context, const char *message)
{
	(void)context;
	log_warn("migration: %.*s", (int)strcspn(message, "\n"), message);
}

// libpq quotes what it cannot parse, and that may hold a password: so its own words are kept back then.
static bool dsn_is_sound(const char *dsn, struct faults *faults)
{
	PQconninfoOption *options = PQconninfoParse(dsn, NULL);

	if (options == NULL)
		faults_add(faults, "dsn", "format",
		    "is no connection string (\"host=… dbname=… user=…\" or \"postgresql://…\")");
	PQconninfoFree(options);
	return options != NULL;
}

static bool connection_open(struct migrator *migrator, const char *dsn)
{
	if (!dsn_is_sound(dsn, migrator->faults))
		return false;
	migrator->connection = PQconnectdb(dsn);
	if (PQstatus(migrator->connection) == CONNECTION_OK && PQsetClientEncoding(migrator->connection, "UTF8") == 0) {
		(void)PQsetNoticeProcessor(migrator->connection, notice_log, NULL);
		return true;
	}
	faults_add(migrator->faults, "dsn", "database", "cannot connect: %s",
	    line_of(PQerrorMessage(migrator->connection), migrator->arena));
	return false;
}

// One statement with text parameters; NULL with a fault.
static PGresult *statement_run(struct migrator *migrator, const char *sql, int count, const char *const *values)
{
	PGresult *result = PQexecParams(migrator->connection, sql, count, NULL, values, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return result;
	faults_add(migrator->faults, "schema", "database", "%s", complaint_text(result, migrator->arena));
	PQclear(result);
	return NULL;
}

static bool command_run(struct migrator *migrator, const char *sql, int count, const char *const *values)
{
	PGresult *result = statement_run(migrator, sql, count, values);

	PQclear(result);
	return result != NULL;
}

static bool table_exists(struct migrator *migrator, bool *exists)
{
	PGresult *result = statement_run(migrator, "select to_regclass('public.migration') is not null", 0, NULL);

	if (result == NULL)
		return false;
	*exists = PQgetvalue(result, 0, 0)[0] == 't';
	PQclear(result);
	return true;
}

static bool deployed_read(struct migrator *migrator)
{
	bool exists = true;
	struct migrations *deployed = &migrator->deployed;

	if (!table_exists(migrator, &exists) || !exists)
		return !exists;
	PGresult *rows =
	    statement_run(migrator, "select number, name, sha256 from public.migration order by number", 0, NULL);
	if (rows == NULL)
		return false;
	deployed->count = (size_t)PQntuples(rows);
	deployed->list = arena_take_array(migrator->arena, deployed->count, sizeof(*deployed->list));
	for (int i = 0; i < PQntuples(rows); i++) {
		int64_t number = 0;
		(void)text_to_int(PQgetvalue(rows, i, 0), 1, INT32_MAX, &number); // the column is a positive int
		deployed->list[i] = (struct migration){(int)number, arena_copy(migrator->arena, PQgetvalue(rows, i, 1)),
		    arena_copy(migrator->arena, PQgetvalue(rows, i, 2))};
	}
	PQclear(rows);
	return true;
}

// What is deployed must be the first part of the folder, unchanged.
static bool deployed_is_known(struct migrator *migrator)
{
	size_t before = migrator->faults->count;

	for (size_t i = 0; i < migrator->deployed.count; i++) {
		const struct migration *row = &migrator->deployed.list[i];
		const struct migration *file = i < migrator->files.count ? &migrator->files.list[i] : NULL;
		const char *path = migration_path(migrator->folder, STEP_DEPLOY, row, migrator->arena);
		if (file == NULL || !text_equals(file->name, row->name))
			faults_add(migrator->faults, path, "unknown", "is deployed, but this release does not have it");
		else if (!text_equals(file->sha256, row->sha256))
			faults_add(migrator->faults, path, "changed", "has changed since it was deployed");
	}
	return migrator->faults->count == before;
}

static bool folder_is_deployed(struct migrator *migrator)
{
	for (size_t i = migrator->deployed.count; i < migrator->files.count; i++)
		faults_add(migrator->faults, "schema", "missing", "migration %s is not deployed: run weihud migrate",
		    migrator->files.list[i].name);
	return migrator->deployed.count >= migrator->files.count;
}

static bool script_read_and_run(struct migrator *migrator, enum migrate_step step, const struct migration *migration)
{
	const char *path = migration_path(migrator->folder, step, migration, migrator->arena);
	const char *text = migration_text(path, migrator->arena, migrator->faults);

	return text != NULL && script_run(migrator->connection, path, text, migrator->arena, migrator->faults);
}

static bool migration_deploy(struct migrator *migrator, const struct migration *migration)
{
	char now[MOMENT_TEXT], number[16];

	(void)snprintf(number, sizeof(number), "%d", migration->number);
	const char *const values[] = {number, migration->name, migration->sha256, moment_print(clock_now(), now)};
	bool deployed = command_run(migrator, "begin", 0, NULL) &&
	    script_read_and_run(migrator, STEP_DEPLOY, migration) &&
	    command_run(migrator, "savepoint deployed", 0, NULL) &&
	    script_read_and_run(migrator, STEP_VERIFY, migration) &&
	    command_run(migrator, "rollback to deployed", 0, NULL) &&
	    command_run(migrator,
	        "insert into public.migration (number, name, sha256, deployed_at) "
	        "values ($1::int, $2, $3, $4::timestamptz)",
	        4, values) &&
	    command_run(migrator, "commit", 0, NULL);
	if (deployed)
		log_info("deployed migration %s", migration->name);
	return deployed;
}

// The row goes first, since the revert of 0001 takes the table away.
static bool migration_revert(struct migrator *migrator, const struct migration *migration)
{
	char number[16];

	(void)snprintf(number, sizeof(number), "%d", migration->number);
	const char *const values[] = {number};
	bool reverted = command_run(migrator, "begin", 0, NULL) &&
	    command_run(migrator, "delete from public.migration where number = $1::int", 1, values) &&
	    script_read_and_run(migrator, STEP_REVERT, migration) && command_run(migrator, "commit", 0, NULL);
	if (reverted)
		log_info("reverted migration %s", migration->name);
	return reverted;
}

// Connected, the folder and the table read and compared. With `alone`, under the lock that lets one migrator work at a
// time; it goes with the connection.
static bool migrator_begin(struct migrator *migrator, const char *dsn, bool alone)
{
	return migrations_read(migrator->folder, &migrator->files, migrator->arena, migrator->faults) &&
	    connection_open(migrator, dsn) && command_run(migrator, "set client_min_messages = warning", 0, NULL) &&
	    (!alone || command_run(migrator, "select pg_advisory_lock(hashtext('weihu migration'))", 0, NULL)) &&
	    deployed_read(migrator) && deployed_is_known(migrator);
}

bool migrate_deploy(const char *owner_dsn, const char *folder, int *done, struct arena *arena, struct faults *faults)
{
	struct migrator migrator = {.folder = folder, .arena = arena, .faults = faults};
	bool good = migrator_begin(&migrator, owner_dsn, true);

	*done = 0;
	for (size_t i = migrator.deployed.count; good && i < migrator.files.count; i++) {
		good = migration_deploy(&migrator, &migrator.files.list[i]);
		*done += good;
	}
	PQfinish(migrator.connection);
	return good;
}

bool migrate_revert(const char *owner_dsn, const char *folder, int count, int *done, struct arena *arena,
    struct faults *faults)
{
	struct migrator migrator = {.folder = folder, .arena = arena, .faults = faults};
	bool good = migrator_begin(&migrator, owner_dsn, true);

	*done = 0;
	for (size_t i = migrator.deployed.count; good && i > 0 && *done < count; i--) {
		good = migration_revert(&migrator, &migrator.deployed.list[i - 1]);
		*done += good;
	}
	PQfinish(migrator.connection);
	return good;
}

bool migrate_check(const char *dsn, const char *folder, struct arena *arena, struct faults *faults)
{
	struct migrator migrator = {.folder = folder, .arena = arena, .faults = faults};
	bool good = migrator_begin(&migrator, dsn, false) && folder_is_deployed(&migrator);

	PQfinish(migrator.connection);
	return good;
}

int migrate_workflow(const char *owner_dsn, const char *name, const char *source, const char *edges_json,
    struct arena *arena, struct faults *faults)
{
	char now[MOMENT_TEXT];
	int64_t version = 0;
	struct migrator migrator = {.arena = arena, .faults = faults};
	const char *const values[] = {name, source, edges_json, moment_print(clock_now(), now)};
	PGresult *result = connection_open(&migrator, owner_dsn)
	    ? statement_run(&migrator, "select weihu.workflow_register($1, $2, $3::jsonb, $4::timestamptz)", 4, values)
	    : NULL;

	if (result != NULL && !text_to_int(PQgetvalue(result, 0, 0), 1, INT32_MAX, &version))
		faults_add(faults, "workflow", "database", "the database gave the workflow no version");
	PQclear(result);
	PQfinish(migrator.connection);
	return (int)version;
}
