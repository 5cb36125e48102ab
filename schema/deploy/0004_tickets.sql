-- Tickets: what moves in a narrow table, what is written in another, and the one door through which either changes.

set local search_path = weihu;

create table ticket (
	id bigint generated always as identity primary key,
	version int not null,
	state text not null,
	workflow int not null references workflow,
	kind text,
	claimed_kind text,
	program text references program,
	severity text,
	priority smallint,
	requester text not null references person,
	sysadmin text references person,
	technician text references person,
	planned_start timestamptz,
	planned_end timestamptz,
	due_at timestamptz,
	created_at timestamptz not null,
	updated_at timestamptz not null
) with (fillfactor = 80);
create index ticket_of_state on ticket (state, id);
create index ticket_of_program on ticket (program, id);
create index ticket_of_requester on ticket (requester, id);
create index ticket_by_update on ticket (updated_at, id);
create index ticket_by_priority on ticket (coalesce(priority, 99), id);
create index ticket_by_due on ticket (coalesce(due_at, timestamptz '9999-01-01 00:00:00+00'), id);
create index ticket_of_technician on ticket (technician, id) where technician is not null;
create index ticket_of_sysadmin on ticket (sysadmin, id) where sysadmin is not null;

create table ticket_body (
	ticket bigint primary key references ticket,
	fields jsonb not null,           -- every other field, by key
	search tsvector not null         -- terms of title and description, as the service cuts them
) with (fillfactor = 80);
create unique index ticket_imported on ticket_body ((fields ->> 'imported_from')) where fields ? 'imported_from'; -- once
create index ticket_search on ticket_body using gin (search);

create table comment (
	id bigint generated always as identity primary key,
	ticket bigint not null references ticket,
	author text not null references person,
	text text not null,
	internal boolean not null default false,
	created_at timestamptz not null
);
create index comment_of_ticket on comment (ticket, id);

create table technical_step (
	id bigint generated always as identity primary key,
	ticket bigint not null references ticket,
	step text not null,
	result text not null check (result in ('passed', 'failed', 'not_applicable')),
	person text not null references person,
	started_at timestamptz,
	finished_at timestamptz constraint technical_step_finished_at_check check (finished_at >= started_at),
	minutes int check (minutes >= 0),
	evidence text,
	reason text,
	created_at timestamptz not null
);
create index technical_step_of_ticket on technical_step (ticket, id);

-- Record items 8–13, one row per change: one program, one language.
create table program_change (
	id bigint generated always as identity primary key,
	ticket bigint not null references ticket,
	change_level text not null,
	change_id text not null,
	program text not null references program,
	language text,
	statements_added bigint check (statements_added >= 0),
	statements_deleted bigint check (statements_deleted >= 0),
	people int not null check (people > 0),
	person_minutes bigint not null check (person_minutes >= 0),
	changed_on date not null,
	engineer text not null references person,
	not_applicable text,             -- why statements cannot be counted
	author text not null references person,
	created_at timestamptz not null
);
create index program_change_of_ticket on program_change (ticket, id);

create table work_entry (
	id bigint generated always as identity primary key,
	ticket bigint not null references ticket,
	person text not null references person,
	minutes int not null check (minutes > 0),
	worked_on date not null,
	note text,
	author text not null references person,
	created_at timestamptz not null
);
create index work_entry_of_ticket on work_entry (ticket, id);

create table ticket_link (
	id bigint generated always as identity primary key,
	ticket bigint not null references ticket,
	kind text not null check (kind in ('duplicate_of', 'caused_by', 'follow_up_of', 'child_of')),
	other bigint not null references ticket check (other <> ticket),
	author text not null references person,
	created_at timestamptz not null,
	unique (ticket, kind, other)
);
create index ticket_link_of_other on ticket_link (other);

-- A ticket as the service reads it: `body` holds the fields without a column.
create view ticket_view as
select t.id, t.version, t.state, t.workflow, t.kind, t.claimed_kind, t.program, t.severity, t.priority, t.requester, t.sysadmin,
	t.technician, t.planned_start, t.planned_end, t.due_at, t.created_at, t.updated_at, b.fields as body
from ticket t join ticket_body b on b.ticket = t.id;

-- The fields of a ticket as one document, as patches and events write them.
create function ticket_fields(t ticket, body jsonb) returns jsonb
language sql stable parallel safe
return body || jsonb_strip_nulls(jsonb_build_object(
	'kind', t.kind, 'claimed_kind', t.claimed_kind, 'program', t.program, 'severity', t.severity, 'priority', t.priority,
	'requester', t.requester, 'sysadmin', t.sysadmin, 'technician', t.technician, 'planned_start', utc(t.planned_start),
	'planned_end', utc(t.planned_end), 'due_at', utc(t.due_at)));

