// SPDX-License-Identifier: Apache-2.0
// Steps that tell of the sealed log: its checkpoint, keys and tiles (C2SP tlog-tiles), proofs, and the rows it is held
// against.
#ifndef WEIHU_API_LOG_H
#define WEIHU_API_LOG_H

#include "api/call.h"

enum outcome tell_checkpoint(struct call *call);
enum outcome tell_log_keys(struct call *call);
enum outcome tell_tile(struct call *call);  // or an entry bundle
enum outcome tell_proof(struct call *call); // ?leaf= within, or ?old= before, the tree of ?size=
enum outcome list_rows(struct call *call);  // of a table, by name, as they stand

#endif
