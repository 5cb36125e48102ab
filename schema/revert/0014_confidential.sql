set local search_path = weihu;

drop statistics ticket_readers;
drop index ticket_confidential;
