set local search_path = weihu;

drop function table_rows;
drop view registered;
drop function hidden_row, ticket_agrees, thing_agrees, leaf_told, told_fits;
drop view thing;
