-- Sealing at little more than half its price: a leaf was a row with three indexes, its opening another. Now leaves that are appended
-- together are one row, a sheaf, and what opens them one more; only the chain of each object's leaves still has a row for each of them.

set local search_path = weihu;

alter table leaf rename to leaf_apart;
alter table opening rename to opening_apart;

-- Leaves that were appended together, all of one entry bundle: sheaves one behind another are what tiles are made of.
create table sheaf (
	first bigint primary key,        -- position of its first leaf
	low bigint unique,               -- the lowest and the highest event in it above all that were sealed before;
	high bigint,                     -- null: all of them are latecomers
	seqs bigint[] not null,          -- of the leaves' events
	objects text[] not null,         -- that they are about: "ticket/42"
	ends int[],                      -- where each entry ends; null once archived
	entries bytea,                   -- canonical JSON, each behind its length in two bytes, as in an entry bundle; null once archived
	hashes bytea not null            -- 32 bytes each
);

-- Leaves of events that committed after higher ones were sealed.
create table latecomer (
	seq bigint primary key,
	position bigint not null
);

-- The leaves of each object: a leaf names the one before it.
create table chain (
	object text collate "C" not null,
	position bigint not null,
	hash bytea not null
);
create index chain_of_object on chain (object, position);

-- What opens the commitments in a sheaf, value by value; may be erased.
create table sheaf_opening (
	first bigint primary key,        -- of the sheaf
	places int[] not null,           -- of the leaf in it, from 0
	paths text[] not null,
	salts text[] not null,
	contents text[] not null,
	internals boolean[] not null     -- of an internal comment
);

-- Hashes and salts cannot be packed; the rest would be at a price above all else, were it not for lz4.
alter table sheaf alter hashes set storage external;
alter table sheaf_opening alter salts set storage external;
do $$
begin
	alter table sheaf alter seqs set compression lz4, alter objects set compression lz4, alter ends set compression lz4,
		alter entries set compression lz4;
	alter table sheaf_opening alter places set compression lz4, alter paths set compression lz4, alter contents set compression lz4,
		alter internals set compression lz4;
exception
	when feature_not_supported then -- a PostgreSQL that was built without it
		alter table sheaf alter entries set storage external;
end $$;

-- Leaf by leaf. Whoever asks for some says in which sheaves they are.
create view leaf as
select s.first + g.n - 1 as position, g.seq, g.object,
	substring(s.entries from coalesce(s.ends[g.n::int - 1], 0) + 3 for s.ends[g.n::int] - coalesce(s.ends[g.n::int - 1], 0) - 2) as bytes,
	substring(s.hashes from g.n::int * 32 - 31 for 32) as hash, s.first
from sheaf s cross join lateral unnest(s.seqs, s.objects) with ordinality g (seq, object, n);

-- Puts a sheaf's openings into the order of their leaves and paths.
create function opening_tie(place int, path text) returns text
language sql immutable strict parallel safe
return to_char(place, 'FM000') || path;

-- Value by value.
create view opening as
select o.first + v.place as position, v.path, v.salt, v.value, v.internal, s.seqs[v.place + 1] as seq, s.objects[v.place + 1] as object,
	o.first, opening_tie(v.place, v.path) as tie
from sheaf_opening o join sheaf s using (first)
	cross join lateral unnest(o.places, o.paths, o.salts, o.contents, o.internals) v (place, path, salt, value, internal);

-- Erases values of a sheaf, by their ties.
create function opening_erase(of_sheaf bigint, ties text[]) returns void
language sql set search_path = weihu, pg_temp
begin atomic
	update sheaf_opening o
	set (places, paths, salts, contents, internals) = (
		select coalesce(array_agg(v.place order by v.nth), '{}'), coalesce(array_agg(v.path order by v.nth), '{}'),
			coalesce(array_agg(v.salt order by v.nth), '{}'), coalesce(array_agg(v.value order by v.nth), '{}'),
			coalesce(array_agg(v.internal order by v.nth), '{}')
		from unnest(o.places, o.paths, o.salts, o.contents, o.internals) with ordinality v (place, path, salt, value, internal, nth)
		where opening_tie(v.place, v.path) <> all (ties))
	where o.first = of_sheaf;
