-- A verification fails by an error.

set local search_path = weihu;
select ticket, agrees from registered where false;
select * from register_rows('review', '', 'nobody', true);
