// SPDX-License-Identifier: Apache-2.0
// THE PARTY TABLE: who a person is to a ticket.
#include "domain/party.h"

#include "base/msgid.h"
#include "base/text.h"
#include "domain/name.h"

#define NAMES_MOST 4

// What the relation of a party looks at: fields that hold logins, and facts about the ticket's program.
struct relation {
	enum field_id named[2]; // F_TITLE (0): none
	bool designated;        // whoever is designated for the program today, or the acting deputy
	bool worked;            // for separation: who delivered, or did a technical step
};

static const struct party_row {
	const char *name, *label;
	enum role role; // ROLE_COUNT: none needed
	bool either;    // the role or the relation is enough
	struct relation relation;
} parties[PARTY_COUNT] = {
    [PARTY_REQUESTER] = {"requester", N_("the requester"), ROLE_COUNT, false, {{F_REQUESTER}, false, false}},
    [PARTY_LEAD] = {"lead", N_("a maintenance lead"), ROLE_LEAD, false, {{0}, false, false}},
    [PARTY_SYSADMIN] = {"sysadmin", N_("the system administrator"), ROLE_SYSADMIN, false, {{F_SYSADMIN}, true, false}},
    [PARTY_AUTHORITY] = {"authority", N_("a change authority"), ROLE_AUTHORITY, false, {{0}, false, false}},
    [PARTY_TECHNICIAN] = {"technician", N_("the technician"), ROLE_TECHNICIAN, false,
        {{F_TECHNICIAN, F_HELPERS}, false, true}},
    [PARTY_ACCEPTOR] = {"acceptor", N_("the acceptor"), ROLE_LEAD, true, {{F_REQUESTER}, false, false}},
    [PARTY_REVIEWER] = {"reviewer", N_("a reviewer"), ROLE_REVIEWER, false, {{0}, false, false}},
    [PARTY_EVALUATOR] = {"evaluator", N_("the evaluator"), ROLE_COUNT, false, {{F_EVALUATOR}, false, false}},
    [PARTY_ADMIN] = {"admin", N_("an administrator"), ROLE_ADMIN, false, {{0}, false, false}},
};

const char *party_name(enum party party)
{
	return parties[party].name;
}

const char *party_label(enum party party)
{
	return parties[party].label;
}

bool party_find(const char *name, enum party *party)
{
	int row = name_index(parties, PARTY_COUNT, sizeof(parties[0]), name);

	if (row >= 0)
		*party = (enum party)row;
	return row >= 0;
}

enum role party_role(enum party party)
{
	return parties[party].role;
}

static bool has_relation(const struct relation *relation)
{
	return relation->named[0] != 0 || relation->designated;
}

// The lists of logins that the relation names; entries may be NULL.
static size_t relation_lists(const struct relation *relation, const struct ticket *ticket,
    const char *lists[NAMES_MOST])
{
	size_t count = 0;

	for (size_t i = 0; i < 2; i++)
		if (relation->named[i] != 0)
			lists[count++] = ticket->values[relation->named[i]];
	if (relation->designated) {
		lists[count++] = ticket->designated;
		lists[count++] = ticket->deputy;
	}
	return count;
}

static bool relation_names(const struct relation *relation, const struct ticket *ticket, const char *login)
{
	const char *lists[NAMES_MOST];
	size_t count = relation_lists(relation, ticket, lists);

	for (size_t i = 0; i < count; i++)
		if (text_in_list(lists[i], login))
			return true;
	return false;
}

bool party_holds(enum party party, const struct ticket *ticket, const struct person *person)
{
	const struct party_row *row = &parties[party];
	bool role = row->role == ROLE_COUNT || person_has(person, row->role);
	bool relation = !has_relation(&row->relation) || relation_names(&row->relation, ticket, person->login);

	return row->either ? role || relation : role && relation;
}

enum party party_first(party_set set, const struct ticket *ticket, const struct person *person)
{
	enum party party = 0;

	while (party < PARTY_COUNT && !((set & PARTY_BIT(party)) && party_holds(party, ticket, person)))
		party++;
	return party;
}

static bool worked_on(const struct ticket *ticket, const char *login)
{
	if (text_equals(ticket->values[F_DELIVERED_BY], login))
		return true;
	for (size_t i = 0; i < ticket->step_count; i++)
		if (ticket->steps[i].step != STEP_DESIGN_CHECK && text_equals(ticket->steps[i].person, login))
			return true;
	return false;
}

bool party_names(enum party party, const struct ticket *ticket, const char *login)
{
	const struct relation *relation = &parties[party].relation;

	return relation_names(relation, ticket, login) || (relation->worked && worked_on(ticket, login));
}

// Adds the items of `list` that `text` does not hold yet.
static void add_logins(struct buffer *text, const char *list)
{
	const char *item;
	size_t length;

	while ((length = list_next(&list, &item)) > 0) {
		const char *login = arena_copy_bytes(text->arena, item, length);

		if (text_in_list(text->bytes, login))
			continue;
		if (text->length > 0)
			buffer_add_char(text, ',');
		buffer_add_text(text, login);
	}
}

const char *party_logins(enum party party, const struct ticket *ticket, struct arena *arena)
{
	const char *lists[NAMES_MOST];
	size_t count = relation_lists(&parties[party].relation, ticket, lists);
	struct buffer text;

	if (count == 0)
		return NULL;
	buffer_init(&text, arena);
	for (size_t i = 0; i < count; i++)
		add_logins(&text, lists[i]);
	return text.length > 0 ? text.bytes : NULL;
}

const char *parties_text(party_set set, const struct ticket *ticket, struct arena *arena)
{
	struct buffer text;

	buffer_init(&text, arena);
	for (enum party party = 0; party < PARTY_COUNT; party++) {
		if ((set & PARTY_BIT(party)) == 0)
			continue;
		const char *logins = ticket != NULL ? party_logins(party, ticket, arena) : NULL;
		buffer_print(&text, "%s%s", text.length > 0 ? " or " : "", parties[party].label);
		if (logins != NULL)
			buffer_print(&text, " (%s)", logins);
	}
	return text.length > 0 ? text.bytes : "nobody";
}
