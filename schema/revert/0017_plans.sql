set local search_path = weihu;

drop function search_finds;
drop function search_is_rare;

create or replace function ticket_file(deeds jsonb) returns table (n int, outcome text, ticket ticket_view)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
begin
	return query
	with asked as materialized (
		select d.*, nextval('weihu.ticket_id_seq') as id,
			case when d.epoch <> (select r.epoch from register_epoch r) then 'turned'
				when exists (select from kept_answer k where k.actor = d.actor and k.key = d.key) then 'kept'
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

create or replace function designated(program text, capacity text, day date) returns text
language sql stable parallel safe
return (
	select d.login from designation d join person p using (login)
	where d.program = designated.program and d.capacity = designated.capacity and p.active
		and daterange(d.since, d.until) @> designated.day
);

create or replace function record_gaps(p program) returns int
language sql stable
return (
	case when p.source_statements is null and p.not_applicable is null then 2 else 0 end
	+ case when p.machine_instructions is null and p.not_applicable is null then 4 else 0 end
	+ case when p.language is null then 8 else 0 end
	+ case when p.installed_on is null and p.not_applicable is null then 16 else 0 end
	+ case when p.not_applicable is null and not exists (select from reading r where r.program = p.code) then 96 else 0 end
);
