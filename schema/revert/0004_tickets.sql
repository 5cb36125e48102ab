set local search_path = weihu;

drop function ticket_change, ticket_file, ticket_at, ticket_fields, patch_columns, patch_of;
drop view ticket_view;
drop table ticket_link, work_entry, program_change, technical_step, comment, ticket_body, ticket;
