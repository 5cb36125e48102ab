// SPDX-License-Identifier: Apache-2.0
// What a new cluster needs once (initdb, tuning) and any cluster at each start (who may connect, roles, database).
#include "store/cluster_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

#define HOST_MOST 80 // bytes of a socket folder's path; the kernel allows 107 with the socket's name

// Appended to what initdb writes; the last line of a key wins.
static const char tuning[] =
    "\n"
    "# Set when weihud made this cluster; yours to tune. What must not change (fsync, the socket, no logging of\n"
    "# statements) weihud gives on the command line, which overrides this file.\n"
    "shared_buffers = 64MB\n"
    "max_connections = 40\n"
    "jit = off\n"
    "timezone = 'UTC'\n"
    "log_timezone = 'UTC'\n"
    "log_min_messages = warning\n"
    "log_checkpoints = off\n";

static const char *const roles[] = {CLUSTER_SUPERUSER, "weihu_owner", "weihu_service", "weihu_sealer", "weihu_reader"};

static const struct {
	const char *exists, *make;
} objects[] = {
    {"SELECT FROM pg_roles WHERE rolname = 'weihu_owner'", "CREATE ROLE weihu_owner LOGIN"},
    {"SELECT FROM pg_roles WHERE rolname = 'weihu_service'", "CREATE ROLE weihu_service LOGIN"},
    {"SELECT FROM pg_roles WHERE rolname = 'weihu_sealer'", "CREATE ROLE weihu_sealer LOGIN"},
    {"SELECT FROM pg_roles WHERE rolname = 'weihu_reader'", "CREATE ROLE weihu_reader LOGIN"},
    {"SELECT FROM pg_database WHERE datname = 'weihu'", "CREATE DATABASE weihu OWNER weihu_owner"},
};

