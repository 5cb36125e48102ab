// SPDX-License-Identifier: Apache-2.0
// Tickets and their kinds.
#include "domain/ticket.h"

#include "domain/name.h"

static const char *const kinds[KIND_COUNT] = {
    [KIND_CORRECTIVE] = "corrective",
    [KIND_ADAPTIVE] = "adaptive",
    [KIND_PERFECTIVE] = "perfective",
    [KIND_PREVENTIVE] = "preventive",
};

const char *kind_name(enum kind kind)
{
	return kinds[kind];
}

bool kind_find(const char *name, enum kind *kind)
{
	int row = name_index(kinds, KIND_COUNT, sizeof(kinds[0]), name);

	if (row >= 0)
		*kind = (enum kind)row;
	return row >= 0;
}

bool ticket_kind(const struct ticket *ticket, enum kind *kind)
{
	const char *settled = ticket->values[F_KIND];

	return kind_find(settled != NULL ? settled : ticket->values[F_CLAIMED_KIND], kind);
}
