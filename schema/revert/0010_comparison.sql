set local search_path = weihu;

drop function log_due, table_rows;
drop view registered;
drop function hidden_row, ticket_agrees, thing_agrees, leaf_told, told_fits;
drop view thing;
