// SPDX-License-Identifier: Apache-2.0
// An LDAP directory (RFC 4511) that knows people's passwords and groups, by libldap. Slow: never on an event loop.
#ifndef WEIHU_BASE_DIRECTORY_H
#define WEIHU_BASE_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct directory_options {
	const char *url;                     // ldaps://…, ldap://… or ldapi://…; "": there is none
	bool start_tls;                      // on ldap://, before anything else is said
	const char *ca;                      // file of the certificates that vouch for it; "": the system's
	const char *bind_dn, *bind_password; // who searches; "": anybody may
	const char *people, *person_filter;  // where people stand, and how one is found: "(uid=%s)"
	const char *groups, *group_filter;   // likewise; %s is the person's name in the directory; "": no groups
	int64_t seconds;                     // that each question may take
};

enum directory_word {
	DIRECTORY_NO,   // nobody of that login, or another password
	DIRECTORY_YES,  // it is theirs
	DIRECTORY_AWAY, // it does not answer, or not in a way that can be trusted
};

struct directory_answer {
	enum directory_word word;
	const char *name, *email; // NULL: it has none
	const char *groups;       // common names, "ops,leads"; a name with a comma is left out
	const char *trouble;      // DIRECTORY_AWAY: what it was, for the log
};

// Whether this is the password of this person. A NULL login is nobody's, and takes as long to find out. Texts of the
// answer are in the arena.
struct directory_answer directory_ask(const struct directory_options *options, const char *login, const char *password,
    struct arena *arena);

// `text` as it stands in a filter, whatever it holds (RFC 4515, section 3), in the arena.
const char *directory_escape(const char *text, struct arena *arena);

#endif
