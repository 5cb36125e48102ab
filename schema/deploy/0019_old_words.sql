-- Searching for what only older tickets hold. Whoever waits for a page looks for 51 matches on the way down from the newest, which is
-- right where they lie evenly, and met none there: a look at each of 100,000 newer tickets took 90 ms.

set local search_path = weihu;

-- Whether a ticket's terms hold those of the query. Of frequent ones the index must not be thought of. Of rare ones it must: said three
-- times, they seem to the planner as rare as they are.
create or replace function search_finds(terms tsvector, query tsquery) returns boolean
language sql immutable
return case when search_is_rare(query) then terms @@ (query && query && query) else ts_match_vq(terms, query) end;
