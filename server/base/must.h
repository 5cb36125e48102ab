// SPDX-License-Identifier: Apache-2.0
// What ends the process where nothing sensible is left to do: memory that is out.
#ifndef WEIHU_BASE_MUST_H
#define WEIHU_BASE_MUST_H

#include <stdlib.h>

// The memory itself; NULL aborts.
static inline void *must(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

#endif
