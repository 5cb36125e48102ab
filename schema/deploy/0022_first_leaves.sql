-- Most leaves are the first of a ticket, and tickets are filed in the order of their numbers: such a leaf is found by its number in the
-- sheaf, and needs no row of its own in the chain. Nor is the chain asked what stands before the first.

set local search_path = weihu;

-- Of the tickets whose first leaf is in the sheaf and not in the chain: the lowest and the highest number, above all such before.
alter table sheaf add filed_low bigint unique, add filed_high bigint;

-- Tickets of which something was told before they were filed: somebody was refused what he wanted of a ticket that was not there.
create table foretold (
	object text collate "C" primary key
);
insert into foretold
select distinct c.object from chain c left join ticket t on c.object = 'ticket/' || t.id where starts_with(c.object, 'ticket/') and t.id is null;

drop function log_end;
create function log_end() returns table (size bigint, high bigint, filed bigint)
language sql stable
begin atomic
	select coalesce((select s.first + cardinality(s.seqs) from sheaf s order by s.first desc limit 1), 0),
		coalesce((select s.high from sheaf s where s.low is not null order by s.low desc limit 1), 0),
		coalesce((select s.filed_high from sheaf s where s.filed_low is not null order by s.filed_low desc limit 1), 0);
end;

-- As before, but whoever is told to have filed a ticket is not asked after: its first leaf has none before it.
create or replace function log_pending(high bigint, gap_from bigint[], gap_to bigint[], most int)
returns table (action text, actor text, added jsonb, at timestamptz, changes jsonb, from_state text, object text, object_version int,
	on_loan text, previous bytea, reason jsonb, request_id text, result text, role text, seq bigint, source text, to_state text, v int,
	waived jsonb, workflow int, confidential text)
language plpgsql stable security definer set search_path = weihu, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan set work_mem = '16MB' as $$
#variable_conflict use_column
declare
	some_foretold boolean := exists (select from foretold);
	some_confidential boolean := exists (select from ticket_body b where coalesce(b.fields -> 'readers', '[]') <> '[]');
begin
	return query
	select e.action, e.actor, e.added, e.at, e.changes, e.from_state, e.object, e.object_version, e.on_loan,
		case
			when e.object_kind <> 'ticket' or e.object_version is distinct from 1 or e.result <> 'done'
				or (some_foretold and exists (select from foretold f where f.object = e.object collate "C"))
			then coalesce(
				(select c.hash from chain c where c.object = e.object collate "C" order by c.position desc limit 1),
				(select substring(s.hashes from array_position(s.objects, e.object) * 32 - 31 for 32)
					from sheaf s
					where s.filed_low <= case when e.object_kind = 'ticket' then ticket_number(e.object_id) end
					order by s.filed_low desc limit 1))
		end,
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

-- As before; and which leaves go into the chain, the tickets whose first leaves do not, and what was told of tickets that were not there.
-- Refuses also first leaves of tickets that are not above those before.
drop function log_append;
create function log_append(size bigint, seqs bigint[], objects text[], ends int[], entries bytea, hashes bytea, chained boolean[], filed bigint[],
	foretold text[], places int[], paths text[], salts text[], contents text[], internals boolean[],
	levels int[], indexes bigint[], nodes bytea[], durable boolean) returns bigint
language plpgsql security definer set search_path = weihu, pg_temp
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_variable
declare
	held record;
	given int := cardinality(seqs);
	lowest bigint := seqs[1];
	highest bigint := seqs[given];
	filed_low bigint;
	filed_high bigint;
begin
	select * into held from log_end();
	select min(f), max(f) into filed_low, filed_high from unnest(filed) f;
	if held.size <> size then
		raise exception 'the log has % leaves, not %', held.size, size;
	elsif array[cardinality(objects), cardinality(ends), cardinality(chained), ends[given], length(hashes)]
			<> array[given, given, given, length(entries), given * 32]
		or size / 256 <> (size + given - 1) / 256 then
		raise exception 'what is to follow leaf % is no sheaf', size;
	elsif array(select e.seq from event e where e.seq between lowest and highest order by e.seq) <> seqs -- nearly never: one look less
		and given <> (select count(*) from (select distinct q.seq from unnest(seqs) q (seq)) q join event e using (seq)
			where e.seq between lowest and highest) then
		raise exception 'what is to follow leaf % are no events', size;
	elsif lowest <= held.high and exists (select from unnest(seqs) q where q <= held.high and leaf_position(q) is not null) then
		raise exception 'events behind leaf % are sealed already', size;
	elsif filed_low <= held.filed then
		raise exception 'tickets behind leaf % are not the first of their numbers', size;
	end if;
	insert into sheaf
	values (size, case when lowest > held.high then lowest else (select min(q) from unnest(seqs) q where q > held.high) end,
		case when highest > held.high then highest end, seqs, objects, ends, entries, hashes, filed_low, filed_high);
	if lowest <= held.high then
		insert into latecomer
		select q.seq, size + q.n - 1 from unnest(seqs) with ordinality q (seq, n) where q.seq <= held.high;
	end if;
	if true = any (chained) then
		insert into chain
		select o.object, size + o.n - 1, substring(hashes from o.n::int * 32 - 31 for 32)
		from unnest(objects, chained) with ordinality o (object, chained, n) where o.chained;
	end if;
	if cardinality(foretold) > 0 then
		insert into foretold select o.object from unnest(foretold) o (object) on conflict do nothing;
	end if;
	if cardinality(places) > 0 then
		insert into sheaf_opening values (size, places, paths, salts, contents, internals);
	end if;
	insert into node select n.level, n.index, n.hash from unnest(levels, indexes, nodes) n (level, index, hash);
	if not durable then
		perform set_config('synchronous_commit', 'off', true);
	end if;
	return size + given;
end $$;

grant select on foretold to weihu_service, weihu_reader, weihu_sealer;
grant execute on function log_pending, log_append to weihu_sealer;
revoke execute on function log_pending, log_append from public;
