// SPDX-License-Identifier: Apache-2.0
// Answers kept for retries are forgotten when nobody can be waiting for one any more.
#ifndef WEIHU_API_FORGET_H
#define WEIHU_API_FORGET_H

#include "api/service.h"

// Forgets some when an hour has begun, and goes on while there are more; called about once a second on the loop of one
// worker.
void forget_tick(struct service *service);

#endif
