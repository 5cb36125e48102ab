// SPDX-License-Identifier: Apache-2.0
// What the files of the private cluster share; nobody else includes it.
//
// The service may own a folder that PostgreSQL's user cannot reach by path (a checkout under /root). So the server
// never sees a path: it inherits descriptors of its two folders and is told /proc/self/fd/N, which skips the parents'
// permissions.
#ifndef WEIHU_STORE_CLUSTER_PARTS_H
#define WEIHU_STORE_CLUSTER_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/fault.h"

#define CLUSTER_PORT "5432" // part of the socket's name; nothing listens on TCP
#define CLUSTER_SUPERUSER "postgres"

struct cluster_user { // the system's user that PostgreSQL runs as
	const char *name;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	size_t group_count;
	bool change; // we are root and must become it
};

struct cluster {
	struct arena *arena;
	const char *folder;   // absolute
	const char *programs; // folder of initdb and postgres
	struct cluster_user user;
	int folder_fd, lock_fd, log_fd;
	int data_fd, socket_fd;
	int64_t log_start; // where pg.log stood when this start began
	pid_t pid;         // the postmaster; 0: none
	const char *owner_dsn, *service_dsn, *sealer_dsn;
};

// cluster_folder.c: files and folders. All work relative to descriptors and follow no symbolic link.
bool cluster_folder_open(struct cluster *cluster, struct faults *faults);
bool cluster_folder_lock(struct cluster *cluster, struct faults *faults);
bool cluster_log_open(struct cluster *cluster, struct faults *faults);
const char *cluster_log_tail(const struct cluster *cluster); // what this start wrote, one line, for a fault
// A folder of PostgreSQL's user, mode 0700, made if need be; -1 with a fault.
int cluster_subfolder_open(const struct cluster *cluster, const char *name, struct faults *faults);
bool cluster_file_write(const struct cluster *cluster, int folder, const char *name, const char *text,
    struct faults *faults);
bool cluster_file_read(int folder, const char *name, char *text, size_t room);
bool cluster_tree_remove(int parent, const char *name);

// cluster_process.c: who PostgreSQL runs as, where its programs are, and how they are started.
bool cluster_user_find(struct cluster *cluster, struct faults *faults);
bool cluster_programs_find(struct cluster *cluster, struct faults *faults);

struct cluster_program {
	const char *const *arguments; // NULL-terminated, the program's absolute path first
	const int *descriptors;       // that it inherits
	size_t descriptor_count;
	int log_fd;       // its standard output and error
	int death_signal; // what it gets when we die
};

// Starts it as the cluster's user, in a session of its own; -1 with errno.
pid_t cluster_program_start(const struct cluster_user *user, const struct cluster_program *program);

// cluster_init.c: what a new cluster needs once, and any cluster at each start.
bool cluster_init(struct cluster *cluster, int running, struct faults *faults); // makes pg/ if it is absent
bool cluster_access_write(const struct cluster *cluster, struct faults *faults);
bool cluster_objects_make(const struct cluster *cluster, struct faults *faults); // roles and database

const char *cluster_dsn(const struct cluster *cluster, const char *database, const char *role);

#endif
