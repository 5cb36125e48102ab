set local search_path = weihu;

delete from event where result = 'seen';
alter table event drop constraint event_result_check, add constraint event_result_check check (result in ('done', 'refused'));
drop function reading_note, ticket_hidden, ticket_seen;
-- Notes refusals. Members: action, object_kind, object_id (of any length: the index on it has a limit), version, workflow, state,
-- reason.
create or replace function refusal_note(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
begin
	insert into event (at, actor, role, source, request, action, object_kind, object_id, object_version, workflow, from_state,
		result, reason)
	select d.at, d.actor, d.role, d.source, d.request, d.action, d.object_kind, left(d.object_id, 256), d.version, d.workflow, d.state,
		'refused', d.reason
	from jsonb_to_recordset(deeds) as d (at timestamptz, actor text, role text, source text, request text, action text,
		object_kind text, object_id text, version int, workflow int, state text, reason jsonb);
	return query select i, 'done'::text from generate_series(1, jsonb_array_length(deeds)) i;
end $$;

drop function password_set, session_end, session_add, login_try, login_network, token_used;
drop table login_attempt, password;
drop trigger tokens_end on person;
drop trigger register_turns on token;
drop function tokens_end;

delete from token where kind = 'session';
-- Gives a person a token. Members: login, name, hash_of_token (hex). The person's version moves with it.
create or replace function token_add(deeds jsonb) returns table (n int, outcome text, id text, version int)
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

alter table token drop kind, drop scopes, drop expires_at, drop last_used_at;
