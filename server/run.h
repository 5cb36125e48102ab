// SPDX-License-Identifier: Apache-2.0
// The service's life: started in order, run until a signal ends it, stopped in the opposite order.
#ifndef WEIHU_RUN_H
#define WEIHU_RUN_H

#include "site.h"

// Serves until SIGTERM or SIGINT; SIGHUP reads the rules again. Returns false with site->faults when it cannot start.
bool service_run(struct site *site);

#endif
