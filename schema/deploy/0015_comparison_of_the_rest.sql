-- Holding second factors, roles on loan, documents and assets of programs, and reviews against the log, too. What no event tells stays
-- out: sealed secrets, hashes of recovery codes, the last code's step.

set local search_path = weihu;

-- True if the last verdict that was told of a record is the one that stands.
create function verdict_agrees(review bigint, ticket bigint, verdict jsonb) returns boolean
language sql stable
return verdict is not distinct from (
	select e.added -> 'verdict' from event e
	where e.object_kind = 'review' and e.object_id = verdict_agrees.review::text and e.added #>> '{verdict,ticket}' = verdict_agrees.ticket::text
	order by e.object_version desc limit 1);

-- A verdict as its event tells it; null: there is none.
create function verdict_told(k review_record) returns jsonb
language sql stable parallel safe
return case when k.verdict is not null then to_jsonb(k) - '{rank,sampled,emergency}'::text[]
	|| jsonb_build_object('judged_at', utc(k.judged_at)) end;

-- Every row of the register has a key that is a text. Of a ticket (null: of none): whoever does not see it learns whether the row agrees.
create or replace view registered as
select 'person' as kind, p.login as key, to_jsonb(p) as item, null::bigint as ticket, null::boolean as agrees from person p
union all select 'program', p.code, to_jsonb(p), null, null from program p
union all select 'password', w.login, jsonb_build_object('id', w.login, 'set_at', utc(w.set_at)), null, null from password w
union all select 'designation', d.program || '/' || d.capacity || '/' || d.since, jsonb_build_object('id',
	d.program || '/' || d.capacity || '/' || d.since, 'login', d.login, 'until', d.until), null, null from designation d
union all select 'key', k.verifier, jsonb_build_object('id', k.verifier), null, null from log_key k
union all select 'factor', f.login, jsonb_build_object('id', f.login, 'confirmed_at', utc(f.confirmed_at), 'codes', (
	select count(*) from recovery_code c where c.login = f.login)), null, null from second_factor f where f.confirmed_at is not null
union all select 'loan', l.id::text, to_jsonb(l) || jsonb_build_object('since', utc(l.since), 'until', utc(l.until), 'ended_at',
	utc(l.ended_at)), null, null from role_loan l
union all select p.part, p.id::text, part_document(p) || jsonb_build_object('program', p.program, 'author', p.author), null, null
from program_part p
union all select 'review', r.id::text, jsonb_strip_nulls(jsonb_build_object('id', r.id, 'title', r.title, 'from', r.since, 'to', r.until,
	'zone', r.zone, 'share', r.share, 'as_of', utc(r.as_of), 'log_size', r.log_size, 'log_root', r.log_root, 'seed', r.seed, 'records',
	r.records, 'emergencies', r.emergencies, 'sampled', r.sampled, 'opened_by', r.opened_by, 'conclusion', r.conclusion,
	'concluded_by', r.concluded_by, 'concluded_at', utc(r.concluded_at))), null, null from review r
union all select 'record', k.review || '/' || k.ticket, jsonb_build_object('id', k.review || '/' || k.ticket, 'drawn',
	jsonb_build_array(k.ticket, k.ticket_version, k.emergency, k.sampled), 'rank', k.rank, 'verdict', verdict_told(k)), k.ticket,
	verdict_agrees(k.review, k.ticket, verdict_told(k)) from review_record k
union all select 'decision', d.id::text, to_jsonb(d) || jsonb_build_object('created_at', utc(d.created_at)), null, null
from review_decision d;

-- Rows of the register as they stand, five hundred behind `after`; those with a number for a key are table_rows()'s.
create function register_rows(kind text, after text, caller text, outside boolean) returns table (key text, item jsonb)
language sql stable
begin atomic
	select r.key, case when ticket_hidden(r.ticket::text, caller, outside)
		then hidden_row(jsonb_build_object('id', r.key), r.agrees) else r.item end
	from registered r where r.kind = register_rows.kind and r.key > after order by r.key limit 500;
end;
