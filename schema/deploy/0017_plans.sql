-- Statements that cost what they ask for, however much is held. What each function is for is told where it was made.

set local search_path = weihu;

-- Asked for with every move. A function in SQL is read and planned anew by each statement that calls it; one in PL/pgSQL once.
create or replace function designated(program text, capacity text, day date) returns text
language plpgsql stable parallel safe as $$
begin
	return (
		select d.login from weihu.designation d join weihu.person p using (login)
		where d.program = designated.program and d.capacity = designated.capacity and p.active
			and daterange(d.since, d.until) @> designated.day
	);
end $$;

create or replace function record_gaps(p program) returns int
language plpgsql stable as $$
begin
	return case when p.source_statements is null and p.not_applicable is null then 2 else 0 end
		+ case when p.machine_instructions is null and p.not_applicable is null then 4 else 0 end
		+ case when p.language is null then 8 else 0 end
		+ case when p.installed_on is null and p.not_applicable is null then 16 else 0 end
		+ case when p.not_applicable is null and not exists (select from weihu.reading r where r.program = p.code) then 96 else 0 end;
end $$;

-- A kept answer is looked up by its key, whatever the planner believed of the table when it was small: a plan is kept for as long as
-- nobody counts anew, and this one read all of them for each set.
create or replace function ticket_file(deeds jsonb) returns table (n int, outcome text, ticket ticket_view)
language plpgsql security definer set search_path = weihu, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
	return query
	with asked as materialized (
		select d.*, nextval('weihu.ticket_id_seq') as id,
			case when d.epoch <> (select r.epoch from register_epoch r) then 'turned'
				when (select true from kept_answer k where k.actor = d.actor and k.key = d.key) then 'kept'
				when not exists (select from workflow_edge e where e.workflow = d.workflow and e.action = d.action
					and e.from_state is null and e.to_state = d."to") then 'no_edge'
				else 'done' end as outcome
		from rows from (jsonb_to_recordset(deeds) as (at timestamptz, actor text, role text, source text, request text, key text,
			hash text, workflow int, action text, "to" text, patch jsonb, terms tsvector, epoch bigint)) with ordinality
			as d (at, actor, role, source, request, key, hash, workflow, action, "to", patch, terms, epoch, n)
	), born as (
		insert into ticket overriding system value
		select a.id, 1, a."to", a.workflow, r.kind, r.claimed_kind, r.program, r.severity, r.priority, r.requester, r.sysadmin,
			r.technician, r.planned_start, r.planned_end, r.due_at, a.at, a.at
		from asked a, jsonb_populate_record(null::ticket, a.patch) r
		where a.outcome = 'done'
		returning *
	), written as (
		insert into ticket_body
		select b.id, jsonb_strip_nulls(patch_of(a.patch) - patch_columns()), coalesce(a.terms, '')
		from born b join asked a using (id)
		returning *
	), noted as (
		insert into event (at, actor, role, source, request, action, object_kind, object_id, object_version, workflow, to_state,
			changes, result)
		select a.at, a.actor, a.role, a.source, a.request, a.action, 'ticket', b.id::text, 1, b.workflow, b.state,
			(select jsonb_object_agg(f.key, jsonb_build_object('old', null, 'new', f.value)) from jsonb_each(ticket_fields(b, w.fields)) f),
			'done'
		from asked a join born b using (id) join written w on w.ticket = a.id
	), kept as (
		insert into kept_answer
		select a.actor, a.key, decode(a.hash, 'hex'), 'ticket', a.id::text, 1, a.at
		from asked a join born b using (id) where a.key is not null
	)
	select a.n::int, a.outcome,
		case when b.id is not null then
			row(b.id, b.version, b.state, b.workflow, b.kind, b.claimed_kind, b.program, b.severity, b.priority, b.requester,
				b.sysadmin, b.technician, b.planned_start, b.planned_end, b.due_at, b.created_at, b.updated_at, w.fields)::ticket_view
		end
	from asked a left join born b using (id) left join written w on w.ticket = a.id;
end $$;

-- Whether the tickets that hold the terms are looked up in the index rather than met on the way down from the newest: if a term is
-- none of the common ones, or the newest hold too few for a page. The planner cannot tell: it multiplies how often each pair of
-- characters occurs, although one seldom comes without the next. Immutable is said so that it asks while it plans; a statement that asks
-- has to be planned each time.
create function search_is_rare(query tsquery) returns boolean
language plpgsql immutable strict as $$
declare
	common constant text[] := coalesce((
		select s.most_common_elems::text::text[] from pg_stats s
		where s.schemaname = 'weihu' and s.tablename = 'ticket_body' and s.attname = 'search'), '{}');
begin
	return exists (
		select from regexp_matches(query::text, '''([^'']+)''(:\*)?', 'g') term
		where term[1] <> all (common)
			and (term[2] is null or not exists (select from unnest(common) word where starts_with(word, term[1])))
	) or (
		select count(*) <= 50 from (
			select from (select b.search from weihu.ticket_body b order by b.ticket desc limit 5000) newest
			where ts_match_vq(newest.search, query) limit 51
		) met
	);
end $$;

-- Whether a ticket's terms hold those of the query. Of frequent ones the index must not be thought of.
create function search_finds(terms tsvector, query tsquery) returns boolean
language sql immutable
return case when search_is_rare(query) then terms @@ query else ts_match_vq(terms, query) end;

revoke execute on function search_is_rare, search_finds from public;
grant execute on function search_is_rare, search_finds to weihu_service;
