-- The sealed log: each event as a leaf of an RFC 6962 tree, in an order that never changes, and what was signed of it.
-- Only weihu_sealer may append, and that only at the end.

do $$
begin
	if to_regrole('weihu_sealer') is null then
		create role weihu_sealer nologin;
	end if;
exception
	when insufficient_privilege then
		raise insufficient_privilege using
			message = format('%s may not create the role weihu_sealer', current_user),
			hint = 'as a superuser run: CREATE ROLE weihu_sealer NOLOGIN;';
end $$;

set local search_path = weihu;
grant usage on schema weihu to weihu_sealer;
grant select on public.migration to weihu_sealer;

create table leaf (
	position bigint primary key,
	seq bigint not null unique,      -- of its event
	object text not null,            -- "ticket/42"
	bytes bytea,                     -- canonical JSON; null once archived
	hash bytea not null
);
create index leaf_of_object on leaf (object, position);

-- Roots of full subtrees of 256^level leaves: what tiles above level 0 hold.
create table node (
	level int not null check (level > 0),
	index bigint not null,
	hash bytea not null,
	primary key (level, index)
);

-- What opens the commitments in a leaf; may be erased.
create table opening (
	position bigint not null references leaf,
	path text not null,
	salt text not null,
	value text not null,
	internal boolean not null,       -- of an internal comment
	primary key (position, path)
);

-- The last checkpoint of each day; the newest row is the log as it stands.
create table checkpoint (
	day date primary key,
	size bigint not null,
	note text not null,
	at timestamptz not null
);

-- Every key that ever signed, and the size of the log when it began to.
create table log_key (
	verifier text primary key,
	since bigint not null
);

-- Statements of others about a checkpoint: a witness's cosignature, a timestamp.
create table anchor (
	kind text not null check (kind in ('witness', 'timestamp')),
	name text not null,
	size bigint not null,
	note text not null,              -- the checkpoint that it is about
	proof text not null,             -- cosignature lines, or the timestamp token in base64
	at timestamptz not null,
	primary key (kind, name, size)
);

-- An event as it is sealed; the sealer adds the hash of the object's previous leaf.
create function event_document(e event) returns jsonb
language sql stable
return jsonb_build_object('v', 1, 'seq', e.seq, 'at', utc(e.at), 'actor', e.actor, 'role', e.role, 'source', e.source,
	'request_id', e.request, 'action', e.action, 'object', e.object_kind || '/' || e.object_id,
	'object_version', e.object_version, 'workflow', e.workflow, 'from_state', e.from_state, 'to_state', e.to_state,
	'changes', e.changes, 'added', e.added, 'waived', e.waived, 'result', e.result, 'reason', e.reason)
	|| case when e.on_loan is null then '{}'::jsonb else jsonb_build_object('on_loan', e.on_loan) end;

-- Events that are not sealed yet: those behind `high`, and those in earlier gaps whose transactions have committed meanwhile. What
-- one snapshot sees, in order of seq, is an order in which each event of an object stands behind those before it: whoever wrote the
-- later one had to wait for the earlier one's commit.
create function log_pending(high bigint, gap_from bigint[], gap_to bigint[], most int)
returns table (seq bigint, object text, document jsonb, previous text)
language sql stable
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
	select e.seq, e.object_kind || '/' || e.object_id, event_document(e),
		(select encode(l.hash, 'hex') from leaf l where l.object = e.object_kind || '/' || e.object_id
			order by l.position desc limit 1)
	from due d join event e on e.seq = d.seq order by e.seq;
end;

-- The numbers of events that are not in the log, below its highest one.
create function log_gaps() returns table (gap_from bigint, gap_to bigint)
language sql stable
begin atomic
	select s.before + 1, s.seq - 1
	from (select l.seq, lag(l.seq, 1, 0) over (order by l.seq) as before from leaf l) s
	where s.seq > s.before + 1;
end;

