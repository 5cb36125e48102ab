set local search_path = weihu;

-- Whether a ticket's terms hold those of the query. Of frequent ones the index must not be thought of.
create or replace function search_finds(terms tsvector, query tsquery) returns boolean
language sql immutable
return case when search_is_rare(query) then terms @@ query else ts_match_vq(terms, query) end;
