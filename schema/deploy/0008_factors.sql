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
