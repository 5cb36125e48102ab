// SPDX-License-Identifier: Apache-2.0
// The building site: settings, database and rules put together before anything is served, and taken apart at the end.
#ifndef WEIHU_SITE_H
#define WEIHU_SITE_H

#include <stdbool.h>

#include "api/house.h"
#include "base/directory.h"
#include "base/vault.h"
#include "config/settings.h"
#include "domain/own_field.h"
#include "http/http.h"
#include "store/cluster.h"

struct site {
	struct arena *arena;
	struct faults faults;
	struct settings settings;
	const char *settings_file; // or NULL
	const char *const *overrides;
	const struct own_fields *fields; // of the rules that are being read
	struct cluster *cluster;         // NULL: an outside database
	const char *service_dsn, *owner_dsn, *sealer_dsn;
	const char *refused; // passwords that are, one a line
	struct vault vault;
	struct directory_options directory;
};

// Each returns false with site->faults.
bool site_open(struct site *site, const char *settings_file, const char *const *overrides); // reads the settings
bool site_open_database(struct site *site);        // starts the private cluster, or knows the outside one
const char *site_archive(const struct site *site); // the folder of archived months
const char *site_log_key(const struct site *site); // the file of the audit log's key
// What the service speaks TLS with, read from its files; NULL without faults when it speaks in clear.
bool site_tls(struct site *site, struct http_tls **tls);
bool site_check_tls(struct site *site);      // and it has not expired
bool site_open_vault(struct site *site);     // reads or makes the key of second factors
bool site_open_entry(struct site *site);     // what passwords and second factors must be
bool site_open_directory(struct site *site); // what is said of the directory is sound; its password is read
bool site_migrate(struct site *site);        // schema and workflow, as the database's owner
bool site_check_database(struct site *site); // the schema is the folder's, the service's role is modest
// The rules in force, read from the files and from what is registered; NULL with faults.
struct house *site_house(struct site *site);
// The configuration alone, without a database.
bool site_check_files(struct site *site);
void site_close(struct site *site);

#endif
