// SPDX-License-Identifier: Apache-2.0
// The directory at a login: whose password it is, and what its groups make of the person here.
#ifndef WEIHU_API_DIRECTORY_H
#define WEIHU_API_DIRECTORY_H

#include "api/call.h"

// After the password was held against the hash, if any: asks the directory, whoever it is, so that nobody can tell by
// the time who has a password here. It counts for those who have none.
enum outcome ask_directory(struct call *call);

// Gives whom the directory has let in the roles of their groups, and an account where settings say so.
enum outcome settle_person(struct call *call);

// "GROUP=ROLE,GROUP=ROLE": the roles that these groups ("a,b") give, and all that the mapping names. False if some role
// is not there.
bool directory_roles(const char *mapping, const char *groups, role_set *given, role_set *named, struct arena *arena);

#endif