end;
revoke execute on function opening_erase from public;

-- The owner may erase any value: delete from opening where position = 40 and path = '/added/comment/text'.
create function opening_deleted() returns trigger
language plpgsql set search_path = weihu, pg_temp as $$
begin
	perform opening_erase(old.first, array[old.tie]);
	return old;
end $$;
revoke execute on function opening_deleted from public;
create trigger opening_deleted instead of delete on opening for each row execute function opening_deleted();

insert into sheaf
select min(l.position), min(l.seq) filter (where l.fresh), max(l.seq) filter (where l.fresh),
	array_agg(l.seq order by l.position), array_agg(l.object order by l.position),
	case when bool_and(l.bytes is not null) then array_agg(l.length::int order by l.position) end,
	case when bool_and(l.bytes is not null) then
		string_agg(substring(int4send(octet_length(l.bytes)) from 3) || l.bytes, '' order by l.position) end,
	string_agg(l.hash, '' order by l.position)
from (
	select a.*, a.seq > coalesce(max(a.seq) over (order by a.position rows between unbounded preceding and 1 preceding), 0) as fresh,
		sum(octet_length(a.bytes) + 2) over (partition by a.position / 256 order by a.position) as length
	from leaf_apart a
) l
group by l.position / 256;
insert into latecomer
select l.seq, l.position
from (
	select a.seq, a.position, max(a.seq) over (order by a.position rows between unbounded preceding and 1 preceding) as high from leaf_apart a
) l
where l.seq < l.high;
insert into chain select a.object, a.position, a.hash from leaf_apart a order by a.position;
insert into sheaf_opening
select s.first, array_agg((a.position - s.first)::int order by a.position, a.path), array_agg(a.path order by a.position, a.path),
	array_agg(a.salt order by a.position, a.path), array_agg(a.value order by a.position, a.path),
	array_agg(a.internal order by a.position, a.path)
from opening_apart a join sheaf s on s.first = a.position / 256 * 256
group by s.first;

-- The openings that a caller may see, from leaf `since` on and behind the tie `behind` of its sheaf, as many as `most`.
create function openings_from(since bigint, behind text, most int, caller text, outside boolean, internals boolean)
returns table (first bigint, tie text, leaf bigint, path text, salt text, value text)
language plpgsql stable set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	lowest bigint := coalesce((select max(o.first) from sheaf_opening o where o.first <= since), 0);
	held record;
	objects text[];
	seen int;
	left_over int := most;