-- A ticket as its events alone tell it, after its version `at_version` (null: the last).
create function ticket_at(id bigint, at_version int) returns setof ticket_view
language sql stable
begin atomic
	with told as (
		select e.* from event e
		where e.object_kind = 'ticket' and e.object_id = ticket_at.id::text and e.result = 'done'
			and (at_version is null or e.object_version <= at_version)
	), last_value as (
		select distinct on (c.key) c.key, c.value -> 'new' as value
		from told e, jsonb_each(e.changes) c order by c.key, e.object_version desc
	), document as (
		select coalesce(jsonb_object_agg(v.key, v.value) filter (where v.value <> 'null'), '{}') as fields from last_value v
	), whole as (
		select ticket_at.id as id, max(e.object_version) as version,
			(array_agg(e.to_state order by e.object_version desc) filter (where e.to_state is not null))[1] as state,
			(array_agg(e.workflow order by e.object_version desc))[1] as workflow,
			(array_agg(e.at order by e.object_version))[1] as created_at, max(e.at) as updated_at
		from told e having count(*) > 0
	)
	select w.id, w.version, w.state, w.workflow, r.kind, r.claimed_kind, r.program, r.severity, r.priority, r.requester,
		r.sysadmin, r.technician, r.planned_start, r.planned_end, r.due_at, w.created_at, w.updated_at,
		d.fields - '{kind,claimed_kind,program,severity,priority,requester,sysadmin,technician,planned_start,planned_end,due_at}'::text[]
	from whole w, document d, jsonb_populate_record(null::ticket, d.fields) r;
end;

-- The members of a patch that table ticket has columns for; the rest is the body's.
create function patch_columns() returns text[]
language sql immutable parallel safe
return '{kind,claimed_kind,program,severity,priority,requester,sysadmin,technician,planned_start,planned_end,due_at}'::text[];

-- A patch without what no patch decides.
create function patch_of(deed_patch jsonb) returns jsonb
language sql immutable parallel safe
return coalesce(deed_patch, '{}') - '{id,version,state,workflow,created_at,updated_at}'::text[];

-- Files tickets. Members: workflow, action, to, patch, terms, epoch (of the register, on which it was judged; null: any). Outcomes:
-- done, no_edge, turned (the register has changed since), kept (it was done before, under the same key).
create function ticket_file(deeds jsonb) returns table (n int, outcome text, ticket ticket_view)
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

