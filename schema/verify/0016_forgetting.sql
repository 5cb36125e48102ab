-- A verification fails by an error.

set local search_path = weihu;
select 'kept_answer_at'::regclass;
select * from answers_forget('[]');
