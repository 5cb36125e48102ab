-- What the audit record tells as of a moment: the ground that every measure stands on. Nothing but events is read here, and
-- none later than `as_of`, so that the same question has the same answer for ever.

set local search_path = weihu;

-- The value that an event gives a field, marked with its version: the greatest mark holds the last value. Null where the event
-- leaves the field alone.
create function mark(version int, changes jsonb, field text) returns text
language sql immutable parallel safe
return case when changes ? field then lpad(version::text, 9, '0') || coalesce(changes -> field ->> 'new', '') end;

create function marked(mark text) returns text
language sql immutable parallel safe
return nullif(substr(mark, 10), '');

-- Programs with their language and vendor.
create function programs_told(as_of timestamptz)
returns table (program text, language text, vendor text, registered_at timestamptz)
language sql stable
begin atomic
	select e.object_id, marked(max(mark(e.object_version, e.changes, 'language'))),
		marked(max(mark(e.object_version, e.changes, 'vendor'))), min(e.at)
	from event e where e.object_kind = 'program' and e.result = 'done' and e.at <= as_of group by e.object_id;
end;

-- Counter readings, each with the one before it.
create function readings_told(as_of timestamptz)
returns table (ticket bigint, program text, language text, vendor text, kind text, person text, at timestamptz, runs bigint,
	failures bigint, runs_before bigint, failures_before bigint, at_before timestamptz, left_out text)
