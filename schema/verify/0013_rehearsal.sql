-- A verification fails by an error.

set local search_path = weihu;
select n, outcome from rehearse('[]');

do $$
begin
	assert has_function_privilege('weihu_service', 'weihu.rehearse(jsonb)', 'execute');
	assert not has_function_privilege('weihu_reader', 'weihu.rehearse(jsonb)', 'execute');
end $$;
