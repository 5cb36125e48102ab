-- A verification fails by an error.

set local search_path = weihu;
select * from tickets_told(now(), '{closed}') limit 0;
select * from changes_told(now(), 'UTC') limit 0;
select * from work_told(now(), 'UTC') limit 0;
select * from readings_told(now()) limit 0;
select * from closings_told(now(), '{closed}') limit 0;
