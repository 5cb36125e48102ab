// SPDX-License-Identifier: Apache-2.0
// Steps of POST /v1/imports: a record from elsewhere is read, looked for, judged; save_filing() writes it.
#ifndef WEIHU_API_IMPORT_H
#define WEIHU_API_IMPORT_H

#include "api/call.h"

enum outcome read_import(struct call *call);
enum outcome find_imported(struct call *call); // refuses one that was imported before
enum outcome check_import(struct call *call);

#endif
