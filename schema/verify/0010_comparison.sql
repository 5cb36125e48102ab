-- A verification fails by an error.

set local search_path = weihu;
select * from table_rows('event', '', 'nobody', false) limit 0;
select * from log_due(now(), 1096) where false;
select * from thing, registered where false;

do $$
begin
	assert told_fits('{"a": {"commitment": "1"}, "b": [1]}', '{"a": 7, "b": [1]}');
	assert not told_fits('{"a": 6, "b": [1]}', '{"a": 7, "b": [1]}');
	assert not told_fits('{"a": 6}', '{"a": 6, "b": [1]}');
end $$;
