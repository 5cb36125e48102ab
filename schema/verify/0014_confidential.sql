-- A verification fails by an error.

select 'weihu.ticket_confidential'::regclass;
select 1 / count(*) from pg_statistic_ext where stxname = 'ticket_readers';
