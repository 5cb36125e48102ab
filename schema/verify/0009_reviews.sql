-- A verification fails by an error.

set local search_path = weihu;
select * from review_at(1, 0) limit 0;
select * from review_record limit 0;
select * from review_decision limit 0;
select * from review_draw(now(), now(), now(), null, null, 'seed', 10) limit 0;

do $$
begin
	assert review_rank('seed', null, 42, 7) = encode(sha256(E'weihu record review\nseed\n-\n42\n7\n'), 'hex');
	assert not has_table_privilege('weihu_service', 'review', 'insert, update, delete');
end $$;
