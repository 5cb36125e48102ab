-- The register: people with their tokens, programs with their designations and counter readings.

set local search_path = weihu;
create extension if not exists btree_gist;

create table person (
	login text primary key check (login ~ '^[a-z][a-z0-9._-]{0,31}$'),
	name text not null,
	email text,
	roles text[] not null default '{}',
	vendor text,
	active boolean not null default true,
	version int not null default 1,
	created_at timestamptz not null,
	updated_at timestamptz not null
);
create index person_roles on person using gin (roles);

create table token (
	id bigint generated always as identity primary key,
	login text not null references person,
	name text not null,
	hash bytea not null unique,      -- SHA-256 of the token; the token itself is never stored
	created_at timestamptz not null,
	revoked_at timestamptz
);
create index token_of_person on token (login, id);

-- Record items 1–5 of a program; 6 and 7 are its latest reading.
create table program (
	code text primary key check (code ~ '^[a-z][a-z0-9._-]{0,31}$'),
	name text not null,
	language text,
	vendor text,
	source text not null default 'all' check (source in ('all', 'part', 'none')),
	critical boolean not null default false,
	source_statements bigint check (source_statements >= 0),
	machine_instructions bigint check (machine_instructions >= 0),
	installed_on date,
	not_applicable text,             -- why items cannot be had
	version int not null default 1,
	created_at timestamptz not null,
	updated_at timestamptz not null
);

create table designation (
	id bigint generated always as identity primary key,
	program text not null references program,
	login text not null references person,
	capacity text not null check (capacity in ('sysadmin', 'deputy')),
	since date not null,
	until date check (until > since), -- the first day on which it no longer holds
	exclude using gist (program with =, capacity with =, daterange(since, until) with &&)
);

-- Names the state of the register that is in force: who may act, and who is designated. Whoever keeps something of it asks whether
-- the epoch still stands. Epochs are drawn and not counted, so that none comes back on a standby that takes over. It turns as the
-- last thing before a commit: nobody who waits for it holds up anybody else.
create table register_epoch (
	epoch bigint not null
);
insert into register_epoch values (1);

create function register_turn() returns trigger
language plpgsql security definer set search_path = weihu, pg_temp as $$
begin
	update register_epoch set epoch = 1 + (random() * 9007199254740990)::bigint;
	return null;
end $$;
revoke execute on function register_turn from public;

create constraint trigger register_turns after delete or update of name, roles, vendor, active on person
deferrable initially deferred for each row execute function register_turn();
create constraint trigger register_turns after insert or delete or update on designation
deferrable initially deferred for each row execute function register_turn();
create constraint trigger register_turns after delete on program
deferrable initially deferred for each row execute function register_turn();

create table reading (
	id bigint generated always as identity primary key,
	program text not null references program,
	read_at timestamptz not null,
	runs bigint not null check (runs >= 0),
	failures bigint not null check (failures >= 0),
	author text not null references person,
	created_at timestamptz not null
);
create index reading_of_program on reading (program, read_at desc, id desc);

-- Who holds `capacity` for the program on `day`, with an open account.
create function designated(program text, capacity text, day date) returns text
language sql stable parallel safe
return (
	select d.login from designation d join person p using (login)
	where d.program = designated.program and d.capacity = designated.capacity and p.active
		and daterange(d.since, d.until) @> designated.day
);

-- Which of record items 1–7 the register lacks for a program: bit n-1 for item n.
create function record_gaps(p program) returns int
language sql stable
return (
	case when p.source_statements is null and p.not_applicable is null then 2 else 0 end
	+ case when p.machine_instructions is null and p.not_applicable is null then 4 else 0 end
	+ case when p.language is null then 8 else 0 end
	+ case when p.installed_on is null and p.not_applicable is null then 16 else 0 end
	+ case when p.not_applicable is null and not exists (select from reading r where r.program = p.code) then 96 else 0 end
);

create view program_view as
select p.code, p.name, p.language, p.vendor, p.source, p.critical, p.source_statements, p.machine_instructions, p.installed_on,
	p.not_applicable, r.runs as runs_since_install, r.failures as failures_since_install, p.version, p.created_at, p.updated_at
