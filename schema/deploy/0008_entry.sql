-- Second factors by time (RFC 6238), and roles on loan.

set local search_path = weihu;

-- A second factor counts once it was confirmed by a code.
create table second_factor (
	login text primary key references person,
	secret text not null,            -- sealed by the service's key, which is not here
	begun_at timestamptz not null,
	confirmed_at timestamptz,
	last_step bigint not null default 0 -- of the last code that was used: no code counts twice
);

create table recovery_code (
	login text not null references second_factor on delete cascade,
	hash bytea not null,             -- SHA-256; a code has 120 random bits
	primary key (login, hash)
);

-- What the service must know of somebody's second factor; no row: there is none.
create function factor_of(who text) returns table (secret text, confirmed boolean, last_step bigint, confirmed_at timestamptz, codes int)
language sql stable security definer set search_path = weihu, pg_temp
begin atomic
	select f.secret, f.confirmed_at is not null, f.last_step, f.confirmed_at,
		(select count(*)::int from recovery_code c where c.login = f.login)
	from second_factor f where f.login = who;
end;

-- The account's guesses are forgotten: who could show what it takes is no guesser.
create function guesses_forget(who text) returns void
language sql set search_path = weihu, pg_temp
begin atomic
	delete from login_attempt where subject = 'account/' || left(who, 64);
end;

-- An event about a person, whose version moves with it; null: there is no such person.
create function person_note(d jsonb, changes jsonb) returns int
language plpgsql set search_path = weihu, pg_temp as $$
declare
	held int;
begin
	update person p set version = p.version + 1, updated_at = (d ->> 'at')::timestamptz
	where p.login = d ->> 'login' returning p.version into held;
	if held is not null then
		perform register_note(d - 'key', 'person', d ->> 'login', held, changes);
	end if;
	return held;
end $$;

