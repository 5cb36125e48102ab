// SPDX-License-Identifier: Apache-2.0
// The private PostgreSQL cluster's life: start, watch, stop.
#include "store/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "store/cluster_parts.h"

#define POLL_NANOSECONDS 5000000
#define END_SECONDS 60    // for what an earlier service left running, and for a fast shutdown
#define READY_SECONDS 600 // recovery after a crash may take its time
#define ARGUMENTS_MOST 48

// What must hold whatever postgresql.conf says: no network, nothing acknowledged before it is durable, and no
// statement, parameter or row in the log, since they may hold secrets.
static const char *const held[] = {
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "log_destination=stderr",
    "logging_collector=off",
    "log_statement=none",
    "log_min_error_statement=panic",
    "log_min_duration_statement=-1",
    "log_error_verbosity=terse",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
};

static void poll_pause(void)
{
	const struct timespec pause = {0, POLL_NANOSECONDS};

	(void)nanosleep(&pause, NULL); // waking early does no harm
}

static bool child_ended(struct cluster *cluster, int *status)
{
	pid_t ended = waitpid(cluster->pid, status, WNOHANG);

	if (ended == 0 || (ended < 0 && errno == EINTR))
		return false;
	cluster->pid = 0;
	return true;
}

// The server and each of its backends inherit this descriptor, and with it a lock on the socket folder that ends with
// the last of them, however it ends. So whoever gets the lock knows that nothing runs on the data. -1: something does.
static int running_lock(struct cluster *cluster)
{
	int running = openat(cluster->folder_fd, "socket", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (running >= 0 && flock(running, LOCK_EX | LOCK_NB) < 0) {
		close(running);
		return -1;
	}
	return running;
}

static int running_wait(struct cluster *cluster, struct faults *faults)
{
	int64_t end = clock_ticks() + END_SECONDS * MOMENT_SECOND;
	int running = running_lock(cluster);

	if (running < 0)
		log_info("waiting for the PostgreSQL of an earlier service to end");
	while (running < 0 && clock_ticks() < end) {
		poll_pause();
		running = running_lock(cluster);
	}
	if (running < 0) {
		char pid[16] = "unknown";
		(void)cluster_file_read(cluster->folder_fd, "pg/postmaster.pid", pid, sizeof(pid));
		pid[strcspn(pid, "\n")] = '\0';
		faults_add(faults, "data", "locked", "PostgreSQL (process %s) of an earlier service still runs on %s",
		    pid, cluster->folder);
	}
	return running;
}

// True if the process works in our data folder: somebody started a server on it by hand.
static bool process_ours(const struct cluster *cluster, int64_t pid)
{
	char path[32];
	struct stat data, cwd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/cwd", (long)pid);
	return pid > 0 && fstat(cluster->data_fd, &data) == 0 && stat(path, &cwd) == 0 && cwd.st_dev == data.st_dev &&
	    cwd.st_ino == data.st_ino;
}

// With the lock in hand, postmaster.pid is left over from a crash, and its number may be another process's by now; so
// may that of the socket's lock file.
static bool leftovers_remove(struct cluster *cluster, struct faults *faults)
{
	char text[16] = "";
	int64_t pid = 0;

	(void)cluster_file_read(cluster->data_fd, "postmaster.pid", text, sizeof(text));
	text[strcspn(text, "\n")] = '\0';
	(void)text_to_int(text, 1, INT32_MAX, &pid);
	if (process_ours(cluster, pid)) {
		faults_add(faults, "data", "locked",
		    "a PostgreSQL that the service did not start (process %ld) runs on %s: "
		    "stop it",
		    (long)pid, cluster->folder);
		return false;
	}
	const struct {
		int folder;
		const char *name;
	} leftovers[] = {
	    {cluster->data_fd, "postmaster.pid"},
	    {cluster->socket_fd, ".s.PGSQL." CLUSTER_PORT ".lock"},
	    {cluster->socket_fd, ".s.PGSQL." CLUSTER_PORT},
	};
	for (size_t i = 0; i < sizeof(leftovers) / sizeof(*leftovers); i++)
		if (unlinkat(leftovers[i].folder, leftovers[i].name, 0) < 0 && errno != ENOENT) {
			faults_add(faults, "data", "folder", "cannot remove %s, left in %s: %s", leftovers[i].name,
			    cluster->folder, strerror(errno));
			return false;
		}
	return true;
}

static bool postmaster_start(struct cluster *cluster, int running, struct faults *faults)
{
	char path[PATH_MAX], data[32], socket[32];

	(void)snprintf(path, sizeof(path), "%s/postgres", cluster->programs);
	(void)snprintf(data, sizeof(data), "/proc/self/fd/%d", cluster->data_fd);
	(void)snprintf(socket, sizeof(socket), "/proc/self/fd/%d", running);
	const char *arguments[ARGUMENTS_MOST] = {path, "-D", data, "-k", socket, "-p", CLUSTER_PORT};
	size_t count = 7;
	for (size_t i = 0; i < sizeof(held) / sizeof(*held); i++) {
		arguments[count++] = "-c";
		arguments[count++] = held[i];
	}
	const int descriptors[] = {cluster->data_fd, running};
	const struct cluster_program postgres = {arguments, descriptors, 2, cluster->log_fd, SIGINT};
	pid_t child = cluster_program_start(&cluster->user, &postgres);
	if (child < 0) {
		faults_add(faults, "data", "process", "cannot start PostgreSQL: %s", strerror(errno));
		return false;
	}
	cluster->pid = child;
	return true;
}

// The postmaster writes its state into the eighth line of its pid file; asking it by connecting would fill the log.
static bool postmaster_ready(const struct cluster *cluster)
{
	char text[512];

	if (!cluster_file_read(cluster->data_fd, "postmaster.pid", text, sizeof(text)) ||
	    strtol(text, NULL, 10) != (long)cluster->pid)
		return false;
	const char *line = text;
	for (int i = 0; line != NULL && i < 7; i++) {
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	return line != NULL && text_starts(line, "ready");
}

static bool postmaster_wait(struct cluster *cluster, struct faults *faults)
{
	int status;
	int64_t end = clock_ticks() + READY_SECONDS * MOMENT_SECOND;

	while (!postmaster_ready(cluster)) {
		if (child_ended(cluster, &status)) {
			faults_add(faults, "data", "database", "PostgreSQL does not start in %s: %s", cluster->folder,
			    cluster_log_tail(cluster));
			return false;
		}
		if (clock_ticks() > end) {
			faults_add(faults, "data", "database", "PostgreSQL in %s was not ready after %d seconds: %s",
			    cluster->folder, READY_SECONDS, cluster_log_tail(cluster));
			return false;
		}
		poll_pause();
	}
	return true;
}

static bool data_open(struct cluster *cluster, struct faults *faults)
{
	cluster->data_fd = cluster_subfolder_open(cluster, "pg", faults);
	return cluster->data_fd >= 0;
}

static bool socket_open(struct cluster *cluster, struct faults *faults)
{
	cluster->socket_fd = cluster_subfolder_open(cluster, "socket", faults);
	return cluster->socket_fd >= 0;
}

// Everything up to a running postmaster; we give up our copy of the `running` lock once the postmaster has it.
static bool data_start(struct cluster *cluster, struct faults *faults)
{
	int running = running_wait(cluster, faults);

	if (running < 0)
		return false;
	bool started = cluster_init(cluster, running, faults) && data_open(cluster, faults) &&
	    leftovers_remove(cluster, faults) && cluster_access_write(cluster, faults) &&
	    postmaster_start(cluster, running, faults);
	close(running);
	return started;
}

struct cluster *cluster_start(const char *folder, struct arena *arena, struct faults *faults)
{
	struct cluster *cluster = arena_take(arena, sizeof(*cluster));

	cluster->arena = arena;
	cluster->folder = folder;
	cluster->folder_fd = cluster->lock_fd = cluster->log_fd = cluster->data_fd = cluster->socket_fd = -1;
	mode_t before = umask(077);
	bool started = cluster_folder_open(cluster, faults) && cluster_folder_lock(cluster, faults) &&
	    cluster_log_open(cluster, faults) && cluster_user_find(cluster, faults) &&
	    cluster_programs_find(cluster, faults) && socket_open(cluster, faults) && data_start(cluster, faults) &&
	    postmaster_wait(cluster, faults) && cluster_objects_make(cluster, faults);
	umask(before);
	if (started) {
		cluster->owner_dsn = cluster_dsn(cluster, "weihu", "weihu_owner");
		cluster->service_dsn = cluster_dsn(cluster, "weihu", "weihu_service");
		cluster->sealer_dsn = cluster_dsn(cluster, "weihu", "weihu_sealer");
		return cluster;
	}
	cluster_stop(cluster);
	return NULL;
}

const char *cluster_owner_dsn(const struct cluster *cluster)
{
	return cluster->owner_dsn;
}

const char *cluster_service_dsn(const struct cluster *cluster)
{
	return cluster->service_dsn;
}

const char *cluster_sealer_dsn(const struct cluster *cluster)
{
	return cluster->sealer_dsn;
}

static bool postmaster_stop(struct cluster *cluster, int signal_number)
{
	int status;
	int64_t end = clock_ticks() + END_SECONDS * MOMENT_SECOND;

	if (cluster->pid != 0 && kill(cluster->pid, signal_number) < 0)
		log_warn("cannot signal PostgreSQL (process %ld): %s", (long)cluster->pid, strerror(errno));
	while (cluster->pid != 0 && !child_ended(cluster, &status) && clock_ticks() < end)
		poll_pause();
	return cluster->pid == 0;
}

void cluster_stop(struct cluster *cluster)
{
	if (cluster == NULL)
		return;
	if (!postmaster_stop(cluster, SIGINT) && !postmaster_stop(cluster, SIGQUIT))
		log_error("PostgreSQL (process %ld) does not stop", (long)cluster->pid);
	const int descriptors[] = {cluster->socket_fd, cluster->data_fd, cluster->log_fd, cluster->lock_fd,
	    cluster->folder_fd};
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(*descriptors); i++)
		if (descriptors[i] >= 0)
			close(descriptors[i]);
}

static void revival_start(struct cluster *cluster)
{
	int running = running_lock(cluster);

	if (running < 0)
		return;
	struct arena *arena = arena_new();
	struct faults faults;
	faults_init(&faults, arena);
	log_error("PostgreSQL has died: starting it again");
	if (!leftovers_remove(cluster, &faults) || !postmaster_start(cluster, running, &faults))
		log_error("%s", faults.first->message);
	close(running);
	arena_free(arena);
}

bool cluster_revive(struct cluster *cluster)
{
	int status;

	if (cluster->pid != 0 && !child_ended(cluster, &status))
		return true;
	revival_start(cluster);
	return false;
}
