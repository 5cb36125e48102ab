-- The list of migrations, and the roles that the later ones grant to: weihu_service (the service's login is a member of
-- it) and weihu_reader (reads everything, changes nothing).

do $$
declare
	absent text[] := array(
		select r from unnest(array['weihu_service', 'weihu_reader']) r where to_regrole(r) is null);
	role text;
begin
	foreach role in array absent loop
		execute format('create role %I nologin', role);
	end loop;
exception
	when insufficient_privilege then
		raise insufficient_privilege using
			message = format('%s may not create the roles %s', current_user, array_to_string(absent, ', ')),
			hint = 'as a superuser run: '
				|| (select string_agg(format('CREATE ROLE %I NOLOGIN;', r), ' ') from unnest(absent) r);
end $$;

create table public.migration (
	number int primary key check (number > 0),
	name text not null,
	sha256 text not null,            -- of the file in schema/deploy, hexadecimal
	deployed_at timestamptz not null
);
revoke all on public.migration from public;
grant select on public.migration to weihu_service, weihu_reader;
