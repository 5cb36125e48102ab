set local search_path = weihu;

drop index leaf_of_object;
create index leaf_of_object on leaf (object, position);

create or replace function log_pending(high bigint, gap_from bigint[], gap_to bigint[], most int)
returns table (action text, actor text, added jsonb, at text, changes jsonb, from_state text, object text, object_version int,
	on_loan text, reason jsonb, request_id text, result text, role text, seq bigint, source text, to_state text, v int, waived jsonb, workflow int,
	previous text, confidential text)
language sql stable security definer set search_path = weihu, pg_temp
begin atomic
	with due as materialized (
		select f.seq
		from (
			(select e.seq from event e where e.seq > high order by e.seq limit most)
			union all
			select e.seq from unnest(gap_from, gap_to) g (a, b) join event e on e.seq between g.a and g.b
		) f
		order by f.seq limit most
	)
	select e.action, e.actor, e.added, utc(e.at), e.changes, e.from_state, o.name, e.object_version, e.on_loan, e.reason, e.request, e.result,
		e.role, e.seq, e.source, e.to_state, 1, e.waived, e.workflow,
		(select encode(l.hash, 'hex') from leaf l where l.object = o.name order by l.position desc limit 1),
		case
			when coalesce(b.fields -> 'readers', '[]') <> '[]'
				or e.changes ? 'readers' and e.changes -> 'readers' <> '{"new": [], "old": []}' then 'added,changes,reason,waived'
			when e.added ?| '{link,verdict}'
				and ticket_is_confidential(coalesce(e.added #>> '{link,other}', e.added #>> '{verdict,ticket}')) then 'added'
		end
	from due d
		join event e on e.seq = d.seq
		cross join lateral (select e.object_kind || '/' || e.object_id as name) o
		left join ticket_body b on b.ticket = case when e.object_kind = 'ticket' then ticket_number(e.object_id) end
	order by e.seq;
end;

create or replace function log_append(size bigint, seqs bigint[], entries bytea[], opening_of bigint[], paths text[], salts text[], contents text[],
	internals boolean[], levels bigint[], indexes bigint[], hashes bytea[], durable boolean) returns bigint
language plpgsql security definer set search_path = weihu, pg_temp as $$
declare
	held bigint := (select coalesce(max(l.position) + 1, 0) from leaf l);
	given bigint := cardinality(seqs);
begin
	if held <> size then
		raise exception 'the log has % leaves, not %', held, size;
	end if;
	insert into leaf
	select size + g.n - 1, e.seq, e.object_kind || '/' || e.object_id, g.bytes, sha256('\x00'::bytea || g.bytes)
	from unnest(seqs, entries) with ordinality g (seq, bytes, n) join event e on e.seq = g.seq
	order by g.n;
	get diagnostics held = row_count;
	if held <> given then
		raise exception '% of % leaves are no leaves of events', given - held, given;
	end if;
	insert into opening
	select size + o.n, o.path, o.salt, o.value, o.internal
	from unnest(opening_of, paths, salts, contents, internals) o (n, path, salt, value, internal);
	insert into node select n.level, n.index, n.hash from unnest(levels, indexes, hashes) n (level, index, hash);
	if not durable then
		perform set_config('synchronous_commit', 'off', true);
	end if;
	return size + given;
end $$;
