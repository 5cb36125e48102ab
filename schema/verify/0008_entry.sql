-- A verification fails by an error.

select f.secret, f.confirmed_at, f.last_step, c.hash from weihu.second_factor f, weihu.recovery_code c where false;
select l.login, l.role, l.reason, l.lender, l.since, l.until, l.ended_at from weihu.role_loan l where false;

do $$
begin
	assert not has_table_privilege('weihu_service', 'weihu.second_factor', 'select, insert, update, delete, truncate');
	assert not has_table_privilege('weihu_service', 'weihu.recovery_code', 'select, insert, update, delete, truncate');
	assert not has_table_privilege('weihu_reader', 'weihu.second_factor', 'select');
	assert has_function_privilege('weihu_service', 'weihu.factor_use(jsonb)', 'execute');
	assert not has_function_privilege('weihu_reader', 'weihu.factor_of(text)', 'execute');
	assert not has_table_privilege('weihu_service', 'weihu.role_loan', 'insert, update, delete, truncate');
	assert (select tgenabled = 'O' from pg_trigger where tgrelid = 'weihu.event'::regclass and tgname = 'event_mark');
end $$;
