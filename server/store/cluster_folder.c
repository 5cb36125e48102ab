// SPDX-License-Identifier: Apache-2.0
// The private cluster's folder: its lock, its log, its subfolders. Nothing here follows a symbolic link.
#include "store/cluster_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_MOST (INT64_C(8) << 20) // a larger pg.log is put aside at the next start
#define TAIL_MOST 600

static bool parents_make(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		int made = mkdir(path, 0700);
		*slash = '/';
		if (made < 0 && errno != EEXIST)
			return false;
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

bool cluster_folder_open(struct cluster *cluster, struct faults *faults)
{
	if (!parents_make(arena_copy(cluster->arena, cluster->folder))) {
		faults_add(faults, "data", "folder", "cannot make folder %s: %s", cluster->folder, strerror(errno));
		return false;
	}
	char *real = realpath(cluster->folder, NULL);
	if (real == NULL || (cluster->folder_fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		faults_add(faults, "data", "folder", "cannot open folder %s: %s", cluster->folder, strerror(errno));
		free(real);
		return false;
	}
	cluster->folder = arena_copy(cluster->arena, real);
	free(real);
	return true;
}

static void holder_tell(const struct cluster *cluster, struct faults *faults)
{
	char holder[24] = "";

	if (cluster_file_read(cluster->folder_fd, "lock", holder, sizeof(holder)))
		holder[strcspn(holder, "\n")] = '\0';
	faults_add(faults, "data", "locked", "folder %s is in use by another service (process %s)", cluster->folder,
	    holder[0] != '\0' ? holder : "unknown");
}

bool cluster_folder_lock(struct cluster *cluster, struct faults *faults)
{
	cluster->lock_fd = openat(cluster->folder_fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (cluster->lock_fd < 0) {
		faults_add(faults, "data", "folder", "cannot open %s/lock: %s", cluster->folder, strerror(errno));
		return false;
	}
	if (flock(cluster->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		holder_tell(cluster, faults);
		return false;
	}
	if (ftruncate(cluster->lock_fd, 0) < 0 || dprintf(cluster->lock_fd, "%ld\n", (long)getpid()) < 0) {
		faults_add(faults, "data", "folder", "cannot write %s/lock: %s", cluster->folder, strerror(errno));
		return false;
	}
	return true;
}

bool cluster_log_open(struct cluster *cluster, struct faults *faults)
{
	struct stat old;

	if (fstatat(cluster->folder_fd, "pg.log", &old, AT_SYMLINK_NOFOLLOW) == 0 && old.st_size > LOG_MOST &&
	    renameat(cluster->folder_fd, "pg.log", cluster->folder_fd, "pg.log.old") < 0) {
		faults_add(faults, "data", "folder", "cannot rename %s/pg.log: %s", cluster->folder, strerror(errno));
		return false;
	}
	int flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
	cluster->log_fd = openat(cluster->folder_fd, "pg.log", flags, 0600);
	if (cluster->log_fd < 0 || (cluster->log_start = lseek(cluster->log_fd, 0, SEEK_END)) < 0) {
		faults_add(faults, "data", "folder", "cannot open %s/pg.log: %s", cluster->folder, strerror(errno));
		return false;
	}
	return true;
}

const char *cluster_log_tail(const struct cluster *cluster)
{
	int64_t from = cluster->log_start, end = lseek(cluster->log_fd, 0, SEEK_END);

	if (end - from > TAIL_MOST)
		from = end - TAIL_MOST;
	char *tail = arena_take(cluster->arena, TAIL_MOST + 1);
	ssize_t length = pread(cluster->log_fd, tail, TAIL_MOST, from);
	while (length > 0 && tail[length - 1] == '\n')
		tail[--length] = '\0';
	if (length <= 0)
		return "(pg.log says nothing)";
	char *line = from > cluster->log_start ? strchr(tail, '\n') : NULL; // the first line may be cut
	tail = line != NULL ? line + 1 : tail;
	for (char *c = tail; *c != '\0'; c++)
		if (*c == '\n')
			*c = ';';
	return tail;
}

// Fresh folders get their owner; one that is there already must have the right one, or PostgreSQL would refuse it
// later.
static bool subfolder_own(const struct cluster *cluster, int folder, const char *name, bool fresh,
    struct faults *faults)
{
	struct stat state;

	if (fresh && fchown(folder, cluster->user.uid, cluster->user.gid) < 0) {
		faults_add(faults, "data", "folder", "cannot give %s/%s to user %s: %s", cluster->folder, name,
		    cluster->user.name, strerror(errno));
		return false;
	}
	if (fstat(folder, &state) < 0 || state.st_uid != cluster->user.uid) {
		faults_add(faults, "data", "owner",
		    "%s/%s does not belong to user %s: run the service as its owner or as root", cluster->folder, name,
		    cluster->user.name);
		return false;
	}
	if (fchmod(folder, 0700) < 0) {
		faults_add(faults, "data", "folder", "cannot protect %s/%s: %s", cluster->folder, name,
		    strerror(errno));
		return false;
	}
	return true;
}

int cluster_subfolder_open(const struct cluster *cluster, const char *name, struct faults *faults)
{
	bool fresh = mkdirat(cluster->folder_fd, name, 0700) == 0;
	int folder = -1;

	if (fresh || errno == EEXIST)
		folder = openat(cluster->folder_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0) {
		faults_add(faults, "data", "folder", "cannot open folder %s/%s: %s", cluster->folder, name,
		    strerror(errno));
		return -1;
	}
	if (!subfolder_own(cluster, folder, name, fresh, faults)) {
		close(folder);
		return -1;
	}
	return folder;
}

static bool file_fill(const struct cluster *cluster, int file, const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		ssize_t written = write(file, text, left);
		if (written < 0)
			return false;
		text += written;
		left -= (size_t)written;
	}
	return fchown(file, cluster->user.uid, cluster->user.gid) == 0 && fsync(file) == 0;
}

// The file is always made anew: as root we must not write through a link that PostgreSQL's user put there.
bool cluster_file_write(const struct cluster *cluster, int folder, const char *name, const char *text,
    struct faults *faults)
{
	int file = -1;

	if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
		file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool written = file >= 0 && file_fill(cluster, file, text);
	if (!written)
		faults_add(faults, "data", "folder", "cannot write %s/pg/%s: %s", cluster->folder, name,
		    strerror(errno));
	if (file >= 0)
		close(file);
	return written;
}

bool cluster_file_read(int folder, const char *name, char *text, size_t room)
{
	int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (file < 0)
		return false;
	ssize_t length = read(file, text, room - 1);
	text[length > 0 ? length : 0] = '\0';
	close(file);
	return length >= 0;
}

static bool members_remove(DIR *folder)
{
	for (struct dirent *member; (member = readdir(folder)) != NULL;)
		if (strcmp(member->d_name, ".") != 0 && strcmp(member->d_name, "..") != 0 &&
		    !cluster_tree_remove(dirfd(folder), member->d_name))
			return false;
	return true;
}

bool cluster_tree_remove(int parent, const char *name)
{
	int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (folder < 0)
		return errno == ENOENT || unlinkat(parent, name, 0) == 0;
	DIR *members = fdopendir(folder);
	if (members == NULL) {
		close(folder);
		return false;
	}
	bool removed = members_remove(members);
	closedir(members);
	return removed && unlinkat(parent, name, AT_REMOVEDIR) == 0;
}
