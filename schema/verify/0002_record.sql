-- A verification fails by an error.

select seq, at, actor, action, object_kind, object_id, object_version, changes, result, xid from weihu.event where false;

do $$
begin
	assert not has_table_privilege('weihu_service', 'weihu.event', 'insert, update, delete, truncate');
	assert exists (select from pg_inherits where inhparent = 'weihu.event'::regclass and inhrelid <> 'weihu.event_other'::regclass);
	assert not has_function_privilege('weihu_service', 'weihu.workflow_register(text, text, jsonb, timestamptz)', 'execute');
end $$;
