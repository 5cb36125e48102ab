-- A verification fails by an error.

set local search_path = weihu;
select * from sheaf, latecomer, chain, sheaf_opening, leaf, opening where false;
select * from log_pending(0, '{}', '{}', 0);
select settled from checkpoint where false;

do $$
begin
	assert (select proconfig @> '{enable_seqscan=off}' from pg_proc where oid = 'log_append'::regproc);
	assert (select proconfig @> '{plan_cache_mode=force_generic_plan}' from pg_proc where oid = 'log_pending'::regproc);
	assert has_function_privilege('weihu_sealer', 'log_append'::regproc, 'execute');
	assert not has_function_privilege('weihu_service', 'log_append'::regproc, 'execute');
	assert not has_function_privilege('weihu_service', 'log_pending'::regproc, 'execute');
	assert not has_table_privilege('weihu_sealer', 'sheaf', 'insert, update, delete, truncate');
	assert not has_table_privilege('weihu_service', 'sheaf', 'insert, update, delete, truncate');
	assert not has_table_privilege('weihu_service', 'opening', 'delete');
	assert not has_table_privilege('weihu_reader', 'opening', 'select');
	assert not has_table_privilege('weihu_reader', 'sheaf_opening', 'select');
end $$;
