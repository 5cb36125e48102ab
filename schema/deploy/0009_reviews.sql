-- Record reviews: the closed records of a period, frozen at a checkpoint of the sealed log, and a sample of them judged.

set local search_path = weihu;

create table review (
	id bigint generated always as identity primary key,
	title text not null,
	since date not null,             -- the period's days begin in `zone`
	until date not null check (until > since), -- the first day after it
	zone text not null,
	share int not null check (share between 10 and 100), -- per cent of the records that are no emergencies
	as_of timestamptz not null,      -- what was recorded later does not count
	log_size bigint,                 -- nor what stands in the log at this place or behind it; null: nothing was sealed yet
	log_root text,                   -- of the checkpoint of that size, base64
	seed text not null,
	records int not null,
	emergencies int not null,
	sampled int not null,
	conclusion text,
	opened_by text not null references person,
	concluded_by text references person,
	concluded_at timestamptz,
	version int not null,
	created_at timestamptz not null,
	updated_at timestamptz not null
);

-- The frozen records: each ticket in the version in which it was closed.
create table review_record (
	review bigint not null references review,
	ticket bigint not null references ticket,
	ticket_version int not null,
	emergency boolean not null,
	rank text not null,              -- see review_rank()
	sampled boolean not null,
	verdict text check (verdict in ('pass', 'correct')),
	note text,                       -- what is to be corrected
	reviewer text references person,
	judged_version int,              -- the ticket's at that time
	judged_at timestamptz,
	primary key (review, ticket),
	check (verdict is null or sampled),
	check (verdict is distinct from 'correct' or note is not null)
);

create table review_decision (
	id bigint generated always as identity primary key,
	review bigint not null references review,
	head text not null check (head in ('technology', 'language', 'effort', 'staffing')),
	text text not null,
	owner text not null references person,
	due date not null,
	ticket bigint references ticket, -- a preventive request that came of it
	author text not null references person,
	created_at timestamptz not null
);
create index review_decision_of_review on review_decision (review, id);

-- The place of a ticket in the draw: SHA-256, hexadecimal, of five lines that end with a line feed each: "weihu record review",
-- the seed, the root of the log ("-": none), the ticket's number, and its version. The lowest are drawn.
create function review_rank(seed text, root text, ticket bigint, version int) returns text
language sql immutable parallel safe
return encode(sha256(convert_to('weihu record review' || E'\n' || seed || E'\n' || coalesce(root, '-') || E'\n' || ticket || E'\n'
	|| version || E'\n', 'UTF8')), 'hex');

