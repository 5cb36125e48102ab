set local search_path = weihu;

drop function closings_told, work_told, changes_told, kinds_told, tickets_told, field_told, readings_told, programs_told, marked,
	mark;
