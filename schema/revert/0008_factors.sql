set local search_path = weihu;

drop function factor_end, factor_use, factor_confirm, factor_begin, factor_of, sessions_end, person_note, guesses_forget;
drop table recovery_code, second_factor;
