set local search_path = weihu;

drop function rehearse;