-- The tickets that were closed in the period, as the events below `size` of the log (null: all) tell at `as_of`. An emergency is one
-- that ever went the urgent way.
create function review_population(since timestamptz, until timestamptz, as_of timestamptz, size bigint)
returns table (ticket bigint, version int, emergency boolean)
language sql stable
begin atomic
	select t.ticket, t.version, t.emergency
	from (
		select e.object_id::bigint as ticket, max(e.object_version) as version,
			coalesce(bool_or(e.changes #> '{urgent,new}' = 'true'), false) as emergency,
			marked(max(mark(e.object_version, e.changes, 'closed_at')))::timestamptz as closed_at
		from event e
		where e.object_kind = 'ticket' and e.result = 'done' and e.at <= as_of
			and (size is null or exists (select from leaf l where l.seq = e.seq and l.position < size))
		group by e.object_id
	) t
	where t.closed_at >= since and t.closed_at < until;
end;

-- All emergencies, and of the others the `share` per cent (rounded up) that rank lowest.
create function review_draw(since timestamptz, until timestamptz, as_of timestamptz, size bigint, root text, seed text, share int)
returns table (ticket bigint, version int, emergency boolean, rank text, sampled boolean)
language sql stable
begin atomic
	select r.ticket, r.version, r.emergency, r.rank, r.emergency
		or row_number() over (partition by r.emergency order by r.rank) <= ceil(count(*) over (partition by r.emergency) * share / 100.0)
	from (
		select p.*, review_rank(seed, root, p.ticket, p.version) as rank
		from review_population(since, until, as_of, size) p
	) r;
end;

-- A review as it is told; of version 1 as it was when it was opened.
create function review_at(id bigint, at_version int)
returns table (id bigint, title text, "from" date, "to" date, zone text, share int, as_of timestamptz, log_size bigint, log_root text,
	seed text, records int, emergencies int, sampled int, judged bigint, to_correct bigint, state text, conclusion text, opened_by text,
	concluded_by text, concluded_at timestamptz, version int, created_at timestamptz, updated_at timestamptz)
language sql stable
begin atomic
	select r.id, r.title, r.since, r.until, r.zone, r.share, r.as_of, r.log_size, r.log_root, r.seed, r.records, r.emergencies, r.sampled,
		case when at_version = 1 then 0 else c.judged end, case when at_version = 1 then 0 else c.to_correct end,
		case when r.concluded_at is null or at_version = 1 then 'open' else 'concluded' end,
		case when at_version = 1 then null else r.conclusion end, r.opened_by,
		case when at_version = 1 then null else r.concluded_by end, case when at_version = 1 then null else r.concluded_at end,
		case when at_version = 1 then 1 else r.version end, r.created_at, case when at_version = 1 then r.created_at else r.updated_at end
	from review r, lateral (
		select count(*) filter (where k.verdict is not null) as judged, count(*) filter (where k.verdict = 'correct') as to_correct
		from review_record k where k.review = r.id) c
	where r.id = review_at.id;
end;

-- Whether the person has a part in the work: recorded it, is named in it, was a technician or helper, or evaluated.
create function did_the_work(ticket bigint, who text) returns boolean
language sql stable
return exists (
	select from event e
	where e.object_kind = 'ticket' and e.object_id = did_the_work.ticket::text and e.result = 'done'
		and (e.added ?| '{step,change,work}' and who in (e.actor, e.added #>> '{work,person}', e.added #>> '{change,engineer}')
			or who in (e.changes #>> '{technician,new}', e.changes #>> '{evaluator,new}')
			or e.changes #> '{helpers,new}' ? who));

-- Appends an event of a review and keeps the answer; used by the functions below only.
create function review_note(d jsonb, review bigint, version int, changes jsonb, added jsonb, made bigint) returns void
language plpgsql set search_path = weihu, pg_temp as $$
begin
	insert into event (at, actor, role, source, request, action, object_kind, object_id, object_version, changes, added, result)
	values ((d ->> 'at')::timestamptz, d ->> 'actor', d ->> 'role', d ->> 'source', d ->> 'request', d ->> 'action', 'review',
		review::text, review_note.version, coalesce(review_note.changes, '{}'), review_note.added, 'done');
	if d ? 'key' then
		insert into kept_answer values (d ->> 'actor', d ->> 'key', decode(d ->> 'hash', 'hex'), 'review', made::text,
			review_note.version, (d ->> 'at')::timestamptz);
	end if;
end $$;
revoke execute on function review_note from public;

-- Opens a review. Members: title, from, to, zone, share, seed. The population and the draw are in its event.
create function review_open(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	sealed checkpoint;
	made review;
	drawn jsonb;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		select c.* into sealed from checkpoint c order by c.day desc limit 1;
		insert into review (title, since, until, zone, share, as_of, log_size, log_root, seed, records, emergencies, sampled, opened_by,
			version, created_at, updated_at)
		values (d ->> 'title', (d ->> 'from')::date, (d ->> 'to')::date, d ->> 'zone', (d ->> 'share')::int, (d ->> 'at')::timestamptz,
			sealed.size, split_part(sealed.note, E'\n', 3), d ->> 'seed', 0, 0, 0, d ->> 'actor', 1, (d ->> 'at')::timestamptz,
			(d ->> 'at')::timestamptz)
		returning * into made;
		insert into review_record (review, ticket, ticket_version, emergency, rank, sampled)
		select made.id, r.ticket, r.version, r.emergency, r.rank, r.sampled
		from review_draw(made.since::timestamp at time zone made.zone, made.until::timestamp at time zone made.zone, made.as_of,
			made.log_size, made.log_root, made.seed, made.share) r;
		update review r
		set (records, emergencies, sampled) = (
			select count(*), count(*) filter (where k.emergency), count(*) filter (where k.sampled)
			from review_record k where k.review = made.id)
		where r.id = made.id returning * into made;
		select jsonb_agg(jsonb_build_array(k.ticket, k.ticket_version, k.emergency, k.sampled) order by k.ticket) into drawn
		from review_record k where k.review = made.id;
		perform review_note(d, made.id, 1, (
				select jsonb_object_agg(v.key, jsonb_build_object('old', null, 'new', v.value))
				from jsonb_each(jsonb_build_object('state', 'open', 'title', made.title, 'from', made.since, 'to', made.until,
					'zone', made.zone, 'share', made.share, 'as_of', utc(made.as_of), 'log_size', made.log_size,
					'log_root', made.log_root, 'seed', made.seed, 'records', made.records, 'emergencies', made.emergencies,
					'sampled', made.sampled)) v where v.value <> 'null'),
			jsonb_build_object('records', coalesce(drawn, '[]')), made.id);
		return query select i, 'done'::text, made.id::text, 1;
	end loop;
end $$;

-- Holds a review that is still open and gives its next version: the outcome is null, or missing, or concluded.
create function review_hold(review bigint, at timestamptz, out outcome text, out version int)
language plpgsql set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	held review;
begin
	select r.* into held from review r where r.id = review_hold.review for no key update;
	outcome := case when held.id is null then 'missing' when held.concluded_at is not null then 'concluded' end;
	version := held.version + 1;
end $$;
revoke execute on function review_hold from public;

-- Judges a record of the sample, again if need be. Members: id, ticket, verdict, note. Outcomes: done, missing, concluded,
-- not_sampled, separation.
create function review_judge(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	held record;
	judged review_record;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		select * into held from review_hold((d ->> 'id')::bigint, (d ->> 'at')::timestamptz);
		if held.outcome is null and not exists (
			select from review_record k
			where k.review = (d ->> 'id')::bigint and k.ticket = (d ->> 'ticket')::bigint and k.sampled) then
			held.outcome := 'not_sampled';
		elsif held.outcome is null and did_the_work((d ->> 'ticket')::bigint, d ->> 'actor') then
			held.outcome := 'separation';
		end if;
		if held.outcome is not null then
			return query select i, held.outcome, null::text, null::int;
			continue;
		end if;
		update review_record k
		set verdict = d ->> 'verdict', note = d ->> 'note', reviewer = d ->> 'actor', judged_at = (d ->> 'at')::timestamptz,
			judged_version = (select t.version from ticket t where t.id = k.ticket)
		where k.review = (d ->> 'id')::bigint and k.ticket = (d ->> 'ticket')::bigint returning * into judged;
		update review r set version = held.version, updated_at = judged.judged_at where r.id = judged.review;
		perform review_note(d, judged.review, held.version, null, jsonb_build_object('verdict', to_jsonb(judged)
			- '{rank,sampled,emergency}'::text[] || jsonb_build_object('judged_at', utc(judged.judged_at))), judged.review);
		return query select i, 'done'::text, judged.review::text, held.version;
	end loop;
end $$;

-- Takes a decision. Members: id, head, text, owner, due, ticket. Outcomes: done, missing, concluded.
create function review_decide(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	held record;
	made review_decision;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		select * into held from review_hold((d ->> 'id')::bigint, (d ->> 'at')::timestamptz);
		if held.outcome is not null then
			return query select i, held.outcome, null::text, null::int;
			continue;
		end if;
		insert into review_decision (review, head, text, owner, due, ticket, author, created_at)
		values ((d ->> 'id')::bigint, d ->> 'head', d ->> 'text', d ->> 'owner', (d ->> 'due')::date, (d ->> 'ticket')::bigint,
			d ->> 'actor', (d ->> 'at')::timestamptz)
		returning * into made;
		update review r set version = held.version, updated_at = made.created_at where r.id = made.review;
		perform review_note(d, made.review, held.version, null, jsonb_build_object('decision', to_jsonb(made)
			|| jsonb_build_object('created_at', utc(made.created_at))), made.id);
		return query select i, 'done'::text, made.id::text, held.version;
	end loop;
end $$;

-- Concludes a review; from then on it stays as it is. Members: id, conclusion. Outcomes: done, missing, concluded, unjudged.
create function review_conclude(deeds jsonb) returns table (n int, outcome text, id text, version int)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	held record;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		select * into held from review_hold((d ->> 'id')::bigint, (d ->> 'at')::timestamptz);
		if held.outcome is null and exists (
			select from review_record k where k.review = (d ->> 'id')::bigint and k.sampled and k.verdict is null) then
			held.outcome := 'unjudged';
		end if;
		if held.outcome is not null then
			return query select i, held.outcome, null::text, null::int;
			continue;
		end if;
		update review r
		set conclusion = d ->> 'conclusion', concluded_by = d ->> 'actor', concluded_at = (d ->> 'at')::timestamptz,
			version = held.version, updated_at = (d ->> 'at')::timestamptz
		where r.id = (d ->> 'id')::bigint;
		perform review_note(d, (d ->> 'id')::bigint, held.version, jsonb_build_object(
			'state', '{"old": "open", "new": "concluded"}'::jsonb,
			'conclusion', jsonb_build_object('old', null, 'new', d ->> 'conclusion')), null, (d ->> 'id')::bigint);
		return query select i, 'done'::text, d ->> 'id', held.version;
	end loop;
end $$;

grant select on review, review_record, review_decision to weihu_service, weihu_reader;
grant execute on function review_open, review_judge, review_decide, review_conclude to weihu_service;
revoke execute on function review_open, review_judge, review_decide, review_conclude from public;
