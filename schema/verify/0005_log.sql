-- A verification fails by an error.

select * from weihu.leaf, weihu.node, weihu.opening, weihu.checkpoint, weihu.log_key, weihu.anchor where false;

do $$
begin
	assert has_function_privilege('weihu_sealer', 'weihu.log_append'::regproc, 'execute');
	assert not has_function_privilege('weihu_service', 'weihu.log_append'::regproc, 'execute');
	assert not has_function_privilege('weihu_service', 'weihu.log_pending'::regproc, 'execute');
	assert not has_table_privilege('weihu_sealer', 'weihu.leaf', 'insert, update, delete, truncate');
	assert not has_table_privilege('weihu_sealer', 'weihu.ticket', 'select');
	assert not has_table_privilege('weihu_service', 'weihu.leaf', 'insert, update, delete, truncate');
	assert not has_table_privilege('weihu_reader', 'weihu.opening', 'select');
end $$;
