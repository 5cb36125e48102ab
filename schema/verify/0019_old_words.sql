-- A verification fails by an error.

set local search_path = weihu;

do $$
begin
	assert search_finds('''rare''', '''rare'''::tsquery);
	assert not search_finds('''rare''', '''other'''::tsquery);
	assert pg_get_functiondef('search_finds'::regproc) like '%&&%';
end $$;
