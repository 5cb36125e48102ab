-- A verification fails by an error.

set local search_path = weihu;
select * from log_pending(0, '{}', '{}', 0);

do $$
begin
	assert (select proconfig @> '{enable_seqscan=off}' from pg_proc where oid = 'log_append'::regproc);
	assert (select proconfig @> '{plan_cache_mode=force_generic_plan}' from pg_proc where oid = 'log_pending'::regproc);
end $$;
