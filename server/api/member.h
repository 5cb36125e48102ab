// SPDX-License-Identifier: Apache-2.0
// Members of a body that are no ticket fields: a table of them says what may be sent, and what stands in for the rest.
#ifndef WEIHU_API_MEMBER_H
#define WEIHU_API_MEMBER_H

#include <stdbool.h>

#include "domain/field.h"

enum fallback {
	NO_FALLBACK,
	THE_CALLER,
	TODAY,
	THE_PROGRAM,
	THE_DEFAULT
}; // what stands in for a member that was not sent

struct member {
	struct field field;
	bool required; // when the thing is made
	enum fallback fallback;
};

// How the rows of such tables are written; a table ends with END.
#define TEXT(name, longest)                                                                                            \
	{                                                                                                              \
		.key = name, .type = FIELD_TEXT, .least = 1, .most = longest                                           \
	}
#define NUMBER(name, from, to)                                                                                         \
	{                                                                                                              \
		.key = name, .type = FIELD_WHOLE, .least = from, .most = to                                            \
	}
#define TICKET(name)                                                                                                   \
	{                                                                                                              \
		.key = name, .type = FIELD_TICKET, .least = 1, .most = COUNT_MOST                                      \
	}
#define PLAIN(name, kind)                                                                                              \
	{                                                                                                              \
		.key = name, .type = kind                                                                              \
	}
#define CHOICE(name, list)                                                                                             \
	{                                                                                                              \
		.key = name, .type = FIELD_CHOICE, .choices = list                                                     \
	}
#define REQUIRED true
#define END                                                                                                            \
	{                                                                                                              \
		{                                                                                                      \
			0                                                                                              \
		}                                                                                                      \
	}

#define LINE 200                             // characters
#define LONG 20000                           // characters
#define COUNT_MOST INT64_C(9000000000000000) // what JSON carries exactly, and then some room

#endif
