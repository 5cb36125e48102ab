set local search_path = weihu;

drop function review_conclude, review_decide, review_judge, review_hold, review_open, review_note, did_the_work, review_at, review_draw,
	review_population, review_rank;
drop table review_decision, review_record, review;
