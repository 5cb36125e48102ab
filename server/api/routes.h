// SPDX-License-Identifier: Apache-2.0
// THE ROUTE TABLE (routes.c): what the service offers. Readers start there.
#ifndef WEIHU_API_ROUTES_H
#define WEIHU_API_ROUTES_H

#include "api/call.h"

// The row for the request; NULL with `allow` set when the path is there for other methods, NULL alone when it is not
// there.
const struct route *route_find(enum http_method method, const char *path, struct path_parts *parts, const char **allow,
    struct arena *arena);

// What stands at the first {part} of the route's path: "ticket", "person", "program"; NULL: no such thing.
const char *route_object(const struct route *route);

// Whether a request of this method and raw path brings a file as its body.
bool route_takes_file(const char *method, const char *path);

size_t route_count(void);
size_t route_index(const struct route *route);
const char *route_name(size_t index); // "none" for route_count()

// Holds permissions against the table: each permission that a row or a step asks for is there, and no other. `file` is
// told.
bool routes_check(const struct permissions *permissions, const char *file, struct faults *faults);

// One line per row: method, path, name, permission ("-": open). For tests that hold documents against the table.
void routes_print(struct buffer *out);

#endif