-- Begins an enrolment, or begins it anew. Members: login, secret (sealed). Outcomes: done, enrolled (there is one already).
create function factor_begin(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
declare
	d jsonb;
	i int := 0;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		insert into second_factor as f (login, secret, begun_at) values (d ->> 'login', d ->> 'secret', (d ->> 'at')::timestamptz)
		on conflict (login) do update set secret = excluded.secret, begun_at = excluded.begun_at where f.confirmed_at is null;
		if found then
			perform guesses_forget(d ->> 'login');
		end if;
		return query select i, case when found then 'done' else 'enrolled' end;
	end loop;
end $$;

-- Ends the sessions of a person but for one (or null).
create function sessions_end(who text, but bigint, at timestamptz) returns void
language sql set search_path = weihu, pg_temp
begin atomic
	update token t set revoked_at = sessions_end.at
	where t.login = who and t.kind = 'session' and t.revoked_at is null and t.id is distinct from but;
end;

-- Confirms an enrolment. Members: login, secret (that the code is of), step (the code's), hashes (of the recovery codes, hex), but (a
-- session that goes on). Outcomes: done, missing (nothing was begun, or it was begun anew).
create function factor_confirm(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
declare
	d jsonb;
	i int := 0;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		update second_factor f set confirmed_at = (d ->> 'at')::timestamptz, last_step = (d ->> 'step')::bigint
		where f.login = d ->> 'login' and f.secret = d ->> 'secret' and f.confirmed_at is null;
		if not found or person_note(d, jsonb_build_object('second_factor', jsonb_build_object('old', null, 'new', d ->> 'at'))) is null then
			return query select i, 'missing'::text;
			continue;
		end if;
		insert into recovery_code select d ->> 'login', decode(h, 'hex') from jsonb_array_elements_text(d -> 'hashes') h;
		perform sessions_end(d ->> 'login', (d ->> 'but')::bigint, (d ->> 'at')::timestamptz), guesses_forget(d ->> 'login');
		return query select i, 'done'::text;
	end loop;
end $$;

-- Uses up a code: a step, or a recovery code, whose use is an event. Members: login, step or hash (hex). Outcomes: done, used (or it
-- never was one).
create function factor_use(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
declare
	d jsonb;
	i int := 0;
	codes int;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		if d ? 'step' then
			update second_factor f set last_step = (d ->> 'step')::bigint
			where f.login = d ->> 'login' and f.confirmed_at is not null and f.last_step < (d ->> 'step')::bigint;
			return query select i, case when found then 'done' else 'used' end;
			continue;
		end if;
		delete from recovery_code c where c.login = d ->> 'login' and c.hash = decode(d ->> 'hash', 'hex');
		if found then
			select count(*) into codes from recovery_code c where c.login = d ->> 'login';
			perform person_note(d, jsonb_build_object('recovery_codes', jsonb_build_object('old', codes + 1, 'new', codes)));
			return query select i, 'done'::text;
		else
			return query select i, 'used'::text;
		end if;
	end loop;
end $$;

-- Takes a second factor away, with its recovery codes. Members: login, but (a session that goes on). Outcomes: done, missing.
create function factor_end(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
declare
	d jsonb;
	i int := 0;
	was second_factor;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		delete from second_factor f where f.login = d ->> 'login' and f.confirmed_at is not null returning * into was;
		if not found then
			return query select i, 'missing'::text;
			continue;
		end if;
		perform person_note(d, jsonb_build_object('second_factor', jsonb_build_object('old', utc(was.confirmed_at), 'new', null)));
		perform sessions_end(d ->> 'login', (d ->> 'but')::bigint, (d ->> 'at')::timestamptz), guesses_forget(d ->> 'login');
		return query select i, 'done'::text;
	end loop;
end $$;

grant execute on function factor_of, factor_begin, factor_confirm, factor_use, factor_end to weihu_service;
revoke execute on function factor_of, guesses_forget, person_note, sessions_end, factor_begin, factor_confirm, factor_use,
	factor_end from public;

-- Roles on loan (break-glass): an administrator holds one for a while, with a reason, and everything done meanwhile says so.
create table role_loan (
	id bigint generated always as identity primary key,
	login text not null references person,
	role text not null,
	reason text not null,
	lender text not null references person,
	since timestamptz not null,
	until timestamptz not null constraint role_loan_until_check check (until > since),
	ended_at timestamptz             -- sooner than `until`
);
create index role_loan_of_person on role_loan (login, until);
create constraint trigger register_turns after insert or delete or update on role_loan
deferrable initially deferred for each row execute function register_turn();

-- The roles that somebody has on loan at a moment, with commas between; null: none.
create function roles_on_loan(who text, at timestamptz) returns text
language sql stable parallel safe
return (
	select string_agg(distinct l.role, ',' order by l.role) from role_loan l
	where l.login = who and l.since <= at and l.until > at and (l.ended_at is null or l.ended_at > at)
);

-- Every event bears the mark, whoever writes it.
create function event_mark() returns trigger
language plpgsql set search_path = weihu, pg_temp as $$
begin
	select string_agg(distinct l.role, ',' order by l.role) into new.on_loan from role_loan l
	where l.login = new.actor and l.since <= new.at and l.until > new.at and (l.ended_at is null or l.ended_at > new.at);
	return new;
end $$;
create trigger event_mark before insert on event for each row execute function event_mark();

-- Who is no administrator any more, or whose account is closed, has nothing on loan.
create function loans_end() returns trigger
language plpgsql security definer set search_path = weihu, pg_temp as $$
begin
	update role_loan set ended_at = greatest(new.updated_at, since)
	where login = new.login and until > new.updated_at and ended_at is null;
	return null;
end $$;
create trigger loans_end after update of active, roles on person
for each row when (not (new.active and new.roles @> '{admin}')) execute function loans_end();

-- Lends a role. Members: login, lent (the role), reason, until. Outcomes: done, missing, no_admin (only an administrator borrows), held
-- (the person has that role).
create function loan_add(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	who person;
	made role_loan;
	held int;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		select p.* into who from person p where p.login = d ->> 'login' and p.active for no key update;
		if who.login is null then
			return query select i, 'missing'::text, null::text, null::int;
			continue;
		elsif not who.roles @> '{admin}' then
			return query select i, 'no_admin'::text, null::text, null::int;
			continue;
		elsif (d ->> 'lent') = any (who.roles || string_to_array(roles_on_loan(who.login, (d ->> 'at')::timestamptz), ',')) then
			return query select i, 'held'::text, null::text, null::int;
			continue;
		end if;
		insert into role_loan (login, role, reason, lender, since, until)
		values (who.login, d ->> 'lent', d ->> 'reason', d ->> 'actor', (d ->> 'at')::timestamptz, (d ->> 'until')::timestamptz)
		returning role_loan.* into made;
		held := person_note(d, jsonb_build_object('loan', jsonb_build_object('old', null, 'new', jsonb_build_object('id', made.id,
			'role', made.role, 'until', utc(made.until), 'reason', made.reason))));
		if d ? 'key' then
			insert into kept_answer (actor, key, hash, object_kind, object_id, object_version, at)
			values (d ->> 'actor', d ->> 'key', decode(d ->> 'hash', 'hex'), 'loan', made.id::text, 1, (d ->> 'at')::timestamptz);
		end if;
		return query select i, 'done'::text, made.id::text, held;
	end loop;
end $$;

-- Takes a role back before its time. Members: login, id. Outcomes: done, missing (it is not on loan).
create function loan_end(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
declare
	d jsonb;
	i int := 0;
	was role_loan;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		update role_loan l set ended_at = greatest((d ->> 'at')::timestamptz, l.since)
		where l.id = (d ->> 'id')::bigint and l.login = d ->> 'login' and l.until > (d ->> 'at')::timestamptz and l.ended_at is null
		returning * into was;
		if not found then
			return query select i, 'missing'::text;
			continue;
		end if;
		perform person_note(d, jsonb_build_object('loan', jsonb_build_object('old', jsonb_build_object('id', was.id, 'role', was.role,
			'until', utc(was.until)), 'new', null)));
		return query select i, 'done'::text;
	end loop;
end $$;

create index event_waived on event (seq) where waived is not null;

grant select on role_loan to weihu_service, weihu_reader;
grant execute on function loan_add, loan_end to weihu_service;
revoke execute on function loan_add, loan_end, loans_end, event_mark from public;

-- What somebody is to a ticket or a program on a day: own, designated, team. A ticket that is not there has nobody.
create function relations_of(kind text, id text, who text, day date) returns setof text
language sql stable parallel safe
begin atomic
	select r.relation
	from ticket t join ticket_body b on b.ticket = t.id,
		lateral (values ('own', t.requester = who),
			('designated', who in (t.sysadmin, designated(t.program, 'sysadmin', day), designated(t.program, 'deputy', day))),
			('team', t.technician = who or b.fields -> 'helpers' ? who)) r (relation, holds)
	where relations_of.kind = 'ticket' and r.holds and t.id = case when relations_of.id ~ '^[1-9][0-9]{0,17}$' then relations_of.id::bigint end
	union all
	select 'designated'
	where relations_of.kind = 'program' and who in (designated(relations_of.id, 'sysadmin', day), designated(relations_of.id, 'deputy', day));
end;