begin
	for held in
		select o.*, s.seqs, s.objects from sheaf_opening o join sheaf s using (first) where o.first >= lowest order by o.first
	loop
		objects := held.objects || '{}'::text[]; -- unpacked once
		return query
		select held.first, opening_tie(v.place, v.path), held.first + v.place, v.path, v.salt, v.value
		from unnest(held.places, held.paths, held.salts, held.contents, held.internals) v (place, path, salt, value, internal)
		where held.first + v.place >= since and (held.first > lowest or opening_tie(v.place, v.path) > behind)
			and (internals or not v.internal)
			and not ticket_hidden(case
				when starts_with(objects[v.place + 1], 'ticket/') then substr(objects[v.place + 1], 8)
				when starts_with(objects[v.place + 1], 'review/') then (
					select e.added #>> '{verdict,ticket}' from event e where e.seq = held.seqs[v.place + 1])
			end, caller, outside)
			and not (v.path = '/added'
				and ticket_hidden(coalesce(v.value::jsonb #>> '{link,other}', v.value::jsonb #>> '{verdict,ticket}'), caller, outside))
		order by v.place, v.path limit left_over;
		get diagnostics seen = row_count;
		left_over := left_over - seen;
		exit when left_over <= 0;
	end loop;
end $$;

-- How long the log is, and the highest event in it.
create function log_end() returns table (size bigint, high bigint)
language sql stable
begin atomic
	select coalesce((select s.first + cardinality(s.seqs) from sheaf s order by s.first desc limit 1), 0),
		coalesce((select s.high from sheaf s where s.low is not null order by s.low desc limit 1), 0);
end;

-- Where the leaf of an event stands; null: it is not sealed.
create function leaf_position(of_seq bigint) returns bigint
language sql stable
begin atomic
	select coalesce((select l.position from latecomer l where l.seq = of_seq), (
		select s.first + array_position(s.seqs, of_seq) - 1
		from (select s.first, s.seqs from sheaf s where s.low <= of_seq order by s.low desc limit 1) s));
end;

-- Every number of an event below this one is sealed, or will never be: whoever drew it did not commit.
alter table checkpoint add settled bigint not null default 0;

-- The numbers of events that are not in the log, below its highest one, and may still come.
create or replace function log_gaps() returns table (gap_from bigint, gap_to bigint)
language sql stable
begin atomic
	with settled as (
		select coalesce((select c.settled from checkpoint c order by c.day desc limit 1), 0) as seq
	), taken as (
		select q.seq
		from settled, sheaf s cross join lateral unnest(s.seqs) q (seq)
		where s.low >= coalesce((select max(b.low) from sheaf b where b.low <= settled.seq), 0) and q.seq >= settled.seq
		union
		select l.seq from settled, latecomer l where l.seq >= settled.seq
	)
	select g.before + 1, g.seq - 1
	from (select t.seq, lag(t.seq, 1, greatest((select s.seq from settled s) - 1, 0)) over (order by t.seq) as before from taken t) g
	where g.seq > g.before + 1;
end;

-- As before, with times as such and hashes as bytes: the sealer reads them in binary form, which costs less here and there. Whether
-- any ticket names readers is asked once.
drop function log_pending;
create function log_pending(high bigint, gap_from bigint[], gap_to bigint[], most int)
returns table (action text, actor text, added jsonb, at timestamptz, changes jsonb, from_state text, object text, object_version int,
	on_loan text, previous bytea, reason jsonb, request_id text, result text, role text, seq bigint, source text, to_state text, v int,
	waived jsonb, workflow int, confidential text)
language plpgsql stable security definer set search_path = weihu, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan set work_mem = '16MB' as $$
#variable_conflict use_column
declare
	some_confidential boolean := exists (select from ticket_body b where coalesce(b.fields -> 'readers', '[]') <> '[]');
begin
	return query
	select e.action, e.actor, e.added, e.at, e.changes, e.from_state, e.object, e.object_version, e.on_loan,
		(select c.hash from chain c where c.object = e.object collate "C" order by c.position desc limit 1),
		e.reason, e.request, e.result, e.role, e.seq, e.source, e.to_state, 1, e.waived, e.workflow,
		case
			when e.changes ? 'readers' and e.changes -> 'readers' <> '{"new": [], "old": []}' then 'added,changes,reason,waived'
			when not some_confidential then null
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

-- Appends a sheaf to a log of `size`: events in their order, what they are about, entries, where each ends, hashes; what opens their
-- commitments (by the leaf's place in the sheaf, from 0); hashes above them. Refuses any other place than the end, what is no event,
-- and what is sealed already. Not `durable`: another sheaf follows before anything is signed, so this one needs no wait for the disk.
drop function log_append;
create function log_append(size bigint, seqs bigint[], objects text[], ends int[], entries bytea, hashes bytea, places int[], paths text[],
	salts text[], contents text[], internals boolean[], levels int[], indexes bigint[], nodes bytea[], durable boolean) returns bigint
language plpgsql security definer set search_path = weihu, pg_temp
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_variable
declare
	held record;
	given int := cardinality(seqs);
	lowest bigint := seqs[1];
	highest bigint := seqs[given];
begin
	select * into held from log_end();
	if held.size <> size then
		raise exception 'the log has % leaves, not %', held.size, size;
	elsif array[cardinality(objects), cardinality(ends), ends[given], length(hashes)] <> array[given, given, length(entries), given * 32]
		or size / 256 <> (size + given - 1) / 256 then
		raise exception 'what is to follow leaf % is no sheaf', size;
	elsif array(select e.seq from event e where e.seq between lowest and highest order by e.seq) <> seqs -- nearly never: one look less
		and given <> (select count(*) from (select distinct q.seq from unnest(seqs) q (seq)) q join event e using (seq)
			where e.seq between lowest and highest) then
		raise exception 'what is to follow leaf % are no events', size;
	elsif lowest <= held.high and exists (select from unnest(seqs) q where q <= held.high and leaf_position(q) is not null) then
		raise exception 'events behind leaf % are sealed already', size;
	end if;
	insert into sheaf
	values (size, case when lowest > held.high then lowest else (select min(q) from unnest(seqs) q where q > held.high) end,
		case when highest > held.high then highest end, seqs, objects, ends, entries, hashes);
	if lowest <= held.high then
		insert into latecomer
		select q.seq, size + q.n - 1 from unnest(seqs) with ordinality q (seq, n) where q.seq <= held.high;
	end if;
	insert into chain
	select o.object, size + o.n - 1, substring(hashes from o.n::int * 32 - 31 for 32) from unnest(objects) with ordinality o (object, n);
	if cardinality(places) > 0 then
		insert into sheaf_opening values (size, places, paths, salts, contents, internals);
	end if;
	insert into node select n.level, n.index, n.hash from unnest(levels, indexes, nodes) n (level, index, hash);
	if not durable then
		perform set_config('synchronous_commit', 'off', true);
	end if;
	return size + given;
end $$;

-- As before; and what is settled by then.
drop function log_publish;
create function log_publish(size bigint, note text, verifiers text[], settled bigint, at timestamptz) returns void
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	held bigint := (select e.size from log_end() e);
	fresh text;
begin
	if log_publish.size > held or exists (select from checkpoint c where c.size > log_publish.size) then
		raise exception 'a checkpoint of % leaves does not follow a log of %', log_publish.size, held;
	end if;
	insert into checkpoint
	values ((log_publish.at at time zone 'UTC')::date, log_publish.size, log_publish.note, log_publish.at, log_publish.settled)
	on conflict (day) do update set size = excluded.size, note = excluded.note, at = excluded.at, settled = excluded.settled;
	for fresh in select v from unnest(log_publish.verifiers) v except select verifier from log_key loop
		insert into event (at, actor, action, object_kind, object_id, object_version, changes, result)
		values (log_publish.at, 'weihud', 'key', 'log', split_part(fresh, '+', 1), (select count(*) + 1 from log_key),
			jsonb_build_object('key', jsonb_build_object('old', null, 'new', fresh)), 'done');
		insert into log_key values (fresh, log_publish.size);
	end loop;
	perform set_config('synchronous_commit', 'off', true);
end $$;

create or replace function log_hashes(levels int[], indexes bigint[]) returns table (hash text)
language sql stable
begin atomic
	select encode(coalesce(n.hash, nullif(substring(s.hashes from (a.index - s.first)::int * 32 + 1 for 32), '')), 'hex')
	from unnest(levels, indexes) with ordinality as a (level, index, n)
		left join node n on a.level > 0 and n.level = a.level and n.index = a.index
		left join lateral (
			select s.first, s.hashes from sheaf s where a.level = 0 and s.first <= a.index and s.first > a.index - 256 order by s.first desc limit 1
		) s on true
	order by a.n;
end;

-- In PL/pgSQL, which keeps its plans.
create or replace function log_tile(level int, first bigint, width int) returns text
language plpgsql stable set search_path = weihu, pg_temp as $$
#variable_conflict use_variable
declare
	found_width bigint;
	bytes bytea;
begin
	if level > 0 then
		select count(*), string_agg(n.hash, '' order by n.index) into found_width, bytes
		from node n where n.level = log_tile.level and n.index >= first and n.index < first + width;
	else
		select sum(s.count), string_agg(
			case when level = 0 then substring(s.hashes for s.count * 32) else substring(s.entries for s.ends[s.count]) end, '' order by s.first)
		into found_width, bytes
		from (
			select s.*, least(cardinality(s.seqs), log_tile.first + width - s.first)::int as count
			from sheaf s where s.first >= log_tile.first and s.first < log_tile.first + width
		) s
		where level = 0 or s.entries is not null;
	end if;
	return case when found_width = width then encode(bytes, 'hex') end;
end $$;

create or replace function leaf_told(event_seq bigint) returns jsonb
language plpgsql stable set search_path = weihu, pg_temp as $$
declare
	place bigint := leaf_position(event_seq);
	told jsonb;
	o record;
begin
	select convert_from(l.bytes, 'UTF8')::jsonb - 'previous' into told
	from leaf l where l.first <= place and l.first > place - 256 and l.position = place;
	for o in select p.path, p.value from opening p
		where p.first <= place and p.first > place - 256 and p.position = place order by p.path loop
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
			left join (
				select s.first + q.n - 1 as position, q.seq
				from sheaf s cross join lateral unnest(s.seqs) with ordinality q (seq, n) where s.first < review_population.size
			) l on l.seq = e.seq and l.position < review_population.size
		where e.object_kind = 'ticket' and e.result = 'done' and e.at <= as_of and (review_population.size is null or l.seq is not null)
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
		select c.before, (select s.first from sheaf s where s.entries is not null order by s.first limit 1) as held,
			(select p.size from checkpoint p order by p.day desc limit 1) as newest
		from cut c
	), reach as (
		select k.before, k.held, coalesce((
			select l.position from leaf l join event e using (seq)
			where l.first >= k.held and l.first < k.newest and l.position < k.newest and e.at >= k.before
			order by l.first, l.position limit 1), k.newest) / 256 * 256 as upto
		from kept k
	)
	select to_char(r.before at time zone 'UTC' - interval '1 day', 'YYYY-MM'), r.before, r.held, r.upto, c.size, c.note
	from reach r cross join lateral (select p.size, p.note from checkpoint p where p.size >= r.upto order by p.size limit 1) c
	where r.upto > r.held;
end;

create or replace function log_too_young(upto bigint, before timestamptz) returns bigint
language sql stable
begin atomic
	select min(l.position) from leaf l join event e using (seq) where l.first < upto and l.position < upto and e.at >= before;
end;

create or replace function log_archive(upto bigint, size bigint, absent bigint, opened bigint, before timestamptz, place text, at timestamptz)
returns bigint
language plpgsql set search_path = weihu, pg_temp as $$
#variable_conflict use_variable
declare
	young bigint := log_too_young(upto, before);
	taken bigint;
begin
	if young is not null then
		raise exception 'leaf % is too young to be archived', young;
	elsif upto % 256 <> 0 then
		raise exception 'leaf % does not begin a bundle', upto;
	elsif absent <> (select coalesce(sum(cardinality(s.seqs)), 0) from sheaf s where s.first < size and s.entries is null) then
		raise exception 'the archive lacks leaves that the database has';
	elsif opened <> (select count(*) from opening o where o.position < size) then
		raise exception 'the archive lacks values that the database has';
	end if;
	delete from sheaf_opening o where o.first < upto;
	delete from event e
	using sheaf s cross join lateral unnest(s.seqs) l (seq)
	where l.seq = e.seq and s.first < upto and s.entries is not null
		and not (e.object_kind = 'ticket'
			and exists (select from ticket t where t.id::text = e.object_id and t.updated_at >= before));
	with emptied as (
		update sheaf s set entries = null, ends = null where s.first < upto and s.entries is not null returning s.seqs
	)
	select coalesce(sum(cardinality(e.seqs)), 0) into taken from emptied e;
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
	with doomed as materialized (
		select o.first, array_agg(o.tie) as ties
		from opening o
		where o.object = 'person/' || who and o.path ~ '^/changes/(name|email)/'
			or o.path = '/source' and exists (select from event e where e.seq = o.seq and e.actor = who)
		group by o.first
	)
	select coalesce(sum(cardinality(d.ties)), 0) into erased from doomed d, lateral opening_erase(d.first, d.ties);
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

drop table leaf_apart, opening_apart;

grant select on sheaf, latecomer, chain, leaf to weihu_service, weihu_reader, weihu_sealer;
grant select on sheaf_opening, opening to weihu_service, weihu_sealer;
grant execute on function log_pending, log_append, log_publish to weihu_sealer;
revoke execute on function log_pending, log_append, log_publish from public;