from program p
left join lateral (select runs, failures from reading where program = p.code order by read_at desc, id desc limit 1) r on true;

create view person_view as
select login, name, email, to_jsonb(roles) as roles, vendor, active, version, created_at, updated_at from person;

-- Appends events of the register and keeps the answers; used by the functions below only.
create function register_note(d jsonb, kind text, id text, version int, changes jsonb) returns void
language plpgsql set search_path = weihu, pg_temp as $$
begin
	insert into event (at, actor, role, source, request, action, object_kind, object_id, object_version, changes, result)
	values ((d ->> 'at')::timestamptz, d ->> 'actor', d ->> 'role', d ->> 'source', d ->> 'request', d ->> 'action', kind, id,
		register_note.version, register_note.changes, 'done');
	if d ? 'key' then
		insert into kept_answer values (d ->> 'actor', d ->> 'key', decode(d ->> 'hash', 'hex'), kind, id,
			register_note.version, (d ->> 'at')::timestamptz);
	end if;
end $$;
revoke execute on function register_note from public;

-- A person or a program before anything is said of it, and how an event made it: a retry is told of it as it was then.
create function person_new(login text, at timestamptz) returns person
language sql immutable
return row(login, '', null, '{}', null, true, 1, at, at)::person;

create function program_new(code text, at timestamptz) returns program
language sql immutable
return row(code, '', null, null, 'all', false, null, null, null, null, 1, at, at)::program;

create function values_made(changes jsonb) returns jsonb
language sql immutable parallel safe
return (select jsonb_object_agg(key, value -> 'new') from jsonb_each(changes));

create function person_made(login text, version int) returns setof person_view
language sql stable
begin atomic
	select v.* from event e, jsonb_populate_record(person_new(e.object_id, e.at), values_made(e.changes)) p,
		jsonb_populate_record(null::person_view, to_jsonb(p)) v
	where e.object_kind = 'person' and e.object_id = person_made.login and e.object_version = person_made.version and e.result = 'done';
end;

create function program_made(code text, version int) returns setof program_view
language sql stable
begin atomic
	select v.* from event e, jsonb_populate_record(program_new(e.object_id, e.at), values_made(e.changes)) p,
		jsonb_populate_record(null::program_view, to_jsonb(p)) v
	where e.object_kind = 'program' and e.object_id = program_made.code and e.object_version = program_made.version and e.result = 'done';
end;

