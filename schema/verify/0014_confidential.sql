-- A verification fails by an error.

select 'weihu.ticket_confidential'::regclass;
