-- Identity: passwords, sessions, tokens that have a scope and an end, and the brake on guessing.

set local search_path = weihu;

create table password (
	login text primary key references person,
	hash text not null,              -- Argon2id with its parameters and salt, as a PHC string
	set_at timestamptz not null
);

alter table token
	add kind text not null default 'token' check (kind in ('token', 'session')),
	add scopes text[] not null default '{read,write,audit,admin}'
		check (scopes <> '{}' and scopes <@ '{read,write,audit,admin}'::text[]),
	add expires_at timestamptz,
	add last_used_at timestamptz;    -- to the minute

create constraint trigger register_turns after delete or update of login, hash, kind, scopes, expires_at, revoked_at on token
deferrable initially deferred for each row execute function register_turn();

-- A closed account's sessions and tokens end with it, and stay ended when it is opened again.
create function tokens_end() returns trigger
language plpgsql security definer set search_path = weihu, pg_temp as $$
begin
	update token set revoked_at = new.updated_at where login = new.login and revoked_at is null;
	return null;
end $$;
create trigger tokens_end after update of active on person
for each row when (old.active and not new.active) execute function tokens_end();

-- Gives a person a token. Members: login, name, hash_of_token (hex), salt (hex; with a key), scopes (null: all), expires_at (null:
-- never). The person's version moves with it.
create or replace function token_add(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	made token;
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
		insert into token (login, name, hash, created_at, scopes, expires_at)
		values (d ->> 'login', d ->> 'name', decode(d ->> 'hash_of_token', 'hex'), (d ->> 'at')::timestamptz,
			coalesce(string_to_array(d ->> 'scopes', ','), '{read,write,audit,admin}'), (d ->> 'expires_at')::timestamptz)
		returning token.* into made;
		perform register_note(d - 'key', 'person', d ->> 'login', held, jsonb_build_object('token', jsonb_build_object('old', null,
			'new', jsonb_build_object('id', made.id, 'name', made.name, 'scopes', made.scopes, 'expires_at', utc(made.expires_at)))));
		if d ? 'key' then
			insert into kept_answer values (d ->> 'actor', d ->> 'key', decode(d ->> 'hash', 'hex'), 'token', made.id::text, held,
				(d ->> 'at')::timestamptz, decode(d ->> 'salt', 'hex'));
		end if;
		return query select i, 'done'::text, made.id::text, held;
	end loop;
end $$;

-- Notes that tokens are in use. Members: id. Whatever is locked is left out: it will be used again.
create function token_used(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
begin
	update token t set last_used_at = greatest(t.last_used_at, d.at)
	from (select (d ->> 'id')::bigint as id, max((d ->> 'at')::timestamptz) as at from jsonb_array_elements(deeds) d group by 1) d
	where t.id = d.id and t.id in (
		select l.id from token l where l.id in (select (d ->> 'id')::bigint from jsonb_array_elements(deeds) d)
		for no key update skip locked);
	return query select i, 'done'::text from generate_series(1, jsonb_array_length(deeds)) i;
end $$;

-- Attempts to log in that have not succeeded, by account and by address. They are forgotten an hour after the last one.
create table login_attempt (
	subject text primary key,        -- account/li, address/192.0.2.7, address/2001:db8::/64
	failures int not null,
	last_at timestamptz not null,
	wait_until timestamptz not null
);
create index login_attempt_last on login_attempt (last_at);

-- Where an address counts: by itself, or by its network of IPv6.
create function login_network(source text) returns text
language sql immutable
return case when family(source::inet) = 6 then network(set_masklen(source::inet, 64))::text else host(source::inet) end;

-- Takes an attempt to log in before it is judged, so that many at once gain nothing, and tells the account's hash. Members: login,
-- source, account_tries and address_tries (before one has to wait), wait_most (seconds). Outcomes: done, wait (so many seconds).
create function login_try(deeds jsonb) returns table (n int, outcome text, seconds int, hash text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	is_now timestamptz;
	subjects text[];
	held interval;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		is_now := (d ->> 'at')::timestamptz;
		subjects := array['account/' || left(d ->> 'login', 64), 'address/' || login_network(d ->> 'source')];
		delete from login_attempt a where a.subject in (
			select o.subject from login_attempt o where o.last_at < is_now - interval '1 hour' limit 100 for update skip locked);
		insert into login_attempt select s, 0, is_now, '-infinity' from unnest(subjects) s order by s on conflict do nothing;
		perform from login_attempt a where a.subject = any (subjects) order by a.subject for update;
		select max(a.wait_until) - is_now into held from login_attempt a where a.subject = any (subjects) and a.wait_until > is_now;
		if held > interval '0' then
			return query select i, 'wait'::text, ceil(extract(epoch from held))::int, null::text;
			continue;
		end if;
		update login_attempt a set failures = a.failures + 1, last_at = is_now, wait_until = case
			when a.failures + 1 < t.tries then '-infinity'
			else is_now + least((d ->> 'wait_most')::int, 2 ^ least(a.failures + 1 - t.tries, 20)) * interval '1 second' end
		from (values (subjects[1], (d ->> 'account_tries')::int), (subjects[2], (d ->> 'address_tries')::int)) t (subject, tries)
		where a.subject = t.subject;
		return query select i, 'done'::text, 0,
			(select w.hash from password w join person p using (login) where p.login = d ->> 'login' and p.active);
	end loop;
end $$;

-- Opens a session for whom the password has let in. Members: login, hash_of_token (hex), expires_at, password_hash (made anew with
-- today's parameters, or null). Outcomes: done, missing (the account was closed meanwhile).
create function session_add(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	made bigint;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		perform from person where login = d ->> 'login' and active for share;
		if not found then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		end if;
		delete from token t where t.login = d ->> 'login' and t.kind = 'session'
			and least(t.revoked_at, t.expires_at) < (d ->> 'at')::timestamptz - interval '30 days';
		insert into token (login, name, hash, created_at, kind, expires_at)
		values (d ->> 'login', 'session', decode(d ->> 'hash_of_token', 'hex'), (d ->> 'at')::timestamptz, 'session',
			(d ->> 'expires_at')::timestamptz)
		returning token.id into made;
		update password set hash = d ->> 'password_hash' where login = d ->> 'login' and d ->> 'password_hash' is not null;
		delete from login_attempt where subject = 'account/' || left(d ->> 'login', 64);
		update login_attempt set failures = greatest(failures - 1, 0), wait_until = '-infinity'
		where subject = 'address/' || login_network(d ->> 'source');
		perform register_note(d, 'session', made::text, 1,
			jsonb_build_object('login', jsonb_build_object('old', null, 'new', d ->> 'login')));
		return query select i, 'done'::text, made::text, 1;
	end loop;
end $$;

-- Ends a session. Members: id, login.
create function session_end(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		update token set revoked_at = (d ->> 'at')::timestamptz
		where token.id = (d ->> 'id')::bigint and login = d ->> 'login' and kind = 'session' and revoked_at is null;
		if not found then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		end if;
		perform register_note(d, 'session', d ->> 'id', 2,
			jsonb_build_object('login', jsonb_build_object('old', d ->> 'login', 'new', null)));
		return query select i, 'done'::text, d ->> 'id', 2;
	end loop;
end $$;

-- Sets a person's password and ends the sessions but for the one in which it was asked. Members: login, password_hash, but
-- (a session's id, or null).
create function password_set(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
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
		insert into password values (d ->> 'login', d ->> 'password_hash', (d ->> 'at')::timestamptz)
		on conflict (login) do update set hash = excluded.hash, set_at = excluded.set_at;
		update token set revoked_at = (d ->> 'at')::timestamptz
		where login = d ->> 'login' and kind = 'session' and revoked_at is null and token.id is distinct from (d ->> 'but')::bigint;
		delete from login_attempt where subject = 'account/' || left(d ->> 'login', 64);
		perform register_note(d - 'key', 'person', d ->> 'login', held,
			jsonb_build_object('password', jsonb_build_object('old', null, 'new', d ->> 'at')));
		return query select i, 'done'::text, d ->> 'login', held;
	end loop;
end $$;

-- Confidential tickets: one that names readers is seen by them and by those who have a part in it, and there is no such ticket for
-- anybody else. Who comes from outside (a vendor's account) sees what is handed over and what he filed.
create function ticket_seen(requester text, sysadmin text, technician text, fields jsonb, caller text, outside boolean) returns boolean
language sql immutable parallel safe
return (coalesce(fields -> 'readers', '[]') = '[]' and not outside)
	or coalesce(caller = requester, false) or coalesce(caller = sysadmin, false) or coalesce(caller = technician, false)
	or coalesce(fields -> 'helpers' ? caller, false) or coalesce(fields -> 'readers' ? caller, false);

-- True if `id` is the number of a ticket that the caller does not see.
create function ticket_hidden(id text, caller text, outside boolean) returns boolean
language sql stable parallel safe
return exists (
	select from ticket t join ticket_body b on b.ticket = t.id
	where t.id = case when ticket_hidden.id ~ '^[1-9][0-9]{0,17}$' then ticket_hidden.id::bigint end
		and not ticket_seen(t.requester, t.sysadmin, t.technician, b.fields, caller, outside));

-- Reading a confidential ticket leaves an event, which changes nothing.
alter table event drop constraint event_result_check, add constraint event_result_check check (result in ('done', 'refused', 'seen'));

-- Notes readings. Members: id, version, workflow, state.
create function reading_note(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
begin
	insert into event (at, actor, role, source, request, action, object_kind, object_id, object_version, workflow, from_state, result)
	select d.at, d.actor, d.role, d.source, d.request, d.action, 'ticket', d.id, d.version, d.workflow, d.state, 'seen'
	from jsonb_to_recordset(deeds) as d (at timestamptz, actor text, role text, source text, request text, action text, id text,
		version int, workflow int, state text);
	return query select i, 'done'::text from generate_series(1, jsonb_array_length(deeds)) i;
end $$;

-- Notes refusals, of one actor at most `most` a minute (null: all): nobody fills the disk by being refused. The last of them says
-- that more may have followed. Members: action, object_kind, object_id (of any length: the index on it has a limit), version,
-- workflow, state, reason, most.
create or replace function refusal_note(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
begin
	insert into event (at, actor, role, source, request, action, object_kind, object_id, object_version, workflow, from_state,
		result, reason)
	select d.at, d.actor, d.role, d.source, d.request, d.action, d.object_kind, left(d.object_id, 256), d.version, d.workflow, d.state,
		'refused', case when c.told + 1 >= d.most then d.reason || '{"more": "further refusals are not told for a minute"}' else d.reason end
	from jsonb_to_recordset(deeds) as d (at timestamptz, actor text, role text, source text, request text, action text,
		object_kind text, object_id text, version int, workflow int, state text, reason jsonb, most int),
		lateral (select count(*) as told from (
			select e.result, e.at from event e where e.actor = d.actor and d.most is not null order by e.seq desc limit d.most) e
			where e.result = 'refused' and e.at > d.at - interval '1 minute') c
	where c.told < coalesce(d.most, 1);
	return query select i, 'done'::text from generate_series(1, jsonb_array_length(deeds)) i;
end $$;

grant select on token to weihu_service;
grant execute on function reading_note, token_used, login_try, session_add, session_end, password_set to weihu_service;
revoke execute on function reading_note, token_used, login_try, session_add, session_end, password_set, tokens_end from public;