-- Adds or, with a version ("last": whichever it is), changes a person. Members: login, version, patch. Outcomes: done, exists, stale, missing,
-- designated (an account that stands for a program today or later stays open and a sysadmin).
create function person_save(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	was person;
	is_now person;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		select p.* into was from person p where p.login = d ->> 'login' for no key update;
		if d ->> 'version' is null and found then
			return query select i, 'exists'::text, null::text, null::int;
			continue;
		elsif d ->> 'version' is not null and was.login is null then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		elsif d ->> 'version' <> 'last' and was.version::text <> d ->> 'version' then
			return query select i, 'stale'::text, was.login, was.version;
			continue;
		end if;
		is_now := jsonb_populate_record(
			case when was.login is null then person_new(d ->> 'login', (d ->> 'at')::timestamptz) else was end,
			(d -> 'patch') - '{login,version,created_at,updated_at}'::text[]);
		if was.login is not null and not (is_now.active and 'sysadmin' = any (is_now.roles)) and exists (
			select from designation g
			where g.login = was.login and (g.until is null or g.until > ((d ->> 'at')::timestamptz at time zone 'UTC')::date)) then
			return query select i, 'designated'::text, was.login, was.version;
			continue;
		end if;
		if is_now = was then -- nothing is changed, and nothing noted
			return query select i, 'done'::text, was.login, was.version;
			continue;
		end if;
		is_now.version := coalesce(was.version, 0) + 1;
		is_now.updated_at := (d ->> 'at')::timestamptz;
		if was.login is null then
			insert into person select is_now.*;
		else
			update person set name = is_now.name, email = is_now.email, roles = is_now.roles, vendor = is_now.vendor,
				active = is_now.active, version = is_now.version, updated_at = is_now.updated_at
			where login = was.login;
		end if;
		perform register_note(d, 'person', is_now.login, is_now.version,
			changes_between(to_jsonb(was), to_jsonb(is_now), d -> 'patch'));
		return query select i, 'done'::text, is_now.login, is_now.version;
	end loop;
end $$;

-- Gives a person a token. Members: login, name, hash_of_token (hex). The person's version moves with it.
create function token_add(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	made bigint;
	held int;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		update person set version = person.version + 1, updated_at = (d ->> 'at')::timestamptz
		where login = d ->> 'login' and active returning person.version into held;
		if not found then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		end if;
		insert into token (login, name, hash, created_at)
		values (d ->> 'login', d ->> 'name', decode(d ->> 'hash_of_token', 'hex'), (d ->> 'at')::timestamptz)
		returning token.id into made;
		perform register_note(d - 'key', 'person', d ->> 'login', held,
			jsonb_build_object('token', jsonb_build_object('old', null, 'new', jsonb_build_object('id', made, 'name', d ->> 'name'))));
		return query select i, 'done'::text, made::text, held;
	end loop;
end $$;

-- Ends a token at once. Members: login, id.
create function token_revoke(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	held int;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		update token set revoked_at = (d ->> 'at')::timestamptz
		where token.id = (d ->> 'id')::bigint and login = d ->> 'login' and revoked_at is null;
		if not found then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		end if;
		update person set version = person.version + 1, updated_at = (d ->> 'at')::timestamptz
		where login = d ->> 'login' returning person.version into held;
		perform register_note(d, 'person', d ->> 'login', held,
			jsonb_build_object('token', jsonb_build_object('old', jsonb_build_object('id', (d ->> 'id')::bigint), 'new', null)));
		return query select i, 'done'::text, d ->> 'id', held;
	end loop;
end $$;

-- True if the person may be designated: an open account with the role sysadmin, which stays so until the designation stands.
create function may_be_designated(who text) returns boolean
language sql
return exists (select from person where login = who and active and 'sysadmin' = any (roles) for share);
revoke execute on function may_be_designated from public;

-- Adds or, with a version ("last" as above), changes a program. Members: code, version, patch; when adding also sysadmin, deputy and day.
-- Outcomes: done, exists, stale, missing, sysadmin, deputy (that person cannot be designated).
create function program_save(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	was program;
	is_now program;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		select p.* into was from program p where p.code = d ->> 'code' for no key update;
		if d ->> 'version' is null and found then
			return query select i, 'exists'::text, null::text, null::int;
			continue;
		elsif d ->> 'version' is not null and was.code is null then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		elsif d ->> 'version' <> 'last' and was.version::text <> d ->> 'version' then
			return query select i, 'stale'::text, was.code, was.version;
			continue;
		elsif was.code is null and not may_be_designated(d ->> 'sysadmin') then
			return query select i, 'sysadmin'::text, null::text, null::int;
			continue;
		elsif was.code is null and d ->> 'deputy' is not null and not may_be_designated(d ->> 'deputy') then
			return query select i, 'deputy'::text, null::text, null::int;
			continue;
		end if;
		is_now := jsonb_populate_record(
			case when was.code is null then program_new(d ->> 'code', (d ->> 'at')::timestamptz) else was end,
			(d -> 'patch') - '{code,version,created_at,updated_at}'::text[]);
		if is_now = was then -- nothing is changed, and nothing noted
			return query select i, 'done'::text, was.code, was.version;
			continue;
		end if;
		is_now.version := coalesce(was.version, 0) + 1;
		is_now.updated_at := (d ->> 'at')::timestamptz;
		if was.code is null then
			insert into program select is_now.*;
			insert into designation (program, login, capacity, since)
			select is_now.code, g.login, g.capacity, (d ->> 'day')::date
			from (values (d ->> 'sysadmin', 'sysadmin'), (d ->> 'deputy', 'deputy')) g (login, capacity)
			where g.login is not null;
		else
			update program set name = is_now.name, language = is_now.language, vendor = is_now.vendor, source = is_now.source,
				critical = is_now.critical, source_statements = is_now.source_statements,
				machine_instructions = is_now.machine_instructions, installed_on = is_now.installed_on,
				not_applicable = is_now.not_applicable, version = is_now.version, updated_at = is_now.updated_at
			where code = was.code;
		end if;
		perform register_note(d, 'program', is_now.code, is_now.version,
			changes_between(to_jsonb(was), to_jsonb(is_now) || jsonb_build_object('sysadmin', d -> 'sysadmin', 'deputy', d -> 'deputy'),
				(d -> 'patch') || case when was.code is null then '{"sysadmin": 0, "deputy": 0}'::jsonb else '{}' end));
		return query select i, 'done'::text, is_now.code, is_now.version;
	end loop;
end $$;

-- Designates a person from a day on, or until another; whoever held the capacity then steps back for that time, so that a program
-- is never without a sysadmin. Members: code, login, capacity, since, until. Outcomes: done, missing, person, overlap (a
-- later designation begins within that time), gap (nobody holds it at `since`, yet an end is given).
create function designation_add(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	made bigint;
	held int;
	first_day date;
	last_day date;
	was designation;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		first_day := (d ->> 'since')::date;
		last_day := (d ->> 'until')::date;
		perform from program where code = d ->> 'code' for no key update;
		if not found then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		elsif not may_be_designated(d ->> 'login') then
			return query select i, 'person'::text, null::text, null::int;
			continue;
		elsif exists (select from designation g where g.program = d ->> 'code' and g.capacity = d ->> 'capacity'
			and g.since > first_day and (last_day is null or g.since < last_day)) then
			return query select i, 'overlap'::text, null::text, null::int;
			continue;
		end if;
		select g.* into was from designation g
		where g.program = d ->> 'code' and g.capacity = d ->> 'capacity' and daterange(g.since, g.until) @> first_day;
		if not found and d ->> 'capacity' = 'sysadmin' then
			return query select i, 'gap'::text, null::text, null::int;
			continue;
		end if;
		if was.since = first_day then
			delete from designation g where g.id = was.id;
		else
			update designation g set until = first_day where g.id = was.id;
		end if;
		insert into designation (program, login, capacity, since, until)
		values (d ->> 'code', d ->> 'login', d ->> 'capacity', first_day, last_day) returning designation.id into made;
		insert into designation (program, login, capacity, since, until)
		select was.program, was.login, was.capacity, last_day, was.until
		where was.id is not null and last_day is not null and last_day < coalesce(was.until, 'infinity');
		update program set version = program.version + 1, updated_at = (d ->> 'at')::timestamptz
		where code = d ->> 'code' returning program.version into held;
		perform register_note(d, 'program', d ->> 'code', held, jsonb_build_object(d ->> 'capacity', jsonb_build_object(
			'old', was.login, 'new', d ->> 'login', 'since', first_day, 'until', last_day, 'id', made)));
		return query select i, 'done'::text, d ->> 'code', held;
	end loop;
end $$;

-- How an event made a designation: it may end sooner since, or be gone.
create function designation_made(code text, version int) returns setof designation
language sql stable
begin atomic
	select (c.value ->> 'id')::bigint, e.object_id, c.value ->> 'new', c.key, (c.value ->> 'since')::date, (c.value ->> 'until')::date
	from event e, jsonb_each(e.changes) c
	where e.object_kind = 'program' and e.object_id = designation_made.code and e.object_version = designation_made.version
		and e.result = 'done';
end;

-- Records a reading of a program's counters. Members: code, read_at, runs, failures.
create function reading_add(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	made bigint;
	held int;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		update program set version = program.version + 1, updated_at = (d ->> 'at')::timestamptz
		where code = d ->> 'code' returning program.version into held;
		if not found then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		end if;
		insert into reading (program, read_at, runs, failures, author, created_at)
		values (d ->> 'code', (d ->> 'read_at')::timestamptz, (d ->> 'runs')::bigint, (d ->> 'failures')::bigint, d ->> 'actor',
			(d ->> 'at')::timestamptz) returning reading.id into made;
		perform register_note(d - 'key', 'program', d ->> 'code', held, jsonb_build_object('reading', jsonb_build_object('old', null,
			'new', jsonb_build_object('id', made, 'read_at', d ->> 'read_at', 'runs', d -> 'runs', 'failures', d -> 'failures'))));
		if d ? 'key' then
			insert into kept_answer values (d ->> 'actor', d ->> 'key', decode(d ->> 'hash', 'hex'), 'reading', made::text, 1,
				(d ->> 'at')::timestamptz);
		end if;
		return query select i, 'done'::text, made::text, held;
	end loop;
end $$;

-- What stands around a program: its documents with their state, its assets with their versions.
-- How things stand; how they stood before is told by the program's events.
create table program_part (
	id bigint generated always as identity primary key,
	program text not null references program,
	part text not null check (part in ('document', 'asset')),
	name text not null,
	state text constraint program_part_state_check check (state in ('complete', 'outdated', 'incomplete', 'none')), -- of a document
	place text,                      -- where a document lies
	sort text,                       -- of an asset: server, system, database, library, interface, …
	release text,                    -- the version of an asset
	retired boolean not null default false, -- it belongs to the program no longer
	note text,
	author text not null references person,
	created_at timestamptz not null,
	updated_at timestamptz not null,
	unique (program, part, name)
);

create function part_document(p program_part) returns jsonb
language sql stable
return jsonb_strip_nulls(jsonb_build_object('id', p.id, 'name', p.name, 'state', p.state, 'place', p.place, 'sort', p.sort,
	'release', p.release, 'retired', p.retired, 'note', p.note));

-- Notes how a part of a program stands, the first time or anew. Members: code, part, patch (all of it but its id). Outcomes: done,
-- missing.
create function part_save(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	held int;
	was program_part;
	is_now program_part;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		update program set version = program.version + 1, updated_at = (d ->> 'at')::timestamptz
		where code = d ->> 'code' returning program.version into held;
		if not found then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		end if;
		select p.* into was from program_part p
		where p.program = d ->> 'code' and p.part = d ->> 'part' and p.name = d #>> '{patch,name}';
		insert into program_part as p (program, part, name, state, place, sort, release, retired, note, author, created_at, updated_at)
		select d ->> 'code', d ->> 'part', r.name, r.state, r.place, r.sort, r.release, coalesce(r.retired, false), r.note,
			d ->> 'actor', (d ->> 'at')::timestamptz, (d ->> 'at')::timestamptz
		from jsonb_populate_record(null::program_part, d -> 'patch') r
		on conflict (program, part, name) do update
		set state = excluded.state, place = excluded.place, sort = excluded.sort, release = excluded.release,
			retired = excluded.retired, note = excluded.note, author = excluded.author, updated_at = excluded.updated_at
		returning p.* into is_now;
		perform register_note(d, 'program', d ->> 'code', held, jsonb_build_object(d ->> 'part', jsonb_build_object(
			'old', part_document(was), 'new', part_document(is_now))));
		return query select i, 'done'::text, d ->> 'code', held;
	end loop;
end $$;

-- How an event left a part of a program: it may stand otherwise since.
create function part_made(code text, version int)
returns table (id bigint, program text, name text, state text, place text, sort text, release text, retired boolean, note text,
	author text, updated_at timestamptz)
language sql stable
begin atomic
	select r.id, e.object_id, r.name, r.state, r.place, r.sort, r.release, r.retired, r.note, e.actor, e.at
	from event e, jsonb_each(e.changes) c, jsonb_populate_record(null::program_part, c.value -> 'new') r
	where e.object_kind = 'program' and e.object_id = part_made.code and e.object_version = part_made.version and e.result = 'done'
		and c.key in ('document', 'asset');
end;

-- Readings with the series that they belong to: a counter that falls was reset, and begins a new one.
create view reading_view as
select id, program, read_at, runs, failures, author, created_at, 1 + count(*) filter (where fell) over history as series
from (
	select r.*, r.runs < lag(r.runs) over history or r.failures < lag(r.failures) over history as fell
	from reading r window history as (partition by r.program order by r.read_at, r.id)
) r
window history as (partition by program order by read_at, id);
