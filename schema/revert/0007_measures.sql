set local search_path = weihu;

drop function worked_seconds, is_worked, within_calendar, closings_told, work_told, changes_told, kinds_told, tickets_told, field_told, readings_told, programs_told, marked,
	mark;
