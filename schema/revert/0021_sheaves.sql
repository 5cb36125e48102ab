-- Leaves and openings apart, as they were.

set local search_path = weihu;

create table leaf_apart (
	position bigint primary key,
	seq bigint not null unique,
	object text not null,
	bytes bytea,
	hash bytea not null
);
create table opening_apart (
	position bigint not null,
	path text not null,
	salt text not null,
	value text not null,
	internal boolean not null,
	primary key (position, path)
);
insert into leaf_apart select l.position, l.seq, l.object, l.bytes, l.hash from leaf l;
insert into opening_apart select o.position, o.path, o.salt, o.value, o.internal from opening o;

drop trigger opening_deleted on opening;
alter view leaf rename to leaf_together;
alter view opening rename to opening_together;
alter table leaf_apart rename to leaf;
alter table opening_apart rename to opening;
alter index leaf_apart_pkey rename to leaf_pkey;
alter index leaf_apart_seq_key rename to leaf_seq_key;
alter index opening_apart_pkey rename to opening_pkey;
create index leaf_of_object on leaf (object collate "C", position);

drop function log_pending, log_append, log_publish;
create function log_pending(high bigint, gap_from bigint[], gap_to bigint[], most int)
returns table (action text, actor text, added jsonb, at text, changes jsonb, from_state text, object text, object_version int,
	on_loan text, reason jsonb, request_id text, result text, role text, seq bigint, source text, to_state text, v int, waived jsonb, workflow int,
	previous text, confidential text)
