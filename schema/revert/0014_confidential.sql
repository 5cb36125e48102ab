set local search_path = weihu;

drop index ticket_confidential;
