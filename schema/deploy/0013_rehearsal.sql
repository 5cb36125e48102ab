-- Dry runs of the register: the very function that would write is called, and what it did is taken back.

set local search_path = weihu;

-- Members: rehearses (the function) and its own. Outcomes: those of the function; what fails there fails here.
create function rehearse(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp as $$
#variable_conflict use_column
declare
	d jsonb;
	i int := 0;
	told text;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		begin
			case d ->> 'rehearses'
				when 'person_save' then select s.outcome into told from person_save(jsonb_build_array(d)) s;
				when 'program_save' then select s.outcome into told from program_save(jsonb_build_array(d)) s;
				when 'reading_add' then select s.outcome into told from reading_add(jsonb_build_array(d)) s;
			end case;
			raise exception using errcode = 'WH000', message = 'rehearsed'; -- a class that PostgreSQL has not
		exception when sqlstate 'WH000' then
			return query select i, told;
		end;
	end loop;
end $$;

grant execute on function rehearse to weihu_service;
revoke execute on function rehearse from public;
