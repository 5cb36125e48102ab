set local search_path = weihu;

drop function answers_forget;
drop index kept_answer_at;
