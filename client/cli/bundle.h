// SPDX-License-Identifier: Apache-2.0
// A log's files, wherever they are: a folder (the bundle of `weihu audit export`), or a web address.
#ifndef WEIHU_CLI_BUNDLE_H
#define WEIHU_CLI_BUNDLE_H

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

// Writes a file below the folder, and the folders above it; false after a complaint.
bool bundle_write(const struct bundle *bundle, const char *path, const char *bytes, size_t length, struct arena *arena);

// The keys to trust: of --key, else those that came with the log (`own`). False after a complaint.
bool bundle_keys(struct bundle *bundle, struct keys *keys, bool *own);

#endif
