-- A verification fails by an error.

select t.kind, t.scopes, t.expires_at, t.last_used_at, w.hash, a.wait_until
from weihu.token t, weihu.password w, weihu.login_attempt a where false;

do $$
begin
	assert not has_table_privilege('weihu_service', 'weihu.password', 'select, insert, update, delete, truncate');
	assert not has_table_privilege('weihu_service', 'weihu.token', 'insert, update, delete, truncate');
	assert not has_table_privilege('weihu_reader', 'weihu.password', 'select');
	assert has_function_privilege('weihu_service', 'weihu.login_try(jsonb)', 'execute');
	assert not has_function_privilege('weihu_reader', 'weihu.login_try(jsonb)', 'execute');
end $$;
