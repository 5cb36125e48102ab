-- A verification fails by an error.

select * from weihu.ticket_view, weihu.comment, weihu.technical_step, weihu.program_change, weihu.work_entry,
	weihu.ticket_link where false;

do $$
begin
	assert has_table_privilege('weihu_service', 'weihu.ticket', 'select');
	assert not has_table_privilege('weihu_service', 'weihu.ticket', 'insert, update, delete, truncate');
	assert not has_table_privilege('weihu_service', 'weihu.ticket_body', 'insert, update, delete, truncate');
	assert not has_table_privilege('weihu_reader', 'weihu.token', 'select');
	assert has_function_privilege('weihu_service', 'weihu.ticket_change(jsonb)', 'execute');
	assert not has_function_privilege('weihu_reader', 'weihu.ticket_change(jsonb)', 'execute');
end $$;
