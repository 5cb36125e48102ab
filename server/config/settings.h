// SPDX-License-Identifier: Apache-2.0
// Settings. THE SETTING TABLE (settings.c) has one row per setting: key, type, limits, default, reloadable, help.
#ifndef WEIHU_CONFIG_SETTINGS_H
#define WEIHU_CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/fault.h"

struct settings {
	const char *listen;                    // "127.0.0.1:8420", "[::1]:0"; port 0 takes a free one
	const char *proxies;                   // "192.0.2.1,::1": who stands in front of us; "": nobody
	const char *tls_certificate, *tls_key; // PEM files; "": no TLS
	int64_t hsts_seconds;                  // 0: not said
	int64_t workers;                       // event loops, one thread each
	const char *data;                      // folder of the private cluster, the lock and the address file
	const char *dsn;        // libpq connection string of an existing PostgreSQL; "": the private cluster
	const char *owner_dsn;  // likewise for migrate; "": dsn
	const char *sealer_dsn; // likewise for the sealer; "": dsn
	const char *sealing;    // on or off
	const char *log_key;    // file of the key that signs the audit log; "": log.key under data
	const char *factor_key; // file of the key that seals second factors; "": factor.key under data
	const char *witness_url, *witness_key;       // "": no witness
	const char *timestamp_url;                   // "": no timestamping authority
	int64_t anchor_seconds;                      // between two checkpoints that go to them
	int64_t retention_days;                      // for which audit events are kept at least
	const char *archiving;                       // on or off: whether older ones are archived by themselves
	const char *archive;                         // folder that receives them; "": archive under data
	int64_t retry_hours;                         // for which answers are kept for retries at least
	int64_t writers, readers;                    // libpq connections per worker
	int64_t set_most;                            // requests that one set-based statement carries at most
	int64_t body_most;                           // bytes of a request body
	int64_t attachment_size_most;                // bytes of an attached file
	int64_t header_most;                         // bytes of a request's headers
	int64_t connections_most;                    // open HTTP connections per worker
	int64_t connections_address;                 // of them from one address
	int64_t address_rate, address_burst;         // requests a second, and at once
	int64_t person_rate, person_burst;           // likewise
	int64_t request_seconds;                     // a request must have arrived, and been answered, within these
	int64_t idle_seconds;                        // an unused connection ends then
	int64_t stop_seconds;                        // how long a stop waits for what is in flight
	int64_t password_passes, password_kibibytes; // Argon2id
	const char *password_refused;                // file of passwords that are, one a line; "": none
	const char *second_factor_for;               // roles whose holders must have one, "admin,lead"; all; "": nobody
	int64_t password_least;                      // characters
	int64_t session_hours, session_idle_minutes; // a session ends after these
	int64_t login_tries, login_tries_address;    // that fail before one has to wait
	int64_t login_wait_most;                     // seconds
	const char *ldap_url, *ldap_start_tls, *ldap_ca; // "": no directory; on or off; file, or ""
	const char *ldap_bind_dn, *ldap_bind_password;   // who searches, and the file of the password; "": anybody may
	const char *ldap_people, *ldap_filter;           // where people stand, and how one is found
	const char *ldap_groups, *ldap_group_filter;     // likewise; "": no groups
	const char *ldap_roles;                          // "GROUP=ROLE,GROUP=ROLE"
	const char *ldap_create;                         // on or off: who is unknown here gets an account
	int64_t ldap_seconds;                            // that a question to it may take
	const char *loan_self;                           // on or off: administrators lend roles to themselves
	int64_t loan_minutes_most;                       // for which a role is lent
	int64_t refusals_most;                           // noted in the record, of one person in a minute
	const char *log_level;
	const char *workflow, *fields, *permissions, *routing, *calendar; // files, relative to the settings file
	const char *holidays;                                             // "a.ics,b.ics": files; ""
	const char *schema;                                               // folder of the migrations
	const char *openapi;                                              // file of the API's description
};

// Defaults, then the file (NULL: none), then the environment (WEIHU_LISTEN for `listen`, and so on), then `overrides`
// ("listen=127.0.0.1:0", NULL-terminated or NULL). Each complaint is a fault whose field is FILE:LINE, or the variable.
bool settings_load(struct settings *settings, const char *file, const char *const *overrides, struct arena *arena,
    struct faults *faults);

// The table for people (Markdown rows): key, type, default, reloadable, help.
void settings_print(FILE *out);

#endif
