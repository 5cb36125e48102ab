-- The roles stay: they belong to the whole server, and other databases may use them.

drop table public.migration;
