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
	position bigint not null,        -- of a leaf: log_append writes both
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

-- The number that stands in `id`; null: it is none.
create function ticket_number(id text) returns bigint
language sql immutable parallel safe
return case when id ~ '^[1-9][0-9]{0,17}$' then id::bigint end;

-- True if `id` is the number of a ticket that names its readers: its values are for them alone.
create function ticket_is_confidential(id text) returns boolean
language sql stable
return exists (
	select from ticket_body b where b.ticket = ticket_number(id) and coalesce(b.fields -> 'readers', '[]') <> '[]');

-- Events that are not sealed yet: those behind `high`, and those in earlier gaps whose transactions have committed meanwhile. What
-- one snapshot sees, in order of seq, is an order in which each event of an object stands behind those before it: whoever wrote the
-- later one had to wait for the earlier one's commit. Columns up to workflow are members of the leaf, in the order of their names.
-- Confidential: members that are for readers of a ticket alone: all that tell a value of one that names some now, or did until this
-- event; what links to such a one, or judges it.
create function log_pending(high bigint, gap_from bigint[], gap_to bigint[], most int)
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

-- The numbers of events that are not in the log, below its highest one.
create function log_gaps() returns table (gap_from bigint, gap_to bigint)
language sql stable
begin atomic
	select s.before + 1, s.seq - 1
	from (select l.seq, lag(l.seq, 1, 0) over (order by l.seq) as before from leaf l) s
	where s.seq > s.before + 1;
end;

-- Appends leaves to a log of `size`: the events that they are of and their bytes; what opens their commitments (by the leaf's place
-- in this list, from 0); hashes above them. Refuses any other place than the end, and what is no event. Not `durable`: another list
-- follows before anything is signed, so this one needs no wait for the disk.
create function log_append(size bigint, seqs bigint[], entries bytea[], opening_of bigint[], paths text[], salts text[], contents text[],
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

-- Publishes a signed checkpoint. A key that signs for the first time is an event of its own. Nobody waits for the disk: the leaves
-- are there, and the signer keeps the checkpoint, too.
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
	perform set_config('synchronous_commit', 'off', true);
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
grant execute on function log_pending, log_append, log_publish, anchor_keep to weihu_sealer;
revoke execute on function log_pending, log_append, log_publish, anchor_keep from public;
