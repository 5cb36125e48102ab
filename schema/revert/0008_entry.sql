set local search_path = weihu;

drop index event_waived;
drop trigger loans_end on person;
drop trigger event_mark on event;
drop function relations_of, loan_end, loan_add, loans_end, event_mark, roles_on_loan;
drop table role_loan;

drop function factor_end, factor_use, factor_confirm, factor_begin, factor_of, sessions_end, person_note, guesses_forget;
drop table recovery_code, second_factor;
