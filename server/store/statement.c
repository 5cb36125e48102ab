// SPDX-License-Identifier: Apache-2.0
// THE STATEMENT TABLE. What a column is called here is what it is called in JSON.
#include "store/statement.h"

#define EPOCH "(select epoch from register_epoch), "

// The latest of each ticket's reopenings: what was recorded before it belongs to the earlier round.
#define SINCE_REOPENED "and r.created_at > coalesce((t.body ->> 'reopened_at')::timestamptz, '-infinity')"

// A refused acceptance undoes what a failed integration test would.
#define STEPS_AND_REFUSAL                                                                                              \
	"select r.id, r.created_at as at, r.step || ':' || r.result || ':' || r.person as step from technical_step r " \
	"where r.ticket = t.id " SINCE_REOPENED                                                                        \
	" union all select 0, (t.body ->> 'refused_at')::timestamptz, 'integration_test:failed:' "                     \
	"where t.body ? 'refused_at'"

// Whoever does not see a ticket meets none.
#define SEEN(caller, outside)                                                                                          \
	"ticket_seen(t.requester, t.sysadmin, t.technician, t.body, " caller ", " outside "::boolean)"

// What is asked for by a list of values: the ticket's number, the caller, whether from outside.
#define TICKET(values)                                                                                                 \
	"select " EPOCH "coalesce(body -> 'readers', '[]') <> '[]', t.* from ticket_view t "                           \
	"where t.id = (" values " ->> 0)::bigint and " SEEN("(" values " ->> 1)", "(" values " ->> 2)")

