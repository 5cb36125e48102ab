// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's programs: which user runs them, where they are, and how they are started.
#include "store/cluster_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define VERSIONS "/usr/lib/postgresql"
#define VERSION_LEAST 15
#define GROUPS_MOST 256

// As root: whoever owns a cluster that is there already, so that a folder begun by a plain user stays theirs.
static const struct passwd *user_choose(const struct cluster *cluster, struct faults *faults)
{
	struct stat data;
	uid_t uid = geteuid();
	bool exists = fstatat(cluster->folder_fd, "pg", &data, AT_SYMLINK_NOFOLLOW) == 0;
	const struct passwd *user = uid == 0 && !exists ? getpwnam("postgres") : getpwuid(uid == 0 ? data.st_uid : uid);

	if (exists && !S_ISDIR(data.st_mode))
		faults_add(faults, "data", "folder", "%s/pg is no folder", cluster->folder);
	else if (user == NULL && uid == 0 && !exists)
		faults_add(faults, "data", "user",
		    "as root, PostgreSQL runs as user postgres, and there is no such user: "
		    "install postgresql-%d, or run the service as another user",
		    VERSION_LEAST);
	else if (user == NULL)
		faults_add(faults, "data", "user",
		    "user id %lu has no entry in the user database, and PostgreSQL needs one: "
		    "add the user, or run the service as another one",
		    (unsigned long)(uid == 0 ? data.st_uid : uid));
	else if (user->pw_uid == 0)
		faults_add(faults, "data", "user",
		    "%s/pg belongs to root, and PostgreSQL does not run as root: give it away with "
		    "chown -R postgres",
		    cluster->folder);
	else
		return user;
	return NULL;
}

bool cluster_user_find(struct cluster *cluster, struct faults *faults)
{
	const struct passwd *entry = user_choose(cluster, faults);

	if (entry == NULL)
		return false;
	struct cluster_user *user = &cluster->user;
	user->name = arena_copy(cluster->arena, entry->pw_name);
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	user->change = geteuid() != user->uid;
	// Looked up now: between fork and exec nothing may take locks.
	int count = GROUPS_MOST;
	user->groups = arena_take_array(cluster->arena, GROUPS_MOST, sizeof(*user->groups));
	if (getgrouplist(user->name, user->gid, user->groups, &count) < 0)
		count = GROUPS_MOST;
	user->group_count = (size_t)count;
	return true;
}

static bool programs_usable(struct arena *arena, const char *folder)
{
	return access(arena_print(arena, "%s/initdb", folder), X_OK) == 0 &&
	    access(arena_print(arena, "%s/postgres", folder), X_OK) == 0;
}

// The newest installed version, or exactly `wanted` for a cluster that is there already.
static const char *programs_newest(struct arena *arena, int64_t wanted)
{
	const char *found = NULL;
	int64_t best = VERSION_LEAST - 1, version;
	DIR *versions = opendir(VERSIONS);

	if (versions == NULL)
		return NULL;
	for (struct dirent *entry; (entry = readdir(versions)) != NULL;) {
		if (!text_to_int(entry->d_name, VERSION_LEAST, 999, &version) || version <= best ||
		    (wanted != 0 && version != wanted))
			continue;
		const char *folder = arena_print(arena, VERSIONS "/%s/bin", entry->d_name);
		if (!programs_usable(arena, folder))
			continue;
		found = folder;
		best = version;
	}
	closedir(versions);
	return found;
}

static int64_t version_wanted(const struct cluster *cluster)
{
	char text[16];
	int64_t version;

	if (!cluster_file_read(cluster->folder_fd, "pg/PG_VERSION", text, sizeof(text)))
		return 0;
	text[strcspn(text, "\n")] = '\0';
	return text_to_int(text, 1, 999, &version) ? version : 0;
}

static bool programs_take(struct cluster *cluster, const char *given, struct faults *faults)
{
	char *folder = realpath(given, NULL); // they are started from another folder than ours

	cluster->programs = arena_copy(cluster->arena, folder);
	free(folder);
	if (cluster->programs != NULL && programs_usable(cluster->arena, cluster->programs))
		return true;
	faults_add(faults, "WEIHU_PG_BIN", "missing", "no initdb and postgres that can be run in %s", given);
	return false;
}

bool cluster_programs_find(struct cluster *cluster, struct faults *faults)
{
	const char *given = getenv("WEIHU_PG_BIN");

	if (given != NULL && given[0] != '\0')
		return programs_take(cluster, given, faults);
	int64_t wanted = version_wanted(cluster);
	cluster->programs = programs_newest(cluster->arena, wanted);
	if (cluster->programs == NULL)
		faults_add(faults, "data", "missing",
		    "PostgreSQL %s is not installed (looked in " VERSIONS "): install "
		    "postgresql-%d, or say where it is with WEIHU_PG_BIN, or set dsn to a server of your own",
		    wanted != 0 ? arena_print(cluster->arena, "%d, which made this cluster,", (int)wanted)
		                : "15 or newer",
		    wanted != 0 ? (int)wanted : VERSION_LEAST);
	return cluster->programs != NULL;
}

static bool signals_reset(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL); // some numbers cannot be set, and need not be
	return sigemptyset(&none) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

static bool descriptors_pass(const struct cluster_program *program)
{
	int nothing = open("/dev/null", O_RDONLY);

	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(program->log_fd, STDOUT_FILENO) < 0 ||
	    dup2(program->log_fd, STDERR_FILENO) < 0)
		return false;
	if (nothing != STDIN_FILENO)
		close(nothing);
	for (size_t i = 0; i < program->descriptor_count; i++)
		if (fcntl(program->descriptors[i], F_SETFD, 0) < 0)
			return false;
	return true;
}

static bool user_become(const struct cluster_user *user)
{
	return !user->change ||
	    (setgroups(user->group_count, user->groups) == 0 && setresgid(user->gid, user->gid, user->gid) == 0 &&
	        setresuid(user->uid, user->uid, user->uid) == 0);
}

// Between fork and exec; returns what failed. The death signal comes after the change of user, which clears it.
static const char *child_prepare(const struct cluster_user *user, const struct cluster_program *program, pid_t parent)
{
	if (!descriptors_pass(program))
		return "cannot pass the descriptors on";
	if (!signals_reset())
		return "cannot reset the signals";
	if (setsid() < 0) // so that Ctrl-C reaches the service alone, which stops PostgreSQL in its turn
		return "cannot begin a session";
	if (!user_become(user))
		return "cannot become the user that PostgreSQL runs as";
	if (prctl(PR_SET_PDEATHSIG, program->death_signal) < 0)
		return "cannot ask for a signal at the service's death";
	if (getppid() != parent)
		return "the service died during the start";
	// PostgreSQL returns to the folder it was started in, and must be allowed to.
	if (chdir("/") < 0)
		return "cannot enter the root folder";
	umask(077);
	return NULL;
}

static void child_run(const struct cluster_user *user, const struct cluster_program *program, pid_t parent)
{
	char *environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", NULL};
	const char *failed = child_prepare(user, program, parent);

	if (failed == NULL) {
		execve(program->arguments[0], (char *const *)(uintptr_t)program->arguments, environment);
		failed = "cannot run PostgreSQL's program";
	}
	if (write(STDERR_FILENO, failed, strlen(failed)) < 0 || write(STDERR_FILENO, "\n", 1) < 0)
		_exit(126);
	_exit(127);
}

pid_t cluster_program_start(const struct cluster_user *user, const struct cluster_program *program)
{
	pid_t parent = getpid();
	pid_t child = fork();

	if (child == 0)
		child_run(user, program, parent);
	return child;
}
