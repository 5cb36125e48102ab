-- A verification fails by an error.

set local search_path = weihu;

do $$
begin
	assert search_is_rare('''rare'''::tsquery);
	assert pg_get_functiondef('search_is_rare'::regproc) like '%limit 500)%';
end $$;
