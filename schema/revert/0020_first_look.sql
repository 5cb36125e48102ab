set local search_path = weihu;

-- Whether the tickets that hold the terms are looked up in the index rather than met on the way down from the newest: if a term is
-- none of the common ones, or the newest hold too few for a page. The planner cannot tell: it multiplies how often each pair of
-- characters occurs, although one seldom comes without the next. Immutable is said so that it asks while it plans; a statement that asks
-- has to be planned each time.
create or replace function search_is_rare(query tsquery) returns boolean
language plpgsql immutable strict as $$
declare
	common constant text[] := coalesce((
		select s.most_common_elems::text::text[] from pg_stats s
		where s.schemaname = 'weihu' and s.tablename = 'ticket_body' and s.attname = 'search'), '{}');
begin
	return exists (
		select from regexp_matches(query::text, '''([^'']+)''(:\*)?', 'g') term
		where term[1] <> all (common)
			and (term[2] is null or not exists (select from unnest(common) word where starts_with(word, term[1])))
	) or (
		select count(*) <= 50 from (
			select from (select b.search from weihu.ticket_body b order by b.ticket desc limit 5000) newest
			where ts_match_vq(newest.search, query) limit 51
		) met
	);
end $$;
