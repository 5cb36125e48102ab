-- Holding the tables against the log: their rows as they stand, and for whoever does not see a ticket whether they agree. And what
-- is due to leave the database for an archive.

set local search_path = weihu;

-- True if what was told is what is held; what is only committed to says nothing, and so fits anything.
create function told_fits(told jsonb, held jsonb) returns boolean
language plpgsql immutable parallel safe set search_path = weihu, pg_temp as $$
begin
	return case
		when told ? 'commitment' and told - 'commitment' = '{}' then true
		when jsonb_typeof(told) <> jsonb_typeof(held) then false
		when jsonb_typeof(told) = 'object' then (told - array(select jsonb_object_keys(held))) = '{}'
			and (held - array(select jsonb_object_keys(told))) = '{}'
			and not exists (select from jsonb_each(told) m where not told_fits(m.value, held -> m.key))
		when jsonb_typeof(told) = 'array' then jsonb_array_length(told) = jsonb_array_length(held)
			and not exists (select from jsonb_array_elements(told) with ordinality m (value, n)
				where not told_fits(m.value, held -> (m.n::int - 1)))
		else told = held
	end;
end $$;

-- An event as its leaf tells it, as far as it can be opened; null: it is not sealed, or was archived.
create function leaf_told(event_seq bigint) returns jsonb
language plpgsql stable set search_path = weihu, pg_temp as $$
declare
	told jsonb;
	o opening;
begin
	select convert_from(l.bytes, 'UTF8')::jsonb - 'previous' into told from leaf l where l.seq = event_seq;
	for o in select p.* from opening p join leaf l using (position) where l.seq = event_seq order by p.path loop
		told := jsonb_set(told, string_to_array(substr(o.path, 2), '/'), o.value::jsonb);
	end loop;
	return told;
end $$;

-- What is told of a ticket: comments, steps, changes, work, links, as events have them.
create view thing as
select 'comment' as kind, r.ticket, null::bigint as other, r.id, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at)) as item
from comment r
union all select 'step', r.ticket, null, r.id, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at), 'started_at',
	utc(r.started_at), 'finished_at', utc(r.finished_at)) from technical_step r
union all select 'change', r.ticket, null, r.id, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at)) from program_change r
union all select 'work', r.ticket, null, r.id, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at)) from work_entry r
union all select 'link', r.ticket, r.other, r.id, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at)) from ticket_link r;

-- True if an event of the ticket added this row, or its events were archived.
create function thing_agrees(ticket bigint, kind text, item jsonb) returns boolean
language sql stable
begin atomic
	select coalesce(bool_or(e.added -> kind = item), true)
	from event e
	where e.object_kind = 'ticket' and e.object_id = ticket::text and e.result = 'done';
end;

-- True if the ticket is what its events make of it, and what they added to it is there.
create function ticket_agrees(t ticket, fields jsonb) returns boolean
language sql stable
return not exists (
	select from event e, jsonb_each(e.added) a
	where e.object_kind = 'ticket' and e.object_id = t.id::text and e.result = 'done' and jsonb_typeof(e.added) = 'object'
		and not exists (select from thing r where r.ticket = t.id and r.kind = a.key and r.id = (a.value ->> 'id')::bigint))
	and coalesce((
	select (a.version, a.state, a.workflow) = (t.version, t.state, t.workflow) and jsonb_strip_nulls(ticket_fields((
			select row(a.id, a.version, a.state, a.workflow, a.kind, a.claimed_kind, a.program, a.severity, a.priority, a.requester,
				a.sysadmin, a.technician, a.planned_start, a.planned_end, a.due_at, a.created_at, a.updated_at)::ticket), a.body))
		= ticket_fields(t, fields)
	from ticket_at(t.id, null) a), true);

-- A row of a ticket that the caller does not see.
create function hidden_row(key jsonb, agrees boolean) returns jsonb
language sql immutable parallel safe
return key || jsonb_build_object('hidden', true, 'agrees', agrees);

-- Rows of the register by a key that is a text, with what its events tell of them.
create view registered as
select 'person' as kind, p.login as key, to_jsonb(p) as item from person p
union all select 'program', p.code, to_jsonb(p) from program p
union all select 'password', w.login, jsonb_build_object('id', w.login, 'set_at', utc(w.set_at)) from password w
union all select 'designation', d.program || '/' || d.capacity || '/' || d.since, jsonb_build_object('id',
	d.program || '/' || d.capacity || '/' || d.since, 'login', d.login, 'until', d.until) from designation d
union all select 'key', k.verifier, jsonb_build_object('id', k.verifier) from log_key k;

