-- Attachments: files beside a ticket. Who attached what is one row; the bytes stand in a table of their own, so that lists never touch
-- them. Both only grow.

set local search_path = weihu;

create table attachment (
	id bigint generated always as identity primary key,
	ticket bigint not null references ticket,
	author text not null references person,
	name text not null,
	media_type text not null,
	size bigint not null,
	sha256 text not null,            -- as the service computed it, in hexadecimal
	internal boolean not null default false,
	created_at timestamptz not null,
	unique (id, sha256)
);
create index attachment_of_ticket on attachment (ticket, id);

-- Two who do not know of each other hold each digest against the bytes: the service, and the database.
create table attachment_content (
	attachment bigint primary key,
	sha256 text not null,
	content bytea not null,
	foreign key (attachment, sha256) references attachment (id, sha256),
	constraint attachment_content_sha256_check check (sha256 = encode(sha256(content), 'hex'))
);
alter table attachment_content alter content set storage external; -- files are mostly packed already

-- An attachment as its event tells it, as far as its bytes bear it out.
create function attachment_told(a attachment, content bytea) returns jsonb
language sql stable parallel safe
return to_jsonb(a) || jsonb_build_object('size', case when a.size = length(content) then a.size end, 'sha256',
	case when a.sha256 = encode(sha256(content), 'hex') then a.sha256 else encode(sha256(content), 'hex') || ' is named ' || a.sha256 end);

-- As it was, with attachments.
-- Changes tickets: a move, an edit, or something added. Members: id, version (null: any), action, to (null: the state stays),
-- patch (the requester stays who it is), terms (only when title or description is patched), thing (comment, attachment, step, change,
-- work or link; null: none) and add (its row; of an attachment with its content in base64), waived. No ticket may stand in one set
-- twice. Outcomes: done, missing, stale, no_edge, kept (it was done before, under the same key).
create or replace function ticket_change(deeds jsonb) returns table (n int, outcome text, thing_id bigint, ticket ticket_view)
language plpgsql security definer set search_path = weihu, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
	if (select count(*) <> count(distinct d -> 'id') from jsonb_array_elements(deeds) d) then
		raise unique_violation using message = 'a ticket stands in one set twice', table = 'ticket', constraint = 'one_deed_each';
	end if;
	return query
	with asked as materialized (
		select d.*, patch_of(d.patch) - 'requester' as ticket_patch, patch_of(d.patch) - patch_columns() as body_patch,
			coalesce((select true from kept_answer k where k.actor = d.actor and k.key = d.key), false) as kept
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
	), filed as materialized (
		select a.id, decode(a.add ->> 'content', 'base64') as content from asked a where a.thing = 'attachment'
	), attached as (
		insert into attachment (ticket, author, name, media_type, size, sha256, internal, created_at)
		select a.id, a.actor, a.add ->> 'name', a.add ->> 'media_type', length(f.content), a.add ->> 'sha256',
			coalesce((a.add ->> 'internal')::boolean, false), a.at
		from asked a join moved m using (id) join filed f using (id)
		returning *
	), stored as (
		insert into attachment_content (attachment, sha256, content)
		select t.id, t.sha256, f.content from attached t join filed f on f.id = t.ticket
	), stepped as (
		insert into technical_step (ticket, step, result, person, started_at, finished_at, minutes, evidence, reason, created_at)
		select a.id, r.step, r.result, a.actor, r.started_at, r.finished_at, r.minutes, r.evidence, r.reason, a.at
		from asked a join moved m using (id), jsonb_populate_record(null::technical_step, a.add) r where a.thing = 'step'
		returning *
	), changed as (
		insert into program_change (ticket, change_level, change_id, program, language, statements_added, statements_deleted, people,
			person_minutes, by_person, changed_on, engineer, not_applicable, author, created_at)
		select a.id, r.change_level, r.change_id, r.program, r.language, r.statements_added, r.statements_deleted,
			coalesce(r.people, jsonb_array_length(r.by_person)), coalesce(r.person_minutes, minutes_in(r.by_person)), r.by_person,
			r.changed_on, r.engineer, r.not_applicable, a.actor, a.at
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
		union all select t.ticket, t.id, to_jsonb(t), t.created_at from attached t
		union all select s.ticket, s.id, to_jsonb(s) || jsonb_build_object('started_at', utc(s.started_at), 'finished_at',
			utc(s.finished_at)), s.created_at from stepped s
		union all select c.ticket, c.id, change_told(row(c.*)::program_change), c.created_at from changed c
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

-- What is told of a ticket: comments, attachments, steps, changes, work, links, as events have them.
create or replace view thing as
select 'comment' as kind, r.ticket, null::bigint as other, r.id, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at)) as item
from comment r
union all select 'attachment', r.ticket, null, r.id, attachment_told(r, c.content) || jsonb_build_object('created_at', utc(r.created_at))
from attachment r left join attachment_content c on c.attachment = r.id
union all select 'step', r.ticket, null, r.id, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at), 'started_at',
	utc(r.started_at), 'finished_at', utc(r.finished_at)) from technical_step r
union all select 'change', r.ticket, null, r.id, change_told(r) || jsonb_build_object('created_at', utc(r.created_at)) from program_change r
union all select 'work', r.ticket, null, r.id, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at)) from work_entry r
union all select 'link', r.ticket, r.other, r.id, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at)) from ticket_link r;

-- Attachments as they stand, to be held against the log: as many as 32 MiB of them, or the one that is larger.
create function attachment_rows(kind text, after text, caller text, outside boolean) returns table (key text, item jsonb)
language sql stable
begin atomic
	with page as (
		select a.id, sum(a.size) over (order by a.id) - a.size as before
		from attachment a where a.id > coalesce(nullif(attachment_rows.after, '')::bigint, -9223372036854775808) order by a.id limit 500
	)
	select r.id::text, case when ticket_hidden(r.ticket::text, caller, outside)
		then hidden_row(jsonb_build_object('id', r.id), thing_agrees(r.ticket, r.kind, r.item)) else r.item end
	from thing r join page p on p.id = r.id and p.before < 33554432 where r.kind = 'attachment' order by r.id;
end;

grant select on attachment, attachment_content to weihu_service;
grant select on attachment to weihu_reader;
