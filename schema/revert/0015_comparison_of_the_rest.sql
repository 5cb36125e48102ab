set local search_path = weihu;

drop function register_rows;
drop view registered;
drop function verdict_agrees, verdict_told;

create view registered as
select 'person' as kind, p.login as key, to_jsonb(p) as item from person p
union all select 'program', p.code, to_jsonb(p) from program p
union all select 'password', w.login, jsonb_build_object('id', w.login, 'set_at', utc(w.set_at)) from password w
union all select 'designation', d.program || '/' || d.capacity || '/' || d.since, jsonb_build_object('id',
	d.program || '/' || d.capacity || '/' || d.since, 'login', d.login, 'until', d.until) from designation d
union all select 'key', k.verifier, jsonb_build_object('id', k.verifier) from log_key k;
grant select on registered to weihu_service;
