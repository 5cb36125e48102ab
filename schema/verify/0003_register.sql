-- A verification fails by an error.

select * from weihu.person_view, weihu.program_view, weihu.token, weihu.designation, weihu.reading_view, weihu.program_part, weihu.register_epoch where false;

do $$
begin
	assert not has_table_privilege('weihu_service', 'weihu.person', 'insert, update, delete, truncate');
	assert not has_table_privilege('weihu_service', 'weihu.designation', 'insert, update, delete, truncate');
end $$;