-- The rows of a table as they stand, five hundred behind `after`, to be held against the log.
create function table_rows(kind text, after text, caller text, outside boolean) returns table (key text, item jsonb)
language plpgsql stable set search_path = weihu, pg_temp as $$
#variable_conflict use_variable
declare
	last bigint := case when kind not in ('person', 'program', 'password', 'designation', 'key')
		then coalesce(nullif(after, '')::bigint, -9223372036854775808) end;
begin
	case kind
		when 'event' then
			return query select e.seq::text, case when e.object_kind = 'ticket' and ticket_hidden(e.object_id, caller, outside)
					or ticket_hidden(coalesce(e.added #>> '{link,other}', e.added #>> '{verdict,ticket}'), caller, outside)
				then hidden_row(jsonb_build_object('seq', e.seq), coalesce(told_fits(leaf_told(e.seq), event_document(e)), true))
				else event_document(e) end
			from event e where e.seq > last order by e.seq limit 500;
		when 'ticket' then
			return query select t.id::text, case when ticket_seen(t.requester, t.sysadmin, t.technician, b.fields, caller, outside)
				then jsonb_build_object('id', t.id, 'version', t.version, 'state', t.state, 'workflow', t.workflow,
					'fields', ticket_fields(t, b.fields))
				else hidden_row(jsonb_build_object('id', t.id, 'version', t.version, 'state', t.state), ticket_agrees(t, b.fields)) end
			from ticket t join ticket_body b on b.ticket = t.id where t.id > last order by t.id limit 500;
		when 'reading' then
			return query select r.id::text, jsonb_build_object('id', r.id, 'program', r.program, 'author', r.author, 'read_at',
				utc(r.read_at), 'runs', r.runs, 'failures', r.failures)
			from reading r where r.id > last order by r.id limit 500;
		when 'token' then
			return query select r.id::text, jsonb_build_object('id', r.id, 'login', r.login, 'name', r.name, 'kind', r.kind, 'scopes',
				r.scopes, 'expires_at', utc(r.expires_at), 'revoked', r.revoked_at is not null)
			from token r where r.id > last order by r.id limit 500;
		when 'workflow' then
			return query select w.version::text, jsonb_build_object('id', w.version, 'digest', encode(sha256(convert_to(w.source, 'UTF8')),
				'hex'), 'edges', (
				select jsonb_agg(concat_ws(' ', e.action, coalesce(e.from_state, '-'), e.to_state)
					order by e.action, coalesce(e.from_state, '-'), e.to_state)
				from workflow_edge e where e.workflow = w.version))
			from workflow w where w.version > last order by w.version limit 500;
		when 'person', 'program', 'password', 'designation', 'key' then
			return query select r.key, r.item from registered r where r.kind = kind and r.key > after order by r.key limit 500;
		else
			return query select r.id::text, case when ticket_hidden(r.ticket::text, caller, outside)
					or r.other is not null and ticket_hidden(r.other::text, caller, outside)
				then hidden_row(jsonb_build_object('id', r.id), thing_agrees(r.ticket, kind, r.item)) else r.item end
			from thing r where r.kind = kind and r.id > last order by r.id limit 500;
	end case;
end $$;

-- What is old enough to be archived, by whole months and whole bundles of 256 leaves; no row: nothing. Leaves below `held` are in
-- earlier archives. The checkpoint is the first that covers the others: an archive needs no more of the log than that.
create function log_due(at timestamptz, days bigint)
returns table (month text, before timestamptz, held bigint, upto bigint, size bigint, note text)
language sql stable
begin atomic
	with cut as (
		select date_trunc('month', (at - days * interval '1 day') at time zone 'UTC') at time zone 'UTC' as before
	), kept as (
		select c.before, (select l.position from leaf l where l.bytes is not null order by l.position limit 1) as held,
			(select p.size from checkpoint p order by p.day desc limit 1) as newest
		from cut c
	), reach as (
		select k.before, k.held, coalesce((
			select l.position from leaf l join event e using (seq)
			where l.position >= k.held and l.position < k.newest and e.at >= k.before order by l.position limit 1), k.newest) / 256 * 256 as upto
		from kept k
	)
	select to_char(r.before at time zone 'UTC' - interval '1 day', 'YYYY-MM'), r.before, r.held, r.upto, c.size, c.note
	from reach r cross join lateral (select p.size, p.note from checkpoint p where p.size >= r.upto order by p.size limit 1) c
	where r.upto > r.held;
end;

grant select on thing, registered to weihu_service;
