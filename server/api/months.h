// SPDX-License-Identifier: Apache-2.0
// The months of the record: their partitions are made before an event falls into them.
#ifndef WEIHU_API_MONTHS_H
#define WEIHU_API_MONTHS_H

#include "api/service.h"

// Looks after them when a day has begun; called about once a second on the loop of one worker.
void months_tick(struct service *service);

#endif