-- Changes tickets: a move, an edit, or something added. Members: id, version (null: any), action, to (null: the state stays),
-- patch (the requester stays who it is), terms (only when title or description is patched), thing (comment, step, change, work or
-- link; null: none) and add (its row), waived. No ticket may stand in one set twice. Outcomes: done, missing, stale, no_edge, kept (it
-- was done before, under the same key).
create function ticket_change(deeds jsonb) returns table (n int, outcome text, thing_id bigint, ticket ticket_view)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
begin
	if (select count(*) <> count(distinct d -> 'id') from jsonb_array_elements(deeds) d) then
		raise unique_violation using message = 'a ticket stands in one set twice', table = 'ticket', constraint = 'one_deed_each';
	end if;
	return query
	with asked as materialized (
		select d.*, patch_of(d.patch) - 'requester' as ticket_patch, patch_of(d.patch) - patch_columns() as body_patch,
			exists (select from kept_answer k where k.actor = d.actor and k.key = d.key) as kept
		from rows from (jsonb_to_recordset(deeds) as (at timestamptz, actor text, role text, source text, request text, key text,
			hash text, id bigint, version int, action text, "to" text, patch jsonb, terms tsvector, thing text, add jsonb, waived jsonb))
			with ordinality
			as d (at, actor, role, source, request, key, hash, id, version, action, "to", patch, terms, thing, add, waived, n)
	), held as materialized (
		select t as was, b.fields, a.n
		from asked a join ticket t using (id) join ticket_body b on b.ticket = t.id
		where not a.kept and (a.version is null or t.version = a.version)
			and (a."to" is null or exists (select from workflow_edge e where e.workflow = t.workflow and e.action = a.action
				and e.from_state = t.state and e.to_state = a."to"))
		order by t.id for no key update of t
	), moved as (
		update ticket t
		set state = coalesce(a."to", t.state), version = t.version + 1, updated_at = greatest(t.updated_at, a.at),
			(kind, claimed_kind, program, severity, priority, requester, sysadmin, technician, planned_start, planned_end, due_at) = (
				select r.kind, r.claimed_kind, r.program, r.severity, r.priority, r.requester, r.sysadmin, r.technician,
					r.planned_start, r.planned_end, r.due_at
				from jsonb_populate_record(t, a.ticket_patch) r)
		from held h join asked a using (n) where t.id = a.id
		returning t.*
	), written as (
		update ticket_body b
		set fields = jsonb_strip_nulls(b.fields || a.body_patch),
			search = case when a.terms is null then b.search else a.terms end
		from asked a join moved m using (id) where b.ticket = a.id and a.body_patch <> '{}'
		returning b.*
	), commented as (
		insert into comment (ticket, author, text, internal, created_at)
		select a.id, a.actor, a.add ->> 'text', coalesce((a.add ->> 'internal')::boolean, false), a.at
		from asked a join moved m using (id) where a.thing = 'comment'
		returning *
	), stepped as (
		insert into technical_step (ticket, step, result, person, started_at, finished_at, minutes, evidence, reason, created_at)
		select a.id, r.step, r.result, a.actor, r.started_at, r.finished_at, r.minutes, r.evidence, r.reason, a.at
		from asked a join moved m using (id), jsonb_populate_record(null::technical_step, a.add) r where a.thing = 'step'
		returning *
	), changed as (
		insert into program_change (ticket, change_level, change_id, program, language, statements_added, statements_deleted, people,
			person_minutes, changed_on, engineer, not_applicable, author, created_at)
		select a.id, r.change_level, r.change_id, r.program, r.language, r.statements_added, r.statements_deleted, r.people,
			r.person_minutes, r.changed_on, r.engineer, r.not_applicable, a.actor, a.at
		from asked a join moved m using (id), jsonb_populate_record(null::program_change, a.add) r where a.thing = 'change'
		returning *
	), worked as (
		insert into work_entry (ticket, person, minutes, worked_on, note, author, created_at)
		select a.id, r.person, r.minutes, r.worked_on, r.note, a.actor, a.at
		from asked a join moved m using (id), jsonb_populate_record(null::work_entry, a.add) r where a.thing = 'work'
		returning *
	), linked as (
		insert into ticket_link (ticket, kind, other, author, created_at)
		select a.id, r.kind, r.other, a.actor, a.at
		from asked a join moved m using (id), jsonb_populate_record(null::ticket_link, a.add) r where a.thing = 'link'
		returning *
	), things as (
		select c.ticket, c.id, to_jsonb(c) as row, c.created_at from commented c
		union all select s.ticket, s.id, to_jsonb(s) || jsonb_build_object('started_at', utc(s.started_at), 'finished_at',
			utc(s.finished_at)), s.created_at from stepped s
		union all select c.ticket, c.id, to_jsonb(c), c.created_at from changed c
		union all select w.ticket, w.id, to_jsonb(w), w.created_at from worked w
		union all select l.ticket, l.id, to_jsonb(l), l.created_at from linked l
	), noted as (
		insert into event (at, actor, role, source, request, action, object_kind, object_id, object_version, workflow, from_state,
			to_state, changes, added, waived, result)
		select a.at, a.actor, a.role, a.source, a.request, a.action, 'ticket', a.id::text, m.version, m.workflow, (h.was).state,
			m.state, (select coalesce(jsonb_object_agg(k, jsonb_build_object('old', f.old -> k, 'new', f.new -> k)), '{}')
				from (select ticket_fields(h.was, h.fields) as old, ticket_fields(m, coalesce(w.fields, h.fields)) as new offset 0) f,
					jsonb_object_keys(a.ticket_patch) k
				where coalesce(f.old -> k, 'null') <> coalesce(f.new -> k, 'null')),
			case when g.row is not null then
				jsonb_build_object(a.thing, g.row || jsonb_build_object('created_at', utc(g.created_at))) end, a.waived, 'done'
		from asked a join held h using (n) join moved m using (id) left join written w on w.ticket = a.id
			left join things g on g.ticket = a.id
	), kept as (
		insert into kept_answer
		select a.actor, a.key, decode(a.hash, 'hex'), r.kind, case r.kind when 'ticket' then m.id else g.id end::text, m.version, a.at
		from asked a join moved m using (id) left join things g on g.ticket = a.id,
			lateral (select case when a."to" is null and a.thing is not null then a.thing else 'ticket' end as kind) r
		where a.key is not null
	)
	select a.n::int,
		case when m.id is not null then 'done' when a.kept then 'kept' else coalesce((
			select case when t.version = coalesce(a.version, t.version) and a."to" is not null and not exists (
					select from workflow_edge e where e.workflow = t.workflow and e.action = a.action and e.from_state = t.state
						and e.to_state = a."to") then 'no_edge'
				else 'stale' end -- somebody else was first, perhaps while this waited for the ticket
			from ticket t where t.id = a.id), 'missing') end,
		g.id,
		case when m.id is not null then
			row(m.id, m.version, m.state, m.workflow, m.kind, m.claimed_kind, m.program, m.severity, m.priority, m.requester,
				m.sysadmin, m.technician, m.planned_start, m.planned_end, m.due_at, m.created_at, m.updated_at,
				coalesce(w.fields, h.fields))::ticket_view
		end
	from asked a left join held h using (n) left join moved m using (id) left join written w on w.ticket = a.id
		left join things g on g.ticket = a.id;
end $$;

grant select on all tables in schema weihu to weihu_service, weihu_reader;
grant execute on function event_months_make, refusal_note, person_save, token_add, token_revoke, program_save, designation_add, reading_add,
	part_save, ticket_file, ticket_change to weihu_service;
revoke execute on function event_months_make, refusal_note, person_save, token_add, token_revoke, program_save, designation_add, reading_add,
	part_save, ticket_file, ticket_change from public;
revoke select on token from weihu_reader;
