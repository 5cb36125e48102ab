// SPDX-License-Identifier: Apache-2.0
// What the files of leaves share.
#ifndef WEIHU_AUDIT_LEAF_PARTS_H
#define WEIHU_AUDIT_LEAF_PARTS_H

#include "audit/leaf.h"

#define COMMITMENT "commitment" // the one member of what stands for a value that is only committed to

struct path { // of a member, from the inside out
	const struct path *outer;
	size_t depth;    // of the whole document: 0
	const char *key; // or, in a list, its place
	size_t place;
};

// As a JSON pointer (RFC 6901).
const char *path_text(const struct path *path, struct arena *arena);

#endif
