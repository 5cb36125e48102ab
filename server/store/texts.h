// SPDX-License-Identifier: Apache-2.0
// SQL that was put together and comes again and again: the names under which one connection has prepared it.
#ifndef WEIHU_STORE_TEXTS_H
#define WEIHU_STORE_TEXTS_H

struct text;

struct texts { // empty when it is zeroed
	struct text *first;
	int count;
	unsigned number; // of the next name
};

void texts_free(struct texts *texts);

// The name of this SQL. If it is new, `fresh` is set, and it is to be prepared in the same group as what comes next.
// NULL: there are too many.
const char *text_name(struct texts *texts, const char *sql, struct text **fresh);

// It could not be prepared.
void text_forget(struct texts *texts, struct text *text);

#endif
