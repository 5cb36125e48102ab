-- A verification fails by an error.

set local search_path = weihu;

do $$
begin
	assert (select proconfig @> '{enable_seqscan=off}' from pg_proc where oid = 'ticket_file'::regproc);
	perform 'search_finds(tsvector, tsquery)'::regprocedure;
end $$;