-- Appends leaves. Members: size (of the log so far), leaves [{seq, object, bytes, hash, openings: [{path, salt, value}], internal}],
-- nodes [{level, index, hash}]. Refuses any other place than the end, a hash that is not the leaf's, and what is no event.
create function log_append(batch jsonb) returns bigint
language plpgsql security definer set search_path = weihu, pg_temp as $$
declare
	size bigint := (batch ->> 'size')::bigint;
	held bigint;
	given bigint := jsonb_array_length(batch -> 'leaves');
begin
	select coalesce(max(l.position) + 1, 0) into held from leaf l;
	if held <> size then
		raise exception 'the log has % leaves, not %', held, size;
	end if;
	with given_leaf as materialized (
		select l.*, size + l.n - 1 as position
		from rows from (jsonb_to_recordset(batch -> 'leaves')
			as (seq bigint, object text, bytes text, hash text, openings jsonb, internal boolean)) with ordinality
			as l (seq, object, bytes, hash, openings, internal, n)
	), written as (
		insert into leaf
		select g.position, g.seq, g.object, convert_to(g.bytes, 'UTF8'), decode(g.hash, 'hex')
		from given_leaf g
		where g.object = (select e.object_kind || '/' || e.object_id from event e where e.seq = g.seq)
			and sha256('\x00'::bytea || convert_to(g.bytes, 'UTF8')) = decode(g.hash, 'hex')
		returning position
	), opened as (
		insert into opening
		select g.position, o.path, o.salt, o.value, coalesce(g.internal, false)
		from given_leaf g, jsonb_to_recordset(g.openings) as o (path text, salt text, value text)
	)
	select count(*) into held from written;
	if held <> given then
		raise exception '% of % leaves are no leaves of events', given - held, given;
	end if;
	insert into node
	select n.level, n.index, decode(n.hash, 'hex')
	from jsonb_to_recordset(batch -> 'nodes') as n (level int, index bigint, hash text);
	return size + given;
end $$;

-- Publishes a signed checkpoint. A key that signs for the first time is an event of its own.
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
end $$;

create function anchor_keep(kind text, name text, size bigint, note text, proof text, at timestamptz) returns void
language sql security definer set search_path = weihu, pg_temp
begin atomic
	insert into anchor values (kind, name, size, note, proof, at) on conflict do nothing;
end;

-- Stored hashes by level and index, in the order asked for; null: not there.
create function log_hashes(levels int[], indexes bigint[]) returns table (hash text)
language sql stable
begin atomic
	select encode(coalesce(l.hash, n.hash), 'hex')
	from unnest(levels, indexes) with ordinality as a (level, index, n)
		left join leaf l on a.level = 0 and l.position = a.index
		left join node n on a.level > 0 and n.level = a.level and n.index = a.index
	order by a.n;
end;

-- A tile (level -1: an entry bundle) in hexadecimal, or null when the log does not reach that far.
create function log_tile(level int, first bigint, width int) returns text
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

-- The rows of a table as they stand, five hundred behind `after`, to be held against the log.
create function table_rows(kind text, after text) returns table (key text, item jsonb)
language plpgsql stable set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	last bigint := case when kind in ('person', 'program') then 0
		else coalesce(nullif(after, '')::bigint, -9223372036854775808) end;
