// SPDX-License-Identifier: Apache-2.0
// The private PostgreSQL cluster: made, started and stopped by the service, reachable by a unix socket only.
#ifndef WEIHU_STORE_CLUSTER_H
#define WEIHU_STORE_CLUSTER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/fault.h"

struct cluster;

// Starts the cluster under `folder` (made on the first start, mode 0700, with C.UTF-8 and synced to disk), waits until
// it answers, and returns it; NULL with a fault that says what to do. As root it runs as user `postgres`. It works in a
// folder that this user could not reach by its path. If we die, it stops by itself; a start waits for such an end.
// A second service on the same folder is refused (lock file). Call it and cluster_revive() from the main thread: the
// cluster stops when the thread that started it ends.
struct cluster *cluster_start(const char *folder, struct arena *arena, struct faults *faults);

// libpq connection strings, by role of the database: weihu_owner (migrations), weihu_service, weihu_sealer (the log).
// They serve this process alone, since a path too long for a socket is replaced by one of our own descriptors.
const char *cluster_owner_dsn(const struct cluster *cluster);
const char *cluster_service_dsn(const struct cluster *cluster);
const char *cluster_sealer_dsn(const struct cluster *cluster);

// Fast shutdown; waits for the end. NULL is allowed.
void cluster_stop(struct cluster *cluster);

// True while the postmaster lives. When it has died, starts it again as soon as its last backend is gone, without
// waiting for it to answer, and returns false (called now and then by the service).
bool cluster_revive(struct cluster *cluster);

#endif
