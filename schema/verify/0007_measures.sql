-- A verification fails by an error.

set local search_path = weihu;
select * from tickets_told(now(), '{closed}') limit 0;
select * from changes_told(now(), 'UTC') limit 0;
select * from work_told(now(), 'UTC') limit 0;
select * from readings_told(now()) limit 0;
select * from closings_told(now(), '{closed}') limit 0;

do $$
declare
	calendar jsonb := '{"from": "2026-10-01", "until": "2026-10-31", "hours": [{"since": "09:00", "until": "18:00"}],
		"holidays": [{"from": "2026-10-01", "until": "2026-10-07"}], "workdays": ["2026-10-10"]}';
begin
	assert worked_seconds(calendar, 'UTC', '2026-10-07 12:00Z', '2026-10-11 12:00Z') = 3 * 9 * 3600;
end $$;