begin
	case kind
		when 'event' then
			return query select e.seq::text, event_document(e) from event e where e.seq > last order by e.seq limit 500;
		when 'ticket' then
			return query select t.id::text, jsonb_build_object('id', t.id, 'version', t.version, 'state', t.state,
				'workflow', t.workflow, 'fields', ticket_fields(t, b.fields))
			from ticket t join ticket_body b on b.ticket = t.id where t.id > last order by t.id limit 500;
		when 'comment' then
			return query select r.id::text, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at))
			from comment r where r.id > last order by r.id limit 500;
		when 'step' then
			return query select r.id::text, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at),
				'started_at', utc(r.started_at), 'finished_at', utc(r.finished_at))
			from technical_step r where r.id > last order by r.id limit 500;
		when 'change' then
			return query select r.id::text, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at))
			from program_change r where r.id > last order by r.id limit 500;
		when 'work' then
			return query select r.id::text, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at))
			from work_entry r where r.id > last order by r.id limit 500;
		when 'link' then
			return query select r.id::text, to_jsonb(r) || jsonb_build_object('created_at', utc(r.created_at))
			from ticket_link r where r.id > last order by r.id limit 500;
		when 'person' then
			return query select p.login, to_jsonb(p) from person p where p.login > after order by p.login limit 500;
		when 'program' then
			return query select p.code, to_jsonb(p) from program p where p.code > after order by p.code limit 500;
	end case;
end $$;

-- Erases what the record knows of a person besides the login: name, email, the addresses that they came from. In leaves these are
-- commitments, so every proof still holds; from now on nobody can open them. For the owner alone; it is an event of its own.
create function person_erase(who text, at timestamptz) returns bigint
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
revoke execute on function person_erase from public;

-- Which leaves below `upto` are too young to leave the database: the first of them, or null.
create function log_too_young(upto bigint, before timestamptz) returns bigint
language sql stable
begin atomic
	select min(l.position) from leaf l join event e using (seq) where l.position < upto and e.at >= before;
end;

-- Takes the leaves below `upto` out of the database once they are in an archive: their texts, their openings, and their events but
-- for those of tickets that were touched since. Hashes stay, so that every proof still holds. For the owner alone; it is an
-- event of its own. The archive is of the first `size` leaves, lacks the texts of `absent` of them and has `opened` openings: no
-- fewer than the database. Answers how many leaves were taken out.
create function log_archive(upto bigint, size bigint, absent bigint, opened bigint, before timestamptz, place text, at timestamptz)
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
revoke execute on function log_archive from public;

-- From now on a workflow's registration tells its edges, too, so that the log alone shows which moves were allowed.
create or replace function workflow_register(name text, source text, edges jsonb, at timestamptz) returns int
language plpgsql set search_path = weihu, pg_temp as $$
declare
	fingerprint bytea := sha256(convert_to(source, 'UTF8'));
	registered int;
begin
	select w.version into registered from workflow w where w.digest = fingerprint;
	if found then
		return registered;
	end if;
	insert into workflow (name, source, digest, at)
	values (workflow_register.name, workflow_register.source, fingerprint, workflow_register.at)
	returning version into registered;
	insert into workflow_edge (workflow, action, from_state, to_state)
	select registered, e.action, e."from", e."to" from jsonb_to_recordset(edges) as e (action text, "from" text, "to" text);
	insert into event (at, actor, action, object_kind, object_id, object_version, changes, result)
	values (workflow_register.at, 'weihud', 'register', 'workflow', registered::text, 1, jsonb_build_object(
		'digest', jsonb_build_object('old', null, 'new', encode(fingerprint, 'hex')),
		'edges', jsonb_build_object('old', null, 'new', edges)), 'done');
	return registered;
end $$;

insert into event (at, actor, action, object_kind, object_id, object_version, changes, result)
select w.at, 'weihud', 'describe', 'workflow', w.version::text, 2, jsonb_build_object('edges', jsonb_build_object('old', null,
	'new', (select jsonb_agg(jsonb_build_object('action', e.action, 'from', e.from_state, 'to', e.to_state))
		from workflow_edge e where e.workflow = w.version))), 'done'
from workflow w;

grant select on leaf, node, checkpoint, log_key, anchor to weihu_service, weihu_reader, weihu_sealer;
grant select on opening to weihu_service, weihu_sealer;
grant select on event to weihu_sealer;
grant execute on function log_append, log_publish, anchor_keep to weihu_sealer;
revoke execute on function log_append, log_publish, anchor_keep from public;
