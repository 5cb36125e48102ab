-- The record: events, kept answers to retries, and the workflows under which tickets run.

create schema weihu;
grant usage on schema weihu to weihu_service, weihu_reader;
set local search_path = weihu;

-- RFC 3339 in UTC with microseconds, as the service prints times.
create function utc(t timestamptz) returns text
language sql stable strict parallel safe
return to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- What was done or refused, a partition for each month of the record's clock. (xid, seq) is the order in which a sealer may take
-- events: see pg_snapshot_xmin(). seq is unique because it is drawn, an object's version because whoever makes it holds the
-- object's row: the keys must hold the month, too, and are the net below that.
create table event (
	seq bigint generated always as identity,
	at timestamptz not null,
	actor text not null,
	role text,                       -- the party or role in which the actor did it
	source text,                     -- address it came from
	request text,                    -- request id
	action text not null,
	object_kind text not null,
	object_id text not null,
	object_version int,              -- the object's version after it; of a refusal: the version it was judged on
	workflow int,
	from_state text,
	to_state text,
	changes jsonb not null default '{}', -- field → {old, new}
	added jsonb,                     -- a comment, step, change, work entry or link that came with it
	on_loan text,                    -- roles that the actor had on loan then, with commas between
	waived jsonb,                    -- separations of duties that were waived for it
	result text not null check (result in ('done', 'refused')),
	reason jsonb,                    -- of a refusal: what was unmet
	xid xid8 not null default pg_current_xact_id(),
	primary key (seq, at)
) partition by range (at);
create unique index event_of_version on event (object_kind, object_id, object_version, at) where result = 'done';
create index event_of_object on event (object_kind, object_id, seq);
create index event_of_actor on event (actor, seq);

-- Takes what no month was made for: events of a clock that ran far ahead or behind.
create table event_other partition of event default;

-- Makes the months from that of `at` to the third after it, unless event_other holds some of it. It waits for nobody. Outcomes:
-- done, busy (try again).
create function event_months_make(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp set timezone = 'UTC' set lock_timeout = '200ms' as $$
declare
	first timestamptz := date_trunc('month', (deeds #>> '{0,at}')::timestamptz);
	month timestamptz;
	partition text;
begin
	lock table event in share update exclusive mode;
	for month in select generate_series(first, first + interval '3 months', interval '1 month') loop
		partition := to_char(month, '"event_"YYYY_MM');
		if to_regclass('weihu.' || partition) is null
			and not exists (select from event_other o where o.at >= month and o.at < month + interval '1 month') then
			execute format('create table weihu.%I (like weihu.event including defaults including constraints)', partition);
			execute format('alter table weihu.event attach partition weihu.%I for values from (%L) to (%L)', partition, month,
				month + interval '1 month');
		end if;
	end loop;
	return query select i, 'done'::text from generate_series(1, jsonb_array_length(deeds)) i;
exception
	when lock_not_available then
		return query select i, 'busy'::text from generate_series(1, jsonb_array_length(deeds)) i;
end $$;
select event_months_make(jsonb_build_array(jsonb_build_object('at', now())));

-- A retry with the same key gets the same answer: what was made, and in which version.
create table kept_answer (
	actor text not null,
	key text not null,
	hash bytea not null,             -- of method, path and body
	object_kind text not null,
	object_id text not null,
	object_version int,
	at timestamptz not null,
	salt bytea,                      -- of a token: with the token that was shown, it makes the same one again
	primary key (actor, key)
);

create table workflow (
	version int generated always as identity primary key,
	name text not null,
	source text not null,
	digest bytea not null unique,
	at timestamptz not null
);

-- The edges of each workflow; a state is entered along one of them or not at all. A null from_state is a ticket's birth.
create table workflow_edge (
	workflow int not null references workflow,
	action text not null,
	from_state text,
	to_state text not null,
	unique nulls not distinct (workflow, action, from_state, to_state)
);

-- Registers a workflow and gives its version; the same source gives the same version. Edges: [{action, from, to}].
create function workflow_register(name text, source text, edges jsonb, at timestamptz) returns int
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
	values (workflow_register.at, 'weihud', 'register', 'workflow', registered::text, 1,
		jsonb_build_object('digest', jsonb_build_object('old', null, 'new', encode(fingerprint, 'hex'))), 'done');
	return registered;
end $$;
revoke execute on function workflow_register from public;

-- Every write of the service is a function over a JSON list of deeds, one row of answer for each; one request is a list of one.
-- A deed's common members: at, actor, role, source, request, key and hash (of an idempotent request).

-- The old and new value of each key of `patch` that differs between the two documents.
create function changes_between(old jsonb, new jsonb, patch jsonb) returns jsonb
language sql immutable parallel safe
return (
	select coalesce(jsonb_object_agg(k, jsonb_build_object('old', old -> k, 'new', new -> k)), '{}')
	from jsonb_object_keys(patch) k
	where coalesce(old -> k, 'null') <> coalesce(new -> k, 'null')
);

-- Notes refusals. Members: action, object_kind, object_id (of any length: the index on it has a limit), version, workflow, state,
-- reason.
create function refusal_note(deeds jsonb) returns table (n int, outcome text)
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
