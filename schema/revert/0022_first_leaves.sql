-- Every leaf in the chain, as it was.

set local search_path = weihu;

insert into chain
select l.object, l.position, l.hash
from sheaf s join leaf l using (first)
where s.filed_low is not null and not exists (select from chain c where c.object = l.object collate "C" and c.position = l.position)
order by l.position;

drop function log_append, log_end;
-- How long the log is, and the highest event in it.
create function log_end() returns table (size bigint, high bigint)
language sql stable
begin atomic
	select coalesce((select s.first + cardinality(s.seqs) from sheaf s order by s.first desc limit 1), 0),
		coalesce((select s.high from sheaf s where s.low is not null order by s.low desc limit 1), 0);
end;

create or replace function log_pending(high bigint, gap_from bigint[], gap_to bigint[], most int)
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

drop table foretold;
alter table sheaf drop filed_low, drop filed_high;

grant execute on function log_append to weihu_sealer;
revoke execute on function log_append from public;
