// SPDX-License-Identifier: Apache-2.0
// A log's files, wherever they are: a folder (the bundle of `weihu audit export`), or a web address.
#ifndef WEIHU_CLI_BUNDLE_H
#define WEIHU_CLI_BUNDLE_H

#include <stdio.h>

#include "audit/verify.h"
#include "cli/cli.h"

struct bundle {
	struct cli *cli;
	const char *place;    // the folder; of a web address what stands before the files' paths
	const char *openings; // of a server: its list of openings, as lines; else NULL
	struct log_files files;
	int code; // the exit code after a complaint of the network
};

void bundle_of_folder(struct bundle *bundle, struct cli *cli, const char *folder);
void bundle_of_web(struct bundle *bundle, struct cli *cli, const char *prefix);
// The server's own log, with its openings; false after a complaint.
bool bundle_of_server(struct bundle *bundle, struct cli *cli);

// Openings of the server behind `bundle` as lines of openings.jsonl, page by page; false after a complaint.
typedef bool bundle_take(void *context, const char *bytes, size_t length);
bool bundle_openings(struct bundle *bundle, bundle_take *take, void *context);

// Opens a file below the folder, and makes the folders above it; NULL after a complaint.
FILE *bundle_create(const struct bundle *bundle, const char *path, struct arena *arena);
// Writes a file below the folder, and the folders above it; false after a complaint.
bool bundle_write(const struct bundle *bundle, const char *path, const char *bytes, size_t length, struct arena *arena);

// The keys to trust: of --key, else those that came with the log (`own`). False after a complaint.
bool bundle_keys(struct bundle *bundle, struct keys *keys, bool *own);

#endif
