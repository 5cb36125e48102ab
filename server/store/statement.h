// SPDX-License-Identifier: Apache-2.0
// THE STATEMENT TABLE (statement.c): every statement that the service prepares. Lists with filters stand in listing.c.
// What stands on things known from before (api/known.h) asks by a statement that vouches: a read tells in its first
// column (its second, in company) the register's epoch in which it ran, and does not count it among its columns; a
// write is given the epoch and refuses another.
#ifndef WEIHU_STORE_STATEMENT_H
#define WEIHU_STORE_STATEMENT_H

#include <stdbool.h>

enum statement_id {
	// reads
	CALLER_FIND, // hash of a token (hex), now, last use of a session that is not idle → login, name, roles, id,
	             // whether it is a session, scopes, whether its use is to be noted, whether of a vendor,
	             // roles on loan, until when it holds
	FACTOR_FIND, // login → the second factor's sealed secret, whether confirmed, last step used, since when,
	             // recovery codes left; no row: none
	RELATIONS_FIND, // kind of object (ticket or program), its id, login, today → relations
	ROLES_OF,       // login → roles of an open account ("lead,admin")
	LOANS_FIND,     // login, now → what is on loan, as a JSON list
	LOAN_READ,      // id
	ANSWER_FIND,    // actor, key, hash (hex) → same, object_kind, object_id, version, salt (hex)
	TICKET_FIND, // id, today, planned_start, planned_end, caller, whether from outside → the ticket and what guards
	             // ask about
	TICKETS_READ, // id, caller, whether from outside → whether it is confidential, the ticket
	TICKET_READ,  // the same for a list of one
	TICKET_AT,    // id, version → the ticket as its events tell it
	COMMENT_READ, // id; so the others: what was just recorded
	ATTACHMENT_READ,
	STEP_READ,
	CHANGE_READ,
	WORK_READ,
	LINK_READ,
	PERSON_READ,  // login
	PERSON_MADE,  // login, version: as it was then, whatever became of it; so too PROGRAM_MADE
	TOKEN_AGAIN,  // id → scopes, when it was made, its hash (hex)
	PROGRAM_READ, // code, today
	PROGRAM_MADE,
	DESIGNATION_MADE, // program and its version
	READING_READ,
	PART_MADE,        // program and its version
	IMPORT_FIND,      // where from → the ticket that it became
	ROUTING_FIND,     // program, today → sysadmin, deputy, lead, vendor
	REFERENCES_FIND,  // logins, programs, tickets (each "a,b"), caller, whether from outside → those that are not
	                  // there or may not be named; a row of nulls when there are none
	ROLES_FIND,       // roles ("lead,authority") → role, logins
	TICKETS_BY_STATE, // → state, count
	CHECKPOINT_READ,  // → the last checkpoint
	LOG_KEYS_READ,    // → verifier key, since which leaf
	LOG_TILE,         // level (-1: entries), first, width → hexadecimal, or null
	LOG_HASHES,       // levels, indexes → a hash each
	FILE_READ,        // ticket, attachment, whether internal ones, too → name, media type, sha256, content
	ATTACHMENT_ROWS,  // as TABLE_ROWS
	TABLE_ROWS,       // table, after, caller, outside → key, row
	REGISTER_ROWS,    // likewise
	REVIEW_READ,      // id, version (1: as it was opened) → review
	REVIEW_RECORDS, // review, caller, whether from outside → its records, those first that the caller does not see
	REVIEW_DECISIONS, // review → its decisions
	VERDICT_MADE,     // review, version → the verdict of that event
	DECISION_READ,    // id
	// writes: functions over a list of deeds
	TICKET_FILE,
	TICKET_CHANGE,
	PERSON_SAVE,
	TOKEN_ADD,
	TOKEN_USED,
	LOGIN_TRY,
	SESSION_ADD,
	SESSION_END,
	PASSWORD_SET,
	FACTOR_BEGIN,
	FACTOR_CONFIRM,
	FACTOR_USE,
	FACTOR_END,
	LOAN_ADD,
	LOAN_END,
	TOKEN_REVOKE,
	PROGRAM_SAVE,
	DESIGNATION_ADD,
	READING_ADD,
	REHEARSE,
	PART_SAVE,
	REFUSAL_NOTE,
	READING_NOTE,
	REVIEW_OPEN,
	REVIEW_JUDGE,
	REVIEW_DECIDE,
	REVIEW_CONCLUDE,
	EVENT_MONTHS,
	ANSWERS_FORGET,
	STATEMENT_COUNT
};

struct statement {
	const char *name, *sql;
	int parameters;
	bool vouches;
	bool slow;   // may take long: nobody else waits behind it
	bool binary; // its columns are texts and bytes, and come as they are
	// Not 0: its askers ride in company (store/lane.h), and this is the same for a list of one. The only parameter
	// of both is a list of lists of values; its columns begin with the place of the list that the row answers, and
	// the epoch. `parameters` counts the values of one list.
	enum statement_id alone;
};

extern const struct statement statements[STATEMENT_COUNT];

#endif
