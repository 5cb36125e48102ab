-- Sealing at the price of the events that wait, however many are sealed already: the planner cannot know how few they are, and would
-- read tables that grow from end to end. So these two may not. What they are for is told where they were made, in 0005_log.

set local search_path = weihu;

-- Asked for each event, beside whoever writes them: names of bytes are compared as bytes.
drop index leaf_of_object;
create index leaf_of_object on leaf (object collate "C", position);

-- In order from an index, rows and all: nothing is joined, the ticket of an event is looked up among the confidential ones, which are
-- few. In PL/pgSQL, which keeps its plan.
create or replace function log_pending(high bigint, gap_from bigint[], gap_to bigint[], most int)
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

-- The events of a list stand close together: one stretch of the index, however many months there are. Joined by their numbers alone:
-- bytes of leaves go from the list into the table.
create or replace function log_append(size bigint, seqs bigint[], entries bytea[], opening_of bigint[], paths text[], salts text[], contents text[],
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
