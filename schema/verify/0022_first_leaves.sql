-- A verification fails by an error.

set local search_path = weihu;
select filed_low, filed_high from sheaf where false;
select * from foretold where false;
select size, high, filed from log_end();
select * from log_pending(0, '{}', '{}', 0);

do $$
begin
	assert (select proconfig @> '{enable_seqscan=off}' from pg_proc where oid = 'log_append'::regproc);
	assert (select proconfig @> '{plan_cache_mode=force_generic_plan}' from pg_proc where oid = 'log_pending'::regproc);
	assert has_function_privilege('weihu_sealer', 'log_append'::regproc, 'execute');
	assert not has_function_privilege('weihu_service', 'log_append'::regproc, 'execute');
	assert not has_function_privilege('weihu_service', 'log_pending'::regproc, 'execute');
	assert not has_table_privilege('weihu_sealer', 'foretold', 'insert, update, delete, truncate');
end $$;
