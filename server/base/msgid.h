// SPDX-License-Identifier: Apache-2.0
// Marks text for people, so that gettext finds it in the tables; it is translated where it is shown.
#ifndef WEIHU_BASE_MSGID_H
#define WEIHU_BASE_MSGID_H

#define N_(msgid) msgid

#endif
