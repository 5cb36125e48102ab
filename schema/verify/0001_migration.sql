-- A verification fails by an error.

select number, name, sha256, deployed_at from public.migration where false;

do $$
begin
	assert has_table_privilege('weihu_service', 'public.migration', 'select');
	assert has_table_privilege('weihu_reader', 'public.migration', 'select');
	assert not has_table_privilege('weihu_service', 'public.migration', 'insert, update, delete, truncate');
end $$;
