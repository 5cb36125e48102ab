-- A verification fails by an error.

set local search_path = weihu;
select by_person, change_told(program_change) from program_change where false;
select * from ticket_change('[]');

do $$
begin
	assert minutes_in('[{"login": "a", "minutes": 60}, {"login": "b", "minutes": 30}]') = 90;
	assert people_in('[{"login": "a", "minutes": 60}, {"login": "a", "minutes": 30}]') = 1;
end $$;
