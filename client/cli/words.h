// SPDX-License-Identifier: Apache-2.0
// Identifiers and what people call them. THE WORD TABLE (words.c); roles, parties, steps and fields come from the
// domain.
#ifndef WEIHU_CLI_WORDS_H
#define WEIHU_CLI_WORDS_H

#include <stddef.h>

enum words {
	WORDS_NONE,
	WORDS_STATE,
	WORDS_KIND,
	WORDS_SEVERITY,
	WORDS_DUPLICATE,
	WORDS_DOCUMENTS,
	WORDS_FATE,
	WORDS_SUSPEND,
	WORDS_CONTROL,
	WORDS_ACTION,
	WORDS_EVENT, // what the audit record knows besides the workflow's actions
	WORDS_ROLE,
	WORDS_PARTY,
	WORDS_STEP,
	WORDS_STEP_RESULT,
	WORDS_LINK,
	WORDS_DESIGNATION,
	WORDS_SOURCE,
	WORDS_RESULT,
	WORDS_LEVEL,
	WORDS_VERDICT,
	WORDS_HEAD,
	WORDS_REVIEW_STATE,
	WORDS_SORT,
	WORDS_SHELL,
	WORDS_METHOD,
	WORDS_FORMAT,
	WORDS_FIELD,
	WORDS_COUNT
};

// The label of `identifier` in the language of the person; the identifier itself where there is none.
const char *words_label(enum words words, const char *identifier);

// The label where it says more than the identifier does, else NULL.
const char *words_telling_label(enum words words, const char *identifier);

// The identifier in row `index`, or NULL behind the last.
const char *words_identifier(enum words words, size_t index);

// The identifier of this set closest to a mistyped one, or NULL when none is close.
const char *words_nearest(enum words words, const char *mistyped);

// True if a candidate `distance` edits away is worth proposing for something as long as `mistyped`.
int words_close(const char *mistyped, size_t distance);

#endif