language sql stable
begin atomic
	with reading as (
		select e.object_id, r.read_at, r.runs, r.failures, lag(r.runs) over series as runs_before,
			lag(r.failures) over series as failures_before, lag(r.read_at) over series as at_before
		from event e, jsonb_to_record(e.changes #> '{reading,new}') as r (read_at timestamptz, runs bigint, failures bigint)
		where e.object_kind = 'program' and e.result = 'done' and e.at <= as_of and e.changes ? 'reading'
		window series as (partition by e.object_id order by r.read_at, e.seq)
	)
	select null::bigint, p.program, p.language, p.vendor, null::text, null::text, r.read_at, r.runs, r.failures, r.runs_before,
		r.failures_before, r.at_before,
		case when r.runs_before is null then 'first'
			when r.runs < r.runs_before or r.failures < r.failures_before then 'restarted' end
	from reading r join programs_told(as_of) p on p.program = r.object_id;
end;

-- Each setting of a ticket's field with the setting that followed it.
create function field_told(field text, as_of timestamptz)
returns table (ticket bigint, version int, at timestamptz, value text, next_at timestamptz, next_value text, next_reopens boolean)
language sql stable
begin atomic
	select e.object_id::bigint, e.object_version, e.at, e.changes -> field_told.field ->> 'new', lead(e.at) over history,
		lead(e.changes -> field_told.field ->> 'new') over history, lead(e.changes ? 'reopened_at') over history
	from event e
	where e.object_kind = 'ticket' and e.result = 'done' and e.at <= as_of and e.changes ? field_told.field
	window history as (partition by e.object_id order by e.object_version);
end;

-- Tickets. `ended_at` is set while the state is one of `closed`; `waited` are the seconds, up to the delivery, in which a
-- suspended ticket waited for its requester.
create function tickets_told(as_of timestamptz, closed text[])
returns table (ticket bigint, program text, language text, vendor text, kind text, person text, severity text,
	submitted_at timestamptz, acknowledged_at timestamptz, started_at timestamptz, finished_at timestamptz,
	accepted_at timestamptz, closed_at timestamptz, ended_at timestamptz, due_at timestamptz, planned_end timestamptz,
	since timestamptz, effort_minutes numeric, rating numeric, waited numeric)
language sql stable
begin atomic
	with told as (
		select e.object_id::bigint as ticket, marked(max(mark(e.object_version, e.changes, 'program'))) as program,
			coalesce(marked(max(mark(e.object_version, e.changes, 'kind'))),
				marked(max(mark(e.object_version, e.changes, 'claimed_kind')))) as kind,
			marked(max(mark(e.object_version, e.changes, 'technician'))) as person,
			marked(max(mark(e.object_version, e.changes, 'severity'))) as severity,
			marked(max(mark(e.object_version, e.changes, 'submitted_at')))::timestamptz as submitted_at,
			min(e.at) filter (where e.from_state <> e.to_state and e.role is distinct from 'requester') as acknowledged_at,
			marked(max(mark(e.object_version, e.changes, 'started_at')))::timestamptz as started_at,
			marked(max(mark(e.object_version, e.changes, 'finished_at')))::timestamptz as finished_at,
			marked(max(mark(e.object_version, e.changes, 'accepted_at')))::timestamptz as accepted_at,
			marked(max(mark(e.object_version, e.changes, 'closed_at')))::timestamptz as closed_at,
			marked(max(lpad(e.object_version::text, 9, '0') || e.to_state)) as state,
			max(e.at) filter (where e.to_state = any (closed) and e.from_state is distinct from e.to_state) as ended_at,
			marked(max(mark(e.object_version, e.changes, 'due_at')))::timestamptz as due_at,
			marked(max(mark(e.object_version, e.changes, 'planned_end')))::timestamptz as planned_end,
			marked(max(mark(e.object_version, e.changes, 'since')))::timestamptz as since,
			marked(max(mark(e.object_version, e.changes, 'effort_minutes')))::numeric as effort_minutes,
			marked(max(mark(e.object_version, e.changes, 'rating')))::numeric as rating
		from event e where e.object_kind = 'ticket' and e.result = 'done' and e.at <= as_of group by e.object_id
	), waiting as (
		select w.ticket, sum(extract(epoch from greatest(interval '0',
			least(w.next_at, t.finished_at, as_of) - w.at))) as seconds
		from field_told('suspend_code', as_of) w join told t using (ticket)
		where w.value = 'waits_on_requester' group by w.ticket
	)
	select t.ticket, t.program, p.language, p.vendor, t.kind, t.person, t.severity, t.submitted_at, t.acknowledged_at, t.started_at,
		t.finished_at, t.accepted_at, t.closed_at, case when t.state = any (closed) then t.ended_at end, t.due_at, t.planned_end,
		t.since, t.effort_minutes, t.rating, coalesce(w.seconds, 0)
	from told t left join programs_told(as_of) p on p.program = t.program left join waiting w using (ticket);
end;

-- The kind of each ticket, settled or claimed.
create function kinds_told(as_of timestamptz) returns table (ticket bigint, program text, kind text)
language sql stable
begin atomic
	select e.object_id::bigint, marked(max(mark(e.object_version, e.changes, 'program'))),
		coalesce(marked(max(mark(e.object_version, e.changes, 'kind'))),
			marked(max(mark(e.object_version, e.changes, 'claimed_kind'))))
	from event e where e.object_kind = 'ticket' and e.result = 'done' and e.at <= as_of group by e.object_id;
end;

-- Changes to programs (record items 8 to 13); a day begins in `zone`.
create function changes_told(as_of timestamptz, zone text)
returns table (ticket bigint, program text, language text, vendor text, kind text, person text, at timestamptz,
	person_minutes numeric, statements numeric)
language sql stable
begin atomic
	select k.ticket, c.program, coalesce(c.language, p.language), p.vendor, k.kind, c.engineer,
		c.changed_on::timestamp at time zone zone, c.person_minutes, c.statements_added + c.statements_deleted
	from event e
	cross join jsonb_to_record(e.added -> 'change') as c (program text, language text, engineer text, changed_on date,
		person_minutes numeric, statements_added numeric, statements_deleted numeric)
	join kinds_told(as_of) k on k.ticket = e.object_id::bigint
	left join programs_told(as_of) p on p.program = c.program
	where e.object_kind = 'ticket' and e.result = 'done' and e.at <= as_of and e.added ? 'change';
end;

-- Work entries.
create function work_told(as_of timestamptz, zone text)
returns table (ticket bigint, program text, language text, vendor text, kind text, person text, at timestamptz, minutes numeric)
language sql stable
begin atomic
	select k.ticket, k.program, p.language, p.vendor, k.kind, w.person, w.worked_on::timestamp at time zone zone, w.minutes
	from event e
	cross join jsonb_to_record(e.added -> 'work') as w (person text, worked_on date, minutes numeric)
	join kinds_told(as_of) k on k.ticket = e.object_id::bigint
	left join programs_told(as_of) p on p.program = k.program
	where e.object_kind = 'ticket' and e.result = 'done' and e.at <= as_of and e.added ? 'work';
end;

-- First closings of tickets: what came of the fix. `failed`: a delivery before it was refused or sent back.
create function closings_told(as_of timestamptz, closed text[])
returns table (ticket bigint, program text, language text, vendor text, kind text, person text, at timestamptz,
	reopened_at timestamptz, failed boolean, left_out text)
language sql stable
begin atomic
	with closing as (
		select distinct on (f.ticket) f.ticket, f.version, f.at, f.next_at
		from field_told('closed_at', as_of) f where f.value is not null order by f.ticket, f.version
	), failure as (
		select d.ticket, min(d.version) as version from field_told('finished_at', as_of) d
		where d.value is not null and d.next_at is not null and d.next_value is null and not d.next_reopens group by d.ticket
	)
	select t.ticket, t.program, t.language, t.vendor, t.kind, t.person, c.at, c.next_at, coalesce(f.version < c.version, false),
		case when c.next_at is null and c.at + interval '30 days' > as_of then 'too_early' end
	from closing c join tickets_told(as_of, closed) t using (ticket) left join failure f using (ticket);
end;

-- True if the calendar knows every day from `since` to `until`.
create function within_calendar(calendar jsonb, zone text, since timestamptz, until timestamptz) returns boolean
language sql stable parallel safe
return (since at time zone zone)::date >= (calendar ->> 'from')::date and (until at time zone zone)::date <= (calendar ->> 'until')::date;

create function is_worked(calendar jsonb, day date) returns boolean
language sql stable parallel safe
return calendar -> 'workdays' ? day::text or extract(isodow from day) < 6 and not exists (
	select from jsonb_to_recordset(calendar -> 'holidays') as o ("from" date, until date) where day between o."from" and o.until);

-- Seconds of working time from `since` to `until`.
create function worked_seconds(calendar jsonb, zone text, since timestamptz, until timestamptz) returns numeric
language sql stable parallel safe
return (
	select coalesce(sum(extract(epoch from greatest(interval '0',
		least(worked_seconds.until at time zone zone, day + h.until) - greatest(worked_seconds.since at time zone zone, day + h.since)))), 0)
	from generate_series((worked_seconds.since at time zone zone)::date::timestamp,
			(worked_seconds.until at time zone zone)::date::timestamp, interval '1 day') day,
		jsonb_to_recordset(calendar -> 'hours') as h (since interval, until interval)
	where is_worked(calendar, day::date)
);
