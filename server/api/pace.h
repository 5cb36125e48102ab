// SPDX-License-Identifier: Apache-2.0
// Steps that hold back who asks too often. Their refusals leave no event: they must cost less than what they refuse.
#ifndef WEIHU_API_PACE_H
#define WEIHU_API_PACE_H

#include "api/call.h"

enum outcome pace_address(struct call *call); // before anything is known
enum outcome pace_person(struct call *call);  // once the caller is

#endif