static bool tuning_append(const struct cluster *cluster, int data, struct faults *faults)
{
	int file = openat(data, "postgresql.conf", O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	size_t length = sizeof(tuning) - 1;
	bool written = file >= 0 && write(file, tuning, length) == (ssize_t)length;

	if (!written)
		faults_add(faults, "data", "folder", "cannot write %s/pg.new/postgresql.conf: %s", cluster->folder,
		    strerror(errno));
	if (file >= 0)
		close(file);
	return written;
}

static bool initdb_run(struct cluster *cluster, int data, int running, struct faults *faults)
{
	struct arena *arena = cluster->arena;
	const char *arguments[] = {arena_print(arena, "%s/initdb", cluster->programs),
	    arena_print(arena, "--pgdata=/proc/self/fd/%d", data), "--username", CLUSTER_SUPERUSER, "--encoding=UTF8",
	    "--locale=C.UTF-8", "--auth=peer", "--data-checksums", "--no-instructions", "--no-sync", NULL};
	const int descriptors[] = {data, running};
	const struct cluster_program initdb = {arguments, descriptors, 2, cluster->log_fd, SIGKILL};
	int status = -1;
	pid_t child = cluster_program_start(&cluster->user, &initdb);

	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (status != 0)
		faults_add(faults, "data", "initdb", "PostgreSQL cannot make a cluster in %s: %s", cluster->folder,
		    cluster_log_tail(cluster));
	return status == 0;
}

// The rename makes the cluster exist, all of it or nothing. Its thousand files are synced at once, which takes a tenth
// of what initdb takes to sync one by one (as PostgreSQL's own recovery_init_sync_method does).
static bool data_publish(struct cluster *cluster, int data, struct faults *faults)
{
	if (syncfs(data) != 0) {
		faults_add(faults, "data", "folder", "cannot sync %s/pg.new: %s", cluster->folder, strerror(errno));
		return false;
	}
	if (renameat(cluster->folder_fd, "pg.new", cluster->folder_fd, "pg") == 0 && fsync(cluster->folder_fd) == 0)
		return true;
	faults_add(faults, "data", "folder", "cannot rename %s/pg.new to pg: %s", cluster->folder, strerror(errno));
	return false;
}

bool cluster_init(struct cluster *cluster, int running, struct faults *faults)
{
	if (faccessat(cluster->folder_fd, "pg", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	log_info("making a PostgreSQL cluster in %s", cluster->folder);
	if (!cluster_tree_remove(cluster->folder_fd, "pg.new")) {
		faults_add(faults, "data", "folder", "cannot remove %s/pg.new, left by an interrupted start: %s",
		    cluster->folder, strerror(errno));
		return false;
	}
	int data = cluster_subfolder_open(cluster, "pg.new", faults);
	if (data < 0)
		return false;
	bool made = initdb_run(cluster, data, running, faults) && tuning_append(cluster, data, faults) &&
	    data_publish(cluster, data, faults);
	cluster->log_start = lseek(cluster->log_fd, 0, SEEK_END);
	close(data);
	return made;
}

// Written at each start, so that a moved folder or another user works.
bool cluster_access_write(const struct cluster *cluster, struct faults *faults)
{
	const char *const users[] = {"root", cluster->user.name};
	struct buffer map;

	buffer_init(&map, cluster->arena);
	buffer_add_text(&map, "# Written by weihud at each start.\n");
	for (size_t i = 0; i < sizeof(users) / sizeof(*users); i++)
		for (size_t k = 0; k < sizeof(roles) / sizeof(*roles); k++)
			buffer_print(&map, "weihu \"%s\" %s\n", users[i], roles[k]);
	return cluster_file_write(cluster, cluster->data_fd, "pg_ident.conf", map.bytes, faults) &&
	    cluster_file_write(cluster, cluster->data_fd, "pg_hba.conf",
	        "# Written by weihud at each start.\nlocal all all peer map=weihu\n", faults);
}

static void complaint_tell(const PGconn *connection, const char *what, struct faults *faults)
{
	const char *message = PQerrorMessage(connection);

	faults_add(faults, "data", "database", "%s: %.*s", what, (int)strcspn(message, "\n"), message);
}

static PGresult *statement_run(PGconn *connection, const char *sql, struct faults *faults)
{
	PGresult *result = PQexec(connection, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return result;
	complaint_tell(connection, sql, faults);
	PQclear(result);
	return NULL;
}

static bool object_make(PGconn *connection, const char *exists, const char *make, struct faults *faults)
{
	PGresult *found = statement_run(connection, exists, faults);

	if (found == NULL)
		return false;
	bool absent = PQntuples(found) == 0;
	PQclear(found);
	PGresult *made = absent ? statement_run(connection, make, faults) : NULL;
	PQclear(made);
	return !absent || made != NULL;
}

bool cluster_objects_make(const struct cluster *cluster, struct faults *faults)
{
	PGconn *connection = PQconnectdb(cluster_dsn(cluster, "postgres", CLUSTER_SUPERUSER));
	bool made = PQstatus(connection) == CONNECTION_OK;

	if (!made)
		complaint_tell(connection, "cannot connect to the private cluster", faults);
	for (size_t i = 0; made && i < sizeof(objects) / sizeof(*objects); i++)
		made = object_make(connection, objects[i].exists, objects[i].make, faults);
	PQfinish(connection);
	return made;
}

// A socket's path is short, and libpq takes a comma for the next host.
static const char *socket_host(const struct cluster *cluster)
{
	const char *path = arena_print(cluster->arena, "%s/socket", cluster->folder);

	if (strlen(path) <= HOST_MOST && strchr(path, ',') == NULL)
		return path;
	return arena_print(cluster->arena, "/proc/self/fd/%d", cluster->socket_fd);
}

const char *cluster_dsn(const struct cluster *cluster, const char *database, const char *role)
{
	struct buffer dsn;

	buffer_init(&dsn, cluster->arena);
	buffer_add_text(&dsn, "host='");
	for (const char *c = socket_host(cluster); *c != '\0'; c++) {
		if (*c == '\'' || *c == '\\')
			buffer_add_char(&dsn, '\\');
		buffer_add_char(&dsn, *c);
	}
	buffer_print(&dsn, "' port=" CLUSTER_PORT " dbname=%s user=%s sslmode=disable gssencmode=disable", database,
	    role);
	return dsn.bytes;
}