const struct statement statements[STATEMENT_COUNT] = {
    [CALLER_FIND] = {"caller_find",
        "select " EPOCH
        "p.login, p.name, array_to_string(p.roles, ','), t.id, t.kind = 'session', array_to_string(t.scopes, "
        "','), "
        "t.last_used_at is null or t.last_used_at < $2::timestamptz - interval '1 minute', "
        "p.vendor is not null, roles_on_loan(p.login, $2::timestamptz), utc(t.expires_at) from token t join person p "
        "using (login) "
        "where t.hash = decode($1, 'hex') and t.revoked_at is null and p.active "
        "and (t.expires_at is null or t.expires_at > $2::timestamptz) "
        "and (t.kind <> 'session' or coalesce(t.last_used_at, t.created_at) > $3::timestamptz)",
        3, true},
    [FACTOR_FIND] = {"factor_find", "select secret, confirmed, last_step, confirmed_at, codes from factor_of($1)", 1},
    [RELATIONS_FIND] = {"relations_find", "select * from relations_of($1, $2, $3, $4::date)", 4},
    [ROLES_OF] = {"roles_of", "select array_to_string(roles, ',') from person where login = $1 and active", 1},
    [LOANS_FIND] = {"loans_find",
        "select coalesce(jsonb_agg(jsonb_build_object('id', id, 'role', role, 'until', utc(until), 'reason', reason) "
        "order by id), '[]') from role_loan where login = $1 and since <= $2::timestamptz and until > $2::timestamptz "
        "and (ended_at is null or ended_at > $2::timestamptz)",
        2},
    [LOAN_READ] = {"loan_read", "select * from role_loan where id = $1::bigint", 1},
    [ANSWER_FIND] = {"answer_find",
        "select hash = decode($3, 'hex'), object_kind, object_id, object_version, encode(salt, 'hex') from kept_answer "
        "where actor = $1 and key = $2",
        3},
    [TICKET_FIND] = {"ticket_find",
        "select " EPOCH "t.*, designated(t.program, 'deputy', $2::date), designated(t.program, 'sysadmin', $2::date), "
        "(select string_agg(r.step, ',' order by r.at, r.id) from (" STEPS_AND_REFUSAL ") r), "
        "(select count(*) from program_change r where r.ticket = t.id " SINCE_REOPENED "), "
        "(select count(*) from work_entry r where r.ticket = t.id " SINCE_REOPENED "), "
        "(select count(*) from ticket o where o.program = t.program and o.id <> t.id "
        "and o.state in ('scheduled', 'assigned', 'in_maintenance') "
        "and o.planned_start < coalesce($4::timestamptz, t.planned_end) "
        "and o.planned_end > coalesce($3::timestamptz, t.planned_start)), "
        "(select record_gaps(p) from program p where p.code = t.program) "
        "from ticket_view t where t.id = $1::bigint "
        "and " SEEN("$5", "$6"),
        6, true},
    [TICKETS_READ] = {"tickets_read",
        "select a.n, t.* from jsonb_array_elements($1::jsonb) with ordinality a (values, n) "
        "cross join lateral (" TICKET("a.values") " limit 1) t", // looked up one by one, whatever the planner knows
        3, true, .alone = TICKET_READ},
    [TICKET_READ] = {"ticket_read", "select 1, t.* from (" TICKET("$1::jsonb -> 0") ") t", 1},
    [TICKET_AT] = {"ticket_at", "select * from ticket_at($1::bigint, $2::int)", 2},
    [COMMENT_READ] = {"comment_read", "select * from comment where id = $1::bigint", 1},
    [ATTACHMENT_READ] = {"attachment_read", "select * from attachment where id = $1::bigint", 1},
    [STEP_READ] = {"step_read", "select * from technical_step where id = $1::bigint", 1},
    [CHANGE_READ] = {"change_read", "select * from program_change where id = $1::bigint", 1},
    [WORK_READ] = {"work_read", "select * from work_entry where id = $1::bigint", 1},
    [LINK_READ] = {"link_read", "select * from ticket_link where id = $1::bigint", 1},
    [PERSON_READ] = {"person_read", "select * from person_view where login = $1", 1},
    [PERSON_MADE] = {"person_made", "select * from person_made($1, $2::int)", 2},
    [TOKEN_AGAIN] = {"token_again",
        "select array_to_string(scopes, ','), created_at, encode(hash, 'hex') from token where id = $1::bigint", 1},
    [PROGRAM_READ] = {"program_read",
        "select p.*, designated(p.code, 'sysadmin', $2::date) as sysadmin, designated(p.code, 'deputy', $2::date) as "
        "deputy "
        "from program_view p where p.code = $1",
        2},
    [PROGRAM_MADE] = {"program_made",
        "select p.*, e.changes #>> '{sysadmin,new}' as sysadmin, e.changes #>> '{deputy,new}' as deputy "
        "from program_made($1, $2::int) p join event e on e.object_kind = 'program' and e.object_id = p.code "
        "and e.object_version = $2::int and e.result = 'done'",
        2},
    [DESIGNATION_MADE] = {"designation_made", "select * from designation_made($1, $2::int)", 2},
    [READING_READ] = {"reading_read", "select * from reading_view where id = $1::bigint", 1},
    [PART_MADE] = {"part_made", "select * from part_made($1, $2::int)", 2},
    [IMPORT_FIND] = {"import_find", "select ticket from ticket_body where fields ->> 'imported_from' = $1", 1},
    [ROUTING_FIND] = {"routing_find",
        "select " EPOCH "designated($1, 'sysadmin', $2::date), designated($1, 'deputy', $2::date), "
        "(select min(login) from person where active and 'lead' = any (roles)), "
        "(select vendor from program where code = $1)",
        2, true},
    [REFERENCES_FIND] = {"references_find",
        "select e.epoch, m.kind, m.name from register_epoch e left join ("
        "select 'person' as kind, x as name from unnest(string_to_array($1, ',')) x "
        "where not exists (select from person p where p.login = x and p.active) union all "
        "select 'sysadmin', x from unnest(string_to_array($2, ',')) x "
        "where not exists (select from person p where p.login = x and p.active and 'sysadmin' = any (p.roles)) union "
        "all "
        "select 'technician', x from unnest(string_to_array($3, ',')) x "
        "where not exists (select from person p where p.login = x and p.active and 'technician' = any (p.roles)) union "
        "all "
        "select 'program', x from unnest(string_to_array($4, ',')) x "
        "where not exists (select from program p where p.code = x) union all "
        "select 'ticket', x from unnest(string_to_array($5, ',')) x "
        "where not exists (select from ticket t where t.id = x::bigint) or ticket_hidden(x, $6, $7::boolean)) m "
        "on true",
        7, true},
    [ROLES_FIND] = {"roles_find",
        "select r, string_agg(p.login, ',' order by p.login) from unnest(string_to_array($1, ',')) r "
        "join person p on p.active and p.roles @> array[r] group by r",
        1},
    [TICKETS_BY_STATE] = {"tickets_by_state",
        "select state, sum(n)::bigint from (select state, count(*) as n from ticket group by state union all "
        "select t.state, -1 from ticket_body b join ticket t on t.id = b.ticket "
        "where coalesce(b.fields -> 'readers', '[]') <> '[]') counted group by state having sum(n) > 0 order by state",
        0, .slow = true},

    [CHECKPOINT_READ] = {"checkpoint_read", "select note from checkpoint order by day desc limit 1", 0},
    [LOG_KEYS_READ] = {"log_keys_read", "select verifier, since from log_key order by since, verifier", 0},
    [LOG_TILE] = {"log_tile", "select log_tile($1::int, $2::bigint, $3::int)", 3},
    [LOG_HASHES] = {"log_hashes", "select * from log_hashes($1::int[], $2::bigint[])", 2},
    [TABLE_ROWS] = {"table_rows", "select key, item from table_rows($1, $2, $3, $4::boolean)", 4},
    [FILE_READ] = {"file_read",
        "select a.name, a.media_type, a.sha256, c.content from attachment a join attachment_content c on c.attachment "
        "= a.id "
        "where a.ticket = $1::bigint and a.id = $2::bigint and ($3::boolean or not a.internal)",
        3, .binary = true},
    [ATTACHMENT_ROWS] = {"attachment_rows", "select key, item from attachment_rows($1, $2, $3, $4::boolean)", 4,
        .slow = true},
    [REGISTER_ROWS] = {"register_rows", "select key, item from register_rows($1, $2, $3, $4::boolean)", 4},

    [REVIEW_READ] = {"review_read",
        "select * from review_at(case when $1 ~ '^[1-9][0-9]{0,17}$' then $1::bigint end, $2::int)", 2},
    [REVIEW_RECORDS] = {"review_records",
        "select h.hidden, r.ticket, r.ticket_version, r.emergency, r.sampled, r.verdict, r.note, r.reviewer, "
        "r.judged_version, t.version, t.program, t.kind, b.fields ->> 'title' "
        "from review_record r join ticket t on t.id = r.ticket join ticket_body b on b.ticket = r.ticket, "
        "lateral (select ticket_hidden(r.ticket::text, $2, $3::boolean) as hidden) h "
        "where r.review = $1::bigint order by h.hidden desc, r.ticket",
        3},
    [REVIEW_DECISIONS] = {"review_decisions",
        "select head, text, owner, due, ticket from review_decision where review = $1::bigint order by id", 1},
    [VERDICT_MADE] = {"verdict_made",
        "select r.* from event e, jsonb_to_record(e.added -> 'verdict') as r (review bigint, ticket bigint, "
        "ticket_version int, verdict text, note text, reviewer text, judged_version int, judged_at timestamptz) "
        "where e.object_kind = 'review' and e.object_id = $1 and e.object_version = $2::int and e.result = 'done'",
        2},
    [DECISION_READ] = {"decision_read", "select * from review_decision where id = $1::bigint", 1},

    [TICKET_FILE] = {"ticket_file", "select f.n, f.outcome, (f.ticket).* from ticket_file($1::jsonb) f", 1, true},
    [TICKET_CHANGE] = {"ticket_change",
        "select f.n, f.outcome, f.thing_id, (f.ticket).* from ticket_change($1::jsonb) f", 1},
    [PERSON_SAVE] = {"person_save", "select * from person_save($1::jsonb)", 1},
    [TOKEN_ADD] = {"token_add", "select * from token_add($1::jsonb)", 1},
    [TOKEN_USED] = {"token_used", "select * from token_used($1::jsonb)", 1},
    [LOGIN_TRY] = {"login_try", "select * from login_try($1::jsonb)", 1},
    [SESSION_ADD] = {"session_add", "select * from session_add($1::jsonb)", 1},
    [SESSION_END] = {"session_end", "select * from session_end($1::jsonb)", 1},
    [FACTOR_BEGIN] = {"factor_begin", "select * from factor_begin($1::jsonb)", 1},
    [FACTOR_CONFIRM] = {"factor_confirm", "select * from factor_confirm($1::jsonb)", 1},
    [FACTOR_USE] = {"factor_use", "select * from factor_use($1::jsonb)", 1},
    [LOAN_ADD] = {"loan_add", "select * from loan_add($1::jsonb)", 1},
    [LOAN_END] = {"loan_end", "select * from loan_end($1::jsonb)", 1},
    [FACTOR_END] = {"factor_end", "select * from factor_end($1::jsonb)", 1},
    [PASSWORD_SET] = {"password_set", "select * from password_set($1::jsonb)", 1},
    [TOKEN_REVOKE] = {"token_revoke", "select * from token_revoke($1::jsonb)", 1},
    [PROGRAM_SAVE] = {"program_save", "select * from program_save($1::jsonb)", 1},
    [DESIGNATION_ADD] = {"designation_add", "select * from designation_add($1::jsonb)", 1},
    [READING_ADD] = {"reading_add", "select * from reading_add($1::jsonb)", 1},
    [REHEARSE] = {"rehearse", "select * from rehearse($1::jsonb)", 1},
    [PART_SAVE] = {"part_save", "select * from part_save($1::jsonb)", 1},
    [READING_NOTE] = {"reading_note", "select * from reading_note($1::jsonb)", 1},
    [REVIEW_OPEN] = {"review_open", "select * from review_open($1::jsonb)", 1},
    [REVIEW_JUDGE] = {"review_judge", "select * from review_judge($1::jsonb)", 1},
    [REVIEW_DECIDE] = {"review_decide", "select * from review_decide($1::jsonb)", 1},
    [REVIEW_CONCLUDE] = {"review_conclude", "select * from review_conclude($1::jsonb)", 1},
    [EVENT_MONTHS] = {"event_months", "select * from event_months_make($1::jsonb)", 1},
    [ANSWERS_FORGET] = {"answers_forget", "select * from answers_forget($1::jsonb)", 1},
    [REFUSAL_NOTE] = {"refusal_note", "select * from refusal_note($1::jsonb)", 1},
};
