// SPDX-License-Identifier: Apache-2.0
// What a fuzzed part is: it takes any bytes, and dies of whatever must never be.
#ifndef WEIHU_TEST_FUZZ_H
#define WEIHU_TEST_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// The name and the answer (0) are libFuzzer's.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static inline void demand(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "it does not hold that %s\n", what);
	abort();
}

#endif