language plpgsql stable security definer set search_path = weihu, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan set work_mem = '16MB' as $$
#variable_conflict use_column
begin
	return query
	select e.action, e.actor, e.added, utc(e.at), e.changes, e.from_state, e.object, e.object_version, e.on_loan,
		e.reason, e.request, e.result, e.role, e.seq, e.source, e.to_state, 1, e.waived, e.workflow,
		(select encode(l.hash, 'hex') from leaf l where l.object collate "C" = e.object order by l.position desc limit 1),
		case
			when e.changes ? 'readers' and e.changes -> 'readers' <> '{"new": [], "old": []}' then 'added,changes,reason,waived'
			when e.object_kind = 'ticket' and (
				select true from ticket_body b where b.ticket::text = e.object_id and coalesce(b.fields -> 'readers', '[]') <> '[]'
				limit 1) then 'added,changes,reason,waived'
			when coalesce(e.added ?| '{link,verdict}', false)
				and ticket_is_confidential(coalesce(e.added #>> '{link,other}', e.added #>> '{verdict,ticket}')) then 'added'
		end
	from (
		(select e.*, e.object_kind || '/' || e.object_id as object from event e where e.seq > high order by e.seq limit most)
		union all
		(select e.* from unnest(gap_from, gap_to) g (a, b)
			cross join lateral (
				select e.*, e.object_kind || '/' || e.object_id as object from event e where e.seq between g.a and g.b
				order by e.seq limit most) e)
		order by seq limit most
	) e
	order by e.seq;
end $$;

create function log_append(size bigint, seqs bigint[], entries bytea[], opening_of bigint[], paths text[], salts text[], contents text[],
	internals boolean[], levels bigint[], indexes bigint[], hashes bytea[], durable boolean) returns bigint
language plpgsql security definer set search_path = weihu, pg_temp
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan set work_mem = '16MB' as $$
declare
	held bigint := (select coalesce(max(l.position) + 1, 0) from leaf l);
	given bigint := cardinality(seqs);
	first bigint := (select min(s) from unnest(seqs) s);
	last bigint := (select max(s) from unnest(seqs) s);
	objects text[];
begin
	if held <> size then
		raise exception 'the log has % leaves, not %', held, size;
	end if;
	objects := array(
		select e.object_kind || '/' || e.object_id
		from unnest(seqs) with ordinality g (seq, n) join event e on e.seq = g.seq and e.seq between first and last
		order by g.n);
	if cardinality(objects) <> given then
		raise exception '% of % leaves are no leaves of events', given - cardinality(objects), given;
	end if;
	insert into leaf
	select size + g.n - 1, g.seq, g.object, g.bytes, sha256('\x00'::bytea || g.bytes)
	from unnest(seqs, objects, entries) with ordinality g (seq, object, bytes, n);
	insert into opening
	select size + o.n, o.path, o.salt, o.value, o.internal
	from unnest(opening_of, paths, salts, contents, internals) o (n, path, salt, value, internal);
	insert into node select n.level, n.index, n.hash from unnest(levels, indexes, hashes) n (level, index, hash);
	if not durable then
		perform set_config('synchronous_commit', 'off', true);
	end if;
	return size + given;
end $$;

create function log_publish(size bigint, note text, verifiers text[], at timestamptz) returns void
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	held bigint := (select coalesce(max(l.position) + 1, 0) from leaf l);
	fresh text;
begin
	if log_publish.size > held or exists (select from checkpoint c where c.size > log_publish.size) then
		raise exception 'a checkpoint of % leaves does not follow a log of %', log_publish.size, held;
	end if;
	insert into checkpoint
	values ((log_publish.at at time zone 'UTC')::date, log_publish.size, log_publish.note, log_publish.at)
	on conflict (day) do update set size = excluded.size, note = excluded.note, at = excluded.at;
	for fresh in select v from unnest(log_publish.verifiers) v except select verifier from log_key loop
		insert into event (at, actor, action, object_kind, object_id, object_version, changes, result)
		values (log_publish.at, 'weihud', 'key', 'log', split_part(fresh, '+', 1), (select count(*) + 1 from log_key),
			jsonb_build_object('key', jsonb_build_object('old', null, 'new', fresh)), 'done');
		insert into log_key values (fresh, log_publish.size);
	end loop;
	perform set_config('synchronous_commit', 'off', true);
end $$;

create or replace function log_gaps() returns table (gap_from bigint, gap_to bigint)
language sql stable
begin atomic
	select s.before + 1, s.seq - 1
	from (select l.seq, lag(l.seq, 1, 0) over (order by l.seq) as before from leaf l) s
	where s.seq > s.before + 1;
end;

create or replace function log_hashes(levels int[], indexes bigint[]) returns table (hash text)
language sql stable
begin atomic
	select encode(coalesce(l.hash, n.hash), 'hex')
	from unnest(levels, indexes) with ordinality as a (level, index, n)
		left join leaf l on a.level = 0 and l.position = a.index
		left join node n on a.level > 0 and n.level = a.level and n.index = a.index
	order by a.n;
end;

create or replace function log_tile(level int, first bigint, width int) returns text
language sql stable
begin atomic
	select case when count(*) = width then encode(string_agg(t.part, '' order by t.place), 'hex') end
	from (
		select l.position as place,
			case when level < 0 then substring(int4send(octet_length(l.bytes)) from 3) || l.bytes else l.hash end as part
		from leaf l where level <= 0 and l.position >= first and l.position < first + width
			and (level = 0 or l.bytes is not null)
		union all
		select n.index, n.hash from node n
		where level > 0 and n.level = log_tile.level and n.index >= first and n.index < first + width
	) t;
end;

create or replace function leaf_told(event_seq bigint) returns jsonb
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

create or replace function review_population(since timestamptz, until timestamptz, as_of timestamptz, size bigint)
returns table (ticket bigint, version int, emergency boolean)
language sql stable
begin atomic
	select t.ticket, t.version, t.emergency
	from (
		select e.object_id::bigint as ticket, max(e.object_version) as version,
			coalesce(bool_or(e.changes #> '{urgent,new}' = 'true'), false) as emergency,
			marked(max(mark(e.object_version, e.changes, 'closed_at')))::timestamptz as closed_at
		from event e
		where e.object_kind = 'ticket' and e.result = 'done' and e.at <= as_of
			and (size is null or exists (select from leaf l where l.seq = e.seq and l.position < size))
		group by e.object_id
	) t
	where t.closed_at >= since and t.closed_at < until;
end;

create or replace function log_due(at timestamptz, days bigint)
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

create or replace function log_too_young(upto bigint, before timestamptz) returns bigint
language sql stable
begin atomic
	select min(l.position) from leaf l join event e using (seq) where l.position < upto and e.at >= before;
end;

create or replace function log_archive(upto bigint, size bigint, absent bigint, opened bigint, before timestamptz, place text, at timestamptz)
returns bigint
language plpgsql set search_path = weihu, pg_temp as $$
#variable_conflict use_variable
declare
	taken bigint;
begin
	if log_too_young(upto, before) is not null then
		raise exception 'leaf % is too young to be archived', log_too_young(upto, before);
	elsif absent <> (select count(*) from leaf l where l.position < size and l.bytes is null) then
		raise exception 'the archive lacks leaves that the database has';
	elsif opened <> (select count(*) from opening o where o.position < size) then
		raise exception 'the archive lacks values that the database has';
	end if;
	delete from opening o where o.position < upto;
	delete from event e using leaf l
	where l.seq = e.seq and l.position < upto and l.bytes is not null
		and not (e.object_kind = 'ticket'
			and exists (select from ticket t where t.id::text = e.object_id and t.updated_at >= before));
	update leaf l set bytes = null where l.position < upto and l.bytes is not null;
	get diagnostics taken = row_count;
	insert into event (at, actor, action, object_kind, object_id, changes, result)
	values (at, 'weihud', 'archive', 'log', 'archive', jsonb_build_object('leaves', jsonb_build_object('old', upto - taken,
		'new', upto), 'place', jsonb_build_object('old', null, 'new', place)), 'done');
	return taken;
end $$;

create or replace function person_erase(who text, at timestamptz) returns bigint
language plpgsql set search_path = weihu, pg_temp as $$
#variable_conflict use_variable
declare
	erased bigint;
	held int;
begin
	delete from opening o using leaf l
	where o.position = l.position and (
		l.object = 'person/' || who and o.path ~ '^/changes/(name|email)/'
		or o.path = '/source' and exists (select from event e where e.seq = l.seq and e.actor = who));
	get diagnostics erased = row_count;
	update event e
	set changes = (select jsonb_object_agg(c.key, case when c.key in ('name', 'email') then '{"old": null, "new": null}' else c.value end)
		from jsonb_each(e.changes) c)
	where e.object_kind = 'person' and e.object_id = who and e.changes ?| '{name,email}';
	update event e set source = null where e.actor = who and e.source is not null;
	update person p set name = who, email = null, version = p.version + 1, updated_at = at
	where p.login = who returning p.version into held;
	if held is null then
		raise exception 'there is no person %', who;
	end if;
	insert into event (at, actor, action, object_kind, object_id, object_version, result)
	values (at, 'weihud', 'erase', 'person', who, held, 'done');
	return erased;
end $$;

alter table checkpoint drop settled;
drop function opening_deleted, opening_erase, openings_from, leaf_position, log_end;
drop view opening_together, leaf_together;
drop function opening_tie;
drop table sheaf_opening, chain, latecomer, sheaf;

grant select on leaf to weihu_service, weihu_reader, weihu_sealer;
grant select on opening to weihu_service, weihu_sealer;
grant execute on function log_pending, log_append, log_publish to weihu_sealer;
revoke execute on function log_pending, log_append, log_publish from public;
